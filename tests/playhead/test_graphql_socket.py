"""`graphql-transport-ws` over real frames: every end of a socket has its code, and none a traceback."""

import json
import logging
import shutil
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from db.database import Database
from playhead.access import OpenAccess
from playhead.closing import Closing
from playhead.graphql_view import GraphQLView
from playhead.places import Places
from playhead.settings import Settings
from schema.root import schema
from tests.playhead.followers import Silent
from tests.playhead.web_process import Running, served
from tests.schema.api import Api
from tests.schema.workflows import CHAIN, run
from tests.waiting import wait_until

INIT = {"type": "connection_init"}
UPDATES = "subscription($id: ID!) { runUpdates(runId: $id, after: 0) { seq data } }"


@pytest.fixture(scope="module")
def api(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    database = Database(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path_factory.mktemp('socket'))}")
    yield Api(database)
    database.dispose()


@pytest.fixture(scope="module")
def run_id(api: Api) -> str:
    return run(api, CHAIN, {"n": 1})


@pytest.fixture
def silent() -> Silent:
    return Silent()


@pytest.fixture
def places() -> Places:
    return Places(an_address=3)


@pytest.fixture
def view(api: Api, silent: Silent, places: Places) -> GraphQLView:
    return GraphQLView(schema, replace(api.services, follower=silent), OpenAccess(), (), places=places)


@pytest.fixture
def server(view: GraphQLView, no_settings: Path) -> Iterator[Running]:
    with served(view, Closing(), Settings.load(data_dir=no_settings)) as running:
        yield running


@contextmanager
def joined(server: Running) -> Iterator[ClientConnection]:
    with connect(
        f"ws://127.0.0.1:{server.port}/graphql",
        subprotocols=[Subprotocol("graphql-transport-ws")],
        proxy=None,
        max_size=None,
    ) as connection:
        yield connection


@contextmanager
def begun(server: Running) -> Iterator[ClientConnection]:
    with joined(server) as connection:
        connection.send(json.dumps(INIT))
        assert json.loads(connection.recv(60)) == {"type": "connection_ack"}
        yield connection


def reset(connection: ClientConnection) -> None:
    """Leaves without a word."""
    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.socket.shutdown(socket.SHUT_RDWR)


def subscribe(an_id: str, query: str, **variables: Any) -> str:
    payload = {"query": query, "variables": variables}
    return json.dumps({"type": "subscribe", "id": an_id, "payload": payload})


def end_of(connection: ClientConnection) -> tuple[int, str]:
    """The code and the reason that the server closed with."""
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            connection.recv(60)
    assert closed.value.rcvd is not None, "it was dropped"
    return closed.value.rcvd.code, closed.value.rcvd.reason


def told_by_the_server(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """What the server logged; the client in this process tells of its own resets."""
    return [record for record in caplog.records if not record.name.startswith("websockets.client")]


def test_an_id_in_use_closes_the_socket_with_4409_however_long_it_is(
    server: Running, run_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    for an_id in ("1", "ä" * 500, "\ud800", ""):
        with begun(server) as connection:
            for _ in range(2):
                connection.send(subscribe(an_id, UPDATES, id=run_id))
            code, reason = end_of(connection)
            assert code == 4409 and reason.startswith("Subscriber for ")
    assert told_by_the_server(caplog) == []


def test_a_type_that_there_is_not_closes_the_socket_with_4400_however_long_it_is(
    server: Running, caplog: pytest.LogCaptureFixture
) -> None:
    with joined(server) as connection:
        connection.send(json.dumps({"type": "x" * 10_000}))
        assert end_of(connection)[0] == 4400
    assert told_by_the_server(caplog) == []


def test_a_socket_that_does_not_begin_in_time_is_closed_with_4408(server: Running, view: GraphQLView) -> None:
    assert view.connection_init_wait_timeout == timedelta(seconds=10)
    view.connection_init_wait_timeout = timedelta(milliseconds=20)
    with joined(server) as connection:
        assert end_of(connection) == (4408, "Connection initialisation timeout")


def test_a_message_of_more_than_two_mebibytes_closes_the_socket_with_1009(server: Running) -> None:
    with begun(server) as connection:
        connection.send(subscribe("1", "{ __typename }" + " " * 2_000_000))
        assert json.loads(connection.recv(60))["type"] == "next"
        connection.send(" " * (2 * 1024 * 1024 + 1))
        assert end_of(connection)[0] == 1009


def test_bytes_and_what_is_no_utf8_close_the_socket(
    server: Running, caplog: pytest.LogCaptureFixture
) -> None:
    with begun(server) as connection:
        connection.send(b"{}")
        assert end_of(connection)[0] == 4400
    with begun(server) as connection:
        connection.send(b"\xff", text=True)
        assert end_of(connection)[0] in (1007, 4400)
    ours = [record for record in told_by_the_server(caplog) if record.name != "uvicorn.error"]
    assert ours == []  # uvicorn itself tells of what is no UTF-8


def test_an_address_holds_so_many_sockets_and_no_more(server: Running, places: Places) -> None:
    with joined(server), joined(server), joined(server):
        with pytest.raises(InvalidStatus) as refused, joined(server):
            pass
        assert refused.value.response.status_code == 429
    wait_until(lambda: places.taken == 0)
    with begun(server):
        assert places.taken == 1


def test_what_a_socket_asked_for_ends_with_it(
    server: Running, silent: Silent, places: Places, run_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    with begun(server) as connection:
        for number in range(50):
            connection.send(subscribe(str(number), UPDATES, id=run_id))
        wait_until(lambda: silent.open == 50)
        connection.send(subscribe("50", UPDATES, id=run_id))
        answer = json.loads(connection.recv(60))
        assert (answer["type"], answer["id"]) == ("error", "50")
        reset(connection)
    wait_until(lambda: silent.open == places.taken == 0)
    assert told_by_the_server(caplog) == []


def test_a_client_that_goes_while_it_is_sent_to_is_no_failure(
    api: Api, run_id: str, no_settings: Path, caplog: pytest.LogCaptureFixture
) -> None:
    view = GraphQLView(schema, api.services, OpenAccess(), ())
    with served(view, Closing(), Settings.load(data_dir=no_settings)) as server:
        for number in range(20):
            with begun(server) as connection:
                for operation in range(number + 1):
                    connection.send(subscribe(str(operation), UPDATES, id=run_id))
                if number % 2:
                    connection.send("no message")
                reset(connection)
        wait_until(lambda: api.follower.open == 0)
    assert told_by_the_server(caplog) == []


def test_at_the_end_of_the_process_a_socket_is_closed_with_1012(
    server: Running, silent: Silent, run_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    with begun(server) as connection:
        connection.send(subscribe("1", UPDATES, id=run_id))
        wait_until(lambda: silent.open == 1)
        server.server.should_exit = True
        assert end_of(connection)[0] == 1012
    server.end()
    assert silent.open == 0 and told_by_the_server(caplog) == []
