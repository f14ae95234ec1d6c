"""HTTP request: asks a server on the internet for something, or tells it something."""

from http import HTTPStatus
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, field_validator
from pydantic_core import PydanticCustomError

from engine.activity import ActivityContext, ActivityType, Category, Completed, Failed
from engine.config import Config, Outputs
from engine.errors import ExecutionError
from engine.http.request import CONTROL, NAME, OWN, body_of, headers_of, query_of
from engine.http.response import Reading, read, retry_after
from engine.ports import HttpRequest
from engine.values import JsonValue

SHOWN_BODY = 2_000
"""Characters of the body that a failure shows."""

SHOWN_HEADERS = ("content-type", "retry-after", "location", "www-authenticate", "x-request-id", "server")
RETRIED = frozenset({408, 425, 429})
"""Statuses below 500 after which another attempt may succeed."""

_SCALAR = ["string", "number", "boolean", "null"]


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _header_value(value: object) -> object:
    if value is not None and not isinstance(value, str | int | float):
        raise PydanticCustomError("header_value", "takes a text, a number, a boolean or null")
    if isinstance(value, str) and CONTROL.search(value):
        raise PydanticCustomError("header_value", "takes one line of text, without control characters")
    return value


def _parameter(value: object) -> object:
    for one in value if isinstance(value, list) else [value]:
        if one is not None and not isinstance(one, str | int | float):
            raise PydanticCustomError(
                "parameter", "takes a text, a number, a boolean or null, or a list of them"
            )
    return value


HeaderValue = Annotated[Any, AfterValidator(_header_value), WithJsonSchema({"type": _SCALAR})]
Parameter = Annotated[
    Any,
    AfterValidator(_parameter),
    WithJsonSchema({"anyOf": [{"type": _SCALAR}, {"type": "array", "items": {"type": _SCALAR}}]}),
]


class HttpRequestConfig(Config):
    """What to send, and which answers are failures."""

    method: Annotated[
        Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"], BeforeValidator(_upper)
    ] = Field(default="GET", description="What to do.")
    url: str = Field(min_length=1, max_length=8_000, description="The address, with http:// or https://.")
    headers: dict[str, HeaderValue] = Field(
        default_factory=dict,
        description="Headers to send; null leaves one out. `Content-Type` follows from the body and "
        "`Idempotency-Key` is "
        "the execution's id, the same on every attempt, unless they are written here.",
    )
    query: dict[str, Parameter] = Field(
        default_factory=dict,
        description="Parameters added to the address, encoded; a list gives one for each entry, null none.",
    )
    body: Any = Field(
        default=None,
        description="Sent as it is where it is text, as JSON where it is anything else; null sends none.",
    )
    timeout_seconds: float = Field(
        default=30, gt=0, le=3600, description="How many seconds the whole exchange may take."
    )
    fail_on: Literal["4xx5xx", "5xx", "never"] = Field(
        default="4xx5xx", description="Which statuses are failures: all from 400, those from 500, or none."
    )

    @field_validator("headers")
    @classmethod
    def _plain_names(cls, headers: dict[str, Any]) -> dict[str, Any]:
        for name in headers:
            if NAME.fullmatch(name) is None:
                raise PydanticCustomError(
                    "header_name", "takes names of headers, and {name} is none", {"name": repr(name)}
                )
            if name.lower() in OWN:
                raise PydanticCustomError(
                    "header_own", "takes no '{name}': the request sets it itself", {"name": name}
                )
        return headers


class HttpRequestOutputs(Outputs):
    """What came back."""

    status: int = Field(description="The status, such as 200.")
    headers: dict[str, str] = Field(description="The headers by their names in lower case.")
    body: str = Field(description="The body as text, cut where it is too large to be kept.")
    json_: Any = Field(alias="json", description="The body parsed, where it is JSON; else null.")


def perform(config: HttpRequestConfig, context: ActivityContext) -> Completed | Failed:
    """Send the request and read what comes back."""
    body, content_type = body_of(config.body)
    request = HttpRequest(
        method=config.method,
        url=config.url,
        headers=headers_of(config.headers, content_type, context.execution_id),
        query=query_of(config.query),
        body=body,
        timeout_seconds=config.timeout_seconds,
    )
    reading = read(context.ports.http.send(request))
    if _fails(config, reading.status):
        return Failed(error=_status_error(config, reading, context))
    if reading.fault is not None:
        context.ports.log("warning", f"There is no `json`: {reading.fault}.")
    if reading.truncated:
        context.ports.log("warning", "The body was cut: it is too large to be kept whole.")
    outputs: dict[str, JsonValue] = {
        "status": reading.status,
        "headers": dict(reading.headers),
        "body": reading.body,
        "json": reading.json,
    }
    return Completed(outputs=outputs, result={"bodyTruncated": reading.truncated})


def _fails(config: HttpRequestConfig, status: int) -> bool:
    lowest = {"4xx5xx": 400, "5xx": 500}.get(config.fail_on)
    return lowest is not None and status >= lowest


def _status_error(config: HttpRequestConfig, reading: Reading, context: ActivityContext) -> ExecutionError:
    status = reading.status
    return ExecutionError(
        code="HTTP_STATUS",
        message=f"{config.method} {config.url[:200]} answered {status}{_phrase(status)}.",
        detail={
            "status": status,
            "body": reading.body[:SHOWN_BODY],
            "headers": {name: reading.headers[name] for name in SHOWN_HEADERS if name in reading.headers},
        },
        hint=_hint(status),
        retryable=status >= 500 or status in RETRIED,
        retry_after=retry_after(reading.headers, context.ports.clock.now()),
    )


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""


_HINTS = {
    401: "The other side does not know who asks: check the Authorization header.",
    403: "The other side does not allow this: check the credentials and what they may do.",
    404: "Check the address: there is nothing at it.",
    429: "The other side asks for fewer requests: allow more attempts, or put a Delay before this.",
}


def _hint(status: int) -> str:
    if status in _HINTS:
        return _HINTS[status]
    if status >= 500:
        return "The other side is in trouble: allow more attempts, or lead the exit `error` to a way around."
    return "The answer's body often says what is wrong. With `failOn: never` no status is a failure."


HTTP_REQUEST = ActivityType(
    type="http_request",
    title="HTTP request",
    description="Sends a request and keeps the answer. Addresses that are not public are refused.",
    category=Category.INTEGRATION,
    config=HttpRequestConfig,
    outputs=HttpRequestOutputs,
    perform=perform,
    max_attempts=3,
)
