"""From a token to a run: once for each key, however many calls race, and never for what is not live."""

import threading
from typing import Any

import pytest

from db.database import Database
from db.hooks import FoundHook, HookStart, find_hook, start_by_hook
from db.published_triggers import hook_tokens
from db.terms import Terms
from db.workflows import archive_workflow, pause_workflow, publish_workflow, update_workflow
from engine.errors import Problem, Refused
from tests.db.filling import DEFAULT, add_workspace
from tests.db.triggers.watching import TERMS, evaluations, publish, reasons, runs, triggered

PAYLOAD: dict[str, Any] = {"body": {"n": 1}, "headers": {}, "query": {}}


def found(database: Database, workflow_id: str) -> FoundHook:
    hook = find_hook(database, hook_tokens(database, DEFAULT, [workflow_id])[workflow_id])
    assert hook is not None
    return hook


def call(database: Database, workflow_id: str, *keys: str, payload: Any = None) -> HookStart:
    start = start_by_hook(database, found(database, workflow_id), keys, payload or PAYLOAD, terms=TERMS)
    assert start is not None
    return start


def refused(database: Database, workflow_id: str, *keys: str, payload: Any = None) -> list[str]:
    with pytest.raises(Refused) as refusal:
        call(database, workflow_id, *keys, payload=payload)
    return [problem.code for problem in refusal.value.problems]


def test_a_call_starts_a_run(database: Database) -> None:
    workflow_id = publish(database, triggered("WEBHOOK"))
    start = call(database, workflow_id)
    (run,) = runs(database)
    assert (run.id, run.workflow_id, run.trigger["payload"]) == (start.run_id, workflow_id, PAYLOAD)
    assert run.trigger["actor"] == {"kind": "WEBHOOK", "id": workflow_id, "name": "a webhook"}
    assert [event.type for event in start.fired.events] == ["RunQueued", "ActivityExecutionPending"]
    assert reasons(database, workflow_id) == [None]


def test_the_same_key_gives_the_first_run_whichever_key_it_was(database: Database) -> None:
    workflow_id = publish(database, triggered("WEBHOOK"))
    first = call(database, workflow_id, "idempotency-key: a", "webhook-id: 1")
    for keys in (["idempotency-key: a"], ["webhook-id: 1"], ["idempotency-key: b", "webhook-id: 1"]):
        again = call(database, workflow_id, *keys)
        assert (again.run_id, again.fired.writes) == (first.run_id, ())
    other = call(database, workflow_id, "idempotency-key: b", "webhook-id: 2")
    assert other.run_id != first.run_id
    assert reasons(database, workflow_id) == [None, "DUPLICATE", "DUPLICATE", "DUPLICATE", None]
    duplicate = evaluations(database, workflow_id)[1]
    assert (duplicate.run_id, duplicate.started) == (first.run_id, False)


def test_another_webhook_knows_its_own_keys(database: Database) -> None:
    one, other = (publish(database, triggered("WEBHOOK")) for _ in range(2))
    assert call(database, one, "webhook-id: 1").run_id != call(database, other, "webhook-id: 1").run_id


def test_two_calls_with_one_key_at_one_time_start_one_run(database: Database) -> None:
    workflow_id = publish(database, triggered("WEBHOOK"))
    hook, together = found(database, workflow_id), threading.Barrier(6)
    given: list[str] = []

    def receive() -> None:
        together.wait(10)
        start = None
        while start is None:
            start = start_by_hook(
                database, hook, ["webhook-id: 1", "idempotency-key: a"], PAYLOAD, terms=TERMS
            )
        given.append(start.run_id)

    threads = [threading.Thread(target=receive) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [run.id for run in runs(database)] == [given[0]] and set(given) == {given[0]} and len(given) == 6
    assert sorted(reasons(database, workflow_id), key=str) == ["DUPLICATE"] * 5 + [None]


def test_what_is_not_live_starts_nothing_but_knows_its_earlier_calls(database: Database) -> None:
    workflow_id = publish(database, triggered("WEBHOOK"))
    first = call(database, workflow_id, "webhook-id: 1")
    pause_workflow(database, DEFAULT, workflow_id)
    assert refused(database, workflow_id, "webhook-id: 2") == ["NOT_LIVE"]
    assert call(database, workflow_id, "webhook-id: 1").run_id == first.run_id
    archive_workflow(database, DEFAULT, workflow_id)
    assert refused(database, workflow_id) == ["NOT_LIVE"]
    assert reasons(database, workflow_id) == [None, "NOT_LIVE", "DUPLICATE", "NOT_LIVE"]
    draft = publish(database, triggered("WEBHOOK"), live=False)
    assert refused(database, draft) == ["NOT_LIVE"]
    assert reasons(database, draft) == ["NOT_LIVE"]


def test_a_key_whose_call_was_refused_may_be_used_again(database: Database) -> None:
    workflow_id = publish(database, triggered("WEBHOOK"))
    wrong = Refused(Problem("PAYLOAD_INVALID", "no", ("payload", "body")))
    assert refused(database, workflow_id, "webhook-id: 1", payload=wrong) == ["PAYLOAD_INVALID"]
    (declined,) = evaluations(database, workflow_id)
    assert (declined.reason, declined.detail) == (
        "PAYLOAD_INVALID",
        {"errors": [{"code": "PAYLOAD_INVALID", "message": "no", "path": ["payload", "body"]}]},
    )
    assert [run.id for run in runs(database)] == []
    assert call(database, workflow_id, "webhook-id: 1").run_id == runs(database)[0].id


def test_the_token_lasts_through_all_versions(database: Database) -> None:
    workflow_id = publish(database, triggered("MANUAL"), live=False)
    assert hook_tokens(database, DEFAULT, [workflow_id]) == {}
    update_workflow(database, DEFAULT, workflow_id, {"definition": triggered("WEBHOOK")})
    (token,) = hook_tokens(database, DEFAULT, [workflow_id]).values()
    assert len(token) >= 32
    for kind, there in (("WEBHOOK", True), ("MANUAL", False), ("WEBHOOK", True)):
        update_workflow(database, DEFAULT, workflow_id, {"definition": triggered(kind)})
        publish_workflow(database, DEFAULT, workflow_id)
        assert (find_hook(database, token) is not None) is there
    assert hook_tokens(database, DEFAULT, [workflow_id]) == {workflow_id: token}
    assert hook_tokens(database, add_workspace(database, "other"), [workflow_id]) == {}


@pytest.mark.parametrize("token", ["", "x", "a\0b", "\ud800", "%27 OR 1=1"])
def test_an_unknown_token_finds_nothing(database: Database, token: str) -> None:
    publish(database, triggered("WEBHOOK"))
    assert find_hook(database, token) is None


def test_another_version_is_looked_for_again(database: Database) -> None:
    workflow_id = publish(database, triggered("WEBHOOK"))
    hook = found(database, workflow_id)
    update_workflow(database, DEFAULT, workflow_id, {"definition": triggered("WEBHOOK", "2")})
    publish_workflow(database, DEFAULT, workflow_id)
    assert start_by_hook(database, hook, ["webhook-id: 1"], PAYLOAD, terms=TERMS) is None
    assert call(database, workflow_id, "webhook-id: 1").run_id == runs(database)[0].id


SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_a_secret_is_never_lost_when_a_draft_is_saved_with_its_mark(database: Database) -> None:
    workflow_id = publish(database, triggered("WEBHOOK", secret=SECRET))
    for definition in (triggered("WEBHOOK", "2", secret="•••"), triggered("WEBHOOK", "3", secret="•••")):
        update_workflow(database, DEFAULT, workflow_id, {"definition": definition})
    publish_workflow(database, DEFAULT, workflow_id)
    assert found(database, workflow_id).config == {"secret": SECRET}
    update_workflow(database, DEFAULT, workflow_id, {"definition": triggered("MANUAL")})
    update_workflow(database, DEFAULT, workflow_id, {"definition": triggered("WEBHOOK", secret="•••")})
    publish_workflow(database, DEFAULT, workflow_id)
    assert found(database, workflow_id).config == {"secret": SECRET}


def test_the_mark_of_no_secret_cannot_be_published(database: Database) -> None:
    workflow_id = publish(database, triggered("WEBHOOK", secret="•••"), live=False)
    with pytest.raises(Refused) as refusal:
        publish_workflow(database, DEFAULT, workflow_id)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.path) == ("CONFIG_INVALID", ("definition", "trigger", "config", "secret"))


def test_where_the_credits_are_used_a_call_is_refused_and_may_come_again(database: Database) -> None:
    workflow_id = publish(database, triggered("WEBHOOK"))
    used = Terms(tariff="classic", credit_limit=0)
    with pytest.raises(Refused) as refusal:
        start_by_hook(database, found(database, workflow_id), ["webhook-id: 1"], PAYLOAD, terms=used)
    assert [problem.code for problem in refusal.value.problems] == ["CREDITS_EXHAUSTED"]
    assert reasons(database, workflow_id) == ["CREDITS_EXHAUSTED"]
    assert call(database, workflow_id, "webhook-id: 1").run_id == runs(database)[0].id
