"""Fields that are worked out: Strawberry's decorators, with the types that it leaves open."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

from resolvers import permissions
from schema.info import Info

Decorator: TypeAlias = Callable[[Callable[..., Any]], StrawberryField]


class Guarded(FieldExtension):
    """Resolves a field only for callers whose role allows it."""

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: Any, info: Info, **kwargs: Any
    ) -> Any:
        """Resolve it.

        Raises:
            Forbidden: The role of the caller does not allow it.
        """
        permissions.check(info.context.caller, info.field_name)
        return await next_(source, info, **kwargs)


def resolved(description: str) -> Decorator:
    """Make a method the resolver of a field."""
    decorator: Decorator = strawberry.field(description=description)
    return decorator


def guarded(description: str) -> Decorator:
    """Make a method the resolver of a field that not everybody in the workspace may see."""
    decorator: Decorator = strawberry.field(description=description, extensions=[Guarded()])
    return decorator


def mutation(description: str) -> Decorator:
    """Make a method a mutation, for those whose role allows it."""
    decorator: Decorator = strawberry.mutation(description=description, extensions=[Guarded()])
    return decorator


def subscription(description: str) -> Decorator:
    """Make a method a subscription."""
    decorator: Decorator = strawberry.subscription(description=description)
    return decorator
