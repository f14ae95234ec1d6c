"""Events as the Redis streams carry them: one entry an event, in the stream of its run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32

import orjson

from engine.event_record import EventRecord

STREAMS = tuple(f"playhead:events:{shard}" for shard in range(16))
"""All events go through these; a run's are all in one."""

BODY_LIMIT = 16 * 1024
"""Bytes; a longer body stays at home, and who wants it reads the database."""


def stream_of(run_id: str) -> str:
    """Name the stream that carries a run's events."""
    return STREAMS[crc32(run_id.encode()) % len(STREAMS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of a stream: a run has reached `seq`; `body` is the event, or None."""

    run_id: str
    seq: int
    workspace_id: str
    body: bytes | None

    @classmethod
    def of(cls, event: EventRecord, workspace_id: str) -> "Entry":
        """Announce an event to those who may see the workspace."""
        return cls(run_id=event.run_id, seq=event.seq, workspace_id=workspace_id, body=_body(event))

    @classmethod
    def parse(cls, fields: Mapping[bytes, bytes]) -> "Entry":
        """Read an entry's fields.

        Raises:
            ValueError: They are not those that `fields` gives.
        """
        try:
            return cls(
                run_id=fields[b"run"].decode(),
                seq=int(fields[b"seq"]),
                workspace_id=fields[b"workspace"].decode(),
                body=fields.get(b"body"),
            )
        except KeyError as error:
            raise ValueError(f"no field {error}") from error

    def fields(self) -> dict[bytes, bytes]:
        """Give the entry's fields, as Redis takes them."""
        fields = {
            b"run": self.run_id.encode(),
            b"seq": b"%d" % self.seq,
            b"workspace": self.workspace_id.encode(),
        }
        return fields if self.body is None else fields | {b"body": self.body}

    def event(self) -> EventRecord | None:
        """Give the event, or None where the entry carries none.

        Raises:
            ValueError: The body is no event, or another one than the entry names.
        """
        if self.body is None:
            return None
        raw = orjson.loads(self.body)
        try:
            event = EventRecord(**{**raw, "at": datetime.fromisoformat(raw["at"])})
        except (TypeError, KeyError) as error:
            raise ValueError(f"the body is no event: {error}") from error
        if (event.run_id, event.seq) != (self.run_id, self.seq):
            raise ValueError(f"the body is event {event.seq} of run {event.run_id}")
        return event


def _body(event: EventRecord) -> bytes | None:
    try:
        body = orjson.dumps(event, default=_plain)
    except orjson.JSONEncodeError:
        # An integer beyond 64 bits, say, which the database can hold: it is read from there.
        return None
    return body if len(body) <= BODY_LIMIT else None


def _plain(value: object) -> dict[Any, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no JSON for {type(value).__name__}")
