"""Which hosts are this server's, and which pages may open sockets to it."""

from collections.abc import Sequence

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket

from playhead.trusted_hosts import TrustedHosts

ORIGINS = ("https://app.example", "http://dev.example:3000")


async def answer(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("in")


async def accept(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


def client(host: str = "127.0.0.1", origins: Sequence[str] = ORIGINS) -> TestClient:
    return TestClient(
        Starlette(
            routes=[
                Route("/graphql", answer),
                Route("/healthz", answer),
                Route("/readyz", answer),
                Route("/metrics", answer),
                WebSocketRoute("/graphql", accept),
            ],
            middleware=[Middleware(TrustedHosts, host=host, origins=origins)],
        )
    )


def upgrade(to: TestClient, scheme: str = "ws", **headers: str) -> int:
    """The status of a handshake."""
    try:
        with to.websocket_connect(f"{scheme}://127.0.0.1:8000/graphql", headers=headers):
            return 101
    except WebSocketDenialResponse as refused:
        return refused.status_code


KNOWN = [
    "127.0.0.1:8000",
    "127.0.0.1",
    "localhost:9000",
    "LOCALHOST",
    "[::1]:8000",
    "127.8.0.1",
    "app.example",
    "dev.example:1",
]
UNKNOWN = ["evil.example", "app.example.evil.example", "evilapp.example", "sub.app.example", "192.168.1.5", "10.0.0.1:8000",
           "[2001:db8::1]", "localhost.", "127.0.0.1.evil.example", "user@127.0.0.1", "127.0.0.1/x", "127.0.0.1:x", "", "[::1",
           "127.0.0.1:8000, evil.example", "0x7f.1", "2130706433"]  # fmt: skip


@pytest.mark.parametrize("host", KNOWN)
def test_a_host_of_this_server_is_let_in(host: str) -> None:
    assert client().get("/graphql", headers={"host": host}).text == "in"
    assert upgrade(client(), host=host) == 101


@pytest.mark.parametrize("host", UNKNOWN)
def test_an_unknown_host_is_refused_with_400_for_sockets_too(host: str) -> None:
    refused = client().get("/graphql", headers={"host": host})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["message"].startswith("Unknown Host ")
    assert upgrade(client(), host=host) == 400


def test_the_host_that_the_server_listens_on_is_its_own() -> None:
    inside = client(host="playhead.internal")
    assert inside.get("/graphql", headers={"host": "Playhead.internal:8000"}).text == "in"
    assert inside.get("/graphql", headers={"host": "192.168.1.5"}).status_code == 400


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_where_it_listens_on_all_addresses_every_address_is_its_own_but_no_name(host: str) -> None:
    everywhere = client(host=host)
    for known in ("192.168.1.5:8000", "[2001:db8::1]", "127.0.0.1"):
        assert everywhere.get("/graphql", headers={"host": known}).text == "in"
    assert everywhere.get("/graphql", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_a_probe_may_know_the_server_by_any_name(path: str) -> None:
    assert client().get(path, headers={"host": "playhead-7d9f"}).text == "in"


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "https://sub.app.example",
        "https://app.example.evil.example",
        "https://app.example:444",
        "http://app.example",
        "http://dev.example",
        "http://127.0.0.1:8001",
        "http://127.0.0.1",
        "https://127.0.0.1:8000",
        "http://localhost:8000",
        "127.0.0.1:8000",
        "http://[",
        "",
    ],
)
def test_a_page_of_another_origin_may_not_open_a_socket(origin: str) -> None:
    assert upgrade(client(), origin=origin) == 403


@pytest.mark.parametrize(
    "origin",
    [
        "https://app.example",
        "https://app.example:443",
        "HTTPS://App.Example",
        "http://dev.example:3000",
        "http://127.0.0.1:8000",
    ],
)
def test_a_page_of_this_server_or_of_an_allowed_origin_may(origin: str) -> None:
    assert upgrade(client(), origin=origin, host="127.0.0.1:8000") == 101


def test_the_scheme_of_the_socket_is_that_of_the_page() -> None:
    assert upgrade(client(), scheme="wss", origin="https://127.0.0.1:8000", host="127.0.0.1:8000") == 101
    assert upgrade(client(), scheme="wss", origin="http://127.0.0.1:8000", host="127.0.0.1:8000") == 403


def test_what_is_no_browser_sends_no_origin_and_may() -> None:
    assert upgrade(client()) == 101
