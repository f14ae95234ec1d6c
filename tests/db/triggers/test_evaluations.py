"""What came of firings: those that started nothing from their rows, the others from the runs themselves."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from db.cursors import BadPage
from db.database import Database
from db.evaluation_queries import EvaluationRecord, evaluations_by_ids, evaluations_pages
from db.evaluations import Declined, keep, remove_old
from db.hooks import find_hook, start_by_hook
from db.published_triggers import hook_tokens
from db.rows import EVALUATION, HOOK_KEY
from engine.triggers.kinds import Reason, TriggerType
from tests.db.filling import DEFAULT, NOON, add_run, add_workflow, add_workspace, after_noon
from tests.db.triggers.watching import TERMS, publish, triggered


def decline(database: Database, workflow_id: str, second: int, workspace_id: str = DEFAULT) -> None:
    declined = Declined(workflow_id=workflow_id, type=TriggerType.SCHEDULE, reason=Reason.NOT_LIVE)
    with database.write() as session:
        keep(session, workspace_id, after_noon(second), [declined])


def paged(
    database: Database, workflow_id: str, size: int, workspace_id: str = DEFAULT
) -> list[EvaluationRecord]:
    """All pages of a workflow, put together."""
    found: list[EvaluationRecord] = []
    after = None
    while True:
        page = evaluations_pages(database, workspace_id, [workflow_id], None, first=size, after=after)[
            workflow_id
        ]
        found += page.items
        assert len(page.items) <= size and page.has_previous is (after is not None)
        if not page.has_next:
            return found
        after = page.cursors[-1]


@pytest.fixture
def mixed(database: Database) -> str:
    """A workflow that started at seconds 0, 2, 4, … and did not at 0, 1, 2, 3, …"""
    workflow_id = add_workflow(database)
    for second in range(8):
        decline(database, workflow_id, second)
        if second % 2 == 0:
            add_run(database, workflow_id=workflow_id, queued_at=after_noon(second))
    decline(database, add_workflow(database), 3)
    return workflow_id


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_pages_hold_both_the_newest_first_each_once(database: Database, mixed: str, size: int) -> None:
    found = paged(database, mixed, size)
    assert [(one.at - NOON).seconds for one in found] == sorted([*range(8), *range(0, 8, 2)], reverse=True)
    assert sum(one.started for one in found) == 4
    assert len({one.id for one in found}) == 12
    assert [one.id for one in found] == [one.id for one in paged(database, mixed, 100)]


def test_a_start_is_known_by_its_run(database: Database) -> None:
    workflow_id = add_workflow(database)
    run_id = add_run(database, workflow_id=workflow_id, queued_at=after_noon(1))
    (found,) = paged(database, workflow_id, 10)
    assert found == EvaluationRecord(
        id="tev_" + run_id.removeprefix("run_"),
        workspace_id=DEFAULT,
        workflow_id=workflow_id,
        at=after_noon(1),
        type=TriggerType.MANUAL,
        reason=None,
        detail=None,
        run_id=run_id,
    )


def test_each_has_an_id_that_is_the_workspaces_alone(database: Database, mixed: str) -> None:
    found = {one.id: one for one in paged(database, mixed, 100)}
    assert evaluations_by_ids(database, DEFAULT, [*found, "tev_0", "run_1", "a\0b"]) == found
    other = add_workspace(database, "other")
    assert evaluations_by_ids(database, other, list(found)) == {}
    assert paged(database, mixed, 100, other) == []


def test_several_workflows_are_read_together(database: Database, mixed: str) -> None:
    bare = add_workflow(database)
    pages = evaluations_pages(database, DEFAULT, [mixed, bare, "wf_0"], None, first=3, after=None)
    assert {one: len(page.items) for one, page in pages.items()} == {mixed: 3, bare: 0, "wf_0": 0}


@pytest.mark.parametrize(("first", "after"), [(0, None), (101, None), (10, "x"), (10, "W10")])
def test_a_page_that_cannot_be_given_is_refused(database: Database, first: int, after: str | None) -> None:
    with pytest.raises(BadPage):
        evaluations_pages(database, DEFAULT, ["wf_1"], None, first=first, after=after)


def test_what_started_nothing_is_removed_after_thirty_days(database: Database, mixed: str) -> None:
    old = publish(database, triggered("WEBHOOK"))
    hook = find_hook(database, hook_tokens(database, DEFAULT, [old])[old])
    assert hook is not None
    for key in ("webhook-id: 1", "webhook-id: 2"):
        start_by_hook(database, hook, [key], {}, terms=TERMS)
    ages = {0: timedelta(days=31), 1: timedelta(days=29)}
    with database.write() as session:
        for second, age in ages.items():
            at = database.now() - age
            session.execute(update(EVALUATION).where(EVALUATION.c.at == after_noon(second)).values(at=at))
        session.execute(update(EVALUATION).where(EVALUATION.c.at == after_noon(2)).values(at=database.now()))
        session.execute(
            update(EVALUATION)
            .where(EVALUATION.c.at < NOON + timedelta(minutes=1), EVALUATION.c.at > NOON)
            .values(at=database.now())
        )
        session.execute(
            update(HOOK_KEY)
            .where(HOOK_KEY.c.key == "webhook-id: 1")
            .values(at=database.now() - timedelta(days=31))
        )
    assert remove_old(database) == 2
    assert remove_old(database) == 0
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(EVALUATION)) == 8
        assert session.scalars(select(HOOK_KEY.c.key)).all() == ["webhook-id: 2"]
    assert sum(one.started for one in paged(database, mixed, 100)) == 4


def test_many_are_removed_in_short_transactions(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.evaluations._MOST_AT_ONCE", 3)
    workflow_id = add_workflow(database)
    at = database.now() - timedelta(days=31)
    declined = Declined(workflow_id=workflow_id, type=TriggerType.SCHEDULE, reason=Reason.NOT_LIVE)
    with database.write() as session:
        keep(session, DEFAULT, at, [declined] * 8)
    assert remove_old(database) == 8
