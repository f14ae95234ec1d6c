"""What the tests of the HTTP port share: a run that can be canceled, requests, and answers that take their time."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from engine.ports import HttpRequest, HttpResponse, PortError
from tests.workers.ports.local_server import Connection, Request, answer
from workers.ports.http import HttpPort

Port = Callable[..., HttpPort]
"""Makes a port that may reach this machine; what is given goes before that."""

OK = answer(body=b"hello", Content_Type="text/plain")


class FakeCancellation:
    """A run that is canceled when the test says so."""

    def __init__(self) -> None:
        self.canceled = threading.Event()
        self.asked = 0
        self.watching = 0

    @contextmanager
    def watch(self, run_id: str) -> Iterator[threading.Event]:
        self.watching += 1
        yield self.canceled
        self.watching -= 1

    def is_canceling(self, run_id: str) -> bool:
        self.asked += 1
        return self.canceled.is_set()


def request(url: str, method: str = "GET", **given: Any) -> HttpRequest:
    values = {"headers": {}, "query": (), "body": None, "timeout_seconds": 10.0, **given}
    return HttpRequest(method=method, url=url, **values)


def failure(send: Callable[[], HttpResponse]) -> PortError:
    with pytest.raises(PortError) as caught:
        send()
    return caught.value


def hang(connection: Connection, _: Request) -> None:
    connection.closing.wait(10)


def drip(connection: Connection, _: Request) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\n\r\n")
    while not connection.closing.wait(0.05):
        connection.send(b"x")


def hanging_resolver(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    release = threading.Event()

    def hangs(*_: Any, **__: Any) -> list[Any]:
        release.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hangs)
    return release


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str, calls: list[str] | None = None) -> None:
    """Lets every name lead to these addresses."""

    def answer_with(host: str, number: int, **_: Any) -> list[Any]:
        if calls is not None:
            calls.append(host)
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, number))
            for one in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", answer_with)
