import threading
from collections.abc import Callable

import pytest
from sqlalchemy.exc import IntegrityError

from db.database import Database
from db.round_robin import take_turn
from tests.db.filling import add_workflow


def taking(database: Database, workflow_id: str, key: str = "next") -> Callable[[int], int]:
    def take(members: int) -> int:
        with database.write() as session:
            return take_turn(session, workflow_id, key, members)

    return take


def test_each_takes_a_turn_and_after_the_last_comes_the_first(database: Database) -> None:
    take = taking(database, add_workflow(database))
    assert [take(3) for _ in range(7)] == [1, 2, 3, 1, 2, 3, 1]


def test_more_members_come_after_the_last_and_fewer_begin_anew(database: Database) -> None:
    take = taking(database, add_workflow(database))
    assert [take(2), take(2), take(4), take(4), take(2), take(2)] == [1, 2, 3, 4, 1, 2]
    assert [take(5), take(5), take(1), take(1)] == [3, 4, 1, 1]


def test_turns_of_other_activities_and_workflows_are_their_own(database: Database) -> None:
    one, other = add_workflow(database), add_workflow(database)
    takes = [taking(database, one), taking(database, one, "other"), taking(database, other)]
    assert [[take(3) for take in takes] for _ in range(2)] == [[1, 1, 1], [2, 2, 2]]


def test_a_turn_in_a_transaction_that_is_undone_was_not_taken(database: Database) -> None:
    workflow_id = add_workflow(database)
    take = taking(database, workflow_id)
    assert take(3) == 1
    with pytest.raises(RuntimeError, match="the power went"), database.write() as session:
        assert take_turn(session, workflow_id, "next", 3) == 2
        raise RuntimeError("the power went")
    assert take(3) == 2


def test_those_who_come_at_once_each_get_a_turn_of_their_own(database: Database) -> None:
    take, taken, start = taking(database, add_workflow(database)), list[int](), threading.Barrier(4)

    def work() -> None:
        start.wait()
        taken.extend(take(100) for _ in range(10))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 41))


def test_there_are_no_turns_without_a_workflow(database: Database) -> None:
    with pytest.raises(IntegrityError):
        taking(database, "wf_none")(3)
