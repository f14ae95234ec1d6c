from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import orjson
import pytest

from engine.activities.http_request import HttpRequestConfig
from engine.config_faults import check_written
from engine.ports import HttpResponse, Interrupted, PortError
from tests.engine.activities.fakes import EXECUTION_ID, NOW, World, attempt, completed, failure

URL = "https://api.example.com/companies"


def answer(status: int = 200, body: bytes = b"", *, truncated: bool = False, **headers: str) -> HttpResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(status=status, headers=named, body=body, truncated=truncated)


def sent(config: dict[str, Any], scope: dict[str, Any] | None = None) -> Any:
    world = World(answer=answer())
    completed("http_request", {"url": URL, **config}, scope, world)
    (request,) = world.requests
    return request


def test_a_plain_request_is_a_get_with_the_idempotency_key_and_30_seconds() -> None:
    request = sent({})
    assert (request.method, request.url, request.query, request.body) == ("GET", URL, [], None)
    assert (request.headers, request.timeout_seconds) == ({"Idempotency-Key": EXECUTION_ID}, 30)


def test_the_method_is_taken_in_any_case() -> None:
    assert sent({"method": "post"}).method == "POST"


def test_an_object_is_sent_as_json() -> None:
    request = sent(
        {"method": "POST", "body": {"name": "{{ trigger.payload.name }}", "n": 1.5}},
        {"trigger": {"payload": {"name": "Ünal"}}},
    )
    assert request.body == '{"name":"Ünal","n":1.5}'.encode()
    assert request.headers["Content-Type"] == "application/json"


def test_text_is_sent_as_it_is() -> None:
    request = sent({"method": "POST", "body": "größer"})
    assert request.body == "größer".encode()
    assert request.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("body", [[1, 2], 5, False, ""])
def test_everything_but_null_is_a_body(body: Any) -> None:
    assert sent({"method": "PUT", "body": body}).body == (b"" if body == "" else orjson.dumps(body))


def test_headers_that_are_written_stay_and_null_leaves_one_out() -> None:
    headers = {
        "content-type": "application/xml",
        "idempotency-key": "mine",
        "X-Count": 3,
        "X-Flag": True,
        "X-None": None,
    }
    assert sent({"method": "POST", "body": "<a/>", "headers": headers}).headers == {
        "content-type": "application/xml",
        "idempotency-key": "mine",
        "X-Count": "3",
        "X-Flag": "true",
    }


def test_a_query_repeats_lists_and_leaves_out_null() -> None:
    query = {"q": "a b", "page": 2, "tag": ["x", None, "y"], "deep": True, "none": None}
    assert sent({"query": query}).query == [
        ("q", "a b"),
        ("page", "2"),
        ("tag", "x"),
        ("tag", "y"),
        ("deep", "true"),
    ]


def test_json_is_parsed_and_the_text_stays() -> None:
    body = b'{"name": "Ada", "n": [1, 2.5, null]}'
    world = World(answer=answer(201, body, Content_Type="application/json; charset=utf-8", X_Id="7"))
    outcome = completed("http_request", {"url": URL}, world=world)
    assert outcome.outputs == {
        "status": 201,
        "headers": {"content-type": "application/json; charset=utf-8", "x-id": "7"},
        "body": body.decode(),
        "json": {"name": "Ada", "n": [1, 2.5, None]},
    }
    assert outcome.result == {"bodyTruncated": False}
    assert world.lines == []


@pytest.mark.parametrize("kind", ["application/problem+json", "application/vnd.api+json", "APPLICATION/JSON"])
def test_every_json_type_is_json(kind: str) -> None:
    outcome = completed(
        "http_request", {"url": URL}, world=World(answer=answer(200, b"[1]", content_type=kind))
    )
    assert outcome.outputs["json"] == [1]


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/jsonp", ""])
def test_other_types_are_no_json(kind: str) -> None:
    outcome = completed(
        "http_request", {"url": URL}, world=World(answer=answer(200, b"[1]", content_type=kind))
    )
    assert (outcome.outputs["json"], outcome.outputs["body"]) == (None, "[1]")


def test_a_body_that_only_calls_itself_json_gives_null_and_a_line_in_the_log() -> None:
    world = World(answer=answer(200, b"<html>", content_type="application/json"))
    assert completed("http_request", {"url": URL}, world=world).outputs["json"] is None
    ((level, message),) = world.lines
    assert level == "warning"
    assert message.startswith("There is no `json`: the body calls itself JSON but is not")


def test_a_large_body_is_cut_to_fit_and_says_so() -> None:
    world = World(answer=answer(200, b"x" * 1_000_000, content_type="text/plain"))
    outcome = completed("http_request", {"url": URL}, world=world)
    assert outcome.result == {"bodyTruncated": True}
    assert 250_000 < len(orjson.dumps(dict(outcome.outputs))) <= 256 * 1024
    assert world.lines == [("warning", "The body was cut: it is too large to be kept whole.")]


@pytest.mark.parametrize("body", ["é" * 300_000, '"\n\\' * 100_000, "\x01" * 100_000, "🌍" * 100_000])
def test_a_cut_body_fits_whatever_is_in_it(body: str) -> None:
    outcome = completed("http_request", {"url": URL}, world=World(answer=answer(200, body.encode())))
    assert outcome.result == {"bodyTruncated": True}
    assert 250_000 < len(orjson.dumps(dict(outcome.outputs))) <= 256 * 1024


def test_json_that_fits_is_kept_whole_before_its_text() -> None:
    value = ["x" * 1000] * 200
    outcome = completed(
        "http_request",
        {"url": URL},
        world=World(answer=answer(200, orjson.dumps(value), content_type="application/json")),
    )
    assert outcome.outputs["json"] == value
    assert outcome.result == {"bodyTruncated": True}
    assert len(orjson.dumps(dict(outcome.outputs))) <= 256 * 1024


def test_json_that_does_not_fit_is_left_to_its_text_and_said() -> None:
    value = ["x" * 1000] * 300
    world = World(answer=answer(200, orjson.dumps(value), content_type="application/json"))
    outcome = completed("http_request", {"url": URL}, world=world)
    assert outcome.outputs["json"] is None
    assert world.lines[0] == ("warning", "There is no `json`: the body is too large to be kept as JSON.")


def test_a_body_that_the_port_has_cut_is_no_json() -> None:
    world = World(answer=answer(200, b"[1, 2", truncated=True, content_type="application/json"))
    outcome = completed("http_request", {"url": URL}, world=world)
    assert (outcome.outputs["json"], outcome.result) == (None, {"bodyTruncated": True})


@pytest.mark.parametrize(
    ("fail_on", "failing"), [(None, [400, 404, 499, 500, 503]), ("5xx", [500, 503]), ("never", [])]
)
def test_fail_on_says_which_statuses_are_failures(fail_on: str | None, failing: list[int]) -> None:
    config = {"url": URL, **({"failOn": fail_on} if fail_on else {})}
    for status in (200, 204, 301, 400, 404, 499, 500, 503):
        outcome = attempt("http_request", config, world=World(answer=answer(status)))
        assert (getattr(outcome, "error", None) is not None) is (status in failing)


def test_a_failing_status_shows_what_came_back() -> None:
    response = answer(
        409, b"name is missing " * 1000, content_type="text/plain", Set_Cookie="secret", X_Request_Id="r1"
    )
    error = failure("http_request", {"url": URL, "method": "POST"}, world=World(answer=response))
    assert error.code == "HTTP_STATUS"
    assert error.message == f"POST {URL} answered 409 Conflict."
    assert error.detail == {
        "status": 409,
        "body": ("name is missing " * 1000)[:2000],
        "headers": {"content-type": "text/plain", "x-request-id": "r1"},
    }
    assert error.hint is not None


@pytest.mark.parametrize(
    ("status", "again"),
    [
        (400, False),
        (401, False),
        (404, False),
        (409, False),
        (408, True),
        (425, True),
        (429, True),
        (500, True),
        (503, True),
        (599, True),
    ],
)
def test_a_status_is_retried_where_another_attempt_may_succeed(status: int, again: bool) -> None:
    assert failure("http_request", {"url": URL}, world=World(answer=answer(status))).retryable is again


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0), (" 0 ", 0.0), ("-1", None), ("soon", None), ("", None), ("1.5", None), ("9" * 30, None),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 0.0),
    ],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    error = failure("http_request", {"url": URL}, world=World(answer=answer(503, retry_after=value)))
    assert error.retry_after == seconds


def test_what_the_port_could_not_do_is_its_failure() -> None:
    error = PortError(
        "TIMEOUT", "No answer within 30 s.", detail={"url": URL}, hint="Wait longer.", retryable=True
    )
    found = failure("http_request", {"url": URL}, world=World(answer=error))
    assert (found.code, found.message, found.detail, found.hint, found.retryable) == (
        "TIMEOUT",
        "No answer within 30 s.",
        {"url": URL},
        "Wait longer.",
        True,
    )


def test_an_interruption_is_left_to_the_worker() -> None:
    with pytest.raises(Interrupted):
        attempt("http_request", {"url": URL}, world=World(answer=Interrupted()))


@pytest.mark.parametrize(
    ("config", "path", "said"),
    [
        ({"method": "STEAL"}, ("method",), "'method' must be 'GET', 'HEAD', 'POST', "),
        ({"headers": {"a b": "c"}}, ("headers",), "'headers' takes names of headers, and 'a b' is none."),
        (
            {"headers": {"Host": "other"}},
            ("headers",),
            "'headers' takes no 'Host': the request sets it itself.",
        ),
        (
            {"headers": {"X": "a\r\nY: b"}},
            ("headers", "X"),
            "'headers.X' takes one line of text, without control characters",
        ),
        (
            {"headers": {"X": [1]}},
            ("headers", "X"),
            "'headers.X' takes a text, a number, a boolean or null, but is a list.",
        ),
        (
            {"query": {"q": {}}},
            ("query", "q"),
            "'query.q' takes a text, a number, a boolean or null, or a list of them.",
        ),
        ({"timeoutSeconds": 0}, ("timeoutSeconds",), "'timeoutSeconds' must be greater than 0, but is 0."),
        ({"failOn": "4xx"}, ("failOn",), "'failOn' must be '4xx5xx', '5xx' or 'never', but is '4xx'."),
        ({"url": ""}, ("url",), "'url' must have at least 1 character, but is ''."),
    ],
)
def test_settings_that_cannot_be_sent_are_refused(
    config: dict[str, Any], path: tuple[str, ...], said: str
) -> None:
    (fault,) = check_written(HttpRequestConfig, {"url": URL, **config})
    assert fault.path == path
    assert fault.message.startswith(said)


def test_a_header_may_not_be_split_by_what_a_template_gives() -> None:
    config = {"url": URL, "headers": {"X": "{{ trigger.payload.x }}"}}
    error = failure("http_request", config, {"trigger": {"payload": {"x": "a\r\nHost: evil"}}})
    assert error.code == "CONFIG_INVALID"
