import gzip
import time
import zlib

import pytest

from engine.ports import HttpResponse
from tests.workers.ports.exchange import (
    Port,
    request,
)
from tests.workers.ports.local_server import (
    Connection,
    LocalServer,
    Request,
    answer,
    raw,
)
from workers.ports.http import MAX_BODY_BYTES


def test_a_response_comes_back_with_status_headers_and_body(port: Port, server: LocalServer) -> None:
    response = port().send(request(server.url()))
    assert response == HttpResponse(
        status=200,
        headers={"content-length": "5", "content-type": "text/plain"},
        body=b"hello",
        truncated=False,
    )


def test_method_headers_query_and_body_are_sent_as_they_are(port: Port, server: LocalServer) -> None:
    port().send(
        request(
            server.url("/?a=1"),
            "post",
            headers={"Idempotency-Key": "exe_1", "X-Name": "Grüße", "Content-Type": "application/json"},
            query=[("q", "x y"), ("q", "2")],
            body=b'{"a": 1}',
        )
    )
    sent = server.requests[0]
    assert sent.line == "POST /?a=1&q=x+y&q=2 HTTP/1.1"
    assert sent.body == b'{"a": 1}'
    assert sent.headers == {
        "host": f"127.0.0.1:{server.port}",
        "user-agent": "Playhead",
        "accept": "*/*",
        "accept-encoding": "gzip, deflate",
        "idempotency-key": "exe_1",
        "x-name": "Grüße".encode().decode("latin-1"),
        "content-type": "application/json",
        "content-length": "8",
    }


def test_own_headers_go_before_the_defaults(port: Port, server: LocalServer) -> None:
    port().send(request(server.url(), headers={"ACCEPT": "text/csv", "User-Agent": "me"}))
    assert server.requests[0].headers["accept"] == "text/csv"
    assert server.requests[0].headers["user-agent"] == "me"


def test_a_user_in_the_address_becomes_basic_authorization(port: Port, server: LocalServer) -> None:
    port().send(request(server.url().replace("http://", "http://me:p%40ss@")))
    assert server.requests[0].headers["authorization"] == "Basic bWU6cEBzcw=="


@pytest.mark.parametrize("status", ["204 No Content", "404 Not Found", "500 Oops"])
def test_every_status_is_a_response(port: Port, server: LocalServer, status: str) -> None:
    server.answers["/"] = answer(status)
    assert port().send(request(server.url())).status == int(status[:3])


def test_a_header_that_comes_twice_is_joined(port: Port, server: LocalServer) -> None:
    server.answers["/"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nLink: a\r\nLink: b\r\n\r\n")
    assert port().send(request(server.url())).headers["link"] == "a, b"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b"hello")),
        ("deflate", zlib.compress(b"hello")),
        ("identity", b"hello"),
        ("gzip, deflate", zlib.compress(gzip.compress(b"hello"))),
    ],
    ids=["gzip", "deflate", "identity", "both"],
)
def test_a_packed_body_is_unpacked(port: Port, server: LocalServer, encoding: str, body: bytes) -> None:
    server.answers["/"] = answer(body=body, Content_Encoding=encoding)
    assert port().send(request(server.url())).body == b"hello"


def test_a_response_to_head_has_no_body_whatever_its_headers_say(port: Port, server: LocalServer) -> None:
    server.answers["/"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nContent-Encoding: gzip\r\n\r\n")
    assert port().send(request(server.url(), "HEAD")).body == b""


@pytest.mark.parametrize(
    ("length", "truncated"), [(MAX_BODY_BYTES, False), (MAX_BODY_BYTES + 1, True), (3 * MAX_BODY_BYTES, True)]
)
def test_a_body_is_cut_at_one_mebibyte(port: Port, server: LocalServer, length: int, truncated: bool) -> None:
    server.answers["/"] = answer(body=b"x" * length)
    response = port().send(request(server.url()))
    assert (len(response.body), response.truncated) == (MAX_BODY_BYTES, truncated)


def test_a_body_without_an_end_is_cut_too(port: Port, server: LocalServer) -> None:
    def endless(connection: Connection, _: Request) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.send(b"x" * 65536)

    server.answers["/"] = endless
    assert port().send(request(server.url())).truncated


def test_a_bomb_is_unpacked_no_further_than_the_limit(port: Port, server: LocalServer) -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * 50_000_000, 9), 9)
    server.answers["/"] = answer(body=bomb, Content_Encoding="gzip, gzip")
    began = time.process_time()
    response = port().send(request(server.url()))
    assert time.process_time() - began < 1.0
    assert (len(response.body), response.truncated) == (MAX_BODY_BYTES, True)
