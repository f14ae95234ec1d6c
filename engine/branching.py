"""Branches: the condition groups that decide one, as they are configured, checked, evaluated and shown."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema

from engine.conditions import OPERATORS, Verdict, check_group, evaluate_group, unevaluated
from engine.config import Config
from engine.errors import Problem
from engine.expression import ExpressionError
from engine.values import JsonValue, size

SHOWN_BYTES = 64 * 1024
"""Of the operands of a branch, so many bytes are kept with it."""

Match = Literal["all", "any"]

CONDITION_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "A condition, or another group of conditions with `match` and `conditions`.",
    "properties": {
        "left": {"type": "string", "description": "What is compared."},
        "operator": {"enum": list(OPERATORS), "description": "How."},
        "right": {"description": "What it is compared with: a value or a template."},
        "match": {"enum": ["all", "any"]},
        "conditions": {"type": "array", "items": {"type": "object"}},
    },
}

Conditions = Annotated[
    list[Any],
    Field(min_length=1),
    WithJsonSchema({"type": "array", "minItems": 1, "items": CONDITION_SCHEMA}),
]
"""Conditions and groups of them, as written; `check_conditions` looks into them."""


class ConditionGroup(Config):
    """Conditions of which all, or any, must hold."""

    match: Match = Field(description="Whether all conditions must hold, or any one.")
    conditions: Conditions = Field(
        description="The conditions, evaluated in order until the group is decided: `left` and `right` "
        "are templates or "
        "values, `operator` compares them. A condition may be a group again."
    )

    def group(self) -> dict[str, Any]:
        """Give the group alone."""
        return {"match": self.match, "conditions": self.conditions}


def check_conditions(
    config: object, also: frozenset[str] = frozenset()
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give what is wrong inside a group's conditions as written; its own keys are its model's to check."""
    for path, message in check_group(config, also=also):
        if len(path) > 1:
            yield tuple(str(part) for part in path), f"{message}."


def config_problems(faults: Iterator[tuple[tuple[str, ...], str]]) -> list[Problem]:
    """Give faults of a configuration as problems, each with its path into the configuration."""
    return [Problem("CONFIG_INVALID", message, path) for path, message in faults]


class Cases:
    """The cases of a branch as they are decided one after the other, and what is shown of them."""

    def __init__(self, scope: Mapping[str, object]) -> None:
        self._scope = scope
        self._room = SHOWN_BYTES
        self._shown: list[dict[str, JsonValue]] = []

    def holds(self, exit_name: str, group: Mapping[str, Any]) -> bool:
        """Say whether a case's group holds.

        Raises:
            ExpressionError: An operand cannot be evaluated or compared; its detail shows the cases up to there.
        """
        try:
            matched, verdicts = evaluate_group(group, self._scope)
        except ExpressionError as error:
            self._show(exit_name, group, None, error.verdicts)
            raise error.add(cases=self._shown) from None
        self._show(exit_name, group, matched, verdicts)
        return matched

    def pass_over(self, exit_name: str, group: Mapping[str, Any]) -> None:
        """Show a case that came after the one that decided."""
        self._show(exit_name, group, None, unevaluated(group))

    def result(self) -> dict[str, JsonValue]:
        """Give what is shown of the cases."""
        return {"cases": self._shown}

    def _show(
        self, exit_name: str, group: Mapping[str, Any], matched: bool | None, verdicts: Sequence[Verdict]
    ) -> None:
        conditions: list[JsonValue] = [self._verdict(verdict) for verdict in verdicts]
        self._shown.append(
            {"exit": exit_name, "match": group["match"], "matched": matched, "conditions": conditions}
        )

    def _verdict(self, verdict: Verdict) -> dict[str, JsonValue]:
        return {
            "path": verdict.path,
            "left": verdict.left,
            "operator": verdict.operator,
            "right": verdict.right,
            "leftValue": self._fitting(verdict.left_value),
            "rightValue": self._fitting(verdict.right_value),
            "holds": verdict.holds,
            "evaluated": verdict.evaluated,
        }

    def _fitting(self, value: JsonValue) -> JsonValue:
        self._room -= size(value)
        return value if self._room >= 0 else "…"
