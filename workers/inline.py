"""Going on within a decision: pure activities that follow a pure one are performed and written with it.

A pure activity asks nothing of the world, so working it out again after a crash or a missed fence harms nobody: a row of
them costs one transaction, not one each. What has an effect outside is never part of a decision that may be made again.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from engine.activity import ActivityContext, Outcome
from engine.commands import Command, CompleteExecution, FailExecution
from engine.decision import GoOn, Started
from engine.definition import Definition
from engine.ports import Ports
from engine.registry import activity_type
from workers import tracing
from workers.outcomes import command_of, outcome_of

MOST = 32
"""So many activities are performed within one decision,"""

SECONDS = 0.02
"""and after so many seconds none is begun: who watches a run sees it go on."""


class Inline:
    """Performs what one decision may go on with."""

    def __init__(self, run_id: str, now: Callable[[], datetime]) -> None:
        """Make it for a decision that begins now; `now` gives the database's time."""
        self._run_id, self._now = run_id, now
        self._left, self._until = MOST, time.monotonic() + SECONDS

    def after(self, definition: Definition, command: Command) -> GoOn | None:
        """Give this where a command ends an attempt of a pure activity: no effect waits for that to be written."""
        if not isinstance(command, CompleteExecution | FailExecution):
            return None
        return self if activity_type(definition.by_key[command.key].type).pure else None

    def __call__(self, started: Started) -> tuple[Command, datetime] | None:
        """Perform an attempt that the decision has begun; give what it comes to and when, or None where it is not to be."""
        kind = activity_type(started.activity.type)
        if not kind.pure or not self._left or time.monotonic() >= self._until:
            return None
        self._left -= 1
        try:
            command = tracing.attempt(self._run_id, started, lambda: command_of(started, _outcome(started)))
        except Exception:  # noqa: BLE001 - a fault of ours: whoever holds the attempt performs it again, and logs it
            return None
        if not isinstance(command, CompleteExecution | FailExecution):
            raise TypeError(f"{kind.type} is called pure, and came to {command}")
        return command, self._now()


def _outcome(started: Started) -> Outcome:
    perform = activity_type(started.activity.type).perform
    if perform is None:
        raise TypeError(f"no worker performs {started.activity.type}")
    context = ActivityContext(
        scope=started.scope,
        execution_id=started.id,
        attempt=started.attempt,
        timeout_seconds=started.activity.retry.timeout_seconds,
        ports=_NO_PORTS,
    )
    return outcome_of(started, lambda: perform(started.config, context))


class _NoPorts:
    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(f"a pure activity asked for its port '{name}'")


_NO_PORTS = cast(Ports, _NoPorts())
