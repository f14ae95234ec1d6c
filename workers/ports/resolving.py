"""From a host's name to a connected socket, within bounded time and interruptible; nothing is sent here."""

import errno
import os
import queue
import select
import socket
import threading
import time
from typing import Any

from workers.ports.failures import connection_failed, one_line
from workers.ports.patience import Patience

Place = tuple[socket.AddressFamily, tuple[Any, ...]]
"""An address family, and what `connect` takes in it: address, port, and more for IPv6."""


def resolve(host: str, port: int, patience: Patience) -> list[Place]:
    """Give every address of a host, the resolver's favorite first.

    The resolver cannot be interrupted, so it works in a thread that may be left behind.

    Raises:
        PortError: CONNECTION_FAILED, there is no such host; TIMEOUT.
        Interrupted: The request is to stop.
    """
    answers: queue.SimpleQueue[list[Place] | Exception] = queue.SimpleQueue()
    threading.Thread(target=_look_up, args=(host, port, answers), name="resolve", daemon=True).start()
    while True:
        try:
            answer = answers.get(timeout=patience.slice())
        except queue.Empty:
            continue
        if isinstance(answer, Exception):
            raise connection_failed(
                f"The host '{host}' was not found: {one_line(answer)}",
                host=host,
                hint="Check the host's name in `url`",
            ) from answer
        return answer


def _look_up(host: str, port: int, answers: "queue.SimpleQueue[list[Place] | Exception]") -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        answers.put(error)
        return
    answers.put(list(dict.fromkeys((family, address) for family, _, _, _, address in found)))


def connect(host: str, places: list[Place], patience: Patience) -> socket.socket:
    """Connect to the first place that answers; each is given its share of the time that is left.

    Raises:
        PortError: CONNECTION_FAILED, none answered; TIMEOUT.
        Interrupted: The request is to stop.
    """
    reasons = []
    for index, place in enumerate(places):
        share = patience.remaining() / (len(places) - index)
        try:
            return _connect_to(place, share, patience)
        except OSError as error:
            reasons.append(f"{place[1][0]}: {one_line(error)}")
    port = places[0][1][1]
    raise connection_failed(
        f"No connection to {host} on port {port} ({'; '.join(reasons)})",
        host=host,
        hint="Check that the other side runs, and the host and port in `url`",
    )


def _connect_to(place: Place, seconds: float, patience: Patience) -> socket.socket:
    family, address = place
    until = time.monotonic() + seconds
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        begun = sock.connect_ex(address)
        if begun not in (0, errno.EINPROGRESS):
            raise OSError(begun, os.strerror(begun))
        poll = select.poll()
        poll.register(sock, select.POLLOUT)
        while not poll.poll(patience.slice() * 1000):
            if time.monotonic() >= until:
                raise TimeoutError("no answer")
        failure = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failure:
            raise OSError(failure, os.strerror(failure))
    except BaseException:
        sock.close()
        raise
    return sock
