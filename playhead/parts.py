"""The parts of a server, each a process of its own: the API, the scheduler, a worker."""

import gc
import os
import pkgutil
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from playhead.cli import app
from playhead.forking import Forked, can_fork
from playhead.processes import Process, spawn
from playhead.settings import Settings

PROGRAM: Final = "playhead"
_FUNCTIONS: Final[Mapping[str, str]] = {
    "web": "playhead.web_server:run_web",
    "scheduler": "playhead.composition:run_scheduler",
    "worker": "playhead.composition:run_worker",
}
"""What each is: a function of the settings, which gives the exit code. One part imports not what others need."""


def function_of(part: str) -> Callable[[Settings], int]:
    """Gives what runs a part in this process until it is told to stop: `web`, `scheduler` or `worker`.

    What the part needs is imported then. What is there after that stays, so the garbage collector leaves it
    alone: it went through all of it now and then, for 0.1 s, while requests and activities waited.
    """
    function: Callable[[Settings], int] = pkgutil.resolve_name(_FUNCTIONS[part])
    gc.collect()
    gc.freeze()
    return function


def start(part: str, settings: Settings) -> Process:
    """Starts a part as a child of this process, by its command, which the child's command line holds.

    It is a copy of this process where that is safe, and then there at once; else a new interpreter.
    """
    environment = settings.environment()
    if can_fork():
        function_of(part)  # imported here, so that no copy has to
        return Forked(f"{PROGRAM} {part}", partial(_command, part, environment))
    # -P: a folder named `schema` or `db` where the user stands must not go before Playhead's.
    return spawn([sys.executable, "-P", "-m", PROGRAM, part], env={**os.environ, **environment})


def _command(part: str, environment: Mapping[str, str]) -> None:
    os.environ.update(environment)
    app([part], prog_name=PROGRAM)
