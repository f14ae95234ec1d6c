"""A client of the API, as any other: GraphQL over HTTP, and the updates of one run over a WebSocket."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import httpx2
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

SECONDS_TO_ANSWER: Final = 30.0
SECONDS_TO_OPEN: Final = 10.0
TICK_SECONDS: Final = 0.1
_PROTOCOL: Final = Subprotocol("graphql-transport-ws")
_FINAL_CLOSES: Final = (4400, 4401, 4403, 4406, 4409)  # the same request again would be closed the same way


class Unreachable(Exception):  # noqa: N818 - named as the state of the server
    """The server does not answer, or the connection to it was lost; another try may succeed."""


class Rejected(Exception):  # noqa: N818 - named as the outcome
    """The server answered, and the answer is an error that another try would meet again."""


class Client:
    """Talks to one server. `key` is an API key, None where access is open."""

    def __init__(self, url: str, key: str | None) -> None:
        self._url = url
        self._authorization = None if key is None else f"Bearer {key}"
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        self._http = httpx2.Client(headers=headers, timeout=SECONDS_TO_ANSWER, trust_env=False)

    def close(self) -> None:
        """Closes its connections."""
        self._http.close()

    def execute(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Gives the `data` of a query or mutation.

        Raises:
            Unreachable: there was no answer.
            Rejected: the answer holds errors.
        """
        try:
            answer = self._http.post(
                f"{self._url}/graphql",
                json={"query": document, "variables": dict(variables)},
                headers={"Accept": "application/json"},
            )
        except httpx2.TransportError as error:
            raise Unreachable(f"{self._url} does not answer ({error})") from error
        try:
            body = answer.json()
        except ValueError as error:
            raise Unreachable(f"{self._url} answers {answer.status_code} without JSON") from error
        if body.get("errors"):
            raise Rejected(_errors(body["errors"]))
        return dict(body["data"])

    def subscribe(self, document: str, variables: Mapping[str, Any]) -> Iterator[dict[str, Any] | None]:
        """Gives the `data` of each message until the server completes; None whenever 0.1 s pass without one.

        Raises:
            Unreachable: the connection cannot be opened, or was lost.
            Rejected: the server refuses the subscription.
        """
        with self._socket() as socket:
            init = {} if self._authorization is None else {"authorization": self._authorization}
            _send(socket, {"type": "connection_init", "payload": init})
            if _receive(socket, SECONDS_TO_OPEN)["type"] != "connection_ack":
                raise Rejected(f"{self._url} did not acknowledge the connection")
            payload = {"query": document, "variables": dict(variables)}
            _send(socket, {"id": "1", "type": "subscribe", "payload": payload})
            yield from _messages(socket)

    @contextmanager
    def _socket(self) -> Iterator[ClientConnection]:
        address = f"ws{self._url.removeprefix('http')}/graphql"
        try:
            with connect(
                address,
                subprotocols=[_PROTOCOL],
                open_timeout=SECONDS_TO_OPEN,
                close_timeout=1,
                max_size=None,
                proxy=None,
            ) as socket:
                yield socket
        except ConnectionClosed as error:
            code = error.rcvd.code if error.rcvd else None
            if code in _FINAL_CLOSES:
                raise Rejected(f"{self._url} closed the connection: {code} {error.rcvd.reason}") from error  # type: ignore[union-attr]  # a code came with it
            raise Unreachable(f"the connection to {self._url} was lost") from error
        except (OSError, InvalidHandshake, InvalidMessage, TimeoutError) as error:
            raise Unreachable(f"{self._url} does not answer ({error})") from error


def _messages(socket: ClientConnection) -> Iterator[dict[str, Any] | None]:
    while True:
        try:
            message = _receive(socket, TICK_SECONDS)
        except TimeoutError:
            yield None
            continue
        match message["type"]:
            case "next" if not message["payload"].get("errors"):
                yield dict(message["payload"]["data"])
            case "next":
                raise Rejected(_errors(message["payload"]["errors"]))
            case "error":
                raise Rejected(_errors(message["payload"]))
            case "ping":
                _send(socket, {"type": "pong"})
            case "complete":
                return


def _send(socket: ClientConnection, message: Mapping[str, Any]) -> None:
    socket.send(json.dumps(message))


def _receive(socket: ClientConnection, seconds: float) -> dict[str, Any]:
    return dict(json.loads(socket.recv(timeout=seconds)))


def _errors(errors: list[dict[str, Any]]) -> str:
    """The messages of GraphQL errors in one line, each with its code where it has one."""
    shown = []
    for error in errors:
        extensions = error.get("extensions") or {}
        code = extensions.get("code")
        marks = [part for part in (code, extensions.get("id")) if part]
        shown.append(f"{error['message']} ({', '.join(marks)})" if marks else error["message"])
    return "; ".join(shown)
