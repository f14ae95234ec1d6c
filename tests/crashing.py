"""A test build of Playhead, in which a process can be made to die at a crash point.

`PLAYHEAD_CRASH_AT=W4:1 python -P -m tests.crashing worker` is `playhead worker` that kills itself with SIGKILL when it
passes W4 for the first time; the points are those of `db.crash_points`. Under `up` each of the processes counts for
itself, and the supervisor passes none. The repository must be on PYTHONPATH. The real `playhead` has no such setting,
and refuses the variable as it does any that it does not know.
"""

import os
import signal
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Self, get_args

from pydantic import Field, field_validator

from db import crash_points
from db.crash_points import CrashPoint
from playhead import settings
from playhead.settings import Settings

ROOT: Final = Path(__file__).parents[1]
POINTS: Final[tuple[CrashPoint, ...]] = get_args(CrashPoint)


class CrashingSettings(Settings):
    """The settings, and where to die."""

    crash_at: str | None = Field(None, description=f"POINT:N, where POINT is one of {', '.join(POINTS)}")

    @classmethod
    def load(cls, **given: Any) -> Self:
        loaded = super().load(**given)
        if loaded.crash_at is not None:
            point, _, passes = loaded.crash_at.partition(":")
            crash_points.arm(striking(point, int(passes), _die))
        return loaded

    @field_validator("crash_at")
    @classmethod
    def _check_crash_at(cls, value: str | None) -> str | None:
        point, _, passes = (value or f"{POINTS[0]}:1").partition(":")
        if point not in POINTS or not passes.isdecimal() or int(passes) == 0:
            raise ValueError("is no crash point with a number")
        return value


def striking(point: str, passes: int, die: Callable[[], None]) -> Callable[[CrashPoint], None]:
    """Gives what dies at the pass of this number, counted over all threads."""
    lock, left = threading.Lock(), [passes]

    def strike(reached: CrashPoint) -> None:
        if reached != point:
            return
        with lock:
            left[0] -= 1
            if left[0] == 0:
                die()

    return strike


def crashing_environment(
    environment: Mapping[str, str], point: CrashPoint, passes: int = 1
) -> dict[str, str]:
    """Adds to the environment of a part where it is to die."""
    return {**environment, "PYTHONPATH": str(ROOT), "PLAYHEAD_CRASH_AT": f"{point}:{passes}"}


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    # Commands are imported when they are asked for, and so find these settings.
    settings.Settings = CrashingSettings  # type: ignore[misc]  # the one place that makes the test build
    from playhead.cli import app

    app(prog_name="playhead")


if __name__ == "__main__":
    main()
