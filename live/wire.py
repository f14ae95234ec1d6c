"""Events as the Redis streams carry them: those of one run that were committed together are one message of its stream."""

from collections.abc import Mapping, Sequence
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

MOST_EVENTS = 100_000
"""More than any transaction appends; a message that announces more is none of ours."""


def stream_of(run_id: str) -> str:
    """Name the stream that carries a run's events."""
    return STREAMS[crc32(run_id.encode()) % len(STREAMS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a message says of one event: a run has reached `seq`; `body` is the event, or None."""

    run_id: str
    seq: int
    workspace_id: str
    body: bytes | None

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


def pack(events: Sequence[EventRecord], workspace_id: str) -> dict[bytes, bytes]:
    """Give the fields of the message that announces consecutive events of one run to who may see the workspace."""
    first, last = events[0], events[-1]
    fields = {
        b"run": first.run_id.encode(),
        b"workspace": workspace_id.encode(),
        b"first": b"%d" % first.seq,
        b"last": b"%d" % last.seq,
    }
    for event in events:
        body = _body(event)
        if body is not None:
            fields[b"%d" % event.seq] = body
    return fields


def unpack(fields: Mapping[bytes, bytes]) -> list[Entry]:
    """Read a message's fields: an entry for each event that it announces.

    Raises:
        ValueError: They are not those that `pack` gives.
    """
    try:
        run_id, workspace_id = fields[b"run"].decode(), fields[b"workspace"].decode()
        first, last = int(fields[b"first"]), int(fields[b"last"])
    except KeyError as error:
        raise ValueError(f"no field {error}") from error
    if not first <= last < first + MOST_EVENTS:
        raise ValueError(f"it announces {first} to {last}")
    return [
        Entry(run_id=run_id, seq=seq, workspace_id=workspace_id, body=fields.get(b"%d" % seq))
        for seq in range(first, last + 1)
    ]


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
