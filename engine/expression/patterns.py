"""Regular expressions of the linear-time kind, for the operator `matches`."""

from functools import lru_cache
from typing import Protocol, cast

import re2  # type: ignore[import-untyped]  # google-re2 ships no types

from engine.expression.budget import Budget
from engine.expression.errors import ExpressionError

MAX_PATTERN = 1_000
_MEMORY = 1024 * 1024


class Pattern(Protocol):
    """A compiled pattern, as far as it is used here."""

    programsize: int

    def search(self, text: str) -> object | None:
        """Give the first match, or None."""


@lru_cache(maxsize=64)
def compile_pattern(pattern: str) -> Pattern:
    """Compile a regular expression in RE2's syntax.

    Raises:
        ExpressionError: CONDITION_TYPES, where it is none, or longer or larger than allowed.
    """
    if len(pattern) > MAX_PATTERN:
        raise ExpressionError("CONDITION_TYPES", f"A pattern has at most {MAX_PATTERN:,} characters")
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    try:
        return cast(Pattern, re2.compile(pattern, options))
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
        raise ExpressionError(
            "CONDITION_TYPES",
            f"'{pattern}' is no regular expression: {reason}",
            hint="The syntax is RE2's: no look-around and no back references",
        ) from error


def matches(text: str, pattern: str, budget: Budget) -> bool:
    """Say whether the pattern is found anywhere in the text; ^ and $ hold it to the ends.

    Raises:
        ExpressionError: CONDITION_TYPES, for a wrong pattern; EXPRESSION_TOO_LARGE.
    """
    compiled = compile_pattern(pattern)
    budget.match(len(text), compiled.programsize)
    return compiled.search(text) is not None
