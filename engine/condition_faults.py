"""The form of condition groups: what is wrong with one as written."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from engine.expression import ExpressionError
from engine.expression.operators import OPERATORS
from engine.expression.paths import parse_path
from engine.expression.patterns import compile_pattern
from engine.templates import ConfigPath, has_template

MAX_GROUP_DEPTH = 8

Left = Literal["template", "attribute"]
Faults = Iterator[tuple[ConfigPath, str]]


def check_group(
    config: object, *, left: Left = "template", also: frozenset[str] = frozenset()
) -> list[tuple[ConfigPath, str]]:
    """Give the faults in the form of a group, each with its path; the syntax of templates is not looked at.

    Args:
        config: The group as written.
        left: What the left sides are: templates, or paths of attributes.
        also: Names of other keys that may stand beside `match` and `conditions`, such as a case's `exit`.
    """
    return list(_group_faults(config, (), left, also))


def _group_faults(config: object, path: ConfigPath, left: Left, also: frozenset[str]) -> Faults:
    if not isinstance(config, Mapping):
        yield path, "A condition group is an object with 'match' and 'conditions'"
        return
    yield from _unknown_keys(config, path, {"match", "conditions", *also})
    if config.get("match") not in ("all", "any"):
        yield (*path, "match"), '\'match\' is "all" or "any"'
    conditions = config.get("conditions")
    if not isinstance(conditions, list):
        yield (*path, "conditions"), "'conditions' is a list of conditions and groups"
        return
    if not conditions and left == "template":
        yield (*path, "conditions"), "At least one condition is needed"
    if len(path) // 2 >= MAX_GROUP_DEPTH:
        yield (*path, "conditions"), f"Groups are nested at most {MAX_GROUP_DEPTH} deep"
        return
    for index, condition in enumerate(conditions):
        here = (*path, "conditions", index)
        if isinstance(condition, Mapping) and ("conditions" in condition or "match" in condition):
            yield from _group_faults(condition, here, left, frozenset())
        else:
            yield from _condition_faults(condition, here, left)


def _unknown_keys(config: Mapping[str, Any], path: ConfigPath, known: set[str]) -> Faults:
    for key in config:
        if key not in known:
            yield (*path, key), f"There is no '{key}' here: there are {', '.join(sorted(known))}"


def _condition_faults(condition: object, path: ConfigPath, left: Left) -> Faults:
    if not isinstance(condition, Mapping):
        yield path, "A condition is an object with 'left', 'operator' and 'right'"
        return
    yield from _unknown_keys(condition, path, {"left", "operator", "right"})
    yield from _left_faults(condition.get("left"), (*path, "left"), left)
    operator = condition.get("operator")
    if not isinstance(operator, str) or operator not in OPERATORS:
        yield (*path, "operator"), f"'operator' is one of {', '.join(OPERATORS)}"
        return
    if OPERATORS[operator].takes_right and "right" not in condition:
        yield (*path, "right"), f"'{operator}' needs 'right'"
    right = condition.get("right")
    if operator == "matches" and isinstance(right, str) and not has_template(right):
        try:
            compile_pattern(right)
        except ExpressionError as error:
            yield (*path, "right"), error.message


def _left_faults(written: object, path: ConfigPath, left: Left) -> Faults:
    if not isinstance(written, str):
        wanted = {
            "template": "text, such as {{ trigger.payload.score }}",
            "attribute": "an attribute, such as score",
        }
        yield path, f"'left' is {wanted[left]}"
    elif left == "attribute":
        try:
            parse_path(written)
        except ExpressionError as error:
            yield path, f"'left' is an attribute, such as score: {error.message}"
