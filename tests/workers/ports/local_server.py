"""Servers on this machine that answer as a test wants."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

CERTIFICATE = Path(__file__).with_name("certificate.pem")
"""Made for these tests: of `playhead.test`, signed by itself, with its key."""


@dataclass
class Request:
    """What a server was sent."""

    line: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[["Connection", Request], None]


@dataclass
class Connection:
    """What an answer is written to."""

    sock: socket.socket
    closing: threading.Event

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def closed_by_peer(self, seconds: float = 5.0) -> bool:
        """Waits until the other side closes; says whether it did."""
        self.sock.settimeout(seconds)
        try:
            return self.sock.recv(1) == b""
        except ConnectionError:
            return True
        except TimeoutError:
            return False


@dataclass
class LocalServer:
    """Reads each request, remembers it and lets the answer of its path write what it likes."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    closing: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def serve(self, listener: socket.socket, context: ssl.SSLContext | None) -> None:
        threads: list[threading.Thread] = []
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                break
            self.connections += 1
            threads.append(threading.Thread(target=self._handle, args=(sock, context), daemon=True))
            threads[-1].start()
        for thread in threads:
            thread.join(5)

    def _handle(self, sock: socket.socket, context: ssl.SSLContext | None) -> None:
        try:
            if context is not None:
                sock = context.wrap_socket(sock, server_side=True)
            with sock:
                request = _read(sock)
                if request is not None:
                    self.requests.append(request)
                    path = request.line.split(" ")[1].partition("?")[0]
                    self.answers[path](Connection(sock, self.closing), request)
        except (OSError, ssl.SSLError):
            sock.close()


def _read(sock: socket.socket) -> Request | None:
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(65536)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    line, *fields = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in fields)}
    while len(body) < int(headers.get("content-length", 0)):
        body += sock.recv(65536)
    return Request(line, headers, body)


@contextmanager
def local_server(context: ssl.SSLContext | None = None) -> Iterator[LocalServer]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = LocalServer(listener.getsockname()[1])
        thread = threading.Thread(target=server.serve, args=(listener, context), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def answer(status: str = "200 OK", body: bytes = b"", **headers: str) -> Answer:
    """Answers with a status, headers (`_` for `-`) and a body."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    data = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
    return lambda connection, _: connection.send(data)


def raw(data: bytes) -> Answer:
    """Answers with these bytes and closes."""
    return lambda connection, _: connection.send(data)
