"""`playhead up`: starts Redis, the API, the scheduler and the workers, keeps them running, stops them all."""

import logging
import signal
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from playhead.parts import start
from playhead.processes import Child, how_it_ended
from playhead.readiness import Announcement, why_not_ready
from playhead.settings import Settings
from playhead.signals import Signals
from playhead.start_error import StartError
from playhead.startup import started

SECONDS_TO_DRAIN: Final = 25.0
READY_POLL_SECONDS: Final = 0.1
IDLE_SECONDS: Final = 60.0  # signals and deaths end the wait at once: nothing else happens here

_logger = logging.getLogger(__name__)


def run(
    settings: Settings,
    *,
    demo: Callable[[Settings], None] | None,
    on_worker_death: Callable[[int], None],
) -> int:
    """Serves until Ctrl-C, SIGTERM or SIGHUP, and leaves no process behind; returns the exit code.

    Prints `Playhead is ready: URL` once the API answers that it is. A second Ctrl-C kills at once. Only the
    main thread may call it.

    Args:
        settings: port 0 takes any free port.
        demo: loads the demo workspace, called with the migrated database before anything serves.
        on_worker_death: gets the process id of each worker that ended otherwise than with exit code 0.

    Returns:
        0 after a stop that was asked for, 1 when it could not start (one line says why), 130 after a kill.
    """
    try:
        with Signals() as signals, started(settings, demo, say) as (settled, redis):
            announcement = Announcement(
                f"Playhead is ready: {settled.url}",
                why_not=partial(why_not_ready, settled.host, settled.port),
                say=say,
            )
            children = _parts(settled, on_worker_death)
            code = supervise(children, redis=redis, announcement=announcement, signals=signals)
    except StartError as error:
        print(f"playhead: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # asked to stop while it was starting, or once more while Redis was stopping
        code = 0
    say("Stopped.")
    return code


def say(line: str) -> None:
    """Prints one line for the person at the terminal; a terminal that has gone stops nothing."""
    try:
        # In one write, also where Python buffers nothing: what the parts print must not come in between.
        print(f"{line}\n", end="", flush=True)
    except OSError:
        _logger.warning("%s (nobody reads the output any more)", line)


def supervise(
    children: Sequence[Child], *, redis: Child | None, announcement: Announcement, signals: Signals
) -> int:
    """Starts the children, keeps them and Redis running until a stop is asked for, then stops the children.

    Redis, where there is one, runs already and goes on: whoever started it stops it, last.

    Returns:
        0, or 130 where a second Ctrl-C made it kill them.
    """
    kept = [*([redis] if redis else []), *children]
    with signals.awaited():
        if not signals.stop_requested:
            for child in children:
                _start(child)
        while not signals.stop_requested:
            for child in kept:
                _mend(child)
            announcement.check()
            signals.wait(_seconds_to_next(kept) if announcement.made else READY_POLL_SECONDS)
        return _stop(children, signals)


def _parts(settings: Settings, on_worker_death: Callable[[int], None]) -> list[Child]:
    """The API, the scheduler and the workers, each a process of its own that gets these settings."""

    def on_death(pid: int) -> None:
        try:
            on_worker_death(pid)
        except Exception:
            _logger.exception(
                "the leases of worker process %d could not be ended: they run out by themselves", pid
            )

    return [
        Child("web", partial(start, "web", settings)),
        Child("scheduler", partial(start, "scheduler", settings)),
        *(
            Child(f"worker {number}", partial(start, "worker", settings), on_death=on_death)
            for number in range(1, settings.workers + 1)
        ),
    ]


def _start(child: Child) -> None:
    say(f"{child.name}: started (process {child.start()})")


def _mend(child: Child) -> None:
    """Plans a new start if the child has died, and starts it when that is due."""
    if ended := child.reap():
        pause = child.plan_restart()
        how = how_it_ended(ended[1])
        say(f"{child.name}: process {ended[0]} ended ({how}), starts again in {pause:.1f} s")
    if child.seconds_to_restart() == 0:
        try:
            _start(child)
        except OSError as error:  # of processes or memory there is no more right now
            say(f"{child.name}: cannot be started ({error}), tries again in {child.plan_restart():.1f} s")


def _seconds_to_next(children: Sequence[Child]) -> float:
    waits = [child.seconds_to_restart() for child in children]
    return min((wait for wait in waits if wait is not None), default=IDLE_SECONDS)


def _stop(children: Sequence[Child], signals: Signals) -> int:
    """Lets the children finish what they do, 25 s at most and only until a second Ctrl-C, then kills them."""
    say("Stopping: what executes may finish. Ctrl-C again kills it.")
    for child in children:
        child.send(signal.SIGTERM)
    deadline = time.monotonic() + SECONDS_TO_DRAIN
    while _any_running(children) and not signals.impatient and time.monotonic() < deadline:
        signals.wait(deadline - time.monotonic())
    for child in children:
        if child.running:
            say(f"{child.name}: still there, killed")
            child.send(signal.SIGKILL)
    while _any_running(children):
        signals.wait(0.1)
    return 130 if signals.impatient else 0


def _any_running(children: Sequence[Child]) -> bool:
    for child in children:
        child.reap()
    return any(child.running for child in children)
