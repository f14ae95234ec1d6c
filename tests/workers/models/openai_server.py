"""A server on this machine that speaks OpenAI's chat completions, streamed, and says what a test wants said."""

import json
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.workers.ports.local_server import Connection, LocalServer, Request, local_server
from workers.models.port import ModelsPort
from workers.models.setup import ModelSetup

KEY = "sk-canary-of-the-model"
PATH = "/v1/chat/completions"
PIECE = 7
"""Characters of each piece of a streamed text: nothing comes as a whole."""

Reply = Callable[[Connection, dict[str, Any]], None]
"""Answers one request, of which it is given the body."""


@dataclass
class OpenAIServer:
    """Answers each request with the next of its replies; without any, as `otherwise` says."""

    server: LocalServer
    replies: list[Reply] = field(default_factory=list)
    otherwise: Reply | None = None
    ports: list[ModelsPort] = field(default_factory=list)

    def port(
        self,
        name: str = "openai:tiny",
        *,
        key: str | None = KEY,
        interrupted: Callable[[], bool] = lambda: False,
        seconds: float = 30.0,
    ) -> ModelsPort:
        """The models of an attempt, asked at this server; closed with it."""
        setup = ModelSetup(name=name, url=self.url, key=key)
        made = ModelsPort(setup, interrupted=interrupted, seconds=seconds)
        self.ports.append(made)
        return made

    @property
    def url(self) -> str:
        return self.server.url("/v1")

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The bodies of the requests so far."""
        return [json.loads(request.body) for request in self.server.requests]

    def answer(self, connection: Connection, request: Request) -> None:
        reply = self.replies.pop(0) if self.replies else self.otherwise
        assert reply is not None, "the model was asked once more than expected"
        reply(connection, json.loads(request.body))


@contextmanager
def openai_server(*replies: Reply) -> Iterator[OpenAIServer]:
    with local_server() as server:
        speaking = OpenAIServer(server, list(replies))
        server.answers[PATH] = speaking.answer
        yield speaking
        for port in speaking.ports:
            port.close()


def status(line: str, body: Any = None, **headers: str) -> Reply:
    """Answers with a status and a body, as for errors."""
    data = json.dumps(body if body is not None else {"error": {"message": line}}).encode()
    lines = [f"HTTP/1.1 {line}", f"Content-Length: {len(data)}", "Content-Type: application/json"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return lambda connection, _: connection.send("\r\n".join(lines).encode() + b"\r\n\r\n" + data)


def says(text: str) -> Reply:
    """Says a text, piece by piece."""
    deltas = [{"content": text[place : place + PIECE]} for place in range(0, len(text), PIECE)]
    return _streams(deltas, "stop")


def refuses(text: str = "I cannot help with that.") -> Reply:
    """Refuses, as OpenAI's models say it."""
    return _streams(
        [{"refusal": text[place : place + PIECE]} for place in range(0, len(text), PIECE)], "stop"
    )


def calls(*tools: tuple[str, Any]) -> Reply:
    """Calls tools; arguments that are a text are sent as they are, be they JSON or not."""
    deltas: list[dict[str, Any]] = []
    for index, (name, arguments) in enumerate(tools):
        text = arguments if isinstance(arguments, str) else json.dumps(arguments)
        call = {"index": index, "id": f"call_{index}_{name}", "type": "function"}
        deltas.append({"tool_calls": [{**call, "function": {"name": name, "arguments": ""}}]})
        deltas += [
            {"tool_calls": [{"index": index, "function": {"arguments": text[place : place + PIECE]}}]}
            for place in range(0, len(text), PIECE)
        ]
    return _streams(deltas, "tool_calls")


def reads(*urls: str) -> Reply:
    return calls(*(("read_page", {"url": url}) for url in urls))


def answers(answer: str | None, *sources: tuple[str, str], reason: str | None = None) -> Reply:
    """Gives the answer of a question."""
    given = [{"url": url, "quote": quote} for url, quote in sources]
    return calls(("final_result", {"answer": answer, "sources": given, "empty_reason": reason}))


def gives(value: Any) -> Reply:
    """Gives a value that is to fit a schema."""
    return calls(("final_result", value))


def stalls(connection: Connection, _: dict[str, Any]) -> None:
    """Begins, and then says nothing more."""
    connection.send(_HEAD + _event({"choices": [{"index": 0, "delta": {"content": "Wait"}}]}))
    connection.closing.wait(20)


def breaks(connection: Connection, _: dict[str, Any]) -> None:
    """Begins, and then is killed: the connection is reset."""
    connection.send(_HEAD + _event({"choices": [{"index": 0, "delta": {"content": "I was"}}]}))
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.sock.close()


def hangs_up(connection: Connection, _: dict[str, Any]) -> None:
    """Closes without a word."""


def babbles(connection: Connection, _: dict[str, Any]) -> None:
    """Streams what is no JSON."""
    connection.send(_HEAD + b"data: {this is no JSON\n\ndata: [DONE]\n\n")


_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


def _event(chunk: dict[str, Any]) -> bytes:
    whole = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1_790_000_000,
        "model": "tiny",
        **chunk,
    }
    return f"data: {json.dumps(whole)}\n\n".encode()


def _streams(deltas: list[dict[str, Any]], finish: str) -> Reply:
    def reply(connection: Connection, body: dict[str, Any]) -> None:
        assert body["stream"] is True and body["stream_options"] == {"include_usage": True}
        connection.send(_HEAD)
        for delta in [{"role": "assistant", "content": None}, *deltas]:
            connection.send(_event({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}))
        connection.send(_event({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}))
        usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
        connection.send(_event({"choices": [], "usage": usage}) + b"data: [DONE]\n\n")

    return reply
