"""How fast durable runs are: many at once, one alone, loops, and the transactions that they cost."""

import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any

import dramatiq
import psycopg
import redis
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from bench.bound import bound_workers
from bench.stack import Stack, redis_server, stacks, workers
from db.ids import DEFAULT_WORKSPACE
from db.records import Actor
from db.start import Start, start_run
from db.terms import Terms
from db.workflows import create_workflow
from live.wire import stream_of

ACTOR = Actor(kind="SYSTEM", id=None, name="bench")
RUNS, CHAIN = 200, 10
PASSES = 5

Step = dict[str, Any]


FORMULA: Step = {"type": "formula", "config": {"expression": "1 + 1"}}
DRAW: Step = {"type": "random_number", "config": {"min": 1, "max": 6}}
"""Asks something of the world: it shares no transaction with what follows it."""


def chain(length: int, each: Step) -> Step:
    """Give a definition of so many activities in a row."""
    keys = [f"a{number}" for number in range(length)]
    return {
        "trigger": {"type": "MANUAL"},
        "activities": [{"key": key, **each} for key in keys],
        "edges": [{"from": source, "to": key} for source, key in zip(["trigger", *keys], keys, strict=False)],
    }


def loop(items: int, **more: Any) -> Step:
    """Give a definition of a Loop with two Formulas in its body; `more` goes into its configuration."""
    body = [
        {"key": key, "type": "formula", "parent": "each", "config": {"expression": "loop.index + 1"}}
        for key in ("first", "second")
    ]
    config = {"items": list(range(items)), "limit": 10_000, **more}
    return {
        "trigger": {"type": "MANUAL"},
        "activities": [{"key": "each", "type": "loop", "config": config}, *body],
        "edges": [{"from": "trigger", "to": "each"}, {"from": "each", "exit": "each", "to": "first"},
                  {"from": "first", "to": "second"}],
    }  # fmt: skip


class Playhead:
    """Playhead on one database, as a client of `db/`: what the API does after it has read a request."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.workflows: dict[str, str] = {}
        for name, definition in (
            ("chain", chain(CHAIN, FORMULA)),
            ("draws", chain(CHAIN, DRAW)),
            ("loop 100", loop(100)),
            ("loop 400", loop(400)),
            ("50 at once", loop(400, mode="parallel", concurrency=50)),
        ):
            self.publish(name, definition)

    def publish(self, name: str, definition: Step) -> None:
        """Make a workflow of this name that can be started."""
        self.workflows[name] = create_workflow(
            self.stack.database,
            DEFAULT_WORKSPACE,
            ACTOR,
            name=name,
            description=None,
            definition=definition,
            publish=True,
        ).id

    def start(self, name: str) -> str:
        """Start a run as startRun does, and hint at it."""
        wish = Start(
            workflow_id=self.workflows[name],
            payload={},
            actor=ACTOR,
            terms=Terms(tariff="classic"),
        )
        started = start_run(self.stack.database, DEFAULT_WORKSPACE, wish)
        self.stack.waker.wake(started.pending)
        return started.run.id

    def wait(self, runs: Sequence[str]) -> None:
        """Wait until these runs have ended."""
        query = text("SELECT count(*) FROM run WHERE status = 'COMPLETED' AND id >= :first AND id <= :last")
        deadline = time.monotonic() + 900
        while True:
            with self.stack.database.read() as session:
                done = session.execute(query, {"first": runs[0], "last": runs[-1]}).scalar_one()
            if done == len(runs):
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(runs) - done} runs have not completed")
            time.sleep(0.002 if len(runs) == 1 else 0.02)

    def decisions(self, run_id: str) -> int:
        """Give how many decisions a run took, each one transaction at most: each is one message of its stream."""
        with redis.Redis.from_url(self.stack.redis_url) as client:
            entries: list[Any] = client.xrange(stream_of(run_id))
        return sum(fields[b"run"] == run_id.encode() for _, fields in entries)


class Bound:
    """The bound, with the interface of what it bounds."""

    def __init__(self, actor: "dramatiq.Actor[[str, int], None]", postgres_url: str) -> None:
        self._actor, self._number = actor, 0
        self._connection = psycopg.connect(postgres_url, autocommit=True)

    def start(self, name: str) -> str:
        """Send the one message of a run."""
        self._number += 1
        run = f"{self._number:06d}"
        steps = int(name.split()[1]) * 2 if name.startswith("loop") else CHAIN
        self._actor.send(run, steps)
        return run

    def wait(self, runs: Sequence[str]) -> None:
        """Wait until these runs have ended."""
        query = "SELECT count(*) FROM ended WHERE run >= %s AND run <= %s"
        while True:
            row = self._connection.execute(query, (runs[0], runs[-1])).fetchone()
            if row is not None and row[0] == len(runs):
                return
            time.sleep(0.002 if len(runs) == 1 else 0.02)


def many(peer: Playhead | Bound, name: str) -> float:
    """Give runs a second for 200 ten-activity runs started at once."""
    begun = time.perf_counter()
    peer.wait([peer.start(name) for _ in range(RUNS)])
    return RUNS / (time.perf_counter() - begun)


def one(peer: Playhead | Bound, name: str, silence: float = 0.05) -> float:
    """Give the milliseconds of one run, after so many seconds of silence."""
    time.sleep(silence)
    begun = time.perf_counter()
    peer.wait([peer.start(name)])
    return (time.perf_counter() - begun) * 1000


def median(measure_once: Callable[[], float], times: int = PASSES) -> tuple[float, str]:
    """Give the median of so many readings, and it with its range as text."""
    readings = [measure_once() for _ in range(times)]
    middle = statistics.median(readings)
    return middle, f"{middle:.1f} [{min(readings):.1f}-{max(readings):.1f}]"


def throughput(peers: dict[str, Playhead | Bound]) -> Table:
    """200 runs of ten activities, started at once."""
    table = Table(
        "peer", "runs/s", "activities/s", "x bound", title="200 runs of a ten-activity chain at once"
    )
    measured = [(name, peer, "chain") for name, peer in peers.items()]
    measured += [
        (f"{name}, a transaction an activity", peer, "draws")
        for name, peer in peers.items()
        if isinstance(peer, Playhead)
    ]
    readings: dict[str, list[float]] = {name: [] for name, _, _ in measured}
    for _ in range(PASSES):
        for name, peer, workflow in measured:
            readings[name].append(many(peer, workflow))
    bound = statistics.median(readings["dramatiq-pg"])
    for name, all_of_it in readings.items():
        middle = statistics.median(all_of_it)
        shown = f"{middle:.0f} [{min(all_of_it):.0f}-{max(all_of_it):.0f}]"
        table.add_row(name, shown, f"{middle * CHAIN:.0f}", f"{middle / bound:.2f}")
    return table


def latency(peers: dict[str, Playhead | Bound]) -> Table:
    """One run on an idle system."""
    table = Table(
        "peer", "warm, ms", "after 3 s of silence, ms", "ratio", title="One ten-activity run, idle system"
    )
    for name, peer in peers.items():
        one(peer, "chain")
        warm, warm_text = median(partial(one, peer, "chain"), 15)
        cold, cold_text = median(partial(one, peer, "chain", 3.0), 7)
        table.add_row(name, warm_text, cold_text, f"{cold / warm:.2f}")
    return table


def loops(peers: dict[str, Playhead | Bound]) -> Table:
    """Loops of 100 and of 400 items with two activities each."""
    table = Table(
        "peer", "100 items, ms", "400 items, ms", "ratio", "400, 50 at once, ms", "ratio",
        title="A loop with two activities an item",
    )  # fmt: skip
    for name, peer in peers.items():
        small, small_text = median(partial(one, peer, "loop 100"))
        large, large_text = median(partial(one, peer, "loop 400"))
        row = [name, small_text, large_text, f"{large / small:.2f}"]
        if isinstance(peer, Playhead):
            wide, wide_text = median(partial(one, peer, "50 at once"))
            row += [wide_text, f"{wide / large:.2f}"]
        table.add_row(*row)
    return table


LENGTHS = (10, 100, 1_000, 10_000)
_COUNTED = 1_000
"""Of a longer loop a stream does not keep all."""


def lengths(peers: dict[str, Playhead | Bound]) -> Table:
    """What an item costs in loops of different lengths, one after the other and 50 at once."""
    table = Table(
        "peer", "iterations", *(f"{length:,} items" for length in LENGTHS), "decisions an item",
        title="Loops with two activities an item: ms an item, and the workers' memory afterwards, MiB",
    )  # fmt: skip
    for name, peer in peers.items():
        for mode, config in (("sequential", {}), ("50 at once", {"mode": "parallel", "concurrency": 50})):
            if isinstance(peer, Playhead):
                table.add_row(name, mode, *_an_item(peer, config))
    return table


def _an_item(peer: Playhead, config: Step) -> list[str]:
    cells, decisions = [], 0.0
    for length in LENGTHS:
        peer.publish("length", loop(length, **config))
        begun = time.perf_counter()
        run = peer.start("length")
        peer.wait([run])
        milliseconds = (time.perf_counter() - begun) * 1000 / length
        cells.append(f"{milliseconds:.1f} ({peer.stack.memory():.0f})")
        if length == _COUNTED:
            decisions = peer.decisions(run) / length
    return [*cells, f"{decisions:.2f}"]


def transactions(peers: dict[str, Playhead | Bound]) -> Table:
    """Transactions a ten-activity run costs."""
    table = Table(
        "peer", "decisions, alone", "200 at once",
        title="Transactions a run of ten activities (200 at once: PostgreSQL's own count, reads too)",
    )  # fmt: skip
    for name, peer in peers.items():
        if isinstance(peer, Playhead):
            for workflow, kind in (("chain", "Formulas"), ("draws", "a transaction an activity")):
                table.add_row(f"{name}, {kind}", *_transactions(peer, workflow))
    return table


def _transactions(peer: Playhead, workflow: str) -> tuple[str, str]:
    run = peer.start(workflow)
    peer.wait([run])
    before = peer.stack.transactions()
    many(peer, workflow)
    time.sleep(1.5)  # PostgreSQL reports its statistics with a delay
    after = peer.stack.transactions()
    counted = f"{(after - before) / RUNS:.1f}" if before is not None and after is not None else "not counted"
    return str(peer.decisions(run)), counted


QUESTIONS: dict[str, Callable[[dict[str, Playhead | Bound]], Table]] = {
    "throughput": throughput, "latency": latency, "loops": loops, "lengths": lengths, "transactions": transactions,
}  # fmt: skip


def measure(asked: Sequence[str]) -> None:
    """Answer questions, one table each."""
    console = Console(width=120)
    with ExitStack() as running:
        redis_url = running.enter_context(redis_server())
        found, bound_url = running.enter_context(stacks(redis_url))
        actor = running.enter_context(bound_workers(bound_url, f"{redis_url.partition('?')[0]}?db=9"))
        peers: dict[str, Playhead | Bound] = {"dramatiq-pg": Bound(actor, bound_url)}
        for name, stack in found.items():
            running.enter_context(workers(stack))
            peers[f"Playhead, {name}"] = Playhead(stack)
        for question in asked:
            console.print(QUESTIONS[question](peers))
