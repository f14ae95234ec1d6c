import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from playhead.readiness import Announcement, why_not_ready


@contextmanager
def answering(status: int, body: bytes) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name of the base class)
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])
def test_a_server_that_answers_200_is_ready(host: str) -> None:
    with answering(200, b"ok") as port:
        assert why_not_ready(host, port) is None


def test_the_reason_of_one_that_is_not_ready_is_passed_on_in_one_line() -> None:
    with answering(503, b"no worker\n is here\n") as port:
        assert why_not_ready("127.0.0.1", port) == "/readyz answers 503: no worker is here"


def test_one_that_does_not_listen_is_not_ready() -> None:
    with answering(200, b"") as port:
        pass
    assert why_not_ready("127.0.0.1", port) == (
        "the web process does not answer ([Errno 111] Connection refused)"
    )


def test_the_ready_line_is_said_once() -> None:
    said: list[str] = []
    announcement = Announcement("ready", why_not=lambda: None, say=said.append)
    announcement.check()
    announcement.check()
    assert (said, announcement.made) == (["ready"], True)


def test_what_keeps_it_is_said_once_after_thirty_seconds_and_the_ready_line_still_follows() -> None:
    said: list[str] = []
    reasons: list[str | None] = ["no database", "no worker", "no worker", None]
    now = iter([0.0, 29.9, 30.0, 31.0])
    announcement = Announcement(
        "ready", why_not=lambda: reasons.pop(0), say=said.append, clock=lambda: next(now)
    )
    for _ in range(5):
        announcement.check()
    assert said == ["Not ready after 30 s: no worker", "ready"]
