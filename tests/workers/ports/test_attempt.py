from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from db.database import Database
from db.record_store import Author, create_record
from db.records import Actor
from engine.ports import Clock, Http, HttpRequest, PortError, Ports, Records
from tests.db.filling import DEFAULT, NOON, add_workspace
from tests.workers.ports.local_server import answer, local_server
from workers.cancel_watch import CancelWatch
from workers.models.setup import ModelSetup
from workers.ports.attempt import PortsFor
from workers.search.setup import SearchSetup


@contextmanager
def opened(database: Database, *, private: bool, workspace_id: str = DEFAULT) -> Iterator[Ports]:
    lines: list[str] = []
    ports_for = PortsFor(
        database,
        CancelWatch(database),
        allow_private_addresses=private,
        model=ModelSetup(),
        search=SearchSetup(provider="none"),
    )
    with ports_for(
        run_id="run",
        workspace_id=workspace_id,
        timeout_seconds=5,
        log=lambda level, message: lines.append(f"{level} {message}"),
        tell=lambda report: None,
        lost=lambda: False,
    ) as ports:
        ports.log("info", "begun")
        assert lines == ["info begun"]
        yield ports


def add_company(database: Database, name: str, workspace_id: str = DEFAULT) -> None:
    author = Author(workspace_id=workspace_id, actor=Actor(kind="SYSTEM", id=None, name="test"), at=NOON)
    with database.write() as session:
        create_record(session, author, "companies", {"name": name})


def test_the_ports_are_what_the_engine_asks_for(database: Database) -> None:
    with opened(database, private=False) as ports:
        http: Http = ports.http
        records: Records = ports.records
        clock: Clock = ports.clock
        assert (http, records, clock) == (ports.http, ports.records, ports.clock)
        assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 5


@pytest.mark.parametrize("private", [True, False])
def test_private_addresses_are_reached_where_the_operator_allows_them(
    database: Database, private: bool
) -> None:
    with local_server() as server, opened(database, private=private) as ports:
        server.answers["/"] = answer(body=b"hello")
        sent = HttpRequest(method="GET", url=server.url(), headers={}, query=(), body=None, timeout_seconds=5)
        if private:
            assert ports.http.send(sent).body == b"hello"
            return
        with pytest.raises(PortError) as caught:
            ports.http.send(sent)
        assert (caught.value.code, server.connections) == ("ADDRESS_REFUSED", 0)


def test_records_of_the_own_workspace_are_found_and_no_others(database: Database) -> None:
    other = add_workspace(database, "other")
    for name in ("Beta", "Alpha"):
        add_company(database, name)
    add_company(database, "Gamma", other)
    with opened(database, private=False) as ports:
        found = ports.records.find("companies", None, [{"by": "name", "direction": "asc"}], 20)
        assert [record["values"] for record in found] == [{"name": "Alpha"}, {"name": "Beta"}]
        group = {"match": "all", "conditions": [{"left": "name", "operator": "equals", "right": "Beta"}]}
        found = ports.records.find("companies", group, [], 20)
        assert [record["values"] for record in found] == [{"name": "Beta"}]
        assert len(ports.records.find("companies", None, [], 1)) == 1
        assert ports.records.find("persons", None, [], 20) == []
