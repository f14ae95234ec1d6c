"""Every interleaving of a small run: commits, racing and lost announcements, readings, reconnects.

The window and the cursor are the real ones; around them an explicit-state search plays everything else.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import pytest

from engine.event_record import EventRecord
from live.cursor import Cursor, End, Read, Send, Step, Wait
from live.window import Window
from tests.live.fake_log import make_event

RING = 2
PAGE = 2

Seqs = tuple[int, ...]


@dataclass(frozen=True)
class Held:
    """What a window holds."""

    ring: Seqs = ()
    tip: int = 0
    known: int = 1
    ahead: Seqs = ()


@dataclass(frozen=True)
class Reading:
    """A reading of the log under way; `rows` is None until the database has looked."""

    after: int
    known_before: int
    rows: Seqs | None = None


@dataclass(frozen=True)
class Reader:
    """A subscriber, whose client has events 1 to `at`; one that comes back is like any that has as many."""

    connected: bool = False
    at: int = 0
    reading: Reading | None = None
    done: bool = False


@dataclass(frozen=True)
class State:
    """The log has `db` events; the announcements `on_the_way` arrive in any order, often or never."""

    db: int = 1
    on_the_way: Seqs = (1,)
    held: Held = Held()
    readers: tuple[Reader, ...] = ()
    fault: str = ""


@dataclass
class Model:
    """The system; `bodiless` is the event that is announced without its body."""

    length: int
    readers: int
    bodiless: int = 3
    compares: bool = True
    window: type[Window] = Window
    cursor: type[Cursor] = Cursor
    events: list[EventRecord] = field(init=False)

    def __post_init__(self) -> None:
        self.events = [make_event("run_1", seq, last=seq == self.length) for seq in range(1, self.length + 1)]

    def thaw(self, held: Held) -> Window:
        window = self.window(RING)
        window._ring.extend(self.of(held.ring))
        window._ahead = {event.seq: event for event in self.of(held.ahead)}
        window.tip, window.known = held.tip, held.known
        return window

    def freeze(self, window: Window) -> Held:
        ring = tuple(event.seq for event in window._ring)
        return Held(ring, window.tip, window.known, tuple(sorted(window._ahead)))

    def of(self, seqs: Seqs) -> list[EventRecord]:
        return [self.events[seq - 1] for seq in seqs]

    def step_of(self, state: State, reader: Reader) -> Step:
        cursor = self.cursor(reader.at)
        return cursor.step(self.thaw(state.held))

    def next(self, state: State) -> Iterator[tuple[str, State]]:
        yield from self.outside(state)
        if self.compares and state.db > state.held.known:
            yield "compare", replace(state, held=replace(state.held, known=state.db))
        for number, reader in enumerate(state.readers):
            yield from self.reader(state, number, reader)

    def outside(self, state: State) -> Iterator[tuple[str, State]]:
        if state.db < self.length:
            new = state.db + 1
            yield f"commit {new}", replace(state, db=new, on_the_way=(*state.on_the_way, new))
        for seq in state.on_the_way:
            rest = tuple(other for other in state.on_the_way if other != seq)
            yield f"lose {seq}", replace(state, on_the_way=rest)
            held = self.offered(state, seq)
            yield f"deliver {seq}", replace(state, on_the_way=rest, held=held)
            yield f"deliver {seq}, not for the last time", replace(state, held=held)

    def offered(self, state: State, seq: int) -> Held:
        window = self.thaw(state.held)
        if not any(reader.connected for reader in state.readers):
            return state.held
        if seq == self.bodiless:
            window.note(seq)
        else:
            window.offer(self.events[seq - 1])
        return self.freeze(window)

    def reader(self, state: State, number: int, reader: Reader) -> Iterator[tuple[str, State]]:
        if not reader.connected:
            for at in range(state.db + 1):
                yield f"connect {number} after {at}", put(state, number, Reader(connected=True, at=at))
            return
        yield f"drop {number}", put(state, number, Reader())
        if reader.done:
            return
        if reader.reading is not None:
            yield self.read_on(state, number, reader, reader.reading)
            return
        match self.cursor(reader.at).step(self.thaw(state.held)):
            case Send(events):
                yield f"send to {number}", self.handed(state, number, reader, events)
            case Read(after):
                shared = [one.reading for one in state.readers if one.reading and one.reading.after == after]
                reading = shared[0] if shared else Reading(after, state.held.known)
                yield f"{number} reads after {after}", put(state, number, replace(reader, reading=reading))
            case End():
                fault = "" if reader.at == self.length else f"ended at {reader.at}"
                yield f"end {number}", replace(put(state, number, replace(reader, done=True)), fault=fault)
            case Wait():
                return

    def read_on(self, state: State, number: int, reader: Reader, reading: Reading) -> tuple[str, State]:
        if reading.rows is None:
            rows = tuple(range(reading.after + 1, min(state.db, reading.after + PAGE) + 1))
            looked = replace(reader, reading=replace(reading, rows=rows))
            return f"database looks for {number}", put(state, number, looked)
        events = self.of(reading.rows)
        window = self.thaw(state.held)
        window.extend(events, complete=len(events) < PAGE, known_before=reading.known_before)
        state = replace(state, held=self.freeze(window))
        return f"{number} has read", self.handed(state, number, replace(reader, reading=None), events)

    def handed(self, state: State, number: int, reader: Reader, events: list[EventRecord]) -> State:
        cursor, at, fault = self.cursor(reader.at), reader.at, ""
        for event in cursor.take(events):
            if event.seq != at + 1:
                fault = f"after {at} came {event.seq}"
            at = event.seq
        return replace(put(state, number, replace(reader, at=cursor.at)), fault=fault)

    def settled(self, state: State) -> bool:
        """Every client has all that is committed, and has been told of the end."""
        return all(
            reader.done if state.db == self.length else reader.connected and reader.at == state.db
            for reader in state.readers
        )

    def fault(self) -> str:
        """The first fault of any interleaving with the way to it, or "" where there is none."""
        start = State(readers=(Reader(),) * self.readers)
        ways: dict[State, tuple[State, str] | None] = {start: None}
        before: dict[State, list[State]] = {}
        queue = deque([start])
        while queue:
            state = queue.popleft()
            for label, after in self.next(state):
                if after not in ways:
                    ways[after] = (state, label)
                    queue.append(after)
                if after.fault:
                    return f"{after.fault}: {way_to(ways, after)}"
                if not label.startswith(("drop", "commit")):  # no progress may rest on these
                    before.setdefault(after, []).append(state)
        good = {state for state in ways if self.settled(state)}
        queue = deque(good)
        while queue:
            for state in before.get(queue.popleft(), ()):
                if state not in good:
                    good.add(state)
                    queue.append(state)
        stuck = next((state for state in ways if state not in good), None)
        return "" if stuck is None else f"stuck: {way_to(ways, stuck)}"


def put(state: State, number: int, reader: Reader) -> State:
    others = (*state.readers[:number], *state.readers[number + 1 :])
    readers = tuple(sorted((*others, reader), key=hash))  # which is which does not matter
    watched = any(one.connected for one in readers)  # of a run that nobody follows, nothing is held
    return replace(state, readers=readers, held=state.held if watched else Held())


def way_to(ways: dict[State, tuple[State, str] | None], state: State) -> str:
    labels = []
    while (way := ways[state]) is not None:
        state, label = way
        labels.append(label)
    return ", ".join(reversed(labels))


class TrustsTheStream(Window):
    def offer(self, event: EventRecord) -> None:
        self._ring.append(event)
        self.tip = self.known = event.seq


class LeapsWithItsRing(Window):
    def extend(self, rows: Sequence[EventRecord], *, complete: bool, known_before: int) -> None:
        if rows and rows[0].seq > self.tip + 1:
            self.tip = rows[0].seq - 1
        super().extend(rows, complete=complete, known_before=known_before)


class SkipsGaps(Cursor):
    def step(self, window: Window) -> Step:
        held = [event for event in window._ring if event.seq > self.at]
        return Send(held) if held else super().step(window)


class NeverReads(Cursor):
    def step(self, window: Window) -> Step:
        step = super().step(window)
        return Wait() if isinstance(step, Read) and self.at == window.tip else step


class ForgetsWhatItHas(Cursor):
    def step(self, window: Window) -> Step:
        step = super().step(window)
        return Read(self.at) if isinstance(step, Read) else step


@pytest.mark.parametrize(
    "model",
    [
        Model(length=4, readers=1),
        Model(length=2, readers=2),
        pytest.param(Model(length=3, readers=2), marks=pytest.mark.soak),
    ],
    ids=["one reader", "two readers of one window", "and of a longer log"],
)
def test_in_every_interleaving_each_client_gets_each_event_once_and_in_order(model: Model) -> None:
    assert model.fault() == ""


@pytest.mark.parametrize(
    ("mutant", "fault"),
    [
        (Model(length=3, readers=1, window=TrustsTheStream), "after 2 came 2"),
        (Model(length=3, readers=2, window=LeapsWithItsRing), "after"),
        (Model(length=4, readers=1, bodiless=1, cursor=SkipsGaps), "after"),
        (Model(length=3, readers=1, cursor=NeverReads), "stuck"),
        (Model(length=3, readers=1, cursor=ForgetsWhatItHas), "stuck"),
        (Model(length=3, readers=1, compares=False), "stuck"),
    ],
    ids=["no seq check", "ring with a gap", "cursor skips", "no repair", "end not seen", "no comparison"],
)
def test_a_broken_variant_is_caught(mutant: Model, fault: str) -> None:
    assert mutant.fault().startswith(fault)
