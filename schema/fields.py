"""Fields that are worked out: Strawberry's decorators, with the types that it leaves open."""

from collections.abc import Callable
from typing import Any, TypeAlias

import strawberry
from strawberry.types.field import StrawberryField

Decorator: TypeAlias = Callable[[Callable[..., Any]], StrawberryField]


def resolved(description: str) -> Decorator:
    """Make a method the resolver of a field."""
    decorator: Decorator = strawberry.field(description=description)
    return decorator


def mutation(description: str) -> Decorator:
    """Make a method a mutation."""
    decorator: Decorator = strawberry.mutation(description=description)
    return decorator


def subscription(description: str) -> Decorator:
    """Make a method a subscription."""
    decorator: Decorator = strawberry.subscription(description=description)
    return decorator
