"""Whatever is sent, the server answers: no 5xx, no traceback, no internal error, no socket that is just dropped."""

import json
import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes
from schemathesis import graphql
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from db.database import Database
from playhead.access import OpenAccess
from playhead.closing import Closing
from playhead.graphql_view import GraphQLView
from playhead.places import Places
from playhead.settings import Settings
from schema.root import schema, sdl
from tests.playhead.web_process import Running, served
from tests.schema.api import Api
from tests.schema.workflows import CHAIN, run

many = pytest.mark.parametrize("cases", [500, pytest.param(5_000, marks=pytest.mark.soak)])
pytestmark = pytest.mark.timeout(1200)


def fuzz(cases: int, check: Callable[[], None]) -> None:
    """Runs a check on so many cases. What failed is shown as it was found: to make it small takes long here."""
    settings(
        max_examples=cases,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )(check)()


# What is sent

TEXT = st.text(st.characters(), max_size=12) | st.sampled_from(
    ["", "\x00", "\ud800", "x" * 5_000, "👍", "{{ x }}"]
)
NUMBER = st.integers() | st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False)
SCALAR = st.none() | st.booleans() | NUMBER | TEXT
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
DEEP = st.integers(1, 3_000).map(lambda depth: "[" * depth + "]" * depth)


class Requests:
    """Operations that are near to what a client sends: real documents, with real ids now and then."""

    def __init__(self, ids: dict[str, str]) -> None:
        self._ids = st.sampled_from([*ids.values(), "", "run_x", "\x00"]) | TEXT

    def operations(self) -> st.SearchStrategy[dict[str, Any]]:
        """A document with variables, and other members of a request."""
        return st.fixed_dictionaries(
            {},
            optional={
                "query": st.sampled_from(DOCUMENTS) | TEXT | self._spoiled() | JSON,
                "variables": self._variables() | JSON,
                "operationName": st.sampled_from([None, "Q", "S"]) | JSON,
                "extensions": JSON,
            },
        )

    def _spoiled(self) -> st.SearchStrategy[str]:
        return st.builds(
            lambda document, at, text: document[:at] + text + document[at + 1 :],
            st.sampled_from(DOCUMENTS),
            st.integers(0, 80),
            TEXT | st.sampled_from(["{", "}", "(", '"""', "...", "@skip(if: true)", "#", "$a", ": a"]),
        )

    def _variables(self) -> st.SearchStrategy[dict[str, Any]]:
        definition = st.fixed_dictionaries(
            {"trigger": JSON, "activities": st.lists(JSON, max_size=2), "edges": st.lists(JSON, max_size=2)}
        )
        return st.fixed_dictionaries(
            {},
            optional={
                "id": self._ids | JSON,
                "n": st.integers(-5, 200) | JSON,
                "after": TEXT | JSON,
                "json": JSON | definition,
                "text": TEXT,
            },
        )


DOCUMENTS = [
    "query Q { __typename }",
    "query Q($id: ID!) { node(id: $id) { __typename id } run(id: $id) { status graph { activities { state } } } }",
    "query Q($n: Int, $after: String) { runs(first: $n, after: $after) { edges { node { id } } } }",
    "query Q($id: ID!, $n: Int!) { run(id: $id) { activityExecutions(first: $n) { edges { node { outputs } } } } }",
    "query Q($text: String!, $json: JSON) { records(object: $text, filter: $json) { edges { node { values } } } }",
    "mutation M($id: ID!, $json: JSON) { startRun(input: {workflowId: $id, payload: $json}) { run { id } errors { code } } }",
    "mutation M($text: String!, $json: JSON!) { createRecord(object: $text, values: $json) { record { id } errors { code } } }",
    "mutation M($id: ID!, $json: JSON!) { updateRecord(id: $id, values: $json) { record { values } errors { code } } }",
    "mutation M($id: ID!) { cancelRun(id: $id) { run { status } errors { code } } }",
    "mutation M($text: String!, $json: JSON!) { createRecord(object: $text, values: {a: $json}) { errors { code } } }",
    "subscription S($id: ID!, $n: Int) { runUpdates(runId: $id, after: $n) { seq run { status } } }",
    "query Q { a: __typename } query S { __schema { queryType { name } } }",
]


# Who answers


@pytest.fixture(scope="module")
def api(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    database = Database(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path_factory.mktemp('fuzz'))}")
    yield Api(database)
    database.dispose()


@pytest.fixture(scope="module")
def requests(api: Api) -> Requests:
    run_id = run(api, CHAIN, {"n": 1})
    (workflow,) = api.worker.query("SELECT workflow_id FROM run WHERE id = :id", id=run_id)
    return Requests({"run": run_id, "workflow": workflow.workflow_id})


@pytest.fixture
def server(api: Api, no_settings: Path) -> Iterator[Running]:
    view = GraphQLView(schema, api.services, OpenAccess(), (), places=Places(an_address=1_000))
    with served(view, Closing(), Settings.load(data_dir=no_settings)) as running:
        yield running


@pytest.fixture
def client(api: Api) -> Iterator[TestClient]:
    view = GraphQLView(schema, api.services, OpenAccess(), ())
    with TestClient(Starlette(routes=[Route("/", view)])) as opened:  # it raises what the view raises
        yield opened


def quiet(caplog: pytest.LogCaptureFixture) -> bool:
    """Whether the server logged nothing as an error since this was asked before; the client tells of its own resets."""
    errors = [
        record.getMessage()
        for record in caplog.records
        if (record.levelno >= logging.ERROR or record.exc_info)
        and not record.name.startswith("websockets.client")
    ]
    caplog.clear()
    assert errors == []
    return True


def answered(client: TestClient, caplog: pytest.LogCaptureFixture, method: str, **request: Any) -> None:
    answer = client.request(method, "/", **request)
    assert answer.status_code < 500, answer.text
    assert "INTERNAL" not in answer.text, answer.text
    if answer.headers["content-type"].startswith("text/event-stream"):
        assert answer.text.endswith("event: complete\ndata: \n\n")
    else:
        assert answer.status_code in (200, 400, 405) and isinstance(answer.json(), dict)
    assert quiet(caplog)


@many
def test_every_body_is_answered(
    client: TestClient, requests: Requests, caplog: pytest.LogCaptureFixture, cases: int
) -> None:
    encoded = (requests.operations() | JSON).map(lambda body: json.dumps(body).encode()) | DEEP.map(
        str.encode
    )
    content = st.sampled_from(
        ["application/json"] * 8 + ["application/json; charset=x", "text/plain", "", "multipart/form-data"]
    )
    accept = st.sampled_from(
        ["application/json", "application/graphql-response+json", "text/event-stream", "*/*;q=x", ""]
    )

    @given(body=encoded | st.binary(max_size=60), content=content, accept=accept)
    def check(body: bytes, content: str, accept: str) -> None:
        headers = {"accept": accept, **({"content-type": content} if content else {})}
        answered(client, caplog, "POST", content=body, headers=headers)

    fuzz(cases, check)


@many
def test_every_query_string_is_answered(
    client: TestClient, requests: Requests, caplog: pytest.LogCaptureFixture, cases: int
) -> None:
    def as_params(request: dict[str, Any]) -> dict[str, str]:
        written = {
            name: part if isinstance(part, str) else json.dumps(part) for name, part in request.items()
        }
        return {name: part.encode(errors="replace").decode() for name, part in written.items()}

    @given(params=requests.operations().map(as_params), accept=st.sampled_from(["*/*", "text/event-stream"]))
    def check(params: dict[str, str], accept: str) -> None:
        answered(client, caplog, "GET", params=params, headers={"accept": accept})

    fuzz(cases, check)


@many
def test_every_operation_that_fits_the_schema_is_answered(
    client: TestClient, caplog: pytest.LogCaptureFixture, cases: int
) -> None:
    plain = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=10).map(nodes.String)
    graphql.scalar(
        "JSON", plain | st.integers(-(10**9), 10**9).map(nodes.Int) | st.booleans().map(nodes.Boolean)
    )
    graphql.scalar("DateTime", plain | st.datetimes().map(lambda at: nodes.String(f"{at.isoformat()}Z")))

    @given(case=graphql.from_file(sdl()).as_strategy())
    def check(case: Any) -> None:
        answered(client, caplog, "POST", json={"query": case.body})

    fuzz(cases, check)


@many
def test_every_message_is_answered_or_closes_its_socket_with_a_code(
    server: Running, requests: Requests, caplog: pytest.LogCaptureFixture, cases: int
) -> None:
    an_id = st.sampled_from(["1", "2"]) | TEXT | JSON
    payload = requests.operations() | JSON
    kinds = (
        st.sampled_from(["connection_init", "subscribe", "complete", "ping", "pong", "next"]) | TEXT | JSON
    )
    message = st.fixed_dictionaries({}, optional={"type": kinds, "id": an_id, "payload": payload})
    proper = st.fixed_dictionaries(
        {
            "type": st.just("subscribe"),
            "id": st.sampled_from(["1", "2", "3"]),
            "payload": requests.operations(),
        }
    )
    frame = (message | proper | proper | JSON).map(json.dumps) | DEEP | st.binary(max_size=20)
    init = st.sampled_from([['{"type": "connection_init"}']] * 4 + [[]])

    @given(first=init, frames=st.lists(frame, min_size=1, max_size=5))
    def check(first: list[str], frames: list[str | bytes]) -> None:
        code = talk(server, [*first, *frames])
        assert code in (None, 4400, 4401, 4409, 4429)
        assert quiet(caplog)

    fuzz(cases, check)


def talk(server: Running, frames: list[str | bytes]) -> int | None:
    """Sends frames; gives the code that the socket was closed with, None where it still answers a ping."""
    with connect(
        f"ws://127.0.0.1:{server.port}/graphql",
        subprotocols=[Subprotocol("graphql-transport-ws")],
        proxy=None,
        max_size=None,
    ) as connection:
        try:
            for frame in frames:
                connection.send(frame)
            connection.send('{"type": "ping"}')
            while True:
                message = json.loads(connection.recv(60))
                assert "INTERNAL" not in json.dumps(message), message
                if message == {"type": "pong"}:
                    return None
        except ConnectionClosed as closed:
            assert closed.rcvd is not None, "it was dropped"
            return closed.rcvd.code
