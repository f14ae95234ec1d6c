"""The functions of the expression language, by their names in capitals."""

from engine.expression.call import Function
from engine.expression.functions.dates import DATES
from engine.expression.functions.lists import LISTS
from engine.expression.functions.logic import LOGIC
from engine.expression.functions.numbers import NUMBERS
from engine.expression.functions.text import TEXTS

FUNCTIONS: dict[str, Function] = {each.name: each for each in (*LOGIC, *NUMBERS, *TEXTS, *LISTS, *DATES)}
