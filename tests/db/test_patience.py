"""Writing through an outage: nothing is written twice, nothing waits for ever."""

import sqlite3
from collections.abc import Callable

import pytest

from db.outages import OutageError
from db.patience import read_patiently, write_patiently

AWAY = sqlite3.OperationalError("database is locked")


def script(*steps: str | Exception | None) -> Callable[[], str | None]:
    """Give a function that does one step a call."""
    left = list(steps)

    def step() -> str | None:
        one = left.pop(0)
        if isinstance(one, Exception):
            raise one
        return one

    return step


def test_a_write_that_is_answered_is_made_once() -> None:
    assert write_patiently(script("done"), written=script(), worth=lambda: True) == "done"


def test_a_write_that_is_refused_is_told_so() -> None:
    assert write_patiently(script(None), written=script(), worth=lambda: True) is None


def test_a_write_whose_reply_was_lost_is_found_and_not_made_again() -> None:
    assert write_patiently(script(AWAY), written=script("found"), worth=lambda: True) == "found"


def test_a_write_that_did_not_come_through_is_made_again_also_where_looking_fails_first() -> None:
    assert write_patiently(script(AWAY, "done"), written=script(AWAY, None), worth=lambda: True) == "done"


def test_what_is_not_worth_waiting_for_is_given_up() -> None:
    with pytest.raises(OutageError, match=r"^the database does not answer$"):
        write_patiently(script(AWAY), written=script(), worth=lambda: False)


def test_an_error_of_the_statement_is_no_outage() -> None:
    with pytest.raises(ZeroDivisionError):
        write_patiently(script(ZeroDivisionError()), written=script(), worth=lambda: True)


def test_a_write_that_came_through_only_after_it_was_looked_for_is_found_in_the_end() -> None:
    assert write_patiently(script(AWAY, None), written=script(None, "found")) == "found"
    assert write_patiently(script(AWAY, None), written=script(None, AWAY, "found")) == "found"


def test_a_write_that_is_refused_by_another_after_an_outage_is_told_so() -> None:
    assert write_patiently(script(AWAY, None), written=script(None, None)) is None


def test_a_read_is_made_again_until_it_is_answered() -> None:
    assert read_patiently(script(AWAY, AWAY, None)) is None
    with pytest.raises(OutageError):
        read_patiently(script(AWAY), worth=lambda: False)
