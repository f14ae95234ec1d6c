"""Whom research is about: a record, as an agent is told of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.values import JsonValue

MAX_VALUE = 500
"""Characters of a value that are told."""

MAX_TEXT = 4_000
"""Characters of a record that are told."""

_NAMES = ("name", "title", "company", "companyName", "fullName", "label")
_SITES = re.compile(r"(?:web)?(?:site|page)|url|domain|homepage|www|link", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?:[/?#]\S*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom questions are about.

    Attributes:
        name: What it is called, perhaps empty.
        text: Its attributes, one a line.
        sites: The addresses of its own pages, as its attributes name them.
    """

    name: str
    text: str
    sites: tuple[str, ...]


def subject_of(record: Mapping[str, JsonValue]) -> Subject:
    """Say whom a record is about."""
    values = record["values"]
    if not isinstance(values, dict):
        raise TypeError("the values of a record are an object")
    lines = [f"{name}: {_shown(value)}" for name, value in values.items() if value not in (None, "", [], {})]
    return Subject(
        name=_name(values),
        text="\n".join([f"A record of {record['object']}", *lines])[:MAX_TEXT],
        sites=tuple(dict.fromkeys(_sites(values))),
    )


def _name(values: Mapping[str, Any]) -> str:
    for name in _NAMES:
        value = values.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()[:MAX_VALUE]
    return ""


def _shown(value: JsonValue) -> str:
    text = value if isinstance(value, str) else str(value)
    return " ".join(text.split())[:MAX_VALUE]


def _sites(values: Mapping[str, Any]) -> Iterator[str]:
    """Give what is an address, and what stands where addresses do and looks like one without its scheme."""
    for name, value in values.items():
        for one in value if isinstance(value, list) else [value]:
            text = one.strip() if isinstance(one, str) else ""
            if _ADDRESS.fullmatch(text):
                yield text
            elif _SITES.search(name) and _DOMAIN.fullmatch(text):
                yield f"https://{text}"
