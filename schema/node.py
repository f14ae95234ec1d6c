"""What has an id, and how a type takes its plain fields from a record."""

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, Self

import strawberry
from strawberry.types.field import StrawberryField

from resolvers.past import Past
from resolvers.run_loaders import RunLoaders
from schema.info import Info


@strawberry.interface(description="Something that has an id of its own and can be asked for by it.")
class Node:
    id: strawberry.ID = strawberry.field(
        description="Opaque, globally unique, sorts by creation; its prefix says what it names."
    )


class FromRecord:
    """Fills the plain fields of a type from the attributes of the same names of a record, which it keeps."""

    @classmethod
    def of(cls, record: Any, **rest: Any) -> Self:
        """Show a record; `rest` gives what the record does not hold."""
        make: Any = cls  # what a type is made of is its own to say
        shown: Self = make(record=record, **_plain_of(make)(record), **rest)
        return shown

    @classmethod
    def maybe(cls, record: Any, **rest: Any) -> Self | None:
        """Show a record where there is one."""
        return None if record is None else cls.of(record, **rest)


class InRun(FromRecord):
    """What is in a run: `past`, which each such type declares, is the run as it was where that is what is shown."""

    past: Past | None

    def loaders(self, info: Info) -> RunLoaders:
        """Give the loaders of what is around it: of the present, or of the past."""
        return self.past or info.context.loaders


@cache
def _plain_of(cls: type) -> Callable[[Any], dict[str, Any]]:
    """Give what reads the plain fields of a type from a record."""
    names = [
        field.name
        for field in fields(cls)
        if isinstance(field, StrawberryField) and field.base_resolver is None
    ]
    if len(names) == 1:
        return lambda record: {names[0]: getattr(record, names[0])}
    read = attrgetter(*names)
    return lambda record: dict(zip(names, read(record), strict=True))
