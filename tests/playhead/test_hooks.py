"""`POST /hooks/TOKEN`: what a call may be, whom it is from, and what it is answered."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from httpx2 import Response
from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from db.database import Database
from db.published_triggers import hook_tokens
from db.workflows import archive_workflow, pause_workflow
from playhead.asgi import create_app
from playhead.hooks import Hooks
from playhead.settings import Settings
from tests.db.filling import DEFAULT
from tests.db.triggers.watching import publish, reasons, runs, triggered
from tests.schema.api import Api

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(range(32, 64))).decode()
BODY = '{"n": 1, "text": "Größe"}'


class Caller:
    """Calls the webhook of a workflow, in process."""

    def __init__(self, api: Api, **config: Any) -> None:
        self.api, self.database = api, api.database
        self.workflow_id = publish(self.database, triggered("WEBHOOK", "trigger.payload.body", **config))
        self.token = hook_tokens(self.database, DEFAULT, [self.workflow_id])[self.workflow_id]
        route = Route("/hooks/{token}", Hooks(api.services).call, methods=["POST"])
        self._client = TestClient(Starlette(routes=[route], max_body_size=2 * 1024 * 1024))

    def call(self, body: str | bytes = BODY, *, path: str = "", **headers: str) -> Response:
        names = {name.replace("_", "-").encode(): value.encode("latin-1") for name, value in headers.items()}
        given = {b"content-type": b"application/json", **names}
        return self._client.post(f"/hooks/{path or self.token}", content=body, headers=given)

    def signed(
        self, body: str = BODY, *, secret: str = SECRET, an_id: str = "msg_1", late: timedelta = timedelta(0)
    ) -> dict[str, str]:
        """The headers of a signed call."""
        at = datetime.now(UTC) - late
        return {
            "webhook_id": an_id,
            "webhook_timestamp": str(int(at.timestamp())),
            "webhook_signature": Webhook(secret).sign(an_id, at, body),
        }

    def payload(self) -> Any:
        return runs(self.database)[-1].trigger["payload"]


@pytest.fixture
def api(database: Database) -> Api:
    return Api(database)


@pytest.fixture
def caller(api: Api) -> Caller:
    return Caller(api)


@pytest.fixture
def guarded(api: Api) -> Caller:
    """A webhook with a secret."""
    return Caller(api, secret=SECRET)


def code(answer: Response) -> tuple[int, str]:
    (error,) = answer.json()["errors"]
    assert error.keys() == {"code", "message", "path"}
    return answer.status_code, error["code"]


# -- what is answered


def test_a_call_is_accepted_with_its_run_and_tells_of_it(caller: Caller) -> None:
    answer = caller.call(path=f"{caller.token}?a=1&b=2&b=3", x_custom="yes")
    run_id = answer.json()["runId"]
    assert (answer.status_code, answer.json()) == (202, {"runId": run_id})
    assert [run.id for run in runs(caller.database)] == [run_id]
    payload = caller.payload()
    assert payload["body"] == {"n": 1, "text": "Größe"}
    assert payload["query"] == {"a": "1", "b": ["2", "3"]}
    assert (
        payload["headers"]["x-custom"] == "yes" and payload["headers"]["content-type"] == "application/json"
    )
    assert [(workspace, event.type) for workspace, event in caller.api.told.events] == [
        (DEFAULT, "RunQueued"),
        (DEFAULT, "ActivityExecutionPending"),
    ]
    assert [run for run, _ in caller.api.told.woken] == [run_id]
    caller.api.worker.hints.extend(caller.api.told.woken)
    caller.api.worker.work()
    assert runs(caller.database)[0].status == "COMPLETED"


def test_a_repeated_key_is_answered_with_the_first_run(caller: Caller) -> None:
    first = caller.call(idempotency_key="k")
    again = caller.call('{"n": 2}', idempotency_key="k")
    assert (again.status_code, again.json()) == (202, first.json())
    by_id = caller.call(webhook_id="msg_1")
    assert caller.call(webhook_id="msg_1").json() == by_id.json() != first.json()
    assert caller.call().json()["runId"] not in {first.json()["runId"], by_id.json()["runId"]}
    assert reasons(caller.database, caller.workflow_id) == [None, "DUPLICATE", None, "DUPLICATE", None]
    assert len(caller.api.told.woken) == 3


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_of_another_length_is_refused(caller: Caller, key: str) -> None:
    answer = caller.call(idempotency_key=key)
    assert code(answer) == (422, "VALUE_INVALID")
    assert answer.json()["errors"][0]["path"] == ["headers", "idempotency-key"]
    assert runs(caller.database) == []


def test_an_unknown_token_is_not_found(caller: Caller) -> None:
    assert code(caller.call(path="nobody")) == (404, "NOT_FOUND")
    assert code(caller.call(path=caller.token[:-1])) == (404, "NOT_FOUND")


def test_what_is_not_live_is_a_conflict(caller: Caller) -> None:
    pause_workflow(caller.database, DEFAULT, caller.workflow_id)
    assert code(caller.call()) == (409, "NOT_LIVE")
    archive_workflow(caller.database, DEFAULT, caller.workflow_id)
    assert code(caller.call()) == (409, "NOT_LIVE")
    assert reasons(caller.database, caller.workflow_id) == ["NOT_LIVE", "NOT_LIVE"]


def test_a_body_that_does_not_fit_the_schema_is_told_where(api: Api) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    caller = Caller(api, schema=schema)
    answer = caller.call('{"n": "one"}')
    assert code(answer) == (422, "PAYLOAD_INVALID")
    assert answer.json()["errors"][0]["path"] == ["payload", "body", "n"]
    assert caller.call('{"n": 1}').status_code == 202
    assert reasons(api.database, caller.workflow_id) == ["PAYLOAD_INVALID", None]


def test_only_post_is_taken(caller: Caller) -> None:
    assert caller._client.get(f"/hooks/{caller.token}").status_code == 405


def test_a_large_body_is_refused(caller: Caller) -> None:
    assert code(caller.call(json.dumps("x" * 1_100_000))) == (422, "PAYLOAD_INVALID")
    assert caller.call(json.dumps("x" * 2_100_000)).status_code == 413
    assert caller.call(json.dumps("x" * 1_000_000)).status_code == 202


def test_credentials_of_the_caller_are_not_kept(caller: Caller) -> None:
    caller.call(authorization="Bearer pk_1", cookie="a=b", webhook_signature="v1,x", x_other="kept")
    kept = caller.payload()["headers"]
    assert "x-other" in kept
    assert not {"authorization", "cookie", "webhook-signature"} & kept.keys()


# -- whom it is from


def test_a_signed_call_is_accepted_once_for_its_id(guarded: Caller) -> None:
    headers = guarded.signed()
    first = guarded.call(**headers)
    assert first.status_code == 202
    for replayed in (headers, {**headers, "idempotency_key": "another"}):
        again = guarded.call(**replayed)
        assert (again.status_code, again.json()) == (202, first.json())
    assert len(runs(guarded.database)) == 1
    assert guarded.call(**guarded.signed(an_id="msg_2")).json() != first.json()


def test_any_of_several_signatures_may_be_the_right_one(guarded: Caller) -> None:
    """As while the sender changes its secret."""
    headers = guarded.signed()
    wrong = guarded.signed(secret=OTHER)["webhook_signature"]
    both = f"v1a,eA== {wrong} {headers['webhook_signature']}"
    assert guarded.call(**{**headers, "webhook_signature": both}).status_code == 202


def test_a_secret_may_be_given_without_its_prefix(api: Api) -> None:
    caller = Caller(api, secret=SECRET.removeprefix("whsec_"))
    assert caller.call(**caller.signed()).status_code == 202


def test_a_call_without_a_valid_signature_starts_nothing_and_leaves_no_trace(guarded: Caller) -> None:
    headers = guarded.signed()
    signature, second = headers["webhook_signature"], int(headers["webhook_timestamp"])
    unsigned: dict[str, tuple[str | bytes, dict[str, str]]] = {
        "nothing": (BODY, {}),
        "no id": (BODY, {key: value for key, value in headers.items() if key != "webhook_id"}),
        "no timestamp": (BODY, {key: value for key, value in headers.items() if key != "webhook_timestamp"}),
        "no signature": (BODY, {key: value for key, value in headers.items() if key != "webhook_signature"}),
        "empty signature": (BODY, {**headers, "webhook_signature": ""}),
        "another secret": (BODY, guarded.signed(secret=OTHER)),
        "another body": (BODY.replace("1", "2"), headers),
        "a space more": (BODY + " ", headers),
        "no body": ("", headers),
        "another id": (BODY, {**headers, "webhook_id": "msg_2"}),
        "another timestamp": (BODY, {**headers, "webhook_timestamp": str(second - 1)}),
        "six minutes ago": (BODY, guarded.signed(late=timedelta(minutes=6))),
        "in six minutes": (BODY, guarded.signed(late=-timedelta(minutes=6))),
        "no time": (BODY, {**headers, "webhook_timestamp": "now"}),
        "not a number": (BODY, {**headers, "webhook_timestamp": "nan"}),
        "an endless time": (BODY, {**headers, "webhook_timestamp": "1e400"}),
        "another version": (BODY, {**headers, "webhook_signature": signature.replace("v1,", "v2,")}),
        "no version": (BODY, {**headers, "webhook_signature": signature.removeprefix("v1,")}),
        "two commas": (BODY, {**headers, "webhook_signature": signature + ",x"}),
        "no base64": (BODY, {**headers, "webhook_signature": "v1,ä#"}),
        "cut short": (BODY, {**headers, "webhook_signature": signature[:-4]}),
        "no text": (b"\xff\xfe", headers),
    }
    answers = {name: code(guarded.call(body, **given)) for name, (body, given) in unsigned.items()}
    assert answers == dict.fromkeys(unsigned, (401, "UNAUTHENTICATED"))
    assert runs(guarded.database) == [] and reasons(guarded.database, guarded.workflow_id) == []
    assert guarded.call(**headers).status_code == 202


def test_a_call_is_only_told_more_once_its_signature_is_valid(guarded: Caller) -> None:
    pause_workflow(guarded.database, DEFAULT, guarded.workflow_id)
    assert code(guarded.call()) == (401, "UNAUTHENTICATED")
    assert code(guarded.call(**guarded.signed())) == (409, "NOT_LIVE")


def test_a_replay_after_five_minutes_is_refused_whatever_ran(guarded: Caller) -> None:
    old = guarded.signed(late=timedelta(minutes=4, seconds=30))
    assert guarded.call(**old).status_code == 202
    assert code(guarded.call(**guarded.signed(late=timedelta(minutes=5, seconds=5)))) == (
        401,
        "UNAUTHENTICATED",
    )
    assert len(runs(guarded.database)) == 1


# -- as it is served


@pytest.fixture
def served(no_settings: Path, database_url: str, redis_url: str) -> Iterator[TestClient]:
    settings = Settings.load(data_dir=no_settings, database_url=database_url, redis_url=redis_url)
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8000") as client:
        yield client


def test_the_application_serves_the_path_that_the_api_shows(served: TestClient, database: Database) -> None:
    workflow_id = publish(database, triggered("WEBHOOK"))
    document = "query($id: ID!) { workflow(id: $id) { published { trigger { webhookPath } } } }"
    answer = served.post("/graphql", json={"query": document, "variables": {"id": workflow_id}})
    path = answer.json()["data"]["workflow"]["published"]["trigger"]["webhookPath"]
    called = served.post(path, json={"n": 1})
    assert (called.status_code, called.json()) == (202, {"runId": runs(database)[0].id})
    assert served.post(path, content=b"x" * 2_200_000).status_code == 413


def test_a_call_while_the_database_is_away_is_to_be_made_again(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: Any) -> Any:
        raise psycopg.OperationalError("the server at 10.0.0.7 closed the connection")

    monkeypatch.setattr(caller.database, "read", away)
    answer = caller.call(idempotency_key="once")
    assert code(answer) == (503, "UNAVAILABLE") and "10.0.0.7" not in answer.text
    monkeypatch.undo()
    first = caller.call(idempotency_key="once")
    assert (first.status_code, first.json()) == (202, {"runId": runs(caller.database)[-1].id})
