import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.cursors import BadPage
from db.database import Database
from db.record_conditions import candidates
from db.record_import import import_records
from db.record_queries import find_records, records_page
from db.records import Actor
from engine.conditions import OPERATORS, matches_record
from engine.errors import Refused
from engine.expression import ExpressionError
from tests.db.filling import DEFAULT, add_workspace

SYSTEM = Actor(kind="SYSTEM", id=None, name="test")
MIXED: list[dict[str, Any]] = [
    {"n": 1, "t": "a", "at": "2026-01-01", "deep": {"x": 1}},
    {"n": 1.0, "t": "b", "at": "2026-01-01T00:00:00Z", "deep": {"x": "1"}},
    {"n": "1", "t": "", "at": "2025-12-31T23:00:00-01:00"},
    {"n": None, "t": None, "flag": True},
    {"n": [1, 2], "t": ["a"], "flag": False},
    {"n": 2, "t": "ab", "flag": "true", "deep": {}},
    {"n": True, "t": "A", "at": "soon"},
    {},
]


def load(
    database: Database, rows: list[dict[str, Any]], *, object_name: str = "things", workspace: str = DEFAULT
) -> None:
    list(import_records(database, workspace, SYSTEM, object_name, rows, key=None, terms=None))


def group(*conditions: Any, match: str = "all") -> dict[str, Any]:
    return {"match": match, "conditions": list(conditions)}


def condition(left: str, operator: str, right: Any = None) -> dict[str, Any]:
    return {"left": left, "operator": operator, "right": right}


def found(database: Database, conditions: Any = None, *, limit: int = 100, sort: Any = ()) -> list[Any]:
    records = find_records(database, DEFAULT, "things", conditions, sort=sort, limit=limit)
    return [record["values"] for record in records]


def test_records_are_found_oldest_first(database: Database) -> None:
    load(database, [{"n": n} for n in (3, 1, 2)])
    load(database, [{"n": 9}], object_name="others")
    load(database, [{"n": 8}], workspace=add_workspace(database, "other"))
    assert found(database) == [{"n": 3}, {"n": 1}, {"n": 2}]
    assert found(database, limit=2) == [{"n": 3}, {"n": 1}]
    assert found(database, group(condition("n", "gt", 1))) == [{"n": 3}, {"n": 2}]
    assert find_records(database, DEFAULT, "no\0ne", None, sort=(), limit=5) == []


def test_a_found_record_is_whole(database: Database) -> None:
    load(database, [{"n": 3}])
    (record,) = find_records(database, DEFAULT, "things", None, sort=(), limit=5)
    keys = ["id", "object", "values", "createdAt", "createdBy", "updatedAt", "updatedBy"]
    assert list(record) == keys
    assert record["createdBy"] == {"kind": "SYSTEM", "id": None, "name": "test"}


def test_more_records_than_a_batch_are_all_looked_at(database: Database) -> None:
    load(database, [{"n": n, "half": n % 2} for n in range(450)])
    assert len(found(database, limit=1000)) == 450
    assert [one["n"] for one in found(database, group(condition("n", "gte", 448)))] == [448, 449]
    halves = [one["n"] for one in found(database, group(condition("half", "equals", 1)), limit=1000)]
    assert halves == list(range(1, 450, 2))


OPERANDS: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(1, 1.0, "1", True, "a", "A", "2026-01-01", "2026-01-01T00:00:00Z", None, "", [], {}, 2),
        *([1], ["a", "b"], [1, "1", None], [[1, 2]], ["2026-01-01"], "ab"),
    ]
)
CONDITIONS = st.builds(
    condition,
    st.sampled_from(["n", "t", "at", "flag", "deep.x", "deep", "none", "['n']", "n[0]"]),
    st.sampled_from([*(name for name in OPERATORS if name != "matches"), "equals", "in", "equals", "in"]),
    OPERANDS,
)
GROUPS = st.builds(
    lambda match, conditions: {"match": match, "conditions": conditions},
    st.sampled_from(["all", "all", "any"]),
    st.lists(CONDITIONS | st.builds(group, CONDITIONS, match=st.sampled_from(["all", "any"])), max_size=4),
)


def judged(conditions: dict[str, Any]) -> list[Any] | str:
    try:
        return [values for values in MIXED if matches_record(conditions, values)]
    except ExpressionError as error:
        return error.code


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(conditions=GROUPS)
def test_a_search_finds_what_the_engine_says(database: Database, conditions: dict[str, Any]) -> None:
    if not found(database):
        load(database, MIXED)
    try:
        result: list[Any] | str = found(database, conditions)
    except ExpressionError as error:
        result = error.code
    assert result == judged(conditions)


@pytest.mark.parametrize(
    ("conditions", "helps"),
    [
        (group(condition("n", "equals", 1)), True),
        (group(condition("n", "in", [1, "2"])), True),
        (group(condition("t", "not_equals", "x"), condition("n", "equals", 1)), True),
        (group(condition("t", "gt", 1), condition("n", "equals", 1)), False),
        (group(condition("n", "equals", 1), match="any"), False),
        (group(condition("n", "equals", None)), False),
        (group(condition("n", "in", [])), False),
        (group(condition("n", "in", [1, [2]])), False),
        (group(condition("n", "in", "text")), False),
        (group(condition("a.b", "equals", 1)), False),
        (group(), False),
    ],
)
def test_the_index_helps_where_no_condition_before_can_fail(conditions: Any, helps: bool) -> None:
    assert (candidates(DEFAULT, "things", conditions) is not None) is helps


def test_records_are_sorted_by_several_attributes(database: Database) -> None:
    rows = [{"a": a, "b": b, "n": n} for n, (a, b) in enumerate(itertools.product([2, 1], ["x", "y"]))]
    load(database, rows)
    by_both = [{"by": "a", "direction": "asc"}, {"by": "b", "direction": "desc"}]
    assert [one["n"] for one in found(database, sort=by_both)] == [3, 2, 1, 0]
    assert [one["n"] for one in found(database, sort=by_both, limit=1)] == [3]
    assert [one["n"] for one in found(database, sort=[{"by": "b"}])] == [0, 2, 1, 3]


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_kinds_of_values_have_an_order_and_the_empty_come_last(database: Database, direction: str) -> None:
    values = [
        *(-1, 2.5, 10),
        *("2025-01-01T10:00:00+02:00", "2025-01-01T09:00:00Z"),
        *("Z", "a", "é"),
        *(False, True),
        [1],
    ]
    load(database, [{"v": None}, {"v": ""}, *({"v": value} for value in values[::-1]), {}])
    shown = [one.get("v") for one in found(database, sort=[{"by": "v", "direction": direction}])]
    assert shown == [*(values if direction == "asc" else values[::-1]), None, "", None]


def test_pages_hold_each_record_once_oldest_first(database: Database) -> None:
    load(database, [{"n": n} for n in range(5)])
    seen, after = [], None
    while True:
        page = records_page(database, DEFAULT, "things", None, first=2, after=after)
        seen += [record.values["n"] for record in page.items]
        if not page.has_next:
            break
        after = page.cursors[-1]
        load(database, [{"n": 5}] if len(seen) == 2 else [])
    assert seen == [0, 1, 2, 3, 4, 5]
    odd = group(condition("n", "in", [1, 3, 5]))
    page = records_page(database, DEFAULT, "things", odd, first=2, after=None)
    rest = records_page(database, DEFAULT, "things", odd, first=2, after=page.cursors[-1])
    assert [one.values["n"] for one in (*page.items, *rest.items)] == [1, 3, 5]
    assert (page.has_next, rest.has_next, rest.has_previous) == (True, False, True)


def test_a_page_with_wrong_arguments_is_refused(database: Database) -> None:
    load(database, [{"n": "text"}])
    with pytest.raises(BadPage, match="'first' is 101"):
        records_page(database, DEFAULT, "things", None, first=101, after=None)
    with pytest.raises(BadPage, match="no cursor of records"):
        records_page(database, DEFAULT, "things", None, first=1, after="x")
    with pytest.raises(Refused) as faults:
        bad = group(condition("n", "is", 1), {"left": "a..b", "operator": "is_empty"})
        records_page(database, DEFAULT, "things", bad, first=1, after=None)
    assert [(one.code, one.path) for one in faults.value.problems] == [
        ("VALUE_INVALID", ("filter", "conditions", "0", "operator")),
        ("VALUE_INVALID", ("filter", "conditions", "1", "left")),
    ]
    with pytest.raises(Refused, match="condition group is an object"):
        records_page(database, DEFAULT, "things", "text", first=1, after=None)
    with pytest.raises(Refused, match="'gt' takes two numbers"):
        records_page(database, DEFAULT, "things", group(condition("n", "gt", 1)), first=1, after=None)
