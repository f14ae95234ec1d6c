"""The texts of a configuration that are evaluated, and what they read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.activity import ActivityType
from engine.expression import ExpressionError, parse
from engine.expression.paths import Part
from engine.templates import has_template, parse_template


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A text that is a template or an expression.

    Attributes:
        path: Where it stands in its configuration.
        text: As written.
        references: The paths that it reads, each as far as it is written out.
        error: Why it cannot be read, or None.
    """

    path: tuple[str, ...]
    text: str
    references: tuple[tuple[Part, ...], ...]
    error: ExpressionError | None


def evaluated_texts(kind: ActivityType, config: Mapping[str, Any]) -> Iterator[Evaluated]:
    """Give every text of a configuration that is evaluated."""
    for key, value in config.items():
        if key not in kind.expressions:
            yield from template_texts(value, (key,))
        elif isinstance(value, str):
            yield _read((key,), value, is_expression=True)


def template_texts(value: object, path: tuple[str, ...]) -> Iterator[Evaluated]:
    """Give every template in a value that stands at a path of its configuration."""
    if isinstance(value, str):
        if has_template(value):
            yield _read(path, value, is_expression=False)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from template_texts(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from template_texts(item, (*path, str(index)))


def _read(path: tuple[str, ...], text: str, *, is_expression: bool) -> Evaluated:
    try:
        references = parse(text).references if is_expression else parse_template(text).references
    except ExpressionError as error:
        return Evaluated(path, text, (), error)
    return Evaluated(path, text, tuple(sorted(references, key=lambda one: [str(part) for part in one])), None)
