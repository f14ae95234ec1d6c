"""The view behind the real web server, in a thread: what TestClient cannot show, such as frames and disconnects."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from playhead.closing import Closing
from playhead.graphql_view import GraphQLView
from playhead.settings import Settings
from playhead.web_server import WebServer
from tests.waiting import wait_until


@dataclass(frozen=True)
class Running:
    """A server that listens, and the way to tell it to end."""

    port: int
    server: WebServer
    thread: threading.Thread

    def end(self) -> None:
        """Tells it as SIGTERM does, and waits until it has ended."""
        self.server.should_exit = True
        self.thread.join(60)
        assert not self.thread.is_alive()


@contextmanager
def served(view: GraphQLView, closing: Closing, settings: Settings) -> Iterator[Running]:
    """Serves the view at /graphql on a free port until the block ends."""
    routes = [Route("/graphql", view), WebSocketRoute("/graphql", view)]
    with serving(Starlette(routes=routes, max_body_size=2 * 1024 * 1024), closing, settings) as running:
        yield running


@contextmanager
def serving(app: Starlette, closing: Closing, settings: Settings) -> Iterator[Running]:
    """Serves an application on a free port until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = WebServer(app, closing, settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    wait_until(lambda: server.started)
    running = Running(listener.getsockname()[1], server, thread)
    try:
        yield running
    finally:
        running.end()
