import threading
from typing import Any

import pytest
from sqlalchemy import func, select

from db import record_changes
from db.database import Database
from db.record_index import having
from db.record_keys import key_of
from db.record_queries import records_by_ids
from db.record_store import Applied, WriteRefused, apply
from db.records import Actor
from db.rows import RECORD, RECORD_VALUE
from db.terms import Terms
from engine.activity import RecordAction, RecordWrite
from engine.errors import Refused
from tests.db.filling import DEFAULT, NOON, add_workspace, after_noon

ANN = Actor(kind="USER", id="usr_1", name="Ann")
BOB = Actor(kind="WORKFLOW", id="wf_1", name="Review")
TERMS = Terms(tariff="classic")


def applied(
    database: Database, write: RecordWrite, *, workspace_id: str = DEFAULT, second: int = 0
) -> Applied:
    with database.write() as session:
        return apply(session, workspace_id, write, actor=BOB if second else ANN, at=after_noon(second))


def creating(values: Any, object_name: str = "companies") -> RecordWrite:
    return RecordWrite(action=RecordAction.CREATE, object=object_name, values=values)


def updating(record_id: str, values: Any) -> RecordWrite:
    return RecordWrite(action=RecordAction.UPDATE, record_id=record_id, values=values)


def matching(match_on: str, values: Any) -> RecordWrite:
    return RecordWrite(
        action=RecordAction.CREATE_OR_UPDATE, object="companies", match_on=match_on, values=values
    )


def indexed(database: Database, attribute: str, value: object) -> list[str]:
    query = having(DEFAULT, "companies", attribute, [str(key_of(value))])
    with database.read() as session:
        return list(session.scalars(query))


def count(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(RECORD)) or 0


def test_a_created_record_says_by_whom_and_when(database: Database) -> None:
    change = applied(database, creating({"name": "Acme", "tags": ["a"], "score": 1.5, "none": None}))
    ann = {"kind": "USER", "id": "usr_1", "name": "Ann"}
    assert change.record == {
        "id": change.record["id"],
        "object": "companies",
        "values": {"name": "Acme", "tags": ["a"], "score": 1.5, "none": None},
        "createdAt": "2026-11-22T12:00:00.000000Z",
        "createdBy": ann,
        "updatedAt": "2026-11-22T12:00:00.000000Z",
        "updatedBy": ann,
    }
    assert (change.action, change.created) == ("CREATED", None)
    record_id = str(change.record["id"])
    record = records_by_ids(database, DEFAULT, [record_id])[record_id]
    assert (record.values, record.created_at, record.updated_by) == (change.record["values"], NOON, ANN)


def test_an_update_replaces_the_values_that_it_names(database: Database) -> None:
    made = applied(database, creating({"name": "Acme", "score": 1, "city": "Oslo"})).record
    change = applied(database, updating(str(made["id"]), {"score": 2, "city": None}), second=5)
    assert change.action == "UPDATED"
    assert change.record == {
        **made,
        "values": {"name": "Acme", "score": 2, "city": None},
        "updatedAt": "2026-11-22T12:00:05.000000Z",
        "updatedBy": {"kind": "WORKFLOW", "id": "wf_1", "name": "Review"},
    }
    assert [indexed(database, "score", value) for value in (1, 2)] == [[], [made["id"]]]
    assert [indexed(database, "city", "Oslo"), indexed(database, "name", "Acme")] == [[], [made["id"]]]


@pytest.mark.parametrize("values", [{}, {"score": 1}, {"score": 1.0, "flag": True}])
def test_an_update_that_changes_nothing_leaves_the_record_as_it_was(
    database: Database, values: dict[str, Any]
) -> None:
    made = applied(database, creating({"score": 1, "flag": True})).record
    change = applied(database, updating(str(made["id"]), values), second=5)
    assert (change.action, change.record) == ("UNCHANGED", made)


def test_true_is_not_one(database: Database) -> None:
    made = applied(database, creating({"a": [{"b": 1}]})).record
    change = applied(database, updating(str(made["id"]), {"a": [{"b": True}]}))
    assert (change.action, change.record["values"]) == ("UPDATED", {"a": [{"b": True}]})


def test_create_or_update_finds_the_record_by_one_value(database: Database) -> None:
    first = applied(database, matching("name", {"name": "Acme", "score": 1}))
    second = applied(database, matching("name", {"name": "Acme", "score": 2}), second=5)
    third = applied(database, matching("name", {"name": "Acme", "score": 2}), second=9)
    other = applied(database, matching("name", {"name": "acme"}))
    assert [(one.action, one.created) for one in (first, second, third, other)] == [
        ("CREATED", True),
        ("UPDATED", False),
        ("UNCHANGED", False),
        ("CREATED", True),
    ]
    assert first.record["id"] == second.record["id"] == third.record["id"] != other.record["id"]
    assert third.record == second.record


@pytest.mark.parametrize(
    ("stored", "looked_for", "finds"),
    [
        (5, 5.0, True),
        (5, "5", False),
        (1, True, False),
        (True, True, True),
        ("2026-11-22", "2026-11-22T01:00:00+01:00", True),
        ("x" * 5000, "x" * 5000, True),
        ("x" * 5000, "x" * 5001, False),
    ],
)
def test_values_match_as_conditions_compare_them(
    database: Database, stored: object, looked_for: object, finds: bool
) -> None:
    applied(database, creating({"key": stored}))
    assert applied(database, matching("key", {"key": looked_for})).created is not finds


def test_a_match_in_another_workspace_or_object_is_none(database: Database) -> None:
    applied(database, creating({"name": "Acme"}), workspace_id=add_workspace(database, "other"))
    applied(database, creating({"name": "Acme"}, object_name="people"))
    assert applied(database, matching("name", {"name": "Acme"})).created is True


def test_of_several_that_look_for_one_record_at_once_one_creates_it(database: Database) -> None:
    start = threading.Barrier(6)
    changes: list[Applied] = []

    def work() -> None:
        start.wait()
        changes.append(applied(database, matching("name", {"name": "Acme"})))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(change.action for change in changes) == ["CREATED"] + ["UNCHANGED"] * 5
    assert len({change.record["id"] for change in changes}) == 1
    assert count(database) == 1


def refusal(database: Database, write: RecordWrite) -> tuple[str, str]:
    before = count(database)
    with pytest.raises(WriteRefused) as refused:
        applied(database, write)
    assert count(database) == before
    return refused.value.error.code, refused.value.error.message


def test_a_match_of_several_records_is_refused(database: Database) -> None:
    ids = [applied(database, creating({"name": "Acme"})).record["id"] for _ in range(2)]
    with pytest.raises(WriteRefused) as refused:
        applied(database, matching("name", {"name": "Acme", "score": 1}))
    error = refused.value.error
    assert (error.code, error.retryable) == ("MATCH_AMBIGUOUS", False)
    assert error.message == "Several records of 'companies' have this 'name'; one at most may have it."
    assert error.detail == {"attribute": "name", "value": "Acme", "records": ids}


@pytest.mark.parametrize("values", [{}, {"name": None}, {"name": ""}, {"name": ["Acme"]}, {"name": {}}])
def test_a_match_needs_a_plain_value(database: Database, values: dict[str, Any]) -> None:
    assert refusal(database, matching("name", values)) == (
        "VALUE_INVALID",
        "'name' decides which record is meant: it takes a text, a number or a boolean.",
    )


def test_an_unknown_record_is_refused(database: Database) -> None:
    foreign = applied(database, creating({"a": 1}), workspace_id=add_workspace(database, "other")).record[
        "id"
    ]
    for record_id in ("rec_0", "a\0b", str(foreign)):
        assert refusal(database, updating(record_id, {"a": 2})) == (
            "RECORD_NOT_FOUND",
            f"There is no record '{record_id}'.",
        )


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ("text", "The values of a record are an object: each value by the name of its attribute."),
        ([1], "The values of a record are an object: each value by the name of its attribute."),
        ({"": 1}, "The name of an attribute has 1 to 200 characters."),
        ({"x" * 201: 1}, "The name of an attribute has 1 to 200 characters."),
        ({"a": {"b": [2**70]}}, "The value of 'a.b.0' cannot be stored: a whole number must fit 64 bits"),
        ({"a": float("nan")}, "The value of 'a' cannot be stored: nan is no JSON number."),
    ],
)
def test_values_that_are_none_are_refused(database: Database, values: Any, says: str) -> None:
    code, message = refusal(database, creating(values))
    assert code == "VALUE_INVALID"
    assert message.startswith(says)


@pytest.mark.parametrize("name", ["", " ", "x" * 201, "a\0b"])
def test_an_object_needs_a_name(database: Database, name: str) -> None:
    assert refusal(database, creating({"a": 1}, object_name=name)) == (
        "VALUE_INVALID",
        "The name of an object has 1 to 200 characters.",
    )


def test_a_record_may_have_256_kib(database: Database) -> None:
    made = applied(database, creating({"a": "x" * 250_000})).record
    assert refusal(database, creating({"a": "x" * 262_144})) == (
        "VALUE_TOO_LARGE",
        "The record would have 257 KiB as JSON; it may have 256 KiB.",
    )
    assert refusal(database, updating(str(made["id"]), {"b": "x" * 20_000}))[0] == "VALUE_TOO_LARGE"


def test_text_that_no_database_takes_is_stored_readably(database: Database) -> None:
    made = applied(database, creating({"na\0me": "a\0b\ud800"})).record
    assert made["values"] == {"na\ufffdme": "a\ufffdb\ufffd"}


def test_the_index_holds_each_plain_value_once(database: Database) -> None:
    made = applied(database, creating({"a": 1, "b": "x", "c": [1], "d": None, "e": True})).record
    for values in ({"a": None}, {"a": 2, "b": "y"}, {"b": [1]}, {"c": "z"}):
        applied(database, updating(str(made["id"]), values))
    with database.read() as session:
        rows = session.execute(select(RECORD_VALUE.c.attribute, RECORD_VALUE.c.key)).all()
    assert sorted(tuple(row) for row in rows) == [("a", "number 2"), ("c", "text z"), ("e", "boolean true")]


def test_a_client_creates_and_updates_in_transactions_of_their_own(database: Database) -> None:
    made = record_changes.create(database, DEFAULT, ANN, "companies", {"a": 1}, terms=TERMS).record
    changed = record_changes.update(database, DEFAULT, BOB, made.id, {"b": 2}, terms=TERMS).record
    assert (changed.values, changed.created_by, changed.updated_by) == ({"a": 1, "b": 2}, ANN, BOB)
    assert records_by_ids(database, DEFAULT, [made.id]) == {made.id: changed}


def test_a_client_is_told_where_its_input_is_wrong(database: Database) -> None:
    with pytest.raises(Refused) as unknown:
        record_changes.update(database, DEFAULT, ANN, "rec_0", {}, terms=TERMS)
    assert [(one.code, one.path) for one in unknown.value.problems] == [("NOT_FOUND", ("id",))]
    with pytest.raises(Refused) as invalid:
        record_changes.create(database, DEFAULT, ANN, "companies", {"a": {"b": float("inf")}}, terms=TERMS)
    assert [(one.code, one.path) for one in invalid.value.problems] == [
        ("VALUE_INVALID", ("values", "a", "b"))
    ]
    with pytest.raises(Refused) as large:
        record_changes.create(database, DEFAULT, ANN, "companies", {"a": "x" * 300_000}, terms=TERMS)
    assert [(one.code, one.path) for one in large.value.problems] == [("VALUE_INVALID", ("values",))]
