"""Condition groups: evaluated with a verdict on each condition, filled in, or held against a record."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.condition_faults import check_group
from engine.expression import ExpressionError
from engine.expression.budget import CONFIG_STEPS, Budget
from engine.expression.json_values import JsonValue, json_text
from engine.expression.operators import OPERATORS, Operator, compare
from engine.expression.paths import MISSING, Part, parse_path, read_path
from engine.templates import ConfigPath, Rendered, has_template, parse_template, render
from engine.templates import references as template_references
from engine.values import preview

__all__ = [
    "OPERATORS",
    "Operator",
    "Verdict",
    "check_group",
    "compare",
    "evaluate_group",
    "filled",
    "matches_record",
    "references",
    "render_group",
    "unevaluated",
]

Group = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one condition.

    Attributes:
        path: Where it stands in its group, such as `conditions.1.conditions.0`.
        left: Its left operand as written.
        operator: Its operator.
        right: Its right operand as written, as JSON where it is no text; None where it has none.
        left_value: What the left operand was, large ones as `preview`; `{"$error": CODE}` where it failed;
            None where it was missing or not evaluated.
        right_value: The same of the right operand.
        holds: Whether it holds; None where it was not evaluated, or failed.
        evaluated: Whether it was evaluated.
    """

    path: str
    left: str
    operator: str
    right: str | None
    left_value: JsonValue = None
    right_value: JsonValue = None
    holds: bool | None = None
    evaluated: bool = False

    def as_data(self) -> dict[str, JsonValue]:
        """Give the verdict as results hold it and clients see it."""
        return {
            "path": self.path,
            "left": self.left,
            "operator": self.operator,
            "right": self.right,
            "leftValue": self.left_value,
            "rightValue": self.right_value,
            "holds": self.holds,
            "evaluated": self.evaluated,
        }


def evaluate_group(config: Group, scope: Mapping[str, object]) -> tuple[bool, list[Verdict]]:
    """Say whether a group holds, with the verdict on each of its conditions, in order.

    Conditions are evaluated until their group is decided; the rest are not.

    Args:
        config: A group in which `check_group` finds no fault.
        scope: The names that its templates may use.

    Raises:
        ExpressionError: CONDITION_TYPES, or what evaluating an operand raises; its `verdicts` go up to the
            condition that failed, which its detail names.
    """
    judge = _Judge(scope)
    try:
        return judge.group(config, ""), judge.verdicts
    except ExpressionError as error:
        error.verdicts = tuple(judge.verdicts)
        raise


class _Judge:
    """One group being evaluated."""

    def __init__(self, scope: Mapping[str, object]) -> None:
        self.verdicts: list[Verdict] = []
        self._scope = scope
        self._budget = Budget(CONFIG_STEPS)

    def group(self, config: Group, prefix: str) -> bool:
        decisive = config["match"] == "any"
        for index, condition in enumerate(config["conditions"]):
            path = f"{prefix}conditions.{index}"
            holding = (
                self.group(condition, f"{path}.")
                if _is_group(condition)
                else self._condition(condition, path)
            )
            if holding is decisive:
                rest = enumerate(config["conditions"][index + 1 :], index + 1)
                self.verdicts += [
                    each for at, other in rest for each in _skipped(other, f"{prefix}conditions.{at}")
                ]
                return decisive
        return not decisive

    def _condition(self, condition: Group, path: str) -> bool:
        operator = OPERATORS[condition["operator"]]
        values: dict[str, JsonValue] = {}
        holding: bool | None = None
        try:
            for side in ("left", "right") if operator.takes_right else ("left",):
                values[side] = self._operand(condition[side], values, side)
            holding = compare(operator.name, values["left"], values.get("right"), self._budget)
        except ExpressionError as error:
            written = {side: condition.get(side) for side in ("left", "right")}
            error.add(condition=path, operator=operator.name, **written)
            raise
        finally:
            self.verdicts.append(_verdict(condition, path, values, holding))
        return holding

    def _operand(self, written: JsonValue, values: dict[str, JsonValue], side: str) -> JsonValue:
        try:
            return _operand(written, self._scope, self._budget)
        except ExpressionError as error:
            values[side] = {"$error": error.code}
            raise


def _operand(written: JsonValue, scope: Mapping[str, object], budget: Budget) -> JsonValue:
    """Give an operand; None for a bare path that is missing."""
    if isinstance(written, (list, dict)):
        rendered = render(written, scope)
        if rendered.errors:
            raise rendered.errors[0][1]
        return rendered.value
    if not isinstance(written, str) or not has_template(written):
        return written
    template = parse_template(written)
    try:
        return template.evaluate(scope, budget)
    except ExpressionError as error:
        if error.code == "VALUE_MISSING" and template.bare_path is not None:
            return None
        raise


def _is_group(condition: Group) -> bool:
    return "conditions" in condition


def _verdict(condition: Group, path: str, values: Mapping[str, JsonValue], holding: bool | None) -> Verdict:
    operator = OPERATORS[condition["operator"]]
    return Verdict(
        path=path,
        left=condition["left"],
        operator=operator.name,
        right=_written(condition["right"]) if operator.takes_right else None,
        left_value=preview(values.get("left")),
        right_value=preview(values.get("right")),
        holds=holding,
        evaluated=bool(values),
    )


def _written(operand: JsonValue) -> str:
    return operand if isinstance(operand, str) else json_text(operand)


def _skipped(condition: Group, path: str) -> list[Verdict]:
    if _is_group(condition):
        return unevaluated(condition, f"{path}.")
    return [_verdict(condition, path, {}, None)]


def unevaluated(config: Group, prefix: str = "") -> list[Verdict]:
    """Give the verdicts of a group that was not evaluated, such as a case after the one that matched."""
    return [
        verdict
        for index, condition in enumerate(config["conditions"])
        for verdict in _skipped(condition, f"{prefix}conditions.{index}")
    ]


def filled(config: Group, verdicts: Sequence[Verdict]) -> dict[str, JsonValue]:
    """Give a group with the operands that were evaluated as they were, and the others as written."""
    by_path = {verdict.path: verdict for verdict in verdicts if verdict.evaluated}

    def fill(group: Group, prefix: str) -> dict[str, JsonValue]:
        conditions = [
            fill(each, f"{prefix}conditions.{index}.")
            if _is_group(each)
            else _filled(each, by_path.get(f"{prefix}conditions.{index}"))
            for index, each in enumerate(group["conditions"])
        ]
        return {**group, "conditions": conditions}

    return fill(config, "")


def _filled(condition: Group, verdict: Verdict | None) -> dict[str, JsonValue]:
    if verdict is None:
        return dict(condition)
    values = {"left": verdict.left_value, "right": verdict.right_value}
    takes_right = OPERATORS[verdict.operator].takes_right
    return {**condition, "left": values["left"], **({"right": values["right"]} if takes_right else {})}


def references(config: Group) -> frozenset[tuple[Part, ...]]:
    """Give the paths that the templates of a group may read; those with faults name none."""
    return template_references(dict(config))


def render_group(config: Group, scope: Mapping[str, object]) -> Rendered:
    """Fill in the right sides of a group over attributes; a bare path that is missing gives null.

    Args:
        config: A group in which `check_group(left="attribute")` finds no fault.
        scope: The names that its templates may use.
    """
    errors: list[tuple[ConfigPath, ExpressionError]] = []
    budget = Budget(CONFIG_STEPS)

    def fill(group: Group, path: ConfigPath) -> dict[str, JsonValue]:
        here = ((*path, "conditions", index) for index in range(len(group["conditions"])))
        pairs = zip(group["conditions"], here, strict=True)
        return {**group, "conditions": [(fill if _is_group(each) else right)(each, at) for each, at in pairs]}

    def right(condition: Group, path: ConfigPath) -> dict[str, JsonValue]:
        if not OPERATORS[condition["operator"]].takes_right:
            return dict(condition)
        try:
            value = _operand(condition["right"], scope, budget)
        except ExpressionError as error:
            errors.append(((*path, "right"), error))
            value = {"$error": error.code}
        return {**condition, "right": value}

    return Rendered(fill(config, ()), errors)


def matches_record(config: Group, attributes: Mapping[str, object]) -> bool:
    """Say whether a group over attributes holds for a record; an attribute that is missing is empty.

    Args:
        config: A group whose left sides are attributes and whose right sides are values, from `render_group`.
        attributes: The values of the record.

    Raises:
        ExpressionError: CONDITION_TYPES or EXPRESSION_TOO_LARGE, as `compare`.
    """
    budget = Budget(CONFIG_STEPS)

    def holding(conditions: Sequence[Group]) -> Iterator[bool]:
        for condition in conditions:
            if _is_group(condition):
                yield decide(condition)
            else:
                found = read_path(attributes, parse_path(condition["left"]))
                left = None if found is MISSING else found
                yield compare(condition["operator"], left, condition.get("right"), budget)

    def decide(group: Group) -> bool:
        return (any if group["match"] == "any" else all)(holding(group["conditions"]))

    return decide(config)
