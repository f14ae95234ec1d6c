import pytest

from db.cursors import BadPage
from db.database import Database
from db.events import events
from db.history import events_pages, past_runs
from engine.folding import Picture
from tests.db.filling import DEFAULT, add_event, add_run, add_workspace
from tests.engine.simulation import activity, edge, workflow
from tests.workers.harness import Harness

CHAIN = workflow([activity("a"), activity("b")], [edge("trigger", "a"), edge("a", "b")])


def picture(database: Database, run_id: str, seq: int) -> Picture:
    made = Picture()
    for event in events(database, run_id, after=0, limit=seq):
        made.take(event)
    return made


def test_runs_as_they_were_are_pictures_of_their_logs(database: Database) -> None:
    harness = Harness(database)
    one, two = harness.run(CHAIN), harness.run(CHAIN)
    moments = [(one, 4), (two, 9), (one, 9), (one, 1)]
    found = past_runs(database, DEFAULT, moments)
    assert set(found) == set(moments)
    for (run_id, seq), past in found.items():
        expected = picture(database, run_id, seq)
        assert (past.picture.run, past.picture.state) == (expected.run, expected.state)
        assert past.picture.executions == expected.executions
        row = harness.row(run_id)
        shown = (past.workspace_id, past.workflow_id, past.version_id)
        assert shown == (DEFAULT, row.workflow_id, row.version_id)


def test_a_log_longer_than_a_page_is_read_whole(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.history._PAGE", 2)
    run_id = Harness(database).run(CHAIN)
    for seq in range(1, 10):
        found = past_runs(database, DEFAULT, [(run_id, seq)])[run_id, seq]
        assert found.picture.executions == picture(database, run_id, seq).executions


def test_what_is_not_there_is_absent(database: Database) -> None:
    run_id = Harness(database).run(CHAIN)
    asked = [(run_id, 0), (run_id, -1), (run_id, 10), (run_id, 2**40), ("run_x", 1), ("run_\0", 1)]
    assert past_runs(database, DEFAULT, asked) == {}
    assert past_runs(database, add_workspace(database, "other"), [(run_id, 1)]) == {}
    assert past_runs(database, DEFAULT, []) == {}


def test_pages_of_events_are_of_the_workspaces_runs(database: Database) -> None:
    run_id, other = add_run(database, last_seq=4), add_run(database, last_seq=1)
    for seq in (3, 1, 4, 2):
        add_event(database, run_id, seq)
    add_event(database, other, 1)
    found = events_pages(database, DEFAULT, [run_id, other, "run_x"], first=2, after=1)
    assert {one: [event.seq for event in log] for one, log in found.items()} == {
        run_id: [2, 3],
        other: [],
        "run_x": [],
    }
    whole = events_pages(database, DEFAULT, [run_id, other], first=100, after=0)
    assert [len(whole[one]) for one in (run_id, other)] == [4, 1]
    assert events_pages(database, DEFAULT, [run_id], first=100, after=2**31 - 1) == {run_id: []}
    foreign = events_pages(database, add_workspace(database, "other"), [run_id], first=100, after=0)
    assert foreign == {run_id: []}


@pytest.mark.parametrize(("first", "after"), [(0, 0), (101, 0), (1, -1)])
def test_a_page_of_events_that_cannot_be_given_is_refused(database: Database, first: int, after: int) -> None:
    with pytest.raises(BadPage):
        events_pages(database, DEFAULT, ["run_1"], first=first, after=after)
