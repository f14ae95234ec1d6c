"""Texts and values from a real client library and a server that speaks the real protocol."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine.model import EXTRACTIVE, Completion, Model, Prompt
from engine.ports import Interrupted, PortError
from tests.waiting import wait_until
from tests.workers.models.openai_server import (
    KEY,
    OpenAIServer,
    Reply,
    babbles,
    breaks,
    calls,
    gives,
    hangs_up,
    openai_server,
    refuses,
    says,
    stalls,
    status,
)
from workers.models.port import ModelsPort
from workers.models.setup import ModelSetup

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}, "required": ["n"]}


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with openai_server() as one:
        yield one


def model(
    server: OpenAIServer, *, interrupted: Callable[[], bool] = lambda: False, seconds: float = 30.0
) -> Model:
    made = server.port(interrupted=interrupted, seconds=seconds).model()
    assert made is not None
    return made


def completed(server: OpenAIServer, prompt: Prompt, *replies: Reply) -> Completion:
    server.replies = list(replies)
    return model(server).complete(prompt)


def failure(server: OpenAIServer, *replies: Reply, schema: Any = None) -> PortError:
    server.replies = list(replies)
    with pytest.raises(PortError) as caught:
        model(server).complete(Prompt(text="Hello", schema=schema))
    return caught.value


def test_a_text_comes_in_pieces_and_is_given_whole_with_what_it_took(server: OpenAIServer) -> None:
    done = completed(server, Prompt(text="Hello", system="Be brief"), says("Hello to you, whoever you are."))
    assert (done.text, done.value) == ("Hello to you, whoever you are.", None)
    assert done.usage.as_data() == {
        "model": "openai:tiny",
        "requests": 1,
        "inputTokens": 100,
        "outputTokens": 10,
    }
    (request,) = server.requests
    assert request["model"] == "tiny"
    assert [(one["role"], one["content"]) for one in request["messages"]] == [
        ("system", "Be brief"),
        ("user", "Hello"),
    ]
    assert server.server.requests[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("schema", "given", "value"),
    [
        (SCHEMA, {"n": 7}, {"n": 7}),
        ({"type": "array", "items": {"type": "string"}}, {"value": ["a", "b"]}, ["a", "b"]),
        ({"enum": ["yes", "no"]}, {"value": "no"}, "no"),
    ],
)
def test_a_value_is_one_that_fits_the_schema(
    server: OpenAIServer, schema: Any, given: Any, value: Any
) -> None:
    done = completed(server, Prompt(text="A number", schema=schema), gives(given))
    assert done.value == value
    (tool,) = server.requests[0]["tools"]
    assert tool["function"]["name"] == "final_result"


def test_what_does_not_fit_is_told_and_asked_for_again(server: OpenAIServer) -> None:
    done = completed(server, Prompt(text="A number", schema=SCHEMA), gives({"n": 0}), gives({"n": 3}))
    assert (done.value, done.usage.requests, done.usage.input_tokens) == ({"n": 3}, 2, 200)
    told = server.requests[1]["messages"][-1]
    assert told["role"] == "tool" and "does not fit" in told["content"]


@pytest.mark.parametrize(
    "nonsense",
    [
        gives({"n": "many"}),
        calls(("final_result", '{"n": ')),
        calls(("final_result", "no JSON at all")),
        calls(("drop_table", {"name": "run"})),
        says("Seven, I think."),
    ],
    ids=["wrong type", "cut JSON", "no JSON", "no such tool", "a text"],
)
def test_nonsense_that_goes_on_is_a_failure_that_another_attempt_does_not_help(
    server: OpenAIServer, nonsense: Reply
) -> None:
    error = failure(server, *[nonsense] * 6, schema=SCHEMA)
    assert (error.code, error.retryable) == ("MODEL_OUTPUT_INVALID", False)
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("line", "headers", "after"),
    [
        ("429 Too Many Requests", {"Retry-After": "7"}, 7.0),
        ("429 Too Many Requests", {}, None),
        ("500 Internal Server Error", {}, None),
        ("503 Service Unavailable", {"Retry-After": "30"}, 30.0),
        ("502 Bad Gateway", {}, None),
    ],
)
def test_a_server_that_is_busy_or_broken_may_be_asked_again_when_it_says(
    server: OpenAIServer, line: str, headers: dict[str, str], after: float | None
) -> None:
    error = failure(server, status(line, **headers))
    assert (error.code, error.retryable, error.retry_after) == ("MODEL_UNAVAILABLE", True, after)
    assert error.detail is not None and error.detail["status"] == int(line[:3])
    assert len(server.requests) == 1, "attempts are the activity's, which shows them"


QUOTA = {
    "error": {
        "message": "You exceeded your quota",
        "type": "insufficient_quota",
        "code": "insufficient_quota",
    }
}


@pytest.mark.parametrize(
    ("line", "body", "hint"),
    [
        ("400 Bad Request", None, "detail"),
        ("401 Unauthorized", None, "PLAYHEAD_MODEL_KEY"),
        ("403 Forbidden", None, "may not use this model"),
        ("404 Not Found", None, "PLAYHEAD_MODEL_URL"),
        ("429 Too Many Requests", QUOTA, "credit with the provider"),
    ],
)
def test_a_request_that_is_rejected_is_not_made_again(
    server: OpenAIServer, line: str, body: Any, hint: str
) -> None:
    error = failure(server, status(line, body))
    assert (error.code, error.retryable) == ("MODEL_REJECTED", False)
    assert error.hint is not None and hint in error.hint
    assert KEY not in f"{error.message} {error.detail} {error.hint}"


@pytest.mark.parametrize("reply", [breaks, hangs_up, babbles], ids=lambda one: one.__name__)
def test_a_connection_that_breaks_or_babbles_may_be_tried_again(server: OpenAIServer, reply: Reply) -> None:
    error = failure(server, reply)
    assert (error.code, error.retryable) == ("MODEL_UNAVAILABLE", True)
    assert len(server.requests) == 1


def test_a_server_that_is_not_there_may_be_tried_again() -> None:
    with openai_server() as gone:
        pass
    assert failure(gone).code == "MODEL_UNAVAILABLE"


def test_a_server_that_stalls_may_be_tried_again(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.models.setup.STALL_SECONDS", 0.3)
    error = failure(server, stalls)
    assert (error.code, error.retryable) == ("MODEL_UNAVAILABLE", True)


def test_a_refusal_is_the_answer_and_not_asked_for_again(server: OpenAIServer) -> None:
    error = failure(server, refuses())
    assert (error.code, error.retryable) == ("MODEL_REFUSED", False)


def test_time_that_is_up_ends_the_wait(server: OpenAIServer) -> None:
    server.replies = [stalls]
    with pytest.raises(PortError) as caught:
        model(server, seconds=0.5).complete(Prompt(text="Hello"))
    assert (caught.value.code, caught.value.retryable) == ("TIMEOUT", True)


def test_a_cancel_ends_the_wait_and_the_connection(server: OpenAIServer) -> None:
    closed = threading.Event()

    def waits(connection: Any, body: Any) -> None:
        stalls_until_closed(connection, closed)

    server.replies = [waits]
    canceled = threading.Event()
    asked = model(server, interrupted=canceled.is_set)

    def cancel() -> None:
        wait_until(lambda: server.server.requests)
        canceled.set()

    threading.Thread(target=cancel).start()
    began = time.monotonic()
    with pytest.raises(Interrupted):
        asked.complete(Prompt(text="Hello"))
    assert time.monotonic() - began < 15
    assert closed.wait(10)


def stalls_until_closed(connection: Any, closed: threading.Event) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
    if connection.closed_by_peer(10):
        closed.set()


@pytest.mark.parametrize(
    ("name", "code", "hint"),
    [
        ("openai:gpt-4o", "MODEL_REQUIRED", "PLAYHEAD_MODEL_KEY"),
        ("nobody:nothing", "MODEL_UNKNOWN", "PLAYHEAD_MODEL"),
        ("gpt-4o", "MODEL_UNKNOWN", "PLAYHEAD_MODEL"),
    ],
)
def test_a_model_that_cannot_be_used_says_what_is_lacking(
    monkeypatch: pytest.MonkeyPatch, name: str, code: str, hint: str
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(PortError) as caught:
        ModelsPort(ModelSetup(name=name), interrupted=lambda: False, seconds=1).model()
    assert caught.value.code == code
    assert caught.value.hint is not None and hint in caught.value.hint


def test_a_workflow_may_name_another_model_and_none_is_none(server: OpenAIServer) -> None:
    port = server.port(EXTRACTIVE)
    assert port.model() is None
    named = port.model("openai:other")
    assert named is not None and named.name == "openai:other"
    server.replies = [says("Hi")]
    assert named.complete(Prompt(text="Hello")).text == "Hi"
    assert server.requests[0]["model"] == "other"


@pytest.mark.parametrize("name", ["ollama:llama3", "ollama:qwen3:8b", "tiny", "llama3:8b"])
def test_ollama_and_servers_of_ones_own_need_no_key(server: OpenAIServer, name: str) -> None:
    asked = server.port(name, key=None).model()
    assert asked is not None
    server.replies = [says("Hi")]
    assert asked.complete(Prompt(text="Hello")).text == "Hi"
    assert server.requests[0]["model"] == name.removeprefix("ollama:")


def test_a_schema_that_refers_to_itself_is_refused_before_anything_is_asked(server: OpenAIServer) -> None:
    schema = {
        "type": "object",
        "properties": {"next": {"$ref": "#/$defs/node"}},
        "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}},
    }
    assert failure(server, schema=schema).code == "CONFIG_INVALID"
    assert server.requests == []


def test_an_attempt_that_is_over_leaves_no_connection(server: OpenAIServer) -> None:
    left = threading.Event()

    def says_and_waits(connection: Any, body: Any) -> None:
        text = b"data: [DONE]\n\n"
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: %d\r\n\r\n" % len(text)
        connection.send(head + text)
        if connection.closed_by_peer(10):
            left.set()

    server.replies = [says_and_waits]
    port = server.port()
    asked = port.model()
    assert asked is not None
    with pytest.raises(PortError):
        asked.complete(Prompt(text="Hello"))
    assert not left.is_set()
    port.close()
    assert left.wait(10)
