from datetime import timedelta

import pytest
from sqlalchemy import event

from db.cursors import BadPage
from db.database import Database
from db.filters import RunFilter
from db.runs import get_run, latest_run_ids, runs_by_ids, runs_page, runs_pages
from engine.status import RunStatus
from tests.db.filling import DEFAULT, NOON, add_run, add_version, add_workflow, add_workspace, after_noon

ALL = RunFilter()


def ids(database: Database, which: RunFilter) -> list[str]:
    return [run.id for run in runs_page(database, DEFAULT, which, first=100, after=None).items]


def test_a_run_is_found_in_its_workspace_only(database: Database) -> None:
    run_id = add_run(database, last_seq=7, error={"code": "TIMEOUT"}, started_at=after_noon(1))
    other = add_workspace(database, "other")
    run = get_run(database, DEFAULT, run_id)
    assert run is not None
    assert (run.id, run.seq, run.status, run.error) == (run_id, 7, RunStatus.RUNNING, {"code": "TIMEOUT"})
    assert (run.queued_at, run.started_at, run.ended_at) == (NOON, after_noon(1), None)
    assert get_run(database, other, run_id) is None
    assert runs_by_ids(database, other, [run_id]) == {}


@pytest.mark.parametrize("run_id", ["", "run_0", "a\0b", "\ud800", "é" * 10_000])
def test_an_id_that_nothing_has_finds_nothing(database: Database, run_id: str) -> None:
    assert get_run(database, DEFAULT, run_id) is None


def test_pages_hold_each_run_once_newest_first_though_times_are_equal(database: Database) -> None:
    workflow_id = add_workflow(database)
    version_id = add_version(database, workflow_id)
    made = [
        add_run(database, workflow_id=workflow_id, version_id=version_id, queued_at=after_noon(second))
        for second in (0, 0, 0, 1, 2)
    ]
    found, after = [], None
    while True:
        page = runs_page(database, DEFAULT, ALL, first=2, after=after)
        found += [run.id for run in page.items]
        add_run(database, workflow_id=workflow_id, version_id=version_id, queued_at=after_noon(60))
        if not page.has_next:
            break
        after = page.cursors[-1]
    assert found == made[::-1]


def test_each_filter_holds(database: Database) -> None:
    plain = add_run(database, queued_at=after_noon(0))
    failed = add_run(database, queued_at=after_noon(1), status="FAILED", error={"code": "TIMEOUT"})
    other = add_run(database, queued_at=after_noon(2), error={"code": "X"}, trigger={"type": "WEBHOOK"})
    run = get_run(database, DEFAULT, plain)
    assert run is not None
    assert ids(database, ALL) == [other, failed, plain]
    assert ids(database, RunFilter(workflow_id=run.workflow_id)) == [plain]
    assert ids(database, RunFilter(statuses=(RunStatus.FAILED, RunStatus.CANCELED))) == [failed]
    assert ids(database, RunFilter(statuses=())) == []
    assert ids(database, RunFilter(trigger_types=("MANUAL",))) == [failed, plain]
    assert ids(database, RunFilter(started_after=NOON)) == [other, failed]
    assert ids(database, RunFilter(started_before=after_noon(2))) == [failed, plain]
    assert ids(database, RunFilter(has_error=True)) == [other, failed]
    assert ids(database, RunFilter(has_error=False)) == [plain]
    assert ids(database, RunFilter(error_code="TIMEOUT")) == [failed]
    assert ids(database, RunFilter(error_code="TIME\0OUT")) == []
    assert ids(database, RunFilter(has_error=True, started_after=after_noon(1))) == [other]


def test_a_time_of_another_zone_means_the_same_moment(database: Database) -> None:
    from datetime import timezone

    made = add_run(database)
    east = timezone(timedelta(hours=9))
    assert ids(database, RunFilter(started_before=after_noon(1).astimezone(east))) == [made]
    assert ids(database, RunFilter(started_before=NOON.astimezone(east))) == []


def test_runs_of_another_workspace_are_in_no_page(database: Database) -> None:
    other = add_workspace(database, "other")
    foreign_workflow = add_workflow(database, other)
    add_run(database, other, workflow_id=foreign_workflow)
    assert ids(database, ALL) == []
    assert ids(database, RunFilter(workflow_id=foreign_workflow)) == []
    pages = runs_pages(database, DEFAULT, [foreign_workflow], ALL, first=5, after=None)
    assert pages[foreign_workflow].items == []
    assert latest_run_ids(database, DEFAULT, [foreign_workflow]) == {}


def test_the_runs_of_many_workflows_take_one_statement(database: Database) -> None:
    workflows = [add_workflow(database) for _ in range(3)]
    made: dict[str, list[str]] = {one: [] for one in workflows}
    for second in range(4):
        for workflow_id in workflows[:2]:
            made[workflow_id].append(add_run(database, workflow_id=workflow_id, queued_at=after_noon(second)))
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *found: statements.append(found[2]))
    pages = runs_pages(database, DEFAULT, workflows, ALL, first=3, after=None)
    assert len([one for one in statements if "run" in one]) == 1
    assert {one: [run.id for run in page.items] for one, page in pages.items()} == {
        workflows[0]: made[workflows[0]][:0:-1],
        workflows[1]: made[workflows[1]][:0:-1],
        workflows[2]: [],
    }
    assert [pages[one].has_next for one in workflows] == [True, True, False]
    rest = runs_pages(database, DEFAULT, workflows, ALL, first=3, after=pages[workflows[0]].cursors[-1])
    assert [run.id for run in rest[workflows[0]].items] == made[workflows[0]][:1]
    newest = latest_run_ids(database, DEFAULT, workflows)
    assert newest == {one: made[one][-1] for one in workflows[:2]}


def test_bad_pages_are_refused(database: Database) -> None:
    with pytest.raises(BadPage, match="'first' is 101"):
        runs_page(database, DEFAULT, ALL, first=101, after=None)
    with pytest.raises(BadPage, match="'after' is no cursor of runs"):
        runs_page(database, DEFAULT, ALL, first=10, after="x")
    with pytest.raises(BadPage, match="'first' is 0"):
        runs_pages(database, DEFAULT, [], ALL, first=0, after=None)
