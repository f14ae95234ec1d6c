from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from db.database import Database
from db.rows import EXECUTION, RUN
from tests.db.filling import add_execution, add_run
from workers.leases import LeaseKeeper, expire_worker, worker_prefix

LEASE = 30.0


class FakeClock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def keeper(database: Database, clock: FakeClock) -> LeaseKeeper:
    return LeaseKeeper(database, LEASE, clock)


def leased(database: Database, token: str = "t1", **values: Any) -> str:
    until = database.now() + timedelta(seconds=10)
    made = {"status": "RUNNING", "token": token, "lease_until": until, "worker": "host:1:a", **values}
    return add_execution(database, add_run(database), **made)


def lease_of(database: Database, execution_id: str) -> datetime:
    with database.read() as session:
        query = select(EXECUTION.c.lease_until).where(EXECUTION.c.id == execution_id)
        until: datetime = session.execute(query).scalar_one()
    return until


def seconds_left(database: Database, execution_id: str) -> float:
    return (lease_of(database, execution_id) - database.now()).total_seconds()


def test_every_held_lease_is_renewed_on_the_database_clock(database: Database, keeper: LeaseKeeper) -> None:
    held = [leased(database, f"t{number}") for number in range(3)]
    other = leased(database, "of another")
    for number, one in enumerate(held):
        keeper.hold(one, f"t{number}")
    assert keeper.renew() is None
    assert all(25 < seconds_left(database, one) <= LEASE for one in held)
    assert seconds_left(database, other) <= 10


def test_a_renewal_leaves_the_fence_of_the_run_as_it_was(database: Database, keeper: LeaseKeeper) -> None:
    held = leased(database)
    keeper.hold(held, "t1")
    keeper.renew()
    with database.read() as session:
        assert session.scalars(select(RUN.c.last_seq)).all() == [1]


def test_a_lease_under_another_token_is_not_renewed(database: Database, keeper: LeaseKeeper) -> None:
    held = leased(database, "of another")
    keeper.hold(held, "t1")
    assert keeper.renew() == 1.0
    assert seconds_left(database, held) <= 10


def test_an_execution_that_no_longer_runs_is_not_leased_again(
    database: Database, keeper: LeaseKeeper
) -> None:
    held = leased(database, status="COMPLETED")
    keeper.hold(held, "t1")
    keeper.renew()
    assert seconds_left(database, held) <= 10


def test_a_released_lease_is_not_renewed(database: Database, keeper: LeaseKeeper) -> None:
    held = leased(database)
    keeper.hold(held, "t1")
    keeper.release(held)
    keeper.renew()
    assert seconds_left(database, held) <= 10
    assert keeper.holding() == 0


def test_a_lease_is_lost_after_two_thirds_of_its_length_without_renewal(
    database: Database, keeper: LeaseKeeper, clock: FakeClock
) -> None:
    keeper.hold("exe", "t1")
    clock.now += 19.9
    assert not keeper.lost("exe")
    clock.now += 0.2
    assert keeper.lost("exe")


def test_a_renewed_lease_is_good_for_two_thirds_of_its_length_again(
    database: Database, keeper: LeaseKeeper, clock: FakeClock
) -> None:
    held = leased(database)
    keeper.hold(held, "t1")
    clock.now += 19
    keeper.renew()
    clock.now += 19
    assert not keeper.lost(held)


def test_what_was_given_up_stays_given_up(database: Database, keeper: LeaseKeeper, clock: FakeClock) -> None:
    held = leased(database)
    keeper.hold(held, "t1")
    clock.now += 21
    keeper.renew()
    assert keeper.lost(held)
    assert seconds_left(database, held) <= 10


def test_the_next_attempt_of_an_execution_has_a_lease_of_its_own(
    database: Database, keeper: LeaseKeeper, clock: FakeClock
) -> None:
    keeper.hold("exe", "t1")
    clock.now += 21
    keeper.hold("exe", "t2")
    assert not keeper.lost("exe")


def test_what_was_never_held_here_is_lost(keeper: LeaseKeeper) -> None:
    assert keeper.lost("exe_unknown")


def test_an_unreachable_database_renews_nothing_and_is_said(
    database: Database, keeper: LeaseKeeper, clock: FakeClock
) -> None:
    held = leased(database)
    keeper.hold(held, "t1")
    clock.now += 15
    with database.write() as session:
        session.execute(text("ALTER TABLE activity_execution RENAME TO gone"))
    with pytest.raises(Exception, match="activity_execution"):
        keeper.renew()
    clock.now += 6
    assert keeper.lost(held)


def test_expiring_a_worker_ends_all_its_leases_and_no_other(database: Database) -> None:
    dead = [leased(database, worker=f"my_host:12:{number}") for number in range(2)]
    spared = [leased(database, worker=name) for name in ("my_host:123:a", "myXhost:12:a", "other:12:a")]
    done = leased(database, worker="my_host:12:a", status="COMPLETED")
    assert expire_worker(database, worker_prefix("my_host", 12)) == 2
    assert all(seconds_left(database, one) < 0 for one in dead)
    assert all(seconds_left(database, one) > 0 for one in (*spared, done))


def test_a_row_that_is_being_changed_is_passed_over_without_waiting(
    migrated_postgres_url: str, clock: FakeClock
) -> None:
    database = Database(migrated_postgres_url)
    keeper = LeaseKeeper(database, LEASE, clock)
    locked, free = leased(database, "t1"), leased(database, "t2")
    keeper.hold(locked, "t1")
    keeper.hold(free, "t2")
    with database.write() as session:
        session.execute(select(EXECUTION.c.id).where(EXECUTION.c.id == locked).with_for_update())
        assert keeper.renew() == 1.0
    assert seconds_left(database, free) > 20
    assert seconds_left(database, locked) <= 10
    assert keeper.renew() is None
    assert seconds_left(database, locked) > 20
    database.dispose()


def test_a_started_keeper_renews_by_itself(database: Database) -> None:
    from tests.waiting import wait_until

    held = leased(database)
    keeper = LeaseKeeper(database, 60.0)
    keeper.hold(held, "t1")
    keeper.start()
    wait_until(lambda: seconds_left(database, held) > 30)
    keeper.stop()
