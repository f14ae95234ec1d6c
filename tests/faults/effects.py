"""The outside world: a server that writes down every request with its Idempotency-Key, independent of what Playhead says."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Effect:
    """One request that came in whole: what it names itself by, when, what for, and from which port."""

    key: str
    at: float
    path: str
    body: Any
    port: int


@dataclass
class EffectLog:
    """Every effect, in the order in which they came. `before_answer` is called with each before it is answered."""

    effects: list[Effect] = field(default_factory=list)
    before_answer: Callable[[Effect], None] = lambda effect: None
    url: str = ""

    def counts(self) -> Counter[str]:
        """How often each key came."""
        return Counter(effect.key for effect in list(self.effects))

    def take(self, effect: Effect) -> None:
        self.effects.append(effect)
        self.before_answer(effect)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 200

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked may have died meanwhile: what counts is written down already."""


@contextmanager
def effect_log(host: str) -> Iterator[EffectLog]:
    """Serves on an address of this machine until the block ends."""
    log = EffectLog()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            given = json.loads(body) if body else None
            log.take(
                Effect(self.headers["idempotency-key"], time.time(), self.path, given, self.client_address[1])
            )
            self.send_response(200)
            self.send_header("content-length", "2")
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = _Server((host, 0), Handler)
    log.url = f"http://{host}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield log
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
