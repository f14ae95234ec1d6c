"""The port to listen on, tried out before anything starts."""

import socket

from playhead.settings import Settings
from playhead.start_error import StartError


def listenable_port(settings: Settings) -> int:
    """The port of the settings, or any free one where that is 0, after a try to listen on it.

    Raises:
        StartError: another process listens there, or the host is not this machine's.
    """
    try:
        return _try(settings.host, settings.port)
    except OSError as error:
        raise StartError(
            f"cannot listen on {settings.url} ({error.strerror}): stop what listens there, or set another "
            "PLAYHEAD_PORT or PLAYHEAD_HOST"
        ) from error


def _try(host: str, port: int) -> int:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind(address)
        trial.listen()
        return int(trial.getsockname()[1])
