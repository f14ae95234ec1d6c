"""What a webhook may be set up with, and where the body of a call does not fit."""

import base64
from typing import Any

import pytest

from engine.triggers.secrets import MARK, masked, restored
from engine.triggers.webhook import body_problems, faults

SECRET = "whsec_" + base64.b64encode(bytes(range(24))).decode()
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


@pytest.mark.parametrize(
    "secret",
    [SECRET, SECRET.removeprefix("whsec_"), base64.b64encode(b"s" * 16).decode().rstrip("="),
     base64.b64encode(b"s" * 64).decode(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
)  # fmt: skip
def test_a_secret_is_that_of_standard_webhooks(secret: str) -> None:
    assert list(faults({"secret": secret})) == []


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "topsecret", MARK, base64.b64encode(b"short").decode(), "whsec_" + "A" * 200, "ü" * 32],
)
def test_another_secret_is_refused_and_stands_in_no_message(secret: str) -> None:
    ((path, message),) = faults({"secret": secret})
    assert path == ("secret",)
    assert (
        message == "'secret' takes a secret of Standard Webhooks: whsec_ and 16 to 64 random bytes in base64."
    )


def test_other_faults_have_their_places() -> None:
    assert list(faults({})) == [] and list(faults({"secret": None, "schema": SCHEMA})) == []
    assert [path for path, _ in faults({"secret": 5, "scheme": {}})] == [("secret",), ("scheme",)]
    assert [path for path, _ in faults({"schema": {"type": "objekt"}})] == [("schema", "type")]
    assert [path for path, _ in faults({"schema": "x"})] == [("schema",)]


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({"n": 1}, []),
        ({"n": "1"}, [("payload", "body", "n")]),
        ({}, [("payload", "body")]),
        (None, [("payload", "body")]),
    ],
)
def test_a_body_is_held_against_the_schema(body: Any, places: list[tuple[str, ...]]) -> None:
    problems = list(body_problems({"schema": SCHEMA}, body))
    assert [problem.path for problem in problems] == places
    assert {problem.code for problem in problems} <= {"PAYLOAD_INVALID"}
    assert list(body_problems({}, body)) == []


def definition(**config: Any) -> dict[str, Any]:
    return {"trigger": {"type": "WEBHOOK", "config": config}, "activities": []}


def test_a_secret_shows_as_a_mark() -> None:
    assert masked({"secret": SECRET, "schema": SCHEMA}) == {"secret": MARK, "schema": SCHEMA}
    assert masked({"secret": None}) == {"secret": None}
    assert masked({"inputs": {}}) == {"inputs": {}}


def test_the_mark_stands_for_the_newest_secret_there_was() -> None:
    sent = definition(secret=MARK, schema=SCHEMA)
    assert restored(sent, definition(secret="new"), definition(secret="old")) == definition(
        secret="new", schema=SCHEMA
    )
    assert restored(sent, None, definition(secret="old")) == definition(secret="old", schema=SCHEMA)
    assert restored(sent, definition(), definition(secret="old")) == definition(secret="old", schema=SCHEMA)
    assert restored(sent, None, None) == sent
    assert sent["trigger"]["config"]["secret"] == MARK


def test_another_secret_or_none_replaces_it() -> None:
    for sent in (definition(secret="other"), definition(), definition(secret=None)):
        assert restored(sent, definition(secret="old")) == sent
