import socket
from pathlib import Path

import pytest

from playhead.port import listenable_port
from playhead.settings import Settings
from playhead.start_error import StartError

pytestmark = pytest.mark.usefixtures("no_settings")


def test_port_0_is_some_free_port() -> None:
    port = listenable_port(Settings.load(port=0))
    assert 0 < port <= 65535
    assert listenable_port(Settings.load(port=port)) == port


def test_a_port_in_use_is_one_line_that_says_what_to_set() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError) as refused:
            listenable_port(Settings.load(port=port))
    assert str(refused.value) == (
        f"cannot listen on http://127.0.0.1:{port} (Address already in use): stop what listens there, or set "
        "another PLAYHEAD_PORT or PLAYHEAD_HOST"
    )


def test_an_address_of_another_machine_is_one_line() -> None:
    with pytest.raises(
        StartError, match=r"^cannot listen on http://192\.0\.2\.1:80 \(Cannot assign requested addr"
    ):
        listenable_port(Settings.load(host="192.0.2.1", port=80, auth="keys"))


def test_a_port_that_was_just_left_can_be_taken_again(no_settings: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)), server.accept()[0]:
            pass
    assert listenable_port(Settings.load(port=port)) == port
