"""Connections that go where the address rule allows, take no longer than they may, and can be interrupted."""

import socket
import ssl
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

from httpcore2 import NetworkBackend, NetworkStream, WriteError

from db import crash_points
from workers.ports.addresses import refusal
from workers.ports.failures import address_refused, connection_failed, one_line
from workers.ports.patience import Patience
from workers.ports.resolving import connect, resolve

Result = TypeVar("Result")


class Network(NetworkBackend):
    """Makes the connections of one request.

    A name is resolved once a connection. Where one of its addresses is refused, all are; what was checked is
    what is connected to, so a resolver that changes its mind gains nothing.

    Attributes:
        peer_closed: Whether the other side closed the connection that was last read from.
    """

    def __init__(
        self, patience: Patience, *, allow_private: bool, before_first_byte: Callable[[], None]
    ) -> None:
        """Make it.

        Args:
            patience: How long everything together may take.
            allow_private: Lifts the address rule.
            before_first_byte: Called once, when all is ready and nothing has been sent; it may raise.
        """
        self._patience, self._allow_private = patience, allow_private
        self._before_first_byte: Callable[[], None] | None = before_first_byte
        self.peer_closed = False

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - patience decides
        local_address: str | None = None,  # noqa: ARG002 - none is ever given
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - none is ever given
    ) -> NetworkStream:
        """Connect to the first of the host's addresses that answers.

        Raises:
            PortError: ADDRESS_REFUSED, CONNECTION_FAILED or TIMEOUT.
            Interrupted: The request is to stop.
        """
        places = resolve(host, port, self._patience)
        for _, (address, *_) in places:
            why = None if self._allow_private else refusal(str(address))
            if why is not None:
                raise address_refused(host, str(address), why)
        self.peer_closed = False
        return Stream(connect(host, places, self._patience), host, self)

    def about_to_send(self) -> None:
        """Do, once, what comes before the first byte."""
        before, self._before_first_byte = self._before_first_byte, None
        if before is not None:
            before()
            crash_points.reach("W3")

    def wait(self, sock: socket.socket, operation: Callable[[], Result]) -> Result:
        """Do what blocks on a socket, for as long as patience lasts."""
        while True:
            sock.settimeout(self._patience.slice())
            try:
                return operation()
            except TimeoutError:
                continue


class Stream(NetworkStream):
    """One connection."""

    def __init__(self, sock: socket.socket, host: str, network: Network) -> None:
        self._sock, self._host, self._network = sock, host, network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - patience decides
        """Give what comes next, or nothing once the other side has closed."""
        crash_points.reach("W4")
        try:
            data = self._network.wait(self._sock, lambda: self._sock.recv(max_bytes))
        except OSError as error:
            message = f"The connection to {self._host} broke: {one_line(error)}"
            raise connection_failed(message, host=self._host) from error
        self._network.peer_closed = not data
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - patience decides
        """Send all of it.

        Raises:
            WriteError: The other side reads no more; it may have answered already.
        """
        self._network.about_to_send()
        rest = memoryview(buffer)
        try:
            while rest:
                rest = rest[self._network.wait(self._sock, partial(self._sock.send, rest)) :]
        except OSError as error:
            raise WriteError(str(error)) from error

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - patience decides
    ) -> NetworkStream:
        """Give the connection under TLS, the certificate checked for the name in the address."""
        secured = ssl_context.wrap_socket(
            self._sock, server_hostname=server_hostname, do_handshake_on_connect=False
        )
        try:
            self._network.wait(secured, secured.do_handshake)
        except BaseException as error:
            secured.close()
            if isinstance(error, ssl.SSLCertVerificationError):
                message = f"The certificate of {self._host} is not accepted: {error.verify_message}"
                raise connection_failed(message, host=self._host) from error
            if isinstance(error, OSError):
                message = f"No secure connection to {self._host}: {one_line(error)}"
                raise connection_failed(message, host=self._host) from error
            raise
        return Stream(secured, self._host, self._network)

    def close(self) -> None:
        """Close it."""
        self._sock.close()

    def get_extra_info(self, info: str) -> Any:
        """Give what the HTTP client asks about a connection."""
        return self._sock if info == "socket" else None
