"""IF, DEFAULT and COALESCE: they evaluate only the arguments that they need."""

from engine.expression.call import Call, function
from engine.expression.comparison import truth
from engine.expression.errors import ExpressionError


@function("IF(condition, a, b)", 3, 3)
def choose(call: Call) -> object:
    """Give a where the condition counts as true, else b."""
    return call.value(1 if truth(call.value(0)) else 2)


@function("DEFAULT(x, y)", 2, 2)
def default(call: Call) -> object:
    """Give x, or y where x is null or something in it is missing."""
    try:
        value = call.value(0)
    except ExpressionError as error:
        if error.code != "VALUE_MISSING":
            raise
        value = None
    return call.value(1) if value is None else value


@function("COALESCE(a, b, …)", 1, None)
def coalesce(call: Call) -> object:
    """Give the first argument that is not null; null if all are."""
    values = (call.value(index) for index in range(len(call)))
    return next((value for value in values if value is not None), None)


LOGIC = (choose, default, coalesce)
