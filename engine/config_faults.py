"""What is wrong with a configuration, in words: which part, what it must be, what it is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from engine.form import did_you_mean, listed, shown
from engine.templates import has_template

_SUBJECT = re.compile(r"^(Input|String|List|Dictionary|Value) should ")
_WORDS = {
    "a valid dictionary": "an object",
    "a valid list": "a list",
    "a valid string": "a text",
    "a valid integer": "a whole number",
    "a valid number": "a number",
    "a valid boolean": "true or false",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a configuration: the path into it, and a message that names the part by its whole path."""

    path: tuple[str, ...]
    message: str


def check_config(model: type[BaseModel], config: Mapping[str, Any]) -> tuple[BaseModel | None, list[Fault]]:
    """Give the model of a configuration, or every fault that keeps it from being one."""
    try:
        return model.model_validate(config), []
    except ValidationError as error:
        details = error.errors(include_url=False)
        return None, [_fault(model, one) for one in details]


def check_written(model: type[BaseModel], config: Mapping[str, Any]) -> list[Fault]:
    """Give every fault of a configuration as written; a text with a template may yet become anything."""
    try:
        model.model_validate(config)
    except ValidationError as error:
        return [
            _fault(model, one) for one in error.errors(include_url=False) if not _holds_template(one["input"])
        ]
    return []


def _holds_template(value: object) -> bool:
    return isinstance(value, str) and has_template(value)


def _fault(model: type[BaseModel], error: ErrorDetails) -> Fault:
    path = tuple(str(part) for part in error["loc"])
    name = f"'{'.'.join(path)}'" if path else "This"
    match error["type"]:
        case "missing":
            return Fault(path, f"{name} is missing; it is required.{_about(model, path)}")
        case "extra_forbidden":
            return Fault(path, _unknown_key(model, path))
        case _:
            return Fault(path, f"{name} {_must(error['msg'])}{_got(error)}.{_about(model, path)}")


def _must(message: str) -> str:
    """Say what a value must be, in the words of JSON."""
    found = _SUBJECT.sub("must ", message.partition(" after validation")[0])
    for theirs, ours in _WORDS.items():
        found = found.replace(theirs, ours)
    return found if found.startswith(("must ", "takes ")) else f"is refused: {found}"


def _got(error: ErrorDetails) -> str:
    whole = error["type"] in ("too_short", "too_long") or isinstance(error["input"], Mapping)
    return "" if whole and not error["type"].endswith("_type") else f", but is {shown(error['input'])}"


def _about(model: type[BaseModel], path: Sequence[str]) -> str:
    """Give the field's own description where the path names a field of the model."""
    if len(path) != 1:
        return ""
    field = next((one for name, one in model.model_fields.items() if path[0] in (name, one.alias)), None)
    return f" {field.description}" if field is not None and field.description else ""


def _unknown_key(model: type[BaseModel], path: Sequence[str]) -> str:
    name = path[-1]
    if len(path) > 1:
        return f"There is no key '{name}' in '{'.'.join(path[:-1])}'."
    names = [field.alias or key for key, field in model.model_fields.items()]
    return f"There is no key '{name}' here; there are {listed(names)}.{did_you_mean(name, names)}"
