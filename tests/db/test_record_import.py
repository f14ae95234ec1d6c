import threading
from typing import Any

import pytest

from db.database import Database
from db.record_import import ImportProgress, import_records
from db.record_queries import find_records
from db.records import Actor
from engine.errors import Refused
from tests.db.filling import DEFAULT

SYSTEM = Actor(kind="SYSTEM", id=None, name="import")


def loaded(database: Database, rows: list[Any], key: str | None, batch: int = 3) -> list[ImportProgress]:
    return list(
        import_records(database, DEFAULT, SYSTEM, "companies", rows, key=key, terms=None, batch=batch)
    )


def values(database: Database) -> list[Any]:
    records = find_records(database, DEFAULT, "companies", None, sort=(), limit=1000)
    return [record["values"] for record in records]


def test_rows_become_records_batch_by_batch(database: Database) -> None:
    rows = [{"n": n} for n in range(7)]
    progress = loaded(database, rows, None)
    assert [one.done for one in progress] == [3, 6, 7]
    assert progress[-1] == ImportProgress(created=7)
    assert values(database) == rows
    assert loaded(database, [], None) == []


def test_a_key_updates_the_records_that_are_there(database: Database) -> None:
    loaded(database, [{"name": "a", "n": 1}, {"name": "b", "n": 1}], "name")
    rows = [{"name": "c", "n": 1}, {"name": "b", "n": 2}, {"name": "a", "n": 1}, {"name": "c", "n": 3}]
    assert loaded(database, rows, "name", batch=100) == [ImportProgress(created=1, updated=2, unchanged=1)]
    assert values(database) == [{"name": "a", "n": 1}, {"name": "b", "n": 2}, {"name": "c", "n": 3}]


@pytest.mark.parametrize(
    ("row", "key", "says"),
    [
        ({"": 1}, None, "Row 5: The name of an attribute has 1 to 200 characters."),
        ("text", None, "Row 5: The values of a record are an object"),
        ("text", "n", "Row 5: The values of a record are an object"),
        ({"m": 1}, "n", "Row 5: 'n' decides which record is meant"),
    ],
)
def test_a_bad_row_is_named_and_its_batch_not_kept(
    database: Database, row: Any, key: str | None, says: str
) -> None:
    rows = [*({"n": n} for n in range(4)), row, {"n": 9}]
    with pytest.raises(Refused, match=says) as refused:
        loaded(database, rows, key)
    assert refused.value.problems[0].path[:2] == ("rows", "5")
    assert values(database) == [{"n": 0}, {"n": 1}, {"n": 2}]


def test_two_imports_at_once_neither_double_nor_block(database: Database) -> None:
    rows = [{"name": f"company {n}"} for n in range(60)]
    threads = [
        threading.Thread(target=loaded, args=(database, order, "name", 20)) for order in (rows, rows[::-1])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one["name"] for one in values(database)) == sorted(one["name"] for one in rows)
