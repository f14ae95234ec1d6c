"""How values are written into text: in templates, TEXT, CONCAT and JOIN."""

from collections.abc import Iterable, Mapping

from engine.expression.arithmetic import MAX_TEXT, check_text, too_large
from engine.expression.budget import Budget
from engine.expression.errors import ExpressionError
from engine.expression.json_values import (
    MAX_VALUES,
    JsonValue,
    UnstorableValueError,
    clean,
    json_text,
    weigh,
)

_WHOLE_FLOATS = 2**53


def plain(value: object, limit: int) -> JsonValue:
    """Give a value as plain JSON, for leaving an expression or for being written.

    Args:
        value: The value.
        limit: The bytes that it may have as JSON, counted roughly.

    Raises:
        ExpressionError: EXPRESSION_TOO_LARGE; EXPRESSION_TYPES, where it holds what JSON does not have.
    """
    if isinstance(value, (list, Mapping)):
        weight = weigh(value, limit)
        if weight.bytes > limit:
            raise too_large(f"A value is larger than {limit // 1024:,} KiB as JSON")
        if weight.values > MAX_VALUES:
            raise too_large(f"A value has more than {MAX_VALUES:,} values in it")
    try:
        return clean(value)
    except UnstorableValueError as error:
        code = "EXPRESSION_TOO_LARGE" if error.too_large else "EXPRESSION_TYPES"
        raise ExpressionError(code, f"A value cannot be kept: {error}") from error


def as_json(value: object, budget: Budget) -> str:
    """Give a value as compact JSON text.

    Raises:
        ExpressionError: EXPRESSION_TOO_LARGE, beyond a mebi (1,048,576) characters.
    """
    if isinstance(value, (list, Mapping)):
        budget.items(weigh(value, MAX_TEXT).values)
    text = json_text(plain(value, MAX_TEXT))
    check_text(len(text), budget)
    return text


def as_text(value: object, budget: Budget) -> str:
    """Give a value as it is filled into text.

    Text stays; null is nothing; true and false are words; a number without a fraction has no point; lists and
    objects are JSON.

    Raises:
        ExpressionError: EXPRESSION_TOO_LARGE.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _WHOLE_FLOATS else repr(value)
    return as_json(value, budget)


def join(values: Iterable[object], separator: str, budget: Budget) -> str:
    """Join values as text.

    Raises:
        ExpressionError: EXPRESSION_TOO_LARGE, before text of more than 1,048,576 characters comes to be.
    """
    texts: list[str] = []
    length = 0
    for value in values:
        texts.append(as_text(value, budget))
        length += len(texts[-1]) + (len(separator) if len(texts) > 1 else 0)
        if length > MAX_TEXT:
            break
    check_text(length, budget)
    return separator.join(texts)
