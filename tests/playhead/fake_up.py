"""`playhead up` with parts that only pretend: started as a process of its own by test_supervisor.py.

Arguments: how long parts may drain, in seconds, and the program of each part by its name.
"""

import sys
from functools import partial

from playhead import supervisor
from playhead.processes import Child, spawn
from playhead.readiness import Announcement, why_not_ready
from playhead.settings import Settings
from playhead.signals import Signals
from playhead.startup import started

supervisor.SECONDS_TO_DRAIN = float(sys.argv[1])  # type: ignore[misc]  # shorter than a user's, for the test
PROGRAMS = dict(argument.split("=", 1) for argument in sys.argv[2:])


def part(name: str, settings: Settings) -> Child:
    command = [sys.executable, "-c", PROGRAMS[name], str(settings.port)]
    told = partial(print, "told of worker", flush=True) if name.startswith("worker") else None
    return Child(name, lambda: spawn(command), on_death=told)


def demo(settings: Settings) -> None:
    print(f"demo for {settings.url}", flush=True)


with Signals() as signals, started(Settings.load(), demo, supervisor.say) as (settled, redis):
    code = supervisor.supervise(
        [part(name, settled) for name in PROGRAMS],
        redis=redis,
        announcement=Announcement(
            f"Playhead is ready: {settled.url}",
            why_not=partial(why_not_ready, settled.host, settled.port),
            say=supervisor.say,
        ),
        signals=signals,
    )
sys.exit(code)
