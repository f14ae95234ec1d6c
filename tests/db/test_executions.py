import pytest

from db.cursors import BadPage
from db.database import Database
from db.executions import (
    executions_by_ids,
    executions_of_iterations,
    executions_pages,
    inputs_by_execution_ids,
    log_lines_by_execution_ids,
)
from db.filters import ExecutionFilter
from engine.status import ExecutionStatus
from tests.db.filling import (
    DEFAULT,
    NOON,
    add_execution,
    add_iteration,
    add_line,
    add_run,
    add_workspace,
    after_noon,
)

ALL = ExecutionFilter()


def test_an_execution_is_found_in_its_workspace_only(database: Database) -> None:
    run_id = add_run(database)
    attempts = [{"number": 1, "worker": "w"}]
    one = add_execution(
        database, run_id, attempt=2, attempts=attempts, outputs={"value": None}, due_at=after_noon(3)
    )
    two = add_execution(database, run_id, started_at=NOON)
    found = executions_by_ids(database, DEFAULT, [one, two, "exe_0", "\0"])
    assert set(found) == {one, two}
    first = found[one]
    assert (first.attempt, first.attempts, first.outputs) == (2, attempts, {"value": None})
    assert (first.due_at, first.started_at, first.status) == (after_noon(3), None, ExecutionStatus.PENDING)
    assert (found[two].attempts, found[two].outputs, found[two].started_at) == ((), None, NOON)
    assert executions_by_ids(database, add_workspace(database, "other"), [one]) == {}


def test_the_executions_of_several_runs_come_in_the_order_they_were_created(database: Database) -> None:
    runs = [add_run(database) for _ in range(3)]
    made = {one: [add_execution(database, one) for _ in range(5)] for one in runs[:2]}
    pages = executions_pages(database, DEFAULT, runs, ALL, first=2, after=None)
    assert [[one.id for one in pages[run_id].items] for run_id in runs] == [
        made[runs[0]][:2],
        made[runs[1]][:2],
        [],
    ]
    assert [pages[run_id].has_next for run_id in runs] == [True, True, False]
    found, after = [], None
    while True:
        page = executions_pages(database, DEFAULT, [runs[0]], ALL, first=2, after=after)[runs[0]]
        found += [one.id for one in page.items]
        if not page.has_next:
            break
        after = page.cursors[-1]
    assert found == made[runs[0]]


def test_each_filter_holds(database: Database) -> None:
    run_id = add_run(database)
    a = add_execution(database, run_id, key="a")
    b = add_execution(database, run_id, key="b", status="RUNNING", iteration_id="itr_1")

    def ids(which: ExecutionFilter) -> list[str]:
        page = executions_pages(database, DEFAULT, [run_id], which, first=9, after=None)[run_id]
        return [one.id for one in page.items]

    assert ids(ALL) == [a, b]
    assert ids(ExecutionFilter(keys=("a", "\0"))) == [a]
    assert ids(ExecutionFilter(keys=())) == []
    assert ids(ExecutionFilter(statuses=(ExecutionStatus.RUNNING,))) == [b]
    assert ids(ExecutionFilter(iteration_id="itr_1")) == [b]
    assert ids(ExecutionFilter(iteration_id="itr_2")) == []


def test_the_executions_of_several_iterations_come_in_the_order_they_were_created(database: Database) -> None:
    run_id = add_run(database)
    loop = add_execution(database, run_id)
    iterations = [add_iteration(database, run_id, loop, index) for index in (1, 2)]
    made = {
        one: [add_execution(database, run_id, path=one, iteration_id=one) for _ in range(3)]
        for one in iterations
    }
    pages = executions_of_iterations(database, DEFAULT, iterations, first=2, after=None)
    assert {one: [execution.id for execution in page.items] for one, page in pages.items()} == {
        one: made[one][:2] for one in iterations
    }
    other = add_workspace(database, "other")
    foreign = executions_of_iterations(database, other, iterations, first=2, after=None)
    assert [page.items for page in foreign.values()] == [[], []]


def test_executions_of_another_workspace_are_in_no_page(database: Database) -> None:
    run_id = add_run(database)
    one = add_execution(database, run_id, inputs={"a": 1})
    add_line(database, run_id, one, 3, "secret")
    other = add_workspace(database, "other")
    assert executions_pages(database, other, [run_id], ALL, first=9, after=None)[run_id].items == []
    assert inputs_by_execution_ids(database, other, [one]) == {}
    assert log_lines_by_execution_ids(database, other, [one]) == {one: []}


def test_inputs_and_log_lines_come_by_the_executions_ids(database: Database) -> None:
    run_id = add_run(database)
    one, two = add_execution(database, run_id, inputs={"a": [1]}), add_execution(database, run_id)
    for seq, message in ((5, "later"), (3, "first")):
        add_line(database, run_id, one, seq, message)
    assert inputs_by_execution_ids(database, DEFAULT, [one, two]) == {one: {"a": [1]}, two: None}
    lines = log_lines_by_execution_ids(database, DEFAULT, [one, two])
    assert {key: [line.message for line in found] for key, found in lines.items()} == {
        one: ["first", "later"],
        two: [],
    }


def test_bad_pages_are_refused(database: Database) -> None:
    with pytest.raises(BadPage, match="'after' is no cursor of activity executions"):
        executions_pages(database, DEFAULT, ["run_1"], ALL, first=9, after="x")
    with pytest.raises(BadPage, match="'first' is 0"):
        executions_of_iterations(database, DEFAULT, ["itr_1"], first=0, after=None)
