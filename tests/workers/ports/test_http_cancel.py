import threading
import time
from typing import Any

import pytest

from engine.ports import Interrupted
from tests.waiting import wait_until
from tests.workers.ports.exchange import (
    OK,
    FakeCancellation,
    Port,
    drip,
    hang,
    hanging_resolver,
    request,
)
from tests.workers.ports.local_server import Connection, LocalServer, Request, answer


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("slow", [hang, drip])
def test_a_harmless_request_is_interrupted_and_its_connection_closed(
    port: Port, server: LocalServer, cancellation: FakeCancellation, method: str, slow: Any
) -> None:
    if method == "HEAD" and slow is drip:
        slow = hang
    closed = threading.Event()

    def watched(connection: Connection, given: Request) -> None:
        threading.Timer(0.2, cancellation.canceled.set).start()
        if slow is drip:
            connection.send(b"HTTP/1.1 200 OK\r\n\r\nx")
        if connection.closed_by_peer():
            closed.set()

    server.answers["/"] = watched
    began = time.monotonic()
    with pytest.raises(Interrupted):
        port().send(request(server.url(), method))
    assert time.monotonic() - began < 1.5
    assert closed.wait(5)
    assert cancellation.asked == 0


def test_a_request_with_an_effect_runs_to_its_end(
    port: Port, server: LocalServer, cancellation: FakeCancellation
) -> None:
    def while_canceling(connection: Connection, given: Request) -> None:
        cancellation.canceled.set()
        connection.closing.wait(0.5)
        OK(connection, given)

    server.answers["/"] = while_canceling
    assert port().send(request(server.url(), "POST", body=b"x")).status == 200
    assert cancellation.asked == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_request_with_an_effect_does_not_begin_in_a_canceled_run(
    port: Port, server: LocalServer, cancellation: FakeCancellation, method: str
) -> None:
    cancellation.canceled.set()
    with pytest.raises(Interrupted):
        port().send(request(server.url(), method))
    wait_until(lambda: server.connections == 1)
    assert server.requests == []


def test_a_redirect_after_an_effect_is_not_interrupted(
    port: Port, server: LocalServer, cancellation: FakeCancellation
) -> None:
    def redirect(connection: Connection, given: Request) -> None:
        cancellation.canceled.set()
        answer("303 See Other", Location="/")(connection, given)

    server.answers["/a"] = redirect
    assert port().send(request(server.url("/a"), "POST")).body == b"hello"


def test_a_resolver_that_hangs_keeps_no_canceled_run(
    port: Port, cancellation: FakeCancellation, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = hanging_resolver(monkeypatch)
    threading.Timer(0.1, cancellation.canceled.set).start()
    with pytest.raises(Interrupted):
        port().send(request("http://slow.example/"))
    release.set()


def test_nobody_watches_a_run_between_requests(
    port: Port, server: LocalServer, cancellation: FakeCancellation
) -> None:
    port().send(request(server.url()))
    assert cancellation.watching == 0
