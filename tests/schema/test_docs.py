"""docs/api.md is true: its documents run in their order, and answer what it says."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema, parse, validate
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient

from playhead.access import OpenAccess
from playhead.graphql_view import GraphQLView
from schema.root import schema, sdl
from tests.schema.api import Api

pytestmark = pytest.mark.anyio

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
BLOCKS = re.findall(r"^```(\S+)(?: (\w+))?\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def examples() -> Iterator[tuple[str, Any, Any]]:
    """Each document of the page with its variables and its answer."""
    for index, (language, _, text) in enumerate(BLOCKS):
        if language == "graphql":
            parts = {"variables": "{}"}
            for other, kind, content in BLOCKS[index + 1 : index + 3]:
                if other != "json":
                    break
                parts[kind] = content
            yield text, json.loads(parts["variables"]), json.loads(parts["answer"])


def filled(value: Any, ids: dict[str, str]) -> Any:
    """The variables with real ids in them."""
    if isinstance(value, dict):
        return {name: filled(part, ids) for name, part in value.items()}
    return ids.get(value, value) if isinstance(value, str) else value


def matches(shown: Any, found: Any) -> bool:
    """Whether an answer is what the page shows; … stands for anything."""
    if isinstance(shown, str) and "…" in shown:
        pattern = ".*".join(re.escape(part) for part in shown.split("…"))
        return shown == "…" or (isinstance(found, str) and re.fullmatch(pattern, found) is not None)
    if isinstance(shown, dict) and isinstance(found, dict):
        return shown.keys() == found.keys() and all(matches(shown[name], found[name]) for name in shown)
    if isinstance(shown, list) and isinstance(found, list):
        return len(shown) == len(found) and all(map(matches, shown, found))
    return bool(shown == found)


def remember(found: Any, ids: dict[str, str]) -> None:
    """Keep the newest id of each kind, under what the page writes for it."""
    for an_id in re.findall(r"\b(?:wf|run)_[0-9a-f]{32}\b", json.dumps(found)):
        ids[f"{an_id.partition('_')[0]}_…"] = an_id


async def play(api: Api) -> dict[str, str]:
    """Run every document of the page, a worker doing its part; give the ids."""
    ids: dict[str, str] = {}
    for document, variables, answer in examples():
        found = await api.ask(document, **filled(variables, ids))
        assert matches(answer, found), (document, found)
        remember(found, ids)
        api.worker.hints.extend(api.told.woken)
        api.told.woken.clear()
        api.worker.work()
    return ids


def test_every_document_fits_the_schema() -> None:
    documents = [document for document, _, _ in examples()]
    assert len(documents) >= 8
    built = build_schema(sdl())
    assert [validate(built, parse(document)) for document in documents] == [[]] * len(documents)


async def test_every_document_answers_what_the_page_says(api: Api) -> None:
    ids = await play(api)
    assert ids.keys() == {"wf_…", "run_…"}


async def test_every_talk_over_a_socket_goes_as_the_page_says(api: Api) -> None:
    ids = await play(api)
    view = GraphQLView(schema, api.services, OpenAccess(), ())
    talks = [text for language, _, text in BLOCKS if language == "text"]
    assert len(talks) == 2
    with TestClient(Starlette(routes=[WebSocketRoute("/graphql", view)])) as client:
        for talk in talks:
            with client.websocket_connect("/graphql", subprotocols=["graphql-transport-ws"]) as socket:
                for line in talk.splitlines():
                    message = json.loads(line[2:])
                    if line.startswith("→"):
                        socket.send_json(filled(message, ids))
                    else:
                        received = socket.receive_json()
                        assert matches(message, received), (line, received)


def test_the_page_names_every_code_that_the_schema_gives_to_errors() -> None:
    from schema.masking import CODES

    assert set(CODES.values()) | {"INTERNAL", "UNAUTHENTICATED"} <= set(re.findall(r"`([A-Z_]+)`", PAGE))
