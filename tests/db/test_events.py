from db.database import Database
from db.events import events, last_seqs
from tests.db.filling import add_event, add_run, after_noon


def test_events_come_in_order_after_a_seq(database: Database) -> None:
    run_id, other = add_run(database, last_seq=4), add_run(database)
    for seq in (3, 1, 4, 2):
        add_event(database, run_id, seq)
    add_event(database, other, 1)
    assert [one.seq for one in events(database, run_id, after=0, limit=100)] == [1, 2, 3, 4]
    assert [one.seq for one in events(database, run_id, after=1, limit=2)] == [2, 3]
    assert events(database, run_id, after=4, limit=9) == []
    (one,) = events(database, run_id, after=3, limit=9)
    assert (one.run_id, one.at, one.type, one.data) == (run_id, after_noon(4), "RunStarted", {"n": 4})


def test_last_seqs_come_by_the_runs_that_there_are(database: Database) -> None:
    one, two = add_run(database, last_seq=4), add_run(database, last_seq=2)
    assert last_seqs(database, [one, two, "run_0"]) == {one: 4, two: 2}
    assert last_seqs(database, []) == {}
