import json
import re
from pathlib import Path
from typing import Any

import pytest

from engine.expression import parse
from engine.expression.functions import FUNCTIONS
from engine.expression.operators import OPERATORS

PAGE = (Path(__file__).parents[3] / "docs" / "expressions.md").read_text()
SCOPE = json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0])
ROW = re.compile(r"^\|.*\| `(?P<example>[^|]+)` \| `(?P<result>[^|]+)` \|$", re.MULTILINE)
EXAMPLES = [(found["example"], json.loads(found["result"])) for found in ROW.finditer(PAGE)]


@pytest.mark.parametrize(("example", "result"), EXAMPLES, ids=[example for example, _ in EXAMPLES])
def test_each_example_of_the_page_gives_what_the_page_says(example: str, result: Any) -> None:
    value = parse(example).evaluate(SCOPE)

    assert value == result
    assert isinstance(value, bool) == isinstance(result, bool)


def test_every_function_is_on_the_page_as_it_is_written() -> None:
    rows = re.findall(r"^\| `([A-Z_]+\([^`]*\))` \|", PAGE, re.MULTILINE)

    assert sorted(rows) == sorted(function.usage for function in FUNCTIONS.values())


def test_every_operator_of_conditions_is_on_the_page() -> None:
    section = PAGE.partition("## Conditions")[2]

    assert all(f"`{name}`" in section for name in OPERATORS)


def test_the_functions_are_those_of_the_contract() -> None:
    contract = """
        IF DEFAULT COALESCE ROUND ABS MIN MAX SUM AVERAGE COUNT LEN UPPER LOWER TRIM CONCAT SPLIT JOIN REPLACE
        CONTAINS STARTS_WITH ENDS_WITH FIRST LAST UNIQUE SORT MAP WHERE NUMBER TEXT DATE DAYS_BETWEEN JSON
    """

    assert sorted(FUNCTIONS) == sorted(contract.split())
