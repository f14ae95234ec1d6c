import pytest

from tests.workers.ports.exchange import (
    OK,
    Port,
    failure,
    request,
)
from tests.workers.ports.local_server import Connection, LocalServer, Request, answer, local_server


def test_redirects_are_followed(port: Port, server: LocalServer) -> None:
    server.answers["/a"] = answer("302 Found", Location="/b")
    server.answers["/b"] = answer("307 Temporary Redirect", Location=server.url("/"))
    assert port().send(request(server.url("/a"))).body == b"hello"
    assert [one.line for one in server.requests] == ["GET /a HTTP/1.1", "GET /b HTTP/1.1", "GET / HTTP/1.1"]


@pytest.mark.parametrize(("count", "enough"), [(5, True), (6, False)])
def test_five_redirects_are_followed_and_no_more(
    port: Port, server: LocalServer, count: int, enough: bool
) -> None:
    for number in range(count):
        next_path = f"/{number + 1}" if number + 1 < count else "/"
        server.answers[f"/{number}"] = answer("302 Found", Location=f"{next_path}?key=secret")
    if enough:
        assert port().send(request(server.url("/0"))).status == 200
        return
    error = failure(lambda: port().send(request(server.url("/0"))))
    assert error.code == "TOO_MANY_REDIRECTS"
    assert error.message == f"More than 5 redirects, the last to http://127.0.0.1:{server.port}/"
    assert len(server.requests) == 6


def test_a_redirected_post_becomes_a_get_without_body(port: Port, server: LocalServer) -> None:
    server.answers["/a"] = answer("303 See Other", Location="/")
    port().send(request(server.url("/a"), "POST", headers={"Content-Type": "text/plain"}, body=b"data"))
    last = server.requests[-1]
    assert (last.line, last.body) == ("GET / HTTP/1.1", b"")
    assert not {"content-type", "content-length"} & set(last.headers)


def test_a_secret_is_not_sent_to_another_origin(port: Port, server: LocalServer) -> None:
    with local_server() as other:
        other.answers["/"] = OK
        server.answers["/a"] = answer("307 Temporary Redirect", Location=other.url())
        headers = {"Authorization": "Bearer x", "Cookie": "a=b", "X-Trace": "1"}
        port().send(request(server.url("/a"), "POST", headers=headers, body=b"data"))
        sent = other.requests[0]
    assert (sent.line, sent.body, sent.headers["x-trace"]) == ("POST / HTTP/1.1", b"data", "1")
    assert not {"authorization", "cookie"} & set(sent.headers)


def test_the_timeout_counts_all_redirects_together(port: Port, server: LocalServer) -> None:
    def slowly(connection: Connection, given: Request) -> None:
        connection.closing.wait(0.2)
        answer("302 Found", Location="/a")(connection, given)

    server.answers["/a"] = slowly
    assert failure(lambda: port().send(request(server.url("/a"), timeout_seconds=0.5))).code == "TIMEOUT"
    assert len(server.requests) <= 3
