"""What goes wrong in a run, as data that is stored, shown and decided on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionError:
    """Why an execution failed, for the person who built the workflow.

    Attributes:
        code: Stable, upper snake case, such as HTTP_STATUS.
        message: One sentence.
        detail: What it takes to mend it, or None.
        hint: What to try, or None.
        retryable: Whether another attempt may succeed.
        retry_after: Seconds that the other side asked to wait before another attempt, or None. Not shown.
    """

    code: str
    message: str
    detail: Mapping[str, Any] | None = None
    hint: str | None = None
    retryable: bool = False
    retry_after: float | None = field(default=None, compare=False)

    def as_data(self) -> dict[str, Any]:
        """Give the error as events and tables hold it."""
        return {
            "code": self.code,
            "message": self.message,
            "detail": dict(self.detail) if self.detail is not None else None,
            "hint": self.hint,
            "retryable": self.retryable,
        }


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of an input, expected and shown as data.

    Attributes:
        code: Stable, upper snake case, from the codes of the contract.
        message: What is wrong and what is accepted, one sentence.
        path: Where in the input, such as ("definition", "activities", "2", "config", "expression").
    """

    code: str
    message: str
    path: tuple[str, ...] = ()


class Refused(Exception):  # noqa: N818 - named as the outcome: a request that was refused, with all its reasons
    """A request was refused and changed nothing; `problems` says why, every fault at once."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems
