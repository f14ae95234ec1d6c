import socket
import time
from typing import Any

import pytest

from tests.workers.ports.exchange import (
    Port,
    drip,
    failure,
    hang,
    hanging_resolver,
    request,
    resolve_to,
)
from tests.workers.ports.local_server import LocalServer, answer, raw


def test_nobody_at_the_port_is_a_failed_connection(port: Port) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number = listener.getsockname()[1]
    error = failure(lambda: port().send(request(f"http://127.0.0.1:{number}/")))
    assert (error.code, error.retryable) == ("CONNECTION_FAILED", True)
    assert error.message == f"No connection to 127.0.0.1 on port {number} (127.0.0.1: Connection refused)"
    assert error.detail == {"host": "127.0.0.1"}
    assert error.hint == "Check that the other side runs, and the host and port in `url`"


def test_an_address_that_cannot_be_gone_to_at_all_is_a_failed_connection(port: Port) -> None:
    error = failure(lambda: port().send(request("http://255.255.255.255/")))
    assert (error.code, error.retryable) == ("CONNECTION_FAILED", True)
    assert error.message.startswith("No connection to 255.255.255.255 on port 80 (255.255.255.255: ")


def test_a_host_that_is_not_found_is_a_failed_connection(port: Port, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_such_host(*_: Any, **__: Any) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_host)
    error = failure(lambda: port().send(request("http://nowhere.example/")))
    assert (error.code, error.retryable) == ("CONNECTION_FAILED", True)
    assert error.message == "The host 'nowhere.example' was not found: Name or service not known"
    assert error.hint == "Check the host's name in `url`"


@pytest.mark.parametrize(
    "data", [b"", b"HTTP/1.1 200 OK\r\nContent-", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"]
)
def test_a_connection_that_ends_too_early_is_a_failed_one(
    port: Port, server: LocalServer, data: bytes
) -> None:
    server.answers["/"] = raw(data)
    error = failure(lambda: port().send(request(server.url())))
    assert (error.code, error.retryable) == ("CONNECTION_FAILED", True)
    assert error.message == "127.0.0.1 closed the connection too early"


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: \x00\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: " + b"gzip, " * 9 + b"gzip\r\nContent-Length: 1\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
    ],
    ids=[
        "no http",
        "no number",
        "a control character",
        "no chunk",
        "no gzip",
        "ten packings",
        "a long header",
    ],
)
def test_what_is_no_http_is_no_valid_response(port: Port, server: LocalServer, data: bytes) -> None:
    server.answers["/"] = raw(data)
    error = failure(lambda: port().send(request(server.url())))
    assert (error.code, error.retryable) == ("RESPONSE_INVALID", False)
    assert error.message.startswith("127.0.0.1 gave no valid response: ")


def test_a_packing_that_nobody_asked_for_is_said(port: Port, server: LocalServer) -> None:
    server.answers["/"] = answer(body=b"x", Content_Encoding="br")
    error = failure(lambda: port().send(request(server.url(), headers={"Accept-Encoding": "br"})))
    assert error.code == "RESPONSE_INVALID"
    assert error.message == "The body is packed as br; gzip and deflate can be unpacked"


def test_a_request_that_cannot_be_sent_is_a_fault_of_the_configuration(
    port: Port, server: LocalServer
) -> None:
    error = failure(lambda: port().send(request(server.url(), headers={"X": "a\r\nHost: inside"})))
    assert (error.code, error.retryable) == ("CONFIG_INVALID", False)
    assert server.requests == []


@pytest.mark.parametrize("slow", [hang, drip])
def test_the_timeout_holds_for_the_whole_exchange(port: Port, server: LocalServer, slow: Any) -> None:
    server.answers["/"] = slow
    began = time.monotonic()
    error = failure(lambda: port().send(request(server.url("/?key=secret"), timeout_seconds=0.5)))
    assert 0.5 <= time.monotonic() - began < 2
    assert (error.code, error.retryable) == ("TIMEOUT", True)
    assert error.message == f"GET http://127.0.0.1:{server.port}/ was not answered in full within 0.5 s"
    assert error.hint == "Check that the other side answers, or raise `timeoutSeconds`"


def test_a_request_takes_no_longer_than_its_attempt_may(port: Port, server: LocalServer) -> None:
    server.answers["/"] = hang
    made = port(timeout_seconds=0.3)
    assert failure(lambda: made.send(request(server.url()))).code == "TIMEOUT"
    assert failure(lambda: made.send(request(server.url()))).code == "TIMEOUT"


def test_a_resolver_that_hangs_is_left_behind(port: Port, monkeypatch: pytest.MonkeyPatch) -> None:
    release = hanging_resolver(monkeypatch)
    assert (
        failure(lambda: port().send(request("http://slow.example/", timeout_seconds=0.3))).code == "TIMEOUT"
    )
    release.set()


def test_of_several_addresses_the_first_that_answers_is_taken(
    port: Port, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(monkeypatch, "127.0.0.2", "127.0.0.1")
    with socket.socket() as other:  # nobody listens on 127.0.0.2 at this port
        other.bind(("127.0.0.2", server.port))
        assert port().send(request(server.url(host="several.example"))).status == 200
    assert server.requests[0].headers["host"] == f"several.example:{server.port}"
