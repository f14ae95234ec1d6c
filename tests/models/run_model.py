"""A model of one run: claims, results, lost attempts and a cancel, under a queue that loses and doubles, and workers that die.

Each transaction is one step; everything else happens in any order. Some units of work follow others, some are in parallel,
some are loops around others: as `Graph` says. A worker whose lease ran out may still be alive, and write later.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

RUNNING, CANCELING, CANCELED, COMPLETED, FAILED = "RUNNING", "CANCELING", "CANCELED", "COMPLETED", "FAILED"
NEW, PENDING = "NEW", "PENDING"
ENDED = frozenset({CANCELED, COMPLETED, FAILED})
MOST_MESSAGES = 2

Ints = tuple[int, ...]
Texts = tuple[str, ...]


@dataclass(frozen=True)
class Graph:
    """What follows what: `after` has the units that each unit waits for, `inside` the loop around it."""

    after: tuple[frozenset[int], ...]
    inside: tuple[int | None, ...]

    @property
    def units(self) -> range:
        return range(len(self.after))

    def is_loop(self, unit: int) -> bool:
        return unit in self.inside

    def body(self, loop: int) -> list[int]:
        return [unit for unit in self.units if self.inside[unit] == loop]


def graph(*after: set[int], inside: dict[int, int] | None = None) -> Graph:
    """Makes a graph of one set for each unit."""
    around = inside or {}
    return Graph(tuple(map(frozenset, after)), tuple(around.get(unit) for unit in range(len(after))))


CHAIN = graph(set(), {0})
LONG_CHAIN = graph(set(), {0}, {1})
BRANCHES = graph(set(), set(), {0, 1})
"""Two branches, and what waits for both."""

SEQUENTIAL_LOOP = graph(set(), set(), {1}, inside={1: 0, 2: 0})
PARALLEL_LOOP = graph(set(), set(), set(), inside={1: 0, 2: 0})
LOOP_AND_AFTER = graph(set(), set(), {0}, inside={1: 0})


class Worker(NamedTuple):
    """What a worker is about to do with a unit: `received`, `claimed`, `succeeded` or `failed`, under a token.

    `phase` may be one of a mutant's own; `seen` is what a mutant remembers.
    """

    phase: str
    unit: int
    token: int = 0
    seen: Texts = ()


class State(NamedTuple):
    """Everything; `acknowledged` says whether a cancel was answered, `late` how much began after that, `refused` whether
    who rightly held an attempt was turned away."""

    run: str
    units: Texts
    tokens: Ints
    attempts: Ints
    credits: Ints
    messages: Ints
    workers: tuple[Worker | None, ...]
    acknowledged: bool = False
    late: bool = False
    refused: bool = False
    failing: bool = False
    hinted: Ints = ()


@dataclass(frozen=True)
class RunModel:
    """The design. A mutant overrides one of its decisions."""

    graph: Graph
    workers: int = 2
    most_attempts: int = 2

    def start(self) -> State:
        zeros = (0,) * len(self.graph.after)
        units = tuple(
            PENDING if not after and inside is None else NEW
            for after, inside in zip(self.graph.after, self.graph.inside, strict=True)
        )
        return State(RUNNING, units, zeros, zeros, zeros, (), (None,) * self.workers, hinted=zeros)

    def steps(self, state: State) -> Iterator[tuple[str, State]]:
        yield from self.queue(state)
        if state.run == RUNNING:
            yield "cancel", self.cancel(state)
        for unit in self.graph.units:
            if self.may_expire(state, unit):
                yield f"expire {unit}", self.lose(state, unit)
        for number, worker in enumerate(state.workers):
            if worker is None:
                for unit in sorted(set(state.messages)):
                    taken = state._replace(messages=without(state.messages, unit))
                    yield f"{number} receives {unit}", at_work(taken, number, Worker("received", unit))
            else:
                yield f"{number} dies", at_work(state, number, None)
                yield from self.work(state, number, worker)

    # -- what the queue and the sweep do

    def queue(self, state: State) -> Iterator[tuple[str, State]]:
        room = len(state.messages) < MOST_MESSAGES
        for unit in self.graph.units:
            if state.units[unit] == PENDING and room and self.may_hint(state, unit):
                hinted = (
                    put(state.hinted, unit, state.attempts[unit] + 1) if self.counts_hints else state.hinted
                )
                sent = tuple(sorted((*state.messages, unit)))
                yield f"hint {unit}", state._replace(messages=sent, hinted=hinted)
        for unit in sorted(set(state.messages)):
            yield f"lose the hint {unit}", state._replace(messages=without(state.messages, unit))
            if room:
                yield (
                    f"double the hint {unit}",
                    state._replace(messages=tuple(sorted((*state.messages, unit)))),
                )

    counts_hints = False

    def may_hint(self, state: State, unit: int) -> bool:
        return True

    # -- what a worker does

    def work(self, state: State, number: int, worker: Worker) -> Iterator[tuple[str, State]]:
        if worker.phase == "received":
            yield f"{number} claims {worker.unit}", self.received(state, number, worker)
        elif worker.phase == "claimed":
            for phase in ("succeeded", "failed"):
                done = worker._replace(phase=phase, seen=self.remembers(state))
                yield f"{number} has {phase}", at_work(state, number, done)
        elif worker.phase in ("succeeded", "failed"):
            yield f"{number} writes that it {worker.phase}", self.write(state, number, worker)

    def remembers(self, state: State) -> Texts:
        return ()

    def received(self, state: State, number: int, worker: Worker) -> State:
        idle = at_work(state, number, None)
        return self.claim(idle, number, worker.unit) if self.may_claim(state, worker.unit) else idle

    def may_claim(self, state: State, unit: int) -> bool:
        return state.run == RUNNING and not state.failing and state.units[unit] == PENDING

    def claim(self, state: State, number: int, unit: int) -> State:
        """Begins an attempt under a new token; a loop begins its iterations instead, and holds no worker."""
        late = state.late or state.acknowledged
        state = state._replace(
            late=late, units=put(state.units, unit, RUNNING), attempts=raised(state.attempts, unit)
        )
        if self.graph.is_loop(unit):
            for inner in self.graph.body(unit):
                if not self.graph.after[inner]:
                    state = state._replace(units=put(state.units, inner, PENDING))
            return state
        state = state._replace(tokens=raised(state.tokens, unit))
        return at_work(state, number, Worker("claimed", unit, state.tokens[unit]))

    def write(self, state: State, number: int, worker: Worker) -> State:
        unit = worker.unit
        holds = state.units[unit] == RUNNING and state.tokens[unit] == worker.token
        idle = at_work(state, number, None)
        if not self.accepts(state, worker):
            return idle._replace(refused=True) if holds else idle
        if worker.phase == "failed":
            return self.fail(idle, unit)
        return self.complete(idle, number, worker)

    def accepts(self, state: State, worker: Worker) -> bool:
        return state.units[worker.unit] == RUNNING and state.tokens[worker.unit] == worker.token

    # -- what follows from results, each within one transaction

    def complete(self, state: State, number: int, worker: Worker) -> State:
        """Completes and charges a unit, makes ready what follows, and goes on with one of it."""
        state, ready = self.completed(self.charge(state, worker.unit), worker.unit, worker.seen)
        state = self.end(state)
        for unit in ready:
            if not self.graph.is_loop(unit) and self.may_go_on(state, unit):
                return self.claim(state, number, unit)
        return state

    def may_go_on(self, state: State, unit: int) -> bool:
        return self.may_claim(state, unit)

    def charge(self, state: State, unit: int) -> State:
        return state._replace(credits=raised(state.credits, unit))

    def completed(self, state: State, unit: int, seen: Texts) -> tuple[State, list[int]]:
        state = state._replace(units=put(state.units, unit, COMPLETED))
        if not self.goes_on(state):
            return state, []
        ready = [other for other in self.graph.units if self.is_ready(state, other, seen)]
        for other in ready:
            state = state._replace(units=put(state.units, other, PENDING))
        loop = self.graph.inside[unit]
        if loop is not None and self.loop_is_done(state, loop):
            state, more = self.completed(self.charge(state, loop), loop, seen)
            ready += more
        return state, ready

    def goes_on(self, state: State) -> bool:
        return state.run == RUNNING and not state.failing

    def is_ready(self, state: State, unit: int, seen: Texts) -> bool:
        if state.units[unit] != NEW or not self.graph.after[unit]:
            return False
        return all(state.units[one] == COMPLETED for one in self.graph.after[unit])

    def loop_is_done(self, state: State, loop: int) -> bool:
        return all(state.units[unit] == COMPLETED for unit in self.graph.body(loop))

    def fail(self, state: State, unit: int) -> State:
        """Makes another attempt where there is one left and nothing is ending; otherwise the run is to end."""
        if self.goes_on(state) and state.attempts[unit] < self.most_attempts:
            return state._replace(units=put(state.units, unit, PENDING))
        return self.end(self.stopped(state._replace(units=put(state.units, unit, FAILED), failing=True)))

    def may_expire(self, state: State, unit: int) -> bool:
        return state.units[unit] == RUNNING and not self.graph.is_loop(unit) and state.run not in ENDED

    def lose(self, state: State, unit: int) -> State:
        return self.fail(state, unit)

    def cancel(self, state: State) -> State:
        return self.end(self.stopped(state._replace(run=CANCELING, acknowledged=True)))

    def stopped(self, state: State) -> State:
        """Cancels what has not begun."""
        return state._replace(units=tuple(CANCELED if one == PENDING else one for one in state.units))

    def end(self, state: State) -> State:
        """Ends the run where nothing more is to happen."""
        executing = any(
            state.units[unit] == RUNNING and not self.graph.is_loop(unit) for unit in self.graph.units
        )
        if executing or state.run in ENDED:
            return state
        if state.run == CANCELING or state.failing:
            units = tuple(CANCELED if one in (RUNNING, PENDING) else one for one in state.units)
            return state._replace(run=CANCELED if state.run == CANCELING else FAILED, units=units)
        return state._replace(run=COMPLETED) if set(state.units) <= {COMPLETED} else state

    # -- what must hold

    def is_final(self, state: State) -> bool:
        return state.run in ENDED

    def may_be_hoped_for(self, step: str) -> bool:
        return step != "cancel"  # nobody is obliged to rescue a run

    def is_paid(self, state: State) -> bool:
        """Says whether nobody is in the middle of paying: of a mutant that pays in a second transaction."""
        return all(worker is None or worker.phase != "unpaid" for worker in state.workers)

    def fault(self, before: State, after: State) -> str:
        return _order(self.graph, after) or _credits(self, after) or _finality(self.graph, before, after)


def _order(graph: Graph, state: State) -> str:
    if state.late:
        return "something began after the cancel was acknowledged"
    if state.refused:
        return "who held an attempt was turned away"
    for loop in {around for around in graph.inside if around is not None}:
        if state.units[loop] == COMPLETED and any(state.units[one] != COMPLETED for one in graph.body(loop)):
            return "a loop ended before its iterations"
    for unit in graph.units:
        if state.units[unit] not in (NEW, CANCELED) and any(
            state.units[one] != COMPLETED for one in graph.after[unit]
        ):
            return "something began before what it waits for was done"
        holders = [one for one in state.workers if one and one.phase in ("claimed", "succeeded", "failed")]
        if state.units[unit] == RUNNING and not graph.is_loop(unit):
            holding = [one for one in holders if (one.unit, one.token) == (unit, state.tokens[unit])]
            if len(holding) > 1:
                return "two workers hold one attempt"
    return ""


def _credits(model: RunModel, state: State) -> str:
    due = tuple(int(unit == COMPLETED) for unit in state.units)
    if model.is_paid(state) and state.credits != due:
        return "the credits are not those of what completed"
    return ""


def _finality(graph: Graph, before: State, after: State) -> str:
    if after.run in ENDED and RUNNING in after.units:
        return "the run has ended, and something executes"
    if before.run in ENDED and (before.run, before.units) != (after.run, after.units):
        return "what had ended changed"
    if any(old in ENDED and old != new for old, new in zip(before.units, after.units, strict=True)):
        return "what had ended changed"
    if (after.run == CANCELED) != (after.acknowledged and after.run in ENDED):
        return "it did not end as it was asked to"
    return ""


Value = TypeVar("Value")


def put(values: tuple[Value, ...], index: int, value: Value) -> tuple[Value, ...]:
    return (*values[:index], value, *values[index + 1 :])


def raised(values: Ints, index: int) -> Ints:
    return (*values[:index], values[index] + 1, *values[index + 1 :])


def without(values: Ints, value: int) -> Ints:
    index = values.index(value)
    return values[:index] + values[index + 1 :]


def at_work(state: State, number: int, worker: Worker | None) -> State:
    workers = (*state.workers[:number], worker, *state.workers[number + 1 :])
    return state._replace(workers=workers)
