"""How far one subscriber is in a run's log, and what it does next."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.event_record import EventRecord
from live.window import Window


@dataclass(frozen=True, slots=True)
class Send:
    """Hand these events on; they follow the cursor without a gap."""

    events: list[EventRecord]


@dataclass(frozen=True, slots=True)
class Read:
    """Read the log from the event after this seq on."""

    after: int


@dataclass(frozen=True, slots=True)
class Wait:
    """There is nothing to do until the window changes."""


@dataclass(frozen=True, slots=True)
class End:
    """The run's last event has been handed on."""


Step = Send | Read | Wait | End


class Cursor:
    """A subscriber's place in a run's log: pure, and all that a slow subscriber costs.

    Attributes:
        at: The seq of the last event that the subscriber has.
    """

    def __init__(self, after: int) -> None:
        self.at = after

    def step(self, window: Window) -> Step:
        """Say what to do next, by what the window holds."""
        if self.at > window.tip:
            # The window has not come so far. The event that the subscriber has already is read too: it shows
            # that there is such an event, and whether it was the run's last.
            return Read(self.at - 1)
        if self.at < window.tip:
            events = window.after(self.at)
            return Read(self.at) if events is None else Send(events)
        if window.ended:
            return End()
        return Read(self.at) if window.known > window.tip else Wait()

    def take(self, events: Sequence[EventRecord]) -> list[EventRecord]:
        """Move past events that have no gap between them, and give those that are new to the subscriber."""
        new = [event for event in events if event.seq > self.at]
        if new:
            self.at = new[-1].seq
        return new
