"""The inputs that a MANUAL trigger declares: which types there are, and whether a declaration is in order."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.expression.times import parse_time
from engine.form import did_you_mean, listed, shown

INPUTS = "inputs"
DECLARED = ("type", "required", "default")

Fault = tuple[tuple[str, ...], str]
"""The path into a configuration, and what is wrong there."""


@dataclass(frozen=True, slots=True)
class InputType:
    """A type that an input may be declared with: what it takes, in words and as a test."""

    takes: str
    fits: Callable[[object], bool]


INPUT_TYPES: Mapping[str, InputType] = {
    "text": InputType("a text", lambda value: isinstance(value, str)),
    "number": InputType(
        "a number", lambda value: isinstance(value, int | float) and not isinstance(value, bool)
    ),
    "boolean": InputType("true or false", lambda value: isinstance(value, bool)),
    "date": InputType(
        "an ISO date or timestamp, such as 2026-11-22",
        lambda value: isinstance(value, str) and parse_time(value) is not None,
    ),
    "list": InputType("a list", lambda value: isinstance(value, list)),
    "object": InputType("an object", lambda value: isinstance(value, Mapping)),
}


def declaration_faults(config: Mapping[str, Any]) -> Iterator[Fault]:
    """Give the faults of a MANUAL trigger's configuration."""
    for key in config:
        if key != INPUTS:
            yield (
                (key,),
                f"There is no key '{key}' here; there is only {INPUTS}.{did_you_mean(key, (INPUTS,))}",
            )
    inputs = config.get(INPUTS)
    if inputs is not None and not isinstance(inputs, Mapping):
        yield (INPUTS,), f"'{INPUTS}' takes an object of declarations by names, not {shown(inputs)}."
        return
    for name, declared in (inputs or {}).items():
        for path, message in _input_faults(name, declared):
            yield (INPUTS, name, *path), message


def _input_faults(name: str, declared: object) -> Iterator[Fault]:
    if not isinstance(declared, Mapping):
        yield (), f"'{name}' takes an object with {listed(DECLARED)}, not {shown(declared)}."
        return
    for key in declared:
        if key not in DECLARED:
            yield (
                (key,),
                f"There is no key '{key}' here; there are {listed(DECLARED)}.{did_you_mean(key, DECLARED)}",
            )
    required = declared.get("required")
    if required is not None and not isinstance(required, bool):
        yield ("required",), f"'required' takes true or false, not {shown(required)}."
    kind, default = declared.get("type"), declared.get("default")
    if not isinstance(kind, str) or kind not in INPUT_TYPES:
        yield ("type",), _unknown_type(kind)
    elif default is not None and not INPUT_TYPES[kind].fits(default):
        takes = INPUT_TYPES[kind].takes
        yield ("default",), f"'default' takes {takes}, as the input does, not {shown(default)}."


def _unknown_type(kind: object) -> str:
    types = tuple(INPUT_TYPES)
    got = "is missing" if kind is None else f"is {shown(kind)}"
    hint = did_you_mean(kind, types) if isinstance(kind, str) else ""
    return f"'type' {got}; it takes one of {listed(types)}.{hint}"
