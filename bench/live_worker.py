"""What live updates are made of: a worker that holds attempts and reports lines, or a publisher for the peers.

Run as `python -m bench.live_worker DATABASE_URL REDIS_URL RUNS` or `python -m bench.live_worker peers REDIS_URL RUNS`. It prints
the ids of the runs; then, for each line `EVENTS SECONDS` on its input, it makes so many events of each run, with so
long between two of a run, and prints when each was committed, by run and seq.
"""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import orjson
import redis

from bench.durable import ACTOR
from bench.live_peers import CHANNELS
from db.database import Database
from db.finish import finish
from db.ids import DEFAULT_WORKSPACE
from db.start import Start, start_run
from db.terms import Terms
from db.workflows import create_workflow
from db.writing import RunWrite
from engine.commands import LogLine, StartExecution
from live.bus import Publisher
from workers.group import CommitGroup
from workers.run_session import Sessions

HOLD = {
    "trigger": {"type": "MANUAL"},
    "activities": [{"key": "hold", "type": "formula", "config": {"expression": "1"}}],
    "edges": [{"from": "trigger", "to": "hold"}],
}

Times = dict[str, dict[int, float]]
Make = Callable[[], None]


def worker(database_url: str, redis_url: str, runs: int, times: Times) -> dict[str, Make]:
    """Begin runs, hold an attempt of each, and give what reports a line of it: one transaction and one event."""
    database, publisher = Database(database_url), Publisher(redis_url)

    def write(writes: Sequence[RunWrite]) -> set[str]:
        accepted = finish(database, writes)
        for one in writes:
            times[one.run_id][one.events[-1].seq] = time.time()
        return accepted

    def publish(writes: Sequence[RunWrite]) -> None:
        for one in writes:
            publisher.publish(one.events, DEFAULT_WORKSPACE)

    terms = Terms(tariff="classic")
    sessions = Sessions(
        database=database,
        group=CommitGroup(write, publish),
        publish=publish,
        wake=lambda _pairs: None,
        lost=lambda _execution_id: False,
        worker="bench:1:live",
        lease_seconds=3600,
        terms=terms,
    )
    workflow = create_workflow(
        database, DEFAULT_WORKSPACE, ACTOR, name="live", description=None, definition=HOLD, publish=True
    )
    wish = Start(workflow_id=workflow.id, payload={}, actor=ACTOR, terms=terms)
    made: dict[str, Make] = {}
    for _ in range(runs):
        run_id = start_run(database, DEFAULT_WORKSPACE, wish).run.id
        session = sessions.open(run_id)
        held = session.commit(StartExecution(path="", key="hold"), None, keep=True) if session else None
        if session is None or held is None:
            raise RuntimeError(f"run {run_id} does not begin")
        line = LogLine(path="", key="hold", level="info", message="a line of a log")
        made[run_id] = partial(session.report, held, line)
    return made


def peers(redis_url: str, runs: int, times: Times) -> dict[str, Make]:
    """Give what publishes a message, after nothing was committed."""
    client = redis.Redis.from_url(redis_url)

    def publish(run_id: str) -> None:
        seq = len(times[run_id]) + 1
        body = {
            "seq": seq,
            "type": "ActivityExecutionLogged",
            "status": "RUNNING",
            "credits": 0,
            "key": "hold",
            "text": "a line of a log " * 12,
        }
        times[run_id][seq] = time.time()
        client.publish(f"{CHANNELS}{run_id}", orjson.dumps(body))

    ids = [f"run_{number:032d}" for number in range(runs)]
    return {run_id: partial(publish, run_id) for run_id in ids}


def main() -> None:
    """Do as the input says, to its end."""
    which, redis_url, runs = sys.argv[1:]
    times: Times = defaultdict(dict)
    made = (
        peers(redis_url, int(runs), times) if which == "peers" else worker(which, redis_url, int(runs), times)
    )
    print(json.dumps(list(made)), flush=True)
    for line in sys.stdin:
        events, seconds = line.split()
        before = {run_id: len(times[run_id]) for run_id in made}
        pace(list(made.values()), int(events), float(seconds))
        new = {run_id: dict(list(times[run_id].items())[before[run_id] :]) for run_id in made}
        print(json.dumps(new), flush=True)


def pace(made: Sequence[Make], events: int, seconds: float) -> None:
    """Make events of all runs, evenly spread over the time; without any, each run's in a thread, as workers do."""
    if not seconds:
        with ThreadPoolExecutor(len(made)) as threads:
            for future in [threads.submit(repeat, make, events) for make in made]:
                future.result()
        return
    began, step = time.monotonic(), seconds / len(made)
    for number in range(events * len(made)):
        time.sleep(max(0.0, began + number * step - time.monotonic()))
        made[number % len(made)]()


def repeat(make: Make, times: int) -> None:
    for _ in range(times):
        make()


if __name__ == "__main__":
    main()
