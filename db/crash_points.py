"""Named places where the tests of faults make a process die; see `tests/crashing.py`.

In production nothing is armed and no setting arms it: to pass a point is a call that returns.
"""

from collections.abc import Callable
from typing import Final, Literal

CrashPoint = Literal[
    "A1", "A2", "D1", "D2", "D3", "W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8", "R1", "X1", "X2", "S1", "S2",
]  # fmt: skip

PLACES: Final[dict[CrashPoint, str]] = {
    "A1": "a run is about to begin, its beginning is not committed",
    "A2": "a run's beginning is committed, nobody was told",
    "D1": "the sweep has found something, and sent no hint",
    "D2": "hints are in Redis, their sender has not gone on",
    "D3": "the sweep has sent its hints, and marked nothing",
    "W1": "a worker has taken a message",
    "W2": "a claim is committed, its lease is not renewed yet",
    "W3": "a request is about to be sent, no byte of it is",
    "W4": "a request was sent, what comes back is not read",
    "W5": "an attempt was performed, what it led to is not committed",
    "W6": "a decision is committed, who wrote it does not know",
    "W7": "a decision is committed, its events are not published",
    "W8": "a message is done with, and not acknowledged",
    "R1": "a lost attempt is recorded in a transaction that is open",
    "X1": "a cancel is recorded in a transaction that is open",
    "X2": "a cancel is committed, nobody was told",
    "S1": "a subscriber was sent its snapshot, and follows nothing yet",
    "S2": "a subscriber was sent an event",
}
"""What is the case where a process passes a point."""

_armed: Callable[[CrashPoint], None] | None = None


def arm(strike: Callable[[CrashPoint], None]) -> None:
    """Let something be called with each point that this process passes, from any thread."""
    global _armed  # noqa: PLW0603 - one process, one way to die
    _armed = strike


def reach(point: CrashPoint) -> None:
    """Pass a point."""
    if _armed is not None:
        _armed(point)
