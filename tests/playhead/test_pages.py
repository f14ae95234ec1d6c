"""The pages, as they are served where they were built and where they were not."""

import json
from pathlib import Path

import pytest
from graphql import build_schema, get_operation_ast, parse, validate
from starlette.applications import Starlette
from starlette.testclient import TestClient

from playhead.pages import pages
from schema.limits import complexity, objects_fault
from schema.root import schema, sdl

EXAMPLES = sorted((Path(__file__).parents[2] / "web" / "graphiql" / "examples").glob("*.graphql"))


@pytest.fixture
def built(tmp_path: Path) -> TestClient:
    files = {
        "graphiql/index.html": "<html>",
        "viewer/index.html": "<!doctype html>",
        "assets/page-1a2b.js": "1",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text(text)
    return TestClient(Starlette(routes=pages(tmp_path)))


def test_graphiql_is_served_and_may_load_from_here_alone(built: TestClient) -> None:
    answer = built.get("/graphiql")
    assert (answer.status_code, answer.text) == (200, "<html>")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-security-policy"].startswith("default-src 'self';")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/", "/workflows/wf_1", "/runs/run_1", "/runs/run_1/activities/age?in=each:3&seq=40"]
)
def test_the_viewer_is_served_at_its_deep_links(built: TestClient, path: str) -> None:
    answer = built.get(path)
    assert (answer.status_code, answer.text) == (200, "<!doctype html>")
    assert answer.headers["content-security-policy"].startswith("default-src 'self';")


@pytest.mark.parametrize(
    "path", ["/graphql", "/hooks/x", "/metrics", "/healthz", "/elsewhere", "/run", "/assets"]
)
def test_the_viewer_answers_for_no_other_path(built: TestClient, path: str) -> None:
    assert built.get(path).status_code == 404


def test_what_a_page_loads_is_kept_for_good(built: TestClient) -> None:
    answer = built.get("/assets/page-1a2b.js")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    missing = built.get("/assets/page-old.js")
    assert missing.status_code == 404 and "cache-control" not in missing.headers
    assert built.get("/assets/%2e%2e/graphiql/index.html").status_code == 404


def test_a_page_that_was_not_built_says_so(tmp_path: Path) -> None:
    client = TestClient(Starlette(routes=pages(tmp_path)))
    answer = client.get("/graphiql")
    assert (answer.status_code, answer.text) == (404, "This page was not built: `make web` builds it.\n")
    assert client.get("/assets/page.js").status_code == 404


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_each_example_fits_the_schema_and_its_limits(path: Path) -> None:
    document = parse(path.read_text())
    assert validate(build_schema(sdl()), document) == []
    operation = get_operation_ast(document)
    variables = path.with_suffix(".json")
    given = json.loads(variables.read_text()) if variables.exists() else {}
    assert operation is not None
    assert {one.variable.name.value for one in operation.variable_definitions or ()} >= given.keys()
    assert complexity(schema._schema, document).faults == ()
    assert objects_fault(schema._schema, document, operation, given) is None


def test_there_are_examples_for_a_run_from_its_start_to_a_look_into_its_loops() -> None:
    names = [path.stem for path in EXAMPLES]
    assert names == [
        "1-workflows", "2-start-a-run", "3-watch-it", "4-cancel-it", "5-walk-a-loop", "6-read-a-research-trace",
    ]  # fmt: skip
