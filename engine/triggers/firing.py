"""What a firing brings to the run that it starts, and how far runs may start each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.triggers.kinds import TriggerType

MAX_DEPTH = 5
"""So many runs, each started by a change of the one before it, may form a chain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Causation:
    """Where a run stands in a chain of runs that start each other.

    Attributes:
        depth: Its place in the chain, from 1.
        run_id: The run whose change started it; None for the first.
    """

    depth: int = 1
    run_id: str | None = None

    def as_data(self) -> dict[str, Any]:
        """Give it as a run's trigger holds it."""
        return {"runId": self.run_id, "depth": self.depth}


def caused_by(run_id: str, trigger: Mapping[str, Any]) -> Causation:
    """Give the causation of what a run's changes start.

    Args:
        run_id: The run that makes the changes.
        trigger: Its trigger, as `trigger_data` gave it.
    """
    known = trigger.get("causation")  # a run of before causation was kept is the first of its chain
    depth = known["depth"] if known is not None else 1
    return Causation(depth=depth + 1, run_id=run_id)


def trigger_data(
    kind: TriggerType,
    *,
    payload: Mapping[str, Any],
    actor: Mapping[str, Any],
    fired_at: str,
    causation: Causation,
    record: Mapping[str, Any] | None = None,
    previous: Mapping[str, Any] | None = None,
    conditions: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Give the trigger of a run as the run keeps it.

    Args:
        kind: What fired.
        payload: What the run was given.
        actor: Who made it fire: {kind, id, name}.
        fired_at: When, as RFC 3339 text.
        causation: Where the run stands among runs that start each other.
        record: The record that it is about, where it is about one.
        previous: That record as it was before, for RECORD_UPDATED.
        conditions: The verdicts on the trigger's conditions, where it has some.
    """
    return {
        "type": kind.value,
        "payload": dict(payload),
        "record": record,
        "previous": previous,
        "actor": dict(actor),
        "firedAt": fired_at,
        "causation": causation.as_data(),
        "conditions": conditions,
    }


def payload_of(trigger: Mapping[str, Any]) -> dict[str, Any]:
    """Give the payload as it is shown and read: with the record, and what it was before, where there are some."""
    records = {name: trigger[name] for name in ("record", "previous") if trigger.get(name) is not None}
    return {**trigger["payload"], **records}


def names_of(trigger: Mapping[str, Any]) -> dict[str, Any]:
    """Give what an expression finds under `trigger`."""
    names = {name: trigger.get(name) for name in ("record", "actor", "firedAt")}
    if trigger.get("previous") is not None:
        names["previous"] = trigger["previous"]
    return {"payload": payload_of(trigger), **names}
