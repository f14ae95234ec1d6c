"""Functions of text."""

from engine.expression.arithmetic import check_text
from engine.expression.call import Call, function
from engine.expression.comparison import holds
from engine.expression.text import as_json, as_text, join


@function("UPPER(text)", 1, 1)
def upper(call: Call) -> object:
    """Give the text in capitals."""
    text = call.text(0).upper()
    check_text(len(text), call.budget)
    return text


@function("LOWER(text)", 1, 1)
def lower(call: Call) -> object:
    """Give the text in small letters."""
    text = call.text(0).lower()
    check_text(len(text), call.budget)
    return text


@function("TRIM(text)", 1, 1)
def trim(call: Call) -> object:
    """Give the text without the spaces around it."""
    return call.text(0).strip()


@function("TEXT(x)", 1, 1)
def text_of(call: Call) -> object:
    """Give a value as a template would fill it into text."""
    return as_text(call.value(0), call.budget)


@function("JSON(x)", 1, 1)
def json_of(call: Call) -> object:
    """Give a value as compact JSON text."""
    return as_json(call.value(0), call.budget)


@function("CONCAT(a, b, …)", 1, None)
def concat(call: Call) -> object:
    """Join the arguments as text."""
    return join((call.value(index) for index in range(len(call))), "", call.budget)


@function("JOIN(list, separator)", 2, 2)
def join_list(call: Call) -> object:
    """Join the items of a list as text, with the separator between them."""
    return join(call.items(0), call.text(1), call.budget)


@function("SPLIT(text, separator)", 2, 2)
def split(call: Call) -> object:
    """Cut the text at each separator."""
    text, separator = call.text(0), call.filled(1)
    call.budget.items(text.count(separator) + 1)
    return text.split(separator)


@function("REPLACE(text, old, new)", 3, 3)
def replace(call: Call) -> object:
    """Give the text with each old replaced by new."""
    text, old, new = call.text(0), call.filled(1), call.text(2)
    check_text(len(text) + text.count(old) * (len(new) - len(old)), call.budget)
    return text.replace(old, new)


@function("CONTAINS(x, y)", 2, 2)
def contains(call: Call) -> object:
    """Say whether text x holds the text y, list x an item equal to y, or object x the key y."""
    return holds(call.value(0), call.value(1), call.budget)


@function("STARTS_WITH(text, start)", 2, 2)
def starts_with(call: Call) -> object:
    """Say whether the text begins so."""
    return call.text(0).startswith(call.text(1))


@function("ENDS_WITH(text, end)", 2, 2)
def ends_with(call: Call) -> object:
    """Say whether the text ends so."""
    return call.text(0).endswith(call.text(1))


TEXTS = (
    upper,
    lower,
    trim,
    text_of,
    json_of,
    concat,
    join_list,
    split,
    replace,
    contains,
    starts_with,
    ends_with,
)
