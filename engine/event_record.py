"""An event as it leaves the log: what subscribers are sent, and what goes through Redis."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """A row of a run's log, as `engine.events.Event`, with the run that it belongs to."""

    run_id: str
    seq: int
    at: datetime
    type: str
    subject: str
    subject_id: str
    data: Mapping[str, Any]
    header: Mapping[str, Any]
