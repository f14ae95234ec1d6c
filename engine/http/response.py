"""Reads a response: its text, its JSON, and how much of it may be kept."""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime

import orjson

from engine.ports import HttpResponse
from engine.values import MAX_VALUE_BYTES, JsonValue, UnstorableValueError, clean, size

_CHARSETS = re.compile(r"utf|ascii|iso8859|cp|koi8|mac|shift_jis|euc_|gb|big5")
_JSON_TYPE = re.compile(r"application/json|[\w.+-]+/[\w.+-]+\+json")
_ROOM = MAX_VALUE_BYTES - 1024
"""Bytes of outputs that the parts of a response share; the rest is for their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is kept of a response.

    Attributes:
        status: The status.
        headers: By lower-case names.
        body: The body as text, perhaps cut.
        json: The body parsed, where it is JSON and whole; else None.
        truncated: Whether anything of the body is missing in `body`.
        fault: Why a body that calls itself JSON gave no `json`, or None.
    """

    status: int
    headers: Mapping[str, str]
    body: str
    json: JsonValue
    truncated: bool
    fault: str | None


def read(response: HttpResponse) -> Reading:
    """Read a response so that what is kept fits an output; the parsed JSON is kept before the text of it."""
    headers = {name.lower(): str(clean(value)) for name, value in response.headers.items()}
    content_type = headers.get("content-type", "")
    parsed, fault = _parse(response) if _is_json(content_type) else (None, None)
    room = _ROOM - size(headers)
    if parsed is not None and size(parsed) > room:
        parsed, fault = None, "the body is too large to be kept as JSON"
    text = str(clean(decode(response.body, content_type)))
    body = cut(text, room - size(parsed))
    return Reading(
        status=response.status,
        headers=headers,
        body=body,
        json=parsed,
        truncated=response.truncated or len(body) < len(text),
        fault=fault,
    )


def _is_json(content_type: str) -> bool:
    return _JSON_TYPE.fullmatch(content_type.partition(";")[0].strip().lower()) is not None


def _parse(response: HttpResponse) -> tuple[JsonValue, str | None]:
    if response.truncated:
        return None, "the body is too large to be read whole"
    if not response.body.strip():
        return None, None
    try:
        return clean(orjson.loads(response.body)), None
    except (orjson.JSONDecodeError, UnstorableValueError) as error:
        return None, f"the body calls itself JSON but is not: {error}"


def decode(body: bytes, content_type: str) -> str:
    """Give the body as text in the charset that its type names, UTF-8 where it names none that is known."""
    message = Message()
    message["content-type"] = content_type.replace("\n", " ").replace("\r", " ")
    charset = message.get_content_charset("utf-8")
    try:
        known = codecs.lookup(charset).name
    except (LookupError, ValueError):
        known = "utf-8"
    return body.decode(known if _CHARSETS.match(known) else "utf-8", errors="replace")


def cut(text: str, room: int) -> str:
    """Give the longest beginning of a text with at most `room` bytes as JSON; "" where there is no room."""
    longest = max(0, min(len(text), room))
    if size(text[:longest]) <= room:
        return text[:longest]
    low, high = 0, longest
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(text[:middle]) <= room else (low, middle - 1)
    return text[:low]


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Give the seconds that a response asks to wait, by `Retry-After` as a number or a date, or None."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
