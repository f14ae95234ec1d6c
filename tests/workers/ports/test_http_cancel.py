import sqlite3
import threading
import time
from typing import Any

import pytest

from db.outages import OutageError
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


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_no_request_begins_once_the_attempt_is_lost(port: Port, server: LocalServer, method: str) -> None:
    with pytest.raises(Interrupted):
        port(lost=lambda: True).send(request(server.url(), method))
    assert server.requests == []


def test_a_harmless_request_stops_when_the_attempt_is_lost(port: Port, server: LocalServer) -> None:
    lost = threading.Event()

    def lose(connection: Connection, given: Request) -> None:
        lost.set()
        connection.closing.wait(10)

    server.answers["/"] = lose
    with pytest.raises(Interrupted):
        port(lost=lost.is_set).send(request(server.url()))


def test_a_request_with_an_effect_waits_for_a_database_that_is_away_and_asks_it_before_it_begins(
    port: Port, server: LocalServer, cancellation: FakeCancellation, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[Any] = [sqlite3.OperationalError("database is locked"), None, False]

    def is_canceling(run_id: str) -> bool:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            assert server.requests == []
            raise answer
        return bool(answer)

    monkeypatch.setattr(cancellation, "is_canceling", is_canceling)
    server.answers["/"] = OK
    assert port().send(request(server.url(), "POST")).status == 200
    assert answers == [False]


def test_a_request_with_an_effect_does_not_begin_where_nobody_can_say_whether_it_may(
    port: Port, server: LocalServer, cancellation: FakeCancellation, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = threading.Event()

    def is_canceling(run_id: str) -> bool:
        lost.set()
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(cancellation, "is_canceling", is_canceling)
    with pytest.raises(OutageError):
        port(lost=lost.is_set).send(request(server.url(), "POST"))
    assert server.requests == []
