"""The kinds of triggers, and why a trigger that fired started no run, as the API names them."""

from enum import StrEnum


class TriggerType(StrEnum):
    """What starts runs of a workflow."""

    MANUAL = "MANUAL"
    RECORD_COMMAND = "RECORD_COMMAND"
    RECORD_CREATED = "RECORD_CREATED"
    RECORD_UPDATED = "RECORD_UPDATED"
    WEBHOOK = "WEBHOOK"
    SCHEDULE = "SCHEDULE"


COMMANDED = frozenset({TriggerType.MANUAL, TriggerType.RECORD_COMMAND})
"""Those that somebody starts by `startRun`."""

WATCHING = frozenset({TriggerType.RECORD_CREATED, TriggerType.RECORD_UPDATED})
"""Those that watch an object's records."""


class Reason(StrEnum):
    """Why a trigger that fired started no run."""

    NOT_LIVE = "NOT_LIVE"
    CONDITIONS = "CONDITIONS"
    DUPLICATE = "DUPLICATE"
    CREDITS_EXHAUSTED = "CREDITS_EXHAUSTED"
    CAUSATION_DEPTH = "CAUSATION_DEPTH"
    PAYLOAD_INVALID = "PAYLOAD_INVALID"
