"""Prepares an attempt: renders a configuration, checks it, and gives what is shown as the inputs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from engine.activity import ActivityType
from engine.config_faults import Fault, check_config
from engine.definition import Activity
from engine.errors import ExecutionError
from engine.expression import ExpressionError
from engine.expression.budget import CONFIG_STEPS, Budget
from engine.registry import activity_type
from engine.templates import ConfigPath, has_template, parse_template, render
from engine.values import (
    MAX_LIST_BYTES,
    MAX_VALUE_BYTES,
    JsonValue,
    check_size,
    fits,
    preview,
    preview_list,
    size,
)

ITEMS = "items"
SHOWN_BYTES = 64 * 1024
"""Of the operands of conditions, so many bytes are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An attempt that may begin, or why it cannot.

    Attributes:
        inputs: The configuration as rendered, as it is shown; always small enough to be kept.
        config: The validated configuration, None where there is an error.
        error: Why the attempt must fail, None where it may begin.
    """

    inputs: JsonValue
    config: BaseModel | None
    error: ExecutionError | None


def prepare(activity: Activity, scope: Mapping[str, object]) -> Prepared:
    """Render and check the configuration of an activity where it stands; a published one never raises.

    Args:
        activity: The activity, of a registered type.
        scope: The names that its templates may use.
    """
    kind = activity_type(activity.type)
    written = activity.config
    rendered = render({key: value for key, value in written.items() if key not in kind.unrendered}, scope)
    filled = rendered.value if isinstance(rendered.value, dict) else {}
    config = {key: filled.get(key, value) for key, value in written.items()}
    inputs = _shown(kind, config, scope)
    if rendered.errors:
        return Prepared(inputs=_kept(inputs), config=None, error=_rendering_error(rendered.errors))
    try:
        _check_sizes(kind, config, inputs)
    except ExpressionError as error:
        return Prepared(inputs=_kept(inputs), config=None, error=_execution_error(error, error.message))
    model, faults = check_config(kind.config, config)
    return Prepared(inputs=inputs, config=model, error=_config_error(faults) if faults else None)


def _shown(
    kind: ActivityType, config: Mapping[str, Any], scope: Mapping[str, object]
) -> dict[str, JsonValue]:
    """Give the configuration as it is shown: a Loop's items by their beginning, conditions with their operands."""
    operands = _Operands(scope)
    shown: dict[str, JsonValue] = {}
    for key, value in config.items():
        if kind.items is not None:
            shown[key] = _shown_items(value) if key == ITEMS and isinstance(value, list) else value
        else:
            evaluates = key in kind.unrendered and key not in kind.expressions
            shown[key] = operands.filled(value) if evaluates else value
    return shown


def _shown_items(items: list[Any]) -> JsonValue:
    shown = preview_list(items)
    shown["$list"]["first"] = [preview(item) for item in shown["$list"]["first"]]
    return shown


class _Operands:
    """Fills in the operands of conditions as far as they can be worked out and shown; nothing fails here."""

    def __init__(self, scope: Mapping[str, object]) -> None:
        self._scope = scope
        self._budget = Budget(CONFIG_STEPS)
        self._room = SHOWN_BYTES

    def filled(self, written: JsonValue) -> JsonValue:
        if isinstance(written, dict):
            return {key: self.filled(value) for key, value in written.items()}
        if isinstance(written, list):
            return [self.filled(value) for value in written]
        if not isinstance(written, str) or not has_template(written):
            return written
        value = self._value(written)
        self._room -= size(value)
        return value if self._room >= 0 else "…"

    def _value(self, written: str) -> JsonValue:
        template = None
        try:
            template = parse_template(written)
            return preview(template.evaluate(self._scope, self._budget))
        except ExpressionError as error:
            bare = template is not None and template.bare_path is not None
            return None if bare and error.code == "VALUE_MISSING" else {"$error": error.code}


def _check_sizes(kind: ActivityType, config: Mapping[str, Any], inputs: dict[str, JsonValue]) -> None:
    if kind.items is not None:
        check_size(config.get(ITEMS), MAX_LIST_BYTES, f"'{ITEMS}'")
    if fits(inputs, MAX_VALUE_BYTES):
        return
    for key, value in inputs.items():
        check_size(value, MAX_VALUE_BYTES, f"'{key}' as rendered")
    check_size(inputs, MAX_VALUE_BYTES, "The configuration as rendered")


def _kept(inputs: dict[str, JsonValue]) -> JsonValue:
    """Give the inputs so that they can be kept: shortened where they are too large as they are."""
    if size(inputs) <= MAX_VALUE_BYTES:
        return inputs
    shortened: dict[str, JsonValue] = {key: preview(value) for key, value in inputs.items()}
    return shortened if size(shortened) <= MAX_VALUE_BYTES else preview(shortened)


def _rendering_error(errors: Sequence[tuple[ConfigPath, ExpressionError]]) -> ExecutionError:
    path, first = errors[0]
    failed = [
        {
            "configPath": _texts(where),
            "code": error.code,
            "message": error.message,
            "position": error.position,
        }
        for where, error in errors[:20]
    ]
    message = f"{'.'.join(_texts(path))}: {first.message}"
    if len(errors) > 1:
        message += f"; {len(errors) - 1} more failed"
    return _execution_error(first, message, configPath=_texts(path), failed=failed)


def _execution_error(error: ExpressionError, message: str, **facts: object) -> ExecutionError:
    return ExecutionError(code=error.code, message=message, detail={**error.detail, **facts}, hint=error.hint)


def _texts(path: ConfigPath) -> list[str]:
    return [str(part) for part in path]


def _config_error(faults: Sequence[Fault]) -> ExecutionError:
    more = f" (And {len(faults) - 1} more.)" if len(faults) > 1 else ""
    return ExecutionError(
        code="CONFIG_INVALID",
        message=faults[0].message + more,
        detail={
            "faults": [{"configPath": list(fault.path), "message": fault.message} for fault in faults[:20]]
        },
        hint="Look at the inputs for what the templates gave; an expression can turn one type into another.",
    )
