"""Formula: a value worked out by an expression."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from engine.activity import ActivityContext, ActivityType, Category, Completed, Failed
from engine.config import Config, Outputs
from engine.errors import ExecutionError
from engine.expression import ExpressionError, parse
from engine.values import JsonValue, preview, size

SHOWN_BYTES = 64 * 1024
"""Of the variables that a formula read, so many bytes are kept with it."""


class FormulaConfig(Config):
    """What to work out."""

    expression: str = Field(
        min_length=1,
        description="An expression, written without braces, such as `2026 - trigger.payload.founded`.",
    )


class FormulaOutputs(Outputs):
    """What came out."""

    value: Any = Field(description="The value of the expression.")


def perform(config: FormulaConfig, context: ActivityContext) -> Completed | Failed:
    """Work the expression out where the activity stands."""
    try:
        value, variables = parse(config.expression).evaluate_traced(context.scope)
    except ExpressionError as error:
        return _invalid(config, error)
    result: dict[str, JsonValue] = {"expression": config.expression, "variables": _shown(variables)}
    return Completed(outputs={"value": value}, result=result)


def _invalid(config: FormulaConfig, error: ExpressionError) -> Failed:
    return Failed(
        error=ExecutionError(
            code="FORMULA_INVALID",
            message=error.message,
            detail={
                **error.detail,
                "cause": error.code,
                "expression": config.expression,
                "position": error.position,
                "variables": _shown(error.variables),
            },
            hint=error.hint,
        )
    )


def _shown(variables: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Give the variables as they are kept: each shortened where it is large, those beyond the room as "…"."""
    room, found = SHOWN_BYTES, {}
    for path, value in variables.items():
        short = preview(value)
        room -= size(short)
        found[path] = short if room >= 0 else "…"
    return found


FORMULA = ActivityType(
    type="formula",
    title="Formula",
    description="Works a value out: numbers, texts, dates and lists, with functions such as ROUND, SPLIT "
    "and IF.",
    category=Category.DATA,
    config=FormulaConfig,
    outputs=FormulaOutputs,
    perform=perform,
    pure=True,
    expressions=frozenset({"expression"}),
    unrendered=frozenset({"expression"}),
)
