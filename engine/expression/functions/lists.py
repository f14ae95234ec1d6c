"""Functions of lists."""

from collections.abc import Hashable, Mapping

from engine.expression.arithmetic import too_large
from engine.expression.budget import Budget
from engine.expression.call import Call, function
from engine.expression.comparison import describe, equal, is_number
from engine.expression.json_values import MAX_DEPTH
from engine.expression.paths import MISSING, Part, parse_path, read_path
from engine.expression.times import parse_time


@function("LEN(x)", 1, 1)
def length(call: Call) -> object:
    """Count the characters of a text, the items of a list or the keys of an object."""
    value = call.value(0)
    if isinstance(value, (str, list, Mapping)):
        return len(value)
    raise call.wrong(0, value, "text, a list or an object")


@function("FIRST(list)", 1, 1)
def first(call: Call) -> object:
    """Give the first item; null where there is none."""
    items = call.items(0, all_of_them=False)
    return items[0] if items else None


@function("LAST(list)", 1, 1)
def last(call: Call) -> object:
    """Give the last item; null where there is none."""
    items = call.items(0, all_of_them=False)
    return items[-1] if items else None


@function("UNIQUE(list)", 1, 1)
def unique(call: Call) -> object:
    """Give the list without the items that came before."""
    found: dict[Hashable, object] = {}
    for item in call.items(0):
        found.setdefault(_frozen(item, call.budget), item)
    return list(found.values())


def _frozen(value: object, budget: Budget, depth: int = 0) -> Hashable:
    """Give a key that is the same for equal values and differs between types."""
    if isinstance(value, (list, Mapping)):
        budget.items(len(value))
        if depth >= MAX_DEPTH:
            raise too_large(f"A value is nested more than {MAX_DEPTH} deep")
        if isinstance(value, list):
            return ("list", tuple([_frozen(item, budget, depth + 1) for item in value]))
        return ("object", frozenset([(key, _frozen(value[key], budget, depth + 1)) for key in value]))
    return (is_number(value), isinstance(value, bool), value if isinstance(value, Hashable) else None)


@function("SORT(list)", 1, 1)
def sort(call: Call) -> object:
    """Give numbers, texts or timestamps from the smallest to the largest, null last."""
    items = call.items(0)
    filled = [item for item in items if item is not None]
    empty = len(items) - len(filled)
    call.budget.items(len(filled).bit_length() * len(filled) // 4)
    return [*_sorted(call, filled), *[None] * empty]


def _sorted(call: Call, items: list[object]) -> list[object]:
    numbers = [item for item in items if isinstance(item, (int, float)) and is_number(item)]
    if len(numbers) == len(items):
        return [*sorted(numbers)]
    texts = [item for item in items if isinstance(item, str)]
    if len(texts) == len(items):
        times = {text: moment for text in texts if (moment := parse_time(text)) is not None}
        in_time = all(text in times for text in texts)
        return [*(sorted(texts, key=times.__getitem__) if in_time else sorted(texts))]
    kinds = sorted({describe(item) for item in items})
    raise call.fail(f"it sorts numbers or texts: here are {' and '.join(kinds)}")


def _path(call: Call, index: int) -> tuple[Part, ...]:
    return parse_path(call.text(index))


@function("MAP(list, 'path')", 2, 2)
def pick(call: Call) -> object:
    """Give what stands at the path in each item, null where it is missing."""
    items, path = call.items(0), _path(call, 1)
    call.budget.items(len(items) * (len(path) - 1))
    return [_at(item, path) for item in items]


@function("WHERE(list, 'path', value)", 3, 3)
def where(call: Call) -> object:
    """Give the items in which the value at the path equals this one; what is missing equals null."""
    items, path, wanted = call.items(0), _path(call, 1), call.value(2)
    call.budget.items(len(items) * len(path))
    return [item for item in items if equal(_at(item, path), wanted, call.budget)]


def _at(item: object, path: tuple[Part, ...]) -> object:
    value = read_path(item, path)
    return None if value is MISSING else value


LISTS = (length, first, last, unique, sort, pick, where)
