"""Puts a request together: its query, its headers and its body as bytes."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
"""A header's name, as RFC 9110 has it."""

CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
"""What a header's value may not hold: it could end the header and begin another."""

OWN = frozenset({"host", "content-length", "transfer-encoding", "connection"})
"""Headers that the request itself decides."""

IDEMPOTENCY_KEY = "Idempotency-Key"


def text_of(value: object) -> str:
    """Give a scalar as it stands in a header or a query: numbers and booleans as in JSON, text as it is."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def query_of(query: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give the parameters of a query in order; a list gives one for each entry, null none."""
    return [
        (name, text_of(value))
        for name, values in query.items()
        for value in _many(values)
        if value is not None
    ]


def _many(values: Any) -> Iterator[Any]:
    yield from values if isinstance(values, list) else [values]


def body_of(body: Any) -> tuple[bytes | None, str | None]:
    """Give a body as bytes with its content type: text as it is, everything else as JSON, null as no body."""
    if body is None:
        return None, None
    if isinstance(body, str):
        return body.encode(), "text/plain; charset=utf-8"
    return orjson.dumps(body), "application/json"


def headers_of(headers: Mapping[str, Any], content_type: str | None, idempotency_key: str) -> dict[str, str]:
    """Give the headers to send: those written, and what they leave open."""
    found = {name: text_of(value) for name, value in headers.items() if value is not None}
    names = {name.lower() for name in found}
    if content_type is not None and "content-type" not in names:
        found["Content-Type"] = content_type
    if IDEMPOTENCY_KEY.lower() not in names:
        found[IDEMPOTENCY_KEY] = idempotency_key
    return found
