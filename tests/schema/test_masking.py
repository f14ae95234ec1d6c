"""Errors nobody expected show an id and nothing else; the log has the rest under the same id."""

import logging
import sqlite3
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from engine.event_record import EventRecord
from schema.limits import MAX_TOKENS
from tests.schema.api import Api
from tests.schema.workflows import CHAIN, run

pytestmark = pytest.mark.anyio

SECRET = "postgresql://admin:hunter2@db/prod"


def broken(**_: Any) -> Any:
    """Stands where something should work, and fails with a secret in its message."""
    raise RuntimeError(SECRET)


def check(error: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    assert error["message"] == "Internal error"
    assert error["extensions"].keys() == {"code", "id"} and error["extensions"]["code"] == "INTERNAL"
    (entry,) = [record for record in caplog.records if error["extensions"]["id"] in record.getMessage()]
    assert entry.levelno == logging.ERROR and entry.exc_info is not None
    assert SECRET in str(entry.exc_info[1]) and SECRET not in str(error)


async def test_an_unexpected_error_of_a_query_shows_an_id_that_the_log_has(
    api: Api, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.database, "read", broken)
    check(dict(await api.refusal("{ runs { edges { cursor } } }")), caplog)
    assert caplog.records[0].getMessage().endswith(" at runs")


async def test_each_unexpected_error_has_an_id_of_its_own(
    api: Api, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.database, "read", broken)
    result = await api.answer('{ a: node(id: "run_1") { id } b: node(id: "wf_1") { id } }')
    first, second = (dict(error.formatted) for error in result.errors)
    check(first, caplog)
    check(second, caplog)
    assert first["extensions"]["id"] != second["extensions"]["id"] and len(caplog.records) == 2


async def test_an_unexpected_error_of_a_mutation_is_masked(
    api: Api, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.database, "write", broken)
    document = 'mutation { createRecord(object: "people", values: {}) { errors { code } } }'
    check(dict(await api.refusal(document)), caplog)


UPDATES = "subscription($id: ID!) { runUpdates(runId: $id, after: 0) { seq } }"


async def test_an_unexpected_error_in_the_middle_of_a_subscription_is_masked(
    api: Api, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = run(api, CHAIN, {"n": 1})

    async def follow(run_id: str, after: int) -> AsyncGenerator[list[EventRecord], None]:
        at = datetime(2026, 11, 22, tzinfo=UTC)  # of an event whose header lacks everything
        yield [
            EventRecord(run_id=run_id, seq=1, at=at, type="", subject="", subject_id="", data={}, header={})
        ]

    monkeypatch.setattr(api.follower, "follow", follow)
    (result,) = [one async for one in api.stream(UPDATES, id=run_id)]
    assert result.errors is not None
    (error,) = result.errors
    assert error.message == "Internal error"
    assert error.extensions is not None and error.extensions["id"] in caplog.text


async def test_a_subscription_that_cannot_begin_is_masked(
    api: Api, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.database, "read", broken)
    (result,) = [one async for one in api.stream(UPDATES, id="run_1")]
    check(dict((result.errors or [])[0].formatted), caplog)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (psycopg.OperationalError(SECRET), "it does not answer"),
        (sqlite3.OperationalError("database or disk is full"), "its disk is full"),
    ],
)
async def test_a_database_that_cannot_be_used_is_said_to_be_and_is_no_fault_of_ours(
    api: Api, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    def away(**_: Any) -> Any:
        raise OperationalError("SELECT", {}, error)

    monkeypatch.setattr(api.database, "read", away)
    shown = await api.refusal("{ runs { edges { cursor } } }")
    assert shown["extensions"] == {"code": "UNAVAILABLE"}
    assert shown["message"] == (
        f"The database cannot be used now: {reason}. Try again; look first whether what you asked for was done."
    )
    (entry,) = caplog.records
    assert (entry.levelno, entry.exc_info) == (logging.WARNING, None)
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    "document",
    [
        "{",
        "{ nothing }",
        "{ runs }",
        "query($id: ID!) { run(id: $id) { id } }",
        '{ runs(first: "x") { edges { cursor } } }',
        '{ runs(filter: {startedAfter: "yesterday"}) { edges { cursor } } }',
        "{ a: __typename " + "b: __typename " * MAX_TOKENS + "}",
    ],
)
async def test_a_fault_of_the_client_is_shown_as_it_is_and_leaves_the_log_alone(
    api: Api, caplog: pytest.LogCaptureFixture, document: str
) -> None:
    error = await api.refusal(document)
    assert error["message"] != "Internal error"
    assert caplog.records == []


@pytest.mark.parametrize(
    "nesting",
    ["{a" * 660 + "}" * 660, "{ a(x: " + "[" * 980 + "]" * 980 + ") }", "{...{a" * 390 + "}}" * 390],
)
async def test_a_document_that_is_nested_too_deep_is_refused_as_the_clients_fault(
    api: Api, caplog: pytest.LogCaptureFixture, nesting: str
) -> None:
    result = await api.answer(nesting)
    assert result.errors is not None and all(error.message != "Internal error" for error in result.errors)
    assert caplog.records == []
