from typing import Any

import pytest

from engine.activity import RecordAction, RecordWrite
from tests.engine.activities.fakes import attempt, failure

RECORD = {"id": "rec_7", "object": "companies", "values": {"name": "Ada"}}
SCOPE = {"trigger": {"payload": {"name": "Ada", "record": RECORD}}}
VALUES = {"name": "{{ trigger.payload.name }}", "note": "For {{ trigger.payload.name }}", "old": None}
RENDERED = {"name": "Ada", "note": "For Ada", "old": None}


def test_create_record_has_a_record_created() -> None:
    assert attempt("create_record", {"object": "companies", "values": VALUES}, SCOPE) == RecordWrite(
        action=RecordAction.CREATE, object="companies", values=RENDERED
    )


@pytest.mark.parametrize(
    "record", ["rec_7", "{{ trigger.payload.record }}", "{{ trigger.payload.record.id }}", RECORD]
)
def test_update_record_takes_an_id_or_a_record(record: Any) -> None:
    assert attempt("update_record", {"record": record, "values": VALUES}, SCOPE) == RecordWrite(
        action=RecordAction.UPDATE, record_id="rec_7", values=RENDERED
    )


@pytest.mark.parametrize(("record", "got"), [(None, "null"), ("", "''"), (7, "7"), ([], "a list")])
def test_update_record_refuses_what_is_no_record(record: Any, got: str) -> None:
    error = failure("update_record", {"record": record, "values": {}})
    assert error.code == "CONFIG_INVALID"
    assert error.message.startswith(f"'record' takes the id of a record, or a record, but is {got}.")


def test_update_record_refuses_an_object_without_an_id() -> None:
    error = failure("update_record", {"record": {"values": {}}, "values": {}})
    assert error.message.startswith("'record' takes the id of a record, or a record.")


def test_create_or_update_record_has_a_record_matched() -> None:
    config = {"object": "companies", "matchOn": "name", "values": VALUES}
    assert attempt("create_or_update_record", config, SCOPE) == RecordWrite(
        action=RecordAction.CREATE_OR_UPDATE, object="companies", match_on="name", values=RENDERED
    )


@pytest.mark.parametrize("values", [{}, {"name": None}, {"name": ["Ada"]}, {"name": {}}])
def test_create_or_update_record_needs_a_value_to_match_on(values: dict[str, Any]) -> None:
    error = failure("create_or_update_record", {"object": "o", "matchOn": "name", "values": values})
    assert error.message.startswith(
        "'values' takes a text, a number or a boolean for 'name', the attribute to match on."
    )


@pytest.mark.parametrize("kind", ["create_record", "create_or_update_record"])
def test_an_object_needs_a_name(kind: str) -> None:
    more = {"matchOn": "a"} if kind == "create_or_update_record" else {}
    error = failure(kind, {"object": None, "values": {"a": 1}, **more})
    assert error.message.startswith("'object' must be a text, but is null.")


@pytest.mark.parametrize("values", ["{{ trigger.payload.name }}", [1], None])
def test_values_are_an_object(values: Any) -> None:
    error = failure("create_record", {"object": "o", "values": values}, SCOPE)
    assert error.message.startswith("'values' must be an object, but is ")


def test_values_may_be_one_template_that_gives_an_object() -> None:
    outcome = attempt(
        "create_record", {"object": "o", "values": "{{ trigger.payload.record.values }}"}, SCOPE
    )
    assert outcome == RecordWrite(action=RecordAction.CREATE, object="o", values={"name": "Ada"})
