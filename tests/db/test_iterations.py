import pytest

from db.cursors import BadPage
from db.database import Database
from db.filters import IterationFilter
from db.iterations import iterations_by_ids, iterations_by_index, iterations_pages
from engine.status import IterationStatus
from tests.db.filling import DEFAULT, add_execution, add_iteration, add_run, add_workspace

ALL = IterationFilter()


@pytest.fixture
def loops(database: Database) -> tuple[str, str]:
    run_id = add_run(database)
    loops = (add_execution(database, run_id), add_execution(database, run_id))
    for index in (2, 1, 3):
        status = "FAILED" if index == 2 else "COMPLETED"
        add_iteration(database, run_id, loops[0], index, status=status, item={"n": index})
    return loops


def test_iterations_come_by_index(database: Database, loops: tuple[str, str]) -> None:
    pages = iterations_pages(database, DEFAULT, loops, ALL, first=2, after=None)
    assert [one.index for one in pages[loops[0]].items] == [1, 2]
    assert pages[loops[1]].items == []
    rest = iterations_pages(database, DEFAULT, loops, ALL, first=2, after=pages[loops[0]].cursors[-1])
    assert [(one.index, one.item) for one in rest[loops[0]].items] == [(3, {"n": 3})]
    failed = IterationFilter(statuses=(IterationStatus.FAILED,))
    page = iterations_pages(database, DEFAULT, loops, failed, first=2, after=None)[loops[0]]
    assert [one.index for one in page.items] == [2]


def test_an_iteration_is_found_by_its_loop_and_index(database: Database, loops: tuple[str, str]) -> None:
    asked = [(loops[0], 1), (loops[0], 3), (loops[0], 4), (loops[1], 1), (loops[0], 0), ("\0", 1)]
    asked += [(loops[0], 2**40), (loops[0], -5)]
    found = iterations_by_index(database, DEFAULT, asked)
    assert {place: one.item for place, one in found.items()} == {
        (loops[0], 1): {"n": 1},
        (loops[0], 3): {"n": 3},
    }
    assert iterations_by_index(database, DEFAULT, []) == {}
    (one,) = (found[loops[0], 1],)
    assert iterations_by_ids(database, DEFAULT, [one.id, "itr_0"]) == {one.id: one}


def test_iterations_of_another_workspace_are_absent(database: Database, loops: tuple[str, str]) -> None:
    other = add_workspace(database, "other")
    mine = iterations_by_index(database, DEFAULT, [(loops[0], 1)])[loops[0], 1]
    assert iterations_by_ids(database, other, [mine.id]) == {}
    assert iterations_by_index(database, other, [(loops[0], 1)]) == {}
    assert iterations_pages(database, other, loops, ALL, first=9, after=None)[loops[0]].items == []


def test_bad_pages_are_refused(database: Database) -> None:
    with pytest.raises(BadPage, match="'after' is no cursor of loop iterations"):
        iterations_pages(database, DEFAULT, ["exe_1"], ALL, first=9, after="x")
