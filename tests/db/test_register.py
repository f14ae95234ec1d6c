from datetime import datetime, timedelta

from db.database import Database
from db.register import changed_runs, headers, present_runs, run_outlines
from db.runs import get_run
from tests.db.filling import DEFAULT, add_event, add_run, add_workspace, after_noon
from tests.engine.simulation import activity, edge, workflow
from tests.workers.harness import Harness

CHAIN = workflow([activity("a"), activity("b")], [edge("trigger", "a"), edge("a", "b")])
WAIT = workflow([activity("wait", "delay", amount=1, unit="hours")], [edge("trigger", "wait")])


def test_whatever_changes_a_run_says_when(database: Database) -> None:
    harness, before = Harness(database), database.now()
    run_id = harness.begin(harness.publish(CHAIN)).run.id
    changed = [harness_changed(database, run_id)]
    harness.work()
    changed.append(harness_changed(database, run_id))
    for moment in changed:
        assert isinstance(moment, datetime)
        assert before - timedelta(seconds=2) <= moment <= database.now()
        assert moment.microsecond == 0 and moment.second % 2 == 0


def harness_changed(database: Database, run_id: str) -> object:
    (place,) = (
        one for one in present_runs(database, DEFAULT, within=timedelta(minutes=1))[1] if one.run_id == run_id
    )
    return place.changed_at


def test_present_are_the_runs_that_go_on_and_those_that_changed_of_late(database: Database) -> None:
    harness = Harness(database)
    waiting, ended = harness.run(WAIT), harness.run(CHAIN)
    old = add_run(database, last_seq=7, changed_at=None)
    long_ago = after_noon(-1_000_000_000)
    add_run(database, last_seq=7, changed_at=long_ago, ended_at=long_ago, status="COMPLETED")
    foreign = add_workspace(database, "other")
    there = add_run(database, foreign, last_seq=3)
    now, places = present_runs(database, DEFAULT, within=timedelta(minutes=1))
    assert abs(now - database.now()) < timedelta(seconds=10)
    seqs = {run_id: harness.row(run_id).last_seq for run_id in (waiting, ended, old)}
    assert {one.run_id: one.seq for one in places} == seqs
    assert {one.run_id for one in present_runs(database, foreign, within=timedelta(minutes=1))[1]} == {there}


def test_changed_are_those_that_changed_since_then(database: Database) -> None:
    early = add_run(database, last_seq=2, changed_at=after_noon(0))
    late = add_run(database, last_seq=5, changed_at=after_noon(10))
    add_run(database, add_workspace(database, "other"), changed_at=after_noon(10))
    add_run(database, changed_at=None)
    found = changed_runs(database, DEFAULT, since=after_noon(10))
    assert [(one.run_id, one.seq, one.changed_at) for one in found] == [(late, 5, after_noon(10))]
    assert {one.run_id for one in changed_runs(database, DEFAULT, since=after_noon(0))} == {early, late}


def test_an_outline_is_the_run_without_its_state(database: Database) -> None:
    run_id = add_run(database, state={"scopes": {}})
    (found,) = run_outlines(database, DEFAULT, [run_id, "run_x", "run_\0"]).values()
    whole = get_run(database, DEFAULT, run_id)
    assert whole is not None and found.state == {}
    assert (found.id, found.workflow_id, found.trigger) == (run_id, whole.workflow_id, whole.trigger)
    assert run_outlines(database, add_workspace(database, "other"), [run_id]) == {}


def test_headers_come_run_by_run_in_order_so_many_of_each(database: Database) -> None:
    one, two = add_run(database), add_run(database)
    for seq in (3, 1, 4, 2):
        add_event(database, one, seq)
    add_event(database, two, 1)
    found = headers(database, {one: 1, two: 0, "run_x": 0}, limit=2)
    assert [(each.run_id, each.seq) for each in found] == sorted([(one, 2), (one, 3), (two, 1)])
    assert found[0].header == {}
    assert headers(database, {}, limit=2) == []
