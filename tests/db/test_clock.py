import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.clock import READ_EVERY_SECONDS, DatabaseClock

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


class Monotonic:
    def __init__(self) -> None:
        self.now = 500.0

    def __call__(self) -> float:
        return self.now


def counting(monotonic: Monotonic, reads: list[float], takes: float = 0.0) -> Callable[[], datetime]:
    """A database whose clock goes as the monotonic one does; to ask it takes so long."""

    def read() -> datetime:
        reads.append(monotonic.now)
        monotonic.now += takes
        return NOON + timedelta(seconds=monotonic.now - 500.0 - takes / 2)

    return read


def test_the_time_is_read_once_and_counted_on() -> None:
    monotonic, reads = Monotonic(), list[float]()
    clock = DatabaseClock(counting(monotonic, reads), monotonic)

    assert clock.now() == NOON
    monotonic.now += 29.5
    assert clock.now() == NOON + timedelta(seconds=29.5)
    assert reads == [500.0]


def test_it_is_read_again_every_so_often() -> None:
    monotonic, reads = Monotonic(), list[float]()
    clock = DatabaseClock(counting(monotonic, reads), monotonic)
    clock.now()
    monotonic.now += READ_EVERY_SECONDS

    assert clock.now() == NOON + timedelta(seconds=READ_EVERY_SECONDS)
    assert reads == [500.0, 500.0 + READ_EVERY_SECONDS]


def test_the_way_to_the_database_and_back_does_not_make_it_late() -> None:
    monotonic = Monotonic()
    clock = DatabaseClock(counting(monotonic, [], takes=2.0), monotonic)

    assert clock.now() == NOON + timedelta(seconds=2)


def test_it_goes_on_while_the_database_is_away_and_asks_no_sooner_than_before() -> None:
    monotonic, asked = Monotonic(), list[float]()

    def away() -> datetime:
        asked.append(monotonic.now)
        raise sqlite3.OperationalError("disk I/O error")

    clock = DatabaseClock(counting(monotonic, []), monotonic)
    clock.now()
    clock._read = away
    monotonic.now += READ_EVERY_SECONDS
    assert clock.now() == NOON + timedelta(seconds=READ_EVERY_SECONDS)
    monotonic.now += 1
    assert clock.now() == NOON + timedelta(seconds=READ_EVERY_SECONDS + 1)
    assert asked == [500.0 + READ_EVERY_SECONDS]


def test_a_database_that_was_never_reached_is_said_to_be_away() -> None:
    def away() -> datetime:
        raise sqlite3.OperationalError("unable to open database file")

    with pytest.raises(sqlite3.OperationalError):
        DatabaseClock(away).now()


def test_a_fault_of_the_program_is_not_taken_for_an_outage() -> None:
    monotonic = Monotonic()
    clock = DatabaseClock(counting(monotonic, []), monotonic)
    clock.now()
    clock._read = lambda: 1 // 0  # type: ignore[assignment,return-value]
    monotonic.now += READ_EVERY_SECONDS

    with pytest.raises(ZeroDivisionError):
        clock.now()


def test_nothing_that_decides_about_runs_asks_this_machine_for_the_time() -> None:
    folders = (ROOT / "db", ROOT / "workers", ROOT / "engine")
    asking = {
        str(path.relative_to(ROOT))
        for folder in folders
        for path in folder.rglob("*.py")
        if "migrations" not in path.parts
        and ("datetime.now(" in path.read_text() or "time.time(" in path.read_text())
    }
    # SQLite has no clock but this machine's; a key that runs out does so by the clock of who is asked.
    assert asking == {"db/database.py", "db/finish_sqlite.py", "db/api_keys.py"}
