"""Cursors: the key of a row in its connection's order, opaque to clients and checked when they come back."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import orjson

from db.records import Page
from db.texts import is_storable
from db.times import text_of

Item = TypeVar("Item")

MAX_FIRST = 100
_WHOLE_NUMBERS = range(2**31)
_MAX_CURSOR = 500


class BadPage(Exception):  # noqa: N818 - named as its code, BAD_PAGE
    """A page that cannot be given; the message says what is accepted."""


@dataclass(frozen=True)
class Order(Generic[Item]):
    """The order of a connection.

    Attributes:
        name: What the connection lists; a cursor of another one is refused.
        types: The types of the parts of an item's key: str, int or datetime.
        key_of: Gives the key of an item.
    """

    name: str
    types: tuple[type, ...]
    key_of: Callable[[Item], tuple[Any, ...]]

    def cursor(self, item: Item) -> str:
        """Give the cursor of an item."""
        parts = [text_of(part) if isinstance(part, datetime) else part for part in self.key_of(item)]
        return base64.urlsafe_b64encode(orjson.dumps([self.name, *parts])).rstrip(b"=").decode()

    def key(self, cursor: str) -> tuple[Any, ...]:
        """Read a cursor.

        Raises:
            BadPage: It is no cursor of this order.
        """
        refusal = BadPage(
            f"'after' is no cursor of {self.name}; take one from 'endCursor' or 'cursor' as it is"
        )
        try:
            name, *parts = _decoded(cursor)
            if name != self.name:
                raise refusal
            return tuple(_read(part, kind) for part, kind in zip(parts, self.types, strict=True))
        except (ValueError, TypeError) as error:
            raise refusal from error

    def page(self, items: Sequence[Item], first: int, after: str | None) -> Page[Item]:
        """Make a page of `items`, which hold one more than `first` where more follow."""
        shown = items[:first]
        return Page(
            items=shown,
            cursors=[self.cursor(item) for item in shown],
            has_next=len(items) > first,
            has_previous=after is not None,
        )


def check_first(first: int) -> None:
    """Make sure that a page has a size that is served.

    Raises:
        BadPage: It has not.
    """
    if not 1 <= first <= MAX_FIRST:
        raise BadPage(f"'first' is {first}; it takes 1 to {MAX_FIRST}")


def _decoded(cursor: str) -> list[Any]:
    if len(cursor) > _MAX_CURSOR:
        raise ValueError("too long")
    try:
        found = orjson.loads(
            base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        )
    except binascii.Error as error:
        raise ValueError("no base64") from error
    if not isinstance(found, list) or not found:
        raise ValueError("no list")
    return found


def _read(part: object, kind: type) -> Any:
    if kind is datetime:
        moment = datetime.fromisoformat(part) if isinstance(part, str) else None
        if moment is None or moment.tzinfo is None:
            raise ValueError("no time")
        return moment
    if type(part) is not kind:
        raise ValueError(f"no {kind.__name__}")
    if isinstance(part, str) and not is_storable(part):
        raise ValueError("not text that a database holds")
    if isinstance(part, int) and part not in _WHOLE_NUMBERS:
        raise ValueError("too large")
    return part
