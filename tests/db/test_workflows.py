import threading
from typing import Any

import pytest
from sqlalchemy import func, select

from db.cursors import BadPage
from db.database import Database
from db.filters import WorkflowFilter
from db.records import Actor, VersionRecord, WorkflowRecord
from db.rows import VERSION, WORKFLOW
from db.workflow_queries import (
    get_workflow,
    versions_by_ids,
    versions_pages,
    workflows_by_ids,
    workflows_page,
)
from db.workflows import (
    archive_workflow,
    create_workflow,
    ensure_published,
    pause_workflow,
    problems,
    publish_workflow,
    resume_workflow,
    update_workflow,
)
from engine.errors import Refused
from engine.status import WorkflowStatus
from tests.db.filling import DEFAULT, add_workspace

ANN = Actor(kind="USER", id="usr_1", name="Ann")


def definition(expression: str = "1 + 1") -> dict[str, Any]:
    return {
        "trigger": {"type": "MANUAL"},
        "activities": [{"key": "sum", "type": "formula", "config": {"expression": expression}}],
        "edges": [{"from": "trigger", "to": "sum"}],
    }


FAULTY = {**definition(), "edges": [{"from": "trigger", "to": "nothing"}]}
FORMLESS = {"trigger": {"type": "MANUAL"}, "activities": "many", "edges": []}


def created(
    database: Database, *, publish: bool = False, name: str = "Sums", **values: Any
) -> WorkflowRecord:
    given = {"description": None, "definition": definition(), **values}
    return create_workflow(database, DEFAULT, ANN, name=name, publish=publish, **given)


def ensured(database: Database, expression: str, description: str | None = None) -> WorkflowRecord:
    given = definition(expression)
    return ensure_published(database, DEFAULT, ANN, name="Sums", description=description, definition=given)


def refused(call: Any) -> list[tuple[str, tuple[str, ...]]]:
    with pytest.raises(Refused) as refusal:
        call()
    return [(problem.code, problem.path) for problem in refusal.value.problems]


def versions(database: Database, workflow_id: str) -> list[VersionRecord]:
    return list(versions_pages(database, DEFAULT, [workflow_id], first=100, after=None)[workflow_id].items)


def listed(database: Database, workflow_id: str) -> list[tuple[int, bool, str]]:
    """The versions of a workflow, newest first: number, whether it is published, what it works out."""
    return [
        (one.number, one.published_at is not None, one.definition["activities"][0]["config"]["expression"])
        for one in versions(database, workflow_id)
    ]


def counted(database: Database) -> tuple[int, int]:
    with database.read() as session:
        tables = (WORKFLOW, VERSION)
        workflows, versions = (session.scalar(select(func.count()).select_from(table)) for table in tables)
    return workflows or 0, versions or 0


def test_a_workflow_is_created_as_a_draft(database: Database) -> None:
    workflow = created(database, description="Adds up.")
    assert workflow.draft_id is not None
    assert (workflow.name, workflow.description, workflow.status) == (
        "Sums",
        "Adds up.",
        WorkflowStatus.DRAFT,
    )
    assert (workflow.published_id, workflow.created_by, workflow.workspace_id) == (None, ANN, DEFAULT)
    assert workflow.created_at == workflow.updated_at
    assert get_workflow(database, DEFAULT, workflow.id) == workflow
    version = versions_by_ids(database, DEFAULT, [workflow.draft_id])[workflow.draft_id]
    assert (version.number, version.workflow_id, version.published_at) == (1, workflow.id, None)
    retry = version.definition["activities"][0]["retry"]
    assert retry == {
        "maxAttempts": 1,
        "backoffSeconds": 1.0,
        "backoffFactor": 2.0,
        "maxBackoffSeconds": 60.0,
        "timeoutSeconds": 60.0,
    }
    assert version.definition["edges"] == [{"from": "trigger", "exit": "next", "to": "sum"}]


def test_a_workflow_may_be_published_as_it_is_created(database: Database) -> None:
    workflow = created(database, publish=True)
    assert (workflow.status, workflow.draft_id) == (WorkflowStatus.LIVE, None)
    assert workflow.published_id is not None
    version = versions_by_ids(database, DEFAULT, [workflow.published_id])[workflow.published_id]
    assert version.published_at == workflow.created_at
    assert problems(version) == []


def test_a_draft_may_have_faults_and_says_which(database: Database) -> None:
    workflow = created(database, definition=FAULTY)
    assert workflow.draft_id is not None
    version = versions_by_ids(database, DEFAULT, [workflow.draft_id])[workflow.draft_id]
    found = [(problem.code, problem.path) for problem in problems(version)]
    assert ("EDGE_UNKNOWN", ("definition", "edges", "0", "to")) in found
    assert refused(lambda: publish_workflow(database, DEFAULT, workflow.id)) == found
    assert get_workflow(database, DEFAULT, workflow.id) == workflow


def test_faults_keep_a_workflow_from_being_created_and_published(database: Database) -> None:
    found = refused(lambda: created(database, publish=True, definition=FAULTY, name=""))
    assert found[0] == ("VALUE_INVALID", ("name",))
    assert ("EDGE_UNKNOWN", ("definition", "edges", "0", "to")) in found
    assert counted(database) == (0, 0)


@pytest.mark.parametrize("publish", [False, True])
def test_a_definition_must_have_its_form_in_any_case(database: Database, publish: bool) -> None:
    found = refused(lambda: created(database, publish=publish, definition=FORMLESS, name="x" * 201))
    assert found[:2] == [("VALUE_INVALID", ("name",)), ("VALUE_INVALID", ("definition", "activities"))]
    assert counted(database) == (0, 0)


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\0b", "\ud800"])
def test_a_workflow_needs_a_name(database: Database, name: str) -> None:
    assert refused(lambda: created(database, name=name)) == [("VALUE_INVALID", ("name",))]
    assert refused(lambda: created(database, description="x" * 10_001)) == [
        ("VALUE_INVALID", ("description",))
    ]


def test_publishing_freezes_the_draft(database: Database) -> None:
    draft = created(database)
    workflow = publish_workflow(database, DEFAULT, draft.id)
    assert (workflow.status, workflow.draft_id) == (WorkflowStatus.LIVE, None)
    assert workflow.published_id == draft.draft_id
    assert workflow.updated_at > workflow.created_at
    assert refused(lambda: publish_workflow(database, DEFAULT, draft.id)) == [("NOTHING_TO_PUBLISH", ("id",))]


def test_a_live_workflow_is_paused_and_resumed(database: Database) -> None:
    workflow = created(database, publish=True)
    paused = pause_workflow(database, DEFAULT, workflow.id)
    assert paused.status is WorkflowStatus.PAUSED
    assert pause_workflow(database, DEFAULT, workflow.id) == paused
    resumed = resume_workflow(database, DEFAULT, workflow.id)
    assert resumed.status is WorkflowStatus.LIVE
    assert resume_workflow(database, DEFAULT, workflow.id) == resumed


def test_a_workflow_that_was_never_published_is_neither_paused_nor_resumed(database: Database) -> None:
    workflow = created(database)
    assert refused(lambda: pause_workflow(database, DEFAULT, workflow.id)) == [("NOT_LIVE", ("id",))]
    assert refused(lambda: resume_workflow(database, DEFAULT, workflow.id)) == [("NOT_LIVE", ("id",))]


def test_saving_makes_a_draft_and_a_live_workflow_goes_on_with_its_published_version(
    database: Database,
) -> None:
    live = created(database, publish=True)
    saved = update_workflow(database, DEFAULT, live.id, {"definition": definition("2 + 2")})
    assert saved.draft_id is not None
    assert (saved.status, saved.published_id) == (WorkflowStatus.LIVE, live.published_id)
    assert saved.updated_at > live.updated_at
    assert listed(database, live.id) == [(2, False, "2 + 2"), (1, True, "1 + 1")]


def test_saving_again_replaces_the_draft_whole(database: Database) -> None:
    draft = created(database)
    for expression in ("2 + 2", "1 +"):
        saved = update_workflow(database, DEFAULT, draft.id, {"definition": definition(expression)})
        assert saved.draft_id == draft.draft_id
    assert listed(database, draft.id) == [(1, False, "1 +")]
    assert refused(lambda: publish_workflow(database, DEFAULT, draft.id))[0][0] == "TEMPLATE_SYNTAX"


def test_each_published_draft_is_the_next_version_and_none_of_them_changes_any_more(
    database: Database,
) -> None:
    workflow_id = created(database, publish=True).id
    published = []
    for expression in ("2 + 2", "3 + 3"):
        update_workflow(database, DEFAULT, workflow_id, {"definition": definition(expression)})
        published.append(publish_workflow(database, DEFAULT, workflow_id))
    assert [one.draft_id for one in published] == [None, None]
    assert listed(database, workflow_id) == [(3, True, "3 + 3"), (2, True, "2 + 2"), (1, True, "1 + 1")]
    assert versions(database, workflow_id)[0].id == published[-1].published_id


def test_publishing_while_paused_goes_live(database: Database) -> None:
    workflow_id = created(database, publish=True).id
    pause_workflow(database, DEFAULT, workflow_id)
    saved = update_workflow(database, DEFAULT, workflow_id, {"definition": definition("2 + 2")})
    assert saved.status is WorkflowStatus.PAUSED
    assert publish_workflow(database, DEFAULT, workflow_id).status is WorkflowStatus.LIVE


def test_what_a_workflow_is_called_changes_without_a_draft(database: Database) -> None:
    workflow = created(database, publish=True, description="Adds up.")
    renamed = update_workflow(database, DEFAULT, workflow.id, {"name": "Totals"})
    assert (renamed.name, renamed.description, renamed.draft_id) == ("Totals", "Adds up.", None)
    emptied = update_workflow(database, DEFAULT, workflow.id, {"description": None})
    assert (emptied.name, emptied.description) == ("Totals", None)
    assert get_workflow(database, DEFAULT, workflow.id) == emptied
    assert update_workflow(database, DEFAULT, workflow.id, {}) == emptied


def test_a_faulty_change_is_told_whole_and_changes_nothing(database: Database) -> None:
    workflow = created(database, publish=True)

    def change() -> WorkflowRecord:
        return update_workflow(
            database, DEFAULT, workflow.id, {"name": " ", "description": "x" * 10_001, "definition": FORMLESS}
        )

    assert refused(change) == [
        ("VALUE_INVALID", ("name",)),
        ("VALUE_INVALID", ("description",)),
        ("VALUE_INVALID", ("definition", "activities")),
    ]
    assert refused(lambda: update_workflow(database, DEFAULT, workflow.id, {"name": ""})) == [
        ("VALUE_INVALID", ("name",))
    ]
    assert get_workflow(database, DEFAULT, workflow.id) == workflow
    assert counted(database) == (1, 1)


def test_an_archived_workflow_takes_no_changes(database: Database) -> None:
    workflow_id = created(database, publish=True).id
    update_workflow(database, DEFAULT, workflow_id, {"definition": definition("2 + 2")})
    archived = archive_workflow(database, DEFAULT, workflow_id)
    assert archived.status is WorkflowStatus.ARCHIVED
    assert archive_workflow(database, DEFAULT, workflow_id) == archived
    for change in (publish_workflow, pause_workflow, resume_workflow):
        assert refused(lambda do=change: do(database, DEFAULT, workflow_id)) == [("ARCHIVED", ("id",))]
    assert refused(lambda: update_workflow(database, DEFAULT, workflow_id, {"name": "New"})) == [
        ("ARCHIVED", ("id",))
    ]
    assert get_workflow(database, DEFAULT, workflow_id) == archived


def test_a_draft_may_be_archived(database: Database) -> None:
    assert archive_workflow(database, DEFAULT, created(database).id).status is WorkflowStatus.ARCHIVED


@pytest.mark.parametrize("workflow_id", ["wf_0", "", "a\0b"])
def test_an_unknown_workflow_is_not_found(database: Database, workflow_id: str) -> None:
    for change in (publish_workflow, pause_workflow, resume_workflow, archive_workflow):
        assert refused(lambda do=change: do(database, DEFAULT, workflow_id)) == [("NOT_FOUND", ("id",))]


def test_a_workflow_of_another_workspace_is_absent(database: Database) -> None:
    other = add_workspace(database, "other")
    workflow = created(database)
    assert workflow.draft_id is not None
    assert get_workflow(database, other, workflow.id) is None
    assert workflows_by_ids(database, other, [workflow.id]) == {}
    assert versions_by_ids(database, other, [workflow.draft_id]) == {}
    assert workflows_page(database, other, WorkflowFilter(), first=9, after=None).items == []
    assert versions_pages(database, other, [workflow.id], first=9, after=None)[workflow.id].items == []
    for change in (publish_workflow, pause_workflow, resume_workflow, archive_workflow):
        assert refused(lambda do=change: do(database, other, workflow.id)) == [("NOT_FOUND", ("id",))]
    assert refused(lambda: update_workflow(database, other, workflow.id, {"name": "Mine"})) == [
        ("NOT_FOUND", ("id",))
    ]


def test_a_workflow_file_is_published_anew_only_where_it_differs(database: Database) -> None:
    first = ensured(database, "1 + 1")
    assert ensured(database, "1 + 1") == first
    pause_workflow(database, DEFAULT, first.id)
    again = ensured(database, "1 + 1", description="Adds up.")
    assert (again.id, again.published_id) == (first.id, first.published_id)
    assert (again.status, again.description) == (WorkflowStatus.LIVE, "Adds up.")
    changed = ensured(database, "1 + 2")
    assert (changed.id, changed.description, changed.status) == (first.id, "Adds up.", WorkflowStatus.LIVE)
    assert changed.published_id is not None
    version = versions_by_ids(database, DEFAULT, [changed.published_id])[changed.published_id]
    assert (version.number, counted(database)) == (2, (1, 2))


def test_publishing_a_workflow_file_leaves_a_draft_of_that_name_alone(database: Database) -> None:
    draft = created(database)
    workflow = ensured(database, "2 + 2")
    assert (workflow.id, workflow.draft_id) == (draft.id, draft.draft_id)
    assert workflow.status is WorkflowStatus.LIVE
    assert listed(database, workflow.id) == [(2, False, "1 + 1"), (1, True, "2 + 2")]


def test_publishing_a_workflow_file_leaves_an_archived_workflow_of_that_name_alone(
    database: Database,
) -> None:
    archived = archive_workflow(database, DEFAULT, ensured(database, "1 + 1").id)
    workflow = ensured(database, "1 + 1")
    assert (workflow.id == archived.id, workflow.status) == (False, WorkflowStatus.LIVE)
    assert get_workflow(database, DEFAULT, archived.id) == archived


def test_a_faulty_workflow_file_changes_nothing(database: Database) -> None:
    assert refused(lambda: ensured(database, "1 +"))[0][0] == "TEMPLATE_SYNTAX"
    assert counted(database) == (0, 0)


def test_a_workflow_file_published_by_several_at_once_is_one_workflow(database: Database) -> None:
    found: list[WorkflowRecord] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        found.append(ensured(database, "1 + 1"))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({workflow.id for workflow in found}) == 1
    assert counted(database) == (1, 1)


def test_pages_hold_each_version_once_newest_first(database: Database) -> None:
    workflow_id, other = created(database, publish=True).id, created(database).id
    for number in range(2, 6):
        update_workflow(database, DEFAULT, workflow_id, {"definition": definition(f"{number}")})
        publish_workflow(database, DEFAULT, workflow_id)
    seen, after = [], None
    while True:
        pages = versions_pages(database, DEFAULT, [workflow_id, other], first=2, after=after)
        seen += [version.number for version in pages[workflow_id].items]
        assert [version.number for version in pages[other].items] == [1]
        if not pages[workflow_id].has_next:
            break
        after = pages[workflow_id].cursors[-1]
    assert seen == [5, 4, 3, 2, 1]
    for first, cursor in ((0, None), (101, None), (2, "x")):
        with pytest.raises(BadPage):
            versions_pages(database, DEFAULT, [workflow_id], first=first, after=cursor)


def test_pages_hold_each_workflow_once_newest_first(database: Database) -> None:
    made = [created(database, name=f"Workflow {n}").id for n in range(5)]
    seen, after = [], None
    while True:
        page = workflows_page(database, DEFAULT, WorkflowFilter(), first=2, after=after)
        seen += [workflow.id for workflow in page.items]
        created(database)
        if not page.has_next:
            break
        after = page.cursors[-1]
    assert seen == made[::-1]
    with pytest.raises(BadPage, match="no cursor of workflows"):
        workflows_page(database, DEFAULT, WorkflowFilter(), first=2, after="x")


@pytest.mark.parametrize(
    ("which", "names"),
    [
        (WorkflowFilter(), ["50% off", "Sums"]),
        (WorkflowFilter(statuses=(WorkflowStatus.LIVE,)), ["Sums"]),
        (WorkflowFilter(statuses=()), []),
        (WorkflowFilter(search="SUM"), ["Sums"]),
        (WorkflowFilter(search="adds"), ["Sums"]),
        (WorkflowFilter(search="%"), ["50% off"]),
        (WorkflowFilter(search="_"), []),
        (WorkflowFilter(search="a\0"), []),
        (WorkflowFilter(search=""), ["50% off", "Sums"]),
    ],
)
def test_each_filter_holds(database: Database, which: WorkflowFilter, names: list[str]) -> None:
    created(database, publish=True, description="Adds up.")
    created(database, name="50% off")
    page = workflows_page(database, DEFAULT, which, first=9, after=None)
    assert [workflow.name for workflow in page.items] == names
