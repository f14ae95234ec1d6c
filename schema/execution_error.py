"""Why an execution failed, for the person who built the workflow."""

from collections.abc import Mapping
from typing import Any

import strawberry

from schema.scalars import JSON


@strawberry.type(description="Why an execution failed, for the person who built the workflow.")
class ExecutionError:
    code: str = strawberry.field(
        description="What went wrong: stable, upper snake case, such as HTTP_STATUS."
    )
    message: str = strawberry.field(description="What went wrong, in one sentence.")
    detail: JSON | None = strawberry.field(
        description="What it takes to mend it: the expression and the position, the response's status, …"
    )
    hint: str | None = strawberry.field(description="What to try.")
    retryable: bool = strawberry.field(description="Whether another attempt may succeed.")

    @classmethod
    def maybe(cls, data: Mapping[str, Any] | None) -> "ExecutionError | None":
        """Show an error as events and tables hold it, where there is one."""
        if data is None:
            return None
        return cls(**{name: data[name] for name in ("code", "message", "detail", "hint", "retryable")})
