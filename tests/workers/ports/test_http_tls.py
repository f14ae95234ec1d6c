import socket
import ssl
import threading
from collections.abc import Iterator

import pytest

from tests.workers.ports.exchange import (
    OK,
    Port,
    failure,
    request,
    resolve_to,
)
from tests.workers.ports.local_server import CERTIFICATE, LocalServer, local_server


@pytest.fixture
def secure_server() -> Iterator[LocalServer]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    with local_server(context) as one:
        one.answers["/"] = OK
        yield one


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=CERTIFICATE)


def test_the_certificate_is_checked_for_the_name_and_not_for_the_address(
    port: Port, secure_server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(monkeypatch, "127.0.0.1")
    made = port(ssl_context=trusting())
    assert made.send(request(f"https://playhead.test:{secure_server.port}/")).body == b"hello"
    assert secure_server.requests[0].headers["host"] == f"playhead.test:{secure_server.port}"


@pytest.mark.parametrize(("host", "trusts"), [("other.test", True), ("playhead.test", False)])
def test_a_certificate_of_another_or_of_nobody_known_is_not_accepted(
    port: Port, secure_server: LocalServer, monkeypatch: pytest.MonkeyPatch, host: str, trusts: bool
) -> None:
    resolve_to(monkeypatch, "127.0.0.1")
    made = port(ssl_context=trusting()) if trusts else port()
    error = failure(lambda: made.send(request(f"https://{host}:{secure_server.port}/")))
    assert error.code == "CONNECTION_FAILED"
    assert error.message.startswith(f"The certificate of {host} is not accepted: ")
    assert secure_server.requests == []


def test_a_server_that_speaks_no_tls_is_a_failed_connection(port: Port) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_say_hello, args=(listener,))
        thread.start()
        error = failure(lambda: port().send(request(f"https://127.0.0.1:{listener.getsockname()[1]}/")))
        thread.join()
    assert error.code == "CONNECTION_FAILED"
    assert error.message.startswith("No secure connection to 127.0.0.1: ")


def _say_hello(listener: socket.socket) -> None:
    sock, _ = listener.accept()
    with sock:
        sock.recv(100)
        sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
