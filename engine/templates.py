"""Texts with `{{ expressions }}` in them, and whole configurations of such texts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engine.expression import Expression, ExpressionError, parse
from engine.expression.budget import CONFIG_STEPS, Budget
from engine.expression.json_values import JsonValue, weigh
from engine.expression.parser import MAX_LENGTH
from engine.expression.paths import Part
from engine.expression.text import join
from engine.values import MAX_LIST_BYTES

OPEN, CLOSE = "{{", "}}"
CACHED_LENGTH = 4 * 1024

ConfigPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """An expression in a template, and the characters before it."""

    expression: Expression
    offset: int


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A text with expressions in it.

    Attributes:
        text: As written.
        parts: Its literal parts and its expressions, in order.
    """

    text: str
    parts: tuple[str | Slot, ...]

    @property
    def lone(self) -> Expression | None:
        """The expression, where the template is one `{{ … }}` and nothing else."""
        only = self.parts[0] if len(self.parts) == 1 else None
        return only.expression if isinstance(only, Slot) else None

    @property
    def bare_path(self) -> tuple[Part, ...] | None:
        """The path, where the template is one `{{ path }}` and nothing else."""
        return self.lone.bare_path if self.lone else None

    @property
    def references(self) -> frozenset[tuple[Part, ...]]:
        """The paths that it may read, each as far as it is known without evaluating."""
        slots = (part for part in self.parts if isinstance(part, Slot))
        return frozenset[tuple[Part, ...]]().union(*(slot.expression.references for slot in slots))

    def evaluate(self, scope: Mapping[str, object], shared: Budget | None = None) -> JsonValue:
        """Give the value of a lone expression with its type; otherwise the text, filled in.

        In text null is nothing, true and false are words, a number without a fraction has no point, and lists
        and objects are JSON.

        Args:
            scope: The names that its expressions may use.
            shared: Steps that they share with others.

        Raises:
            ExpressionError: As `Expression.evaluate`; its position counts in the whole text.
        """
        if self.lone is not None:
            return self._value(self.parts[0], scope, shared)
        budget = Budget(shared=shared)
        values = (self._value(part, scope, shared) for part in self.parts)
        try:
            return join(values, "", budget)
        except ExpressionError as error:
            error.move_into(self.text, 0)
            raise

    def _value(self, part: str | Slot, scope: Mapping[str, object], shared: Budget | None) -> JsonValue:
        if isinstance(part, str):
            return part
        try:
            return part.expression.evaluate(scope, shared)
        except ExpressionError as error:
            error.move_into(self.text, part.offset)
            raise


def has_template(text: str) -> bool:
    """Say whether a text is a template: whether `{{` stands in it."""
    return OPEN in text


def holds_template(value: JsonValue) -> bool:
    """Say whether a template stands anywhere in a value; keys of objects are none."""
    return next(_templates(value, ()), None) is not None


def parse_template(text: str) -> Template:
    """Read a text with expressions; the same text is read once, unless it is very long.

    Raises:
        ExpressionError: TEMPLATE_SYNTAX, its position counted in the whole text.
    """
    return _cached(text) if len(text) <= CACHED_LENGTH else _read(text)


def _read(text: str) -> Template:
    parts: list[str | Slot] = []
    at = 0
    while (start := text.find(OPEN, at)) >= 0:
        if start > at:
            parts.append(text[at:start])
        end = _closing(text, start)
        parts.append(_slot(text, start + len(OPEN), end))
        at = end + len(CLOSE)
    if at < len(text) or not parts:
        parts.append(text[at:])
    return Template(text, tuple(parts))


_cached = lru_cache(maxsize=1024)(_read)


def _closing(text: str, start: int) -> int:
    """Find the braces that close those at `start`; what stands in quotes does not."""
    quote, at = "", start + len(OPEN)
    last = min(len(text), at + MAX_LENGTH + len(CLOSE))
    while at < last:
        character = text[at]
        if quote:
            at += character == "\\"
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif text.startswith(CLOSE, at):
            return at
        at += 1
    where = f" within {MAX_LENGTH:,} characters" if last < len(text) else ""
    why = f": a text in it has no closing {quote}" if quote else ""
    error = ExpressionError(
        "TEMPLATE_SYNTAX",
        f"'{OPEN}' is not closed{where}{why}",
        position=start + 1,
        hint="Close it with }}; {{ '{{' }} writes two braces",
    )
    error.move_into(text, 0)
    raise error


def _slot(text: str, start: int, end: int) -> Slot:
    inside = text[start:end]
    offset = start + len(inside) - len(inside.lstrip())
    try:
        return Slot(parse(inside.strip()), offset)
    except ExpressionError as error:
        error.move_into(text, offset)
        raise


@dataclass(frozen=True, slots=True)
class Rendered:
    """A configuration with its templates filled in.

    Attributes:
        value: The configuration; a string that failed is `{"$error": CODE}`.
        errors: What failed, and where in the configuration.
    """

    value: JsonValue
    errors: list[tuple[ConfigPath, ExpressionError]]

    def with_nulls(self) -> JsonValue:
        """Give the value with null for each string that failed."""
        root: list[JsonValue] = [self.value]
        for path, _ in self.errors:
            holder: Any = root
            *way, last = (0, *path)
            for part in way:
                holder = holder[part]
            holder[last] = None
        return root[0]


def render(value: JsonValue, scope: Mapping[str, object]) -> Rendered:
    """Fill in every template of a configuration; what came out of one is never filled in again.

    Keys of objects are no templates. All templates together have 100,000 steps and may give 4 MiB; what goes
    beyond fails, as EXPRESSION_TOO_LARGE or VALUE_TOO_LARGE.
    """
    rendering = _Rendering(scope)
    return Rendered(rendering.fill(value, ()), rendering.errors)


class _Rendering:
    """One configuration being filled in."""

    def __init__(self, scope: Mapping[str, object]) -> None:
        self.errors: list[tuple[ConfigPath, ExpressionError]] = []
        self._scope = scope
        self._budget = Budget(CONFIG_STEPS)
        self._room = MAX_LIST_BYTES

    def fill(self, value: JsonValue, path: ConfigPath) -> JsonValue:
        if isinstance(value, str):
            return self._text(value, path) if has_template(value) else value
        if isinstance(value, list):
            return [self.fill(item, (*path, index)) for index, item in enumerate(value)]
        if isinstance(value, dict):
            return {key: self.fill(item, (*path, key)) for key, item in value.items()}
        return value

    def _text(self, text: str, path: ConfigPath) -> JsonValue:
        try:
            value = parse_template(text).evaluate(self._scope, self._budget)
            self._room -= weigh(value, MAX_LIST_BYTES).bytes
            if self._room < 0:
                raise ExpressionError("VALUE_TOO_LARGE", "All templates together give more than 4 MiB")
        except ExpressionError as error:
            self.errors.append((path, error))
            return {"$error": error.code}
        return value


def references(value: JsonValue) -> frozenset[tuple[Part, ...]]:
    """Give the paths that the templates of a configuration may read; those with faults name none."""
    found: set[tuple[Part, ...]] = set()
    for _, text in _templates(value, ()):
        try:
            found |= parse_template(text).references
        except ExpressionError as error:
            if error.code != "TEMPLATE_SYNTAX":
                raise
    return frozenset(found)


def syntax_errors(value: JsonValue) -> list[tuple[ConfigPath, ExpressionError]]:
    """Give what is wrong with the templates of a configuration, and where."""
    faults = []
    for path, text in _templates(value, ()):
        try:
            parse_template(text)
        except ExpressionError as error:
            faults.append((path, error))
    return faults


def _templates(value: JsonValue, path: ConfigPath) -> Iterator[tuple[ConfigPath, str]]:
    if isinstance(value, str) and has_template(value):
        yield path, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _templates(item, (*path, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _templates(item, (*path, key))
