"""Clients that others wrote, with a server as it is: query, mutation, subscription, and a faulty query."""

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport

from tests.acceptance.servers import Server
from tests.engine.simulation import activity, edge, workflow
from tools.npm import environment, node_folder

pytestmark = [pytest.mark.clients, pytest.mark.timeout(300)]

LOOP = workflow(
    [activity("each", "loop", items=[1, 2, 3]), activity("add", parent="each", expression="loop.item + 1")],
    [edge("trigger", "each"), edge("each", "add", "each")],
)
SECONDS = 60
NOTHING = "Cannot query field 'nothing' on type 'Query'."


@pytest.fixture(scope="module")
def workflow_id(server: Server) -> str:
    return server.api.create("For clients", LOOP)


def run_script(packages: Path, script: str, *arguments: str) -> list[Any]:
    """What a script printed, a line at a time."""
    done = subprocess.run(
        [node_folder() / "node", script, *arguments],
        cwd=packages,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def check(server: Server, workflow_id: str, met: dict[str, Any]) -> None:
    """A client met the workflow, started a run, and saw each event of it once."""
    run = server.api.run(met["run"])
    assert met["workflow"] == workflow_id
    assert met["seqs"] == list(range(1, run["seq"] + 1))
    assert (run["status"], met["last"]) == ("COMPLETED", "RunCompleted")
    assert met["wrong"].startswith(NOTHING)


@pytest.mark.parametrize(
    ("script", "extra"),
    [
        ("graphql-ws.mjs", []),
        ("graphql-sse.mjs", []),
        ("urql.mjs", ["socket"]),
        ("urql.mjs", ["stream"]),
        ("apollo.mjs", []),
    ],
    ids=["graphql-ws", "graphql-sse", "urql over a socket", "urql over a stream", "Apollo Client"],
)
def test_a_client_queries_mutates_and_subscribes(
    packages: Path, server: Server, workflow_id: str, script: str, extra: list[str]
) -> None:
    (met,) = run_script(packages, script, f"{server.api.url}/graphql", workflow_id, *extra)
    check(server, workflow_id, met)


def test_so_does_gql(server: Server, workflow_id: str) -> None:
    async def go() -> dict[str, Any]:
        transport = WebsocketsTransport(
            url=server.api.socket_url, subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL]
        )
        async with Client(transport=transport, fetch_schema_from_transport=True) as session:
            found = await session.execute(gql(f'{{ workflow(id: "{workflow_id}") {{ id }} }}'))
            started = await session.execute(
                gql(f'mutation {{ startRun(input: {{workflowId: "{workflow_id}"}}) {{ run {{ id }} }} }}')
            )
            run_id = started["startRun"]["run"]["id"]
            follow = gql(f'subscription {{ runUpdates(runId: "{run_id}", after: 0) {{ seq type }} }}')
            updates = [one["runUpdates"] async for one in session.subscribe(follow)]
        async with Client(transport=transport) as session:
            with pytest.raises(TransportQueryError) as refused:
                await session.execute(gql("{ nothing }"))
        assert refused.value.errors is not None
        return {
            "workflow": found["workflow"]["id"],
            "run": run_id,
            "seqs": [one["seq"] for one in updates],
            "last": updates[-1]["type"],
            "wrong": refused.value.errors[0]["message"],
        }

    check(server, workflow_id, asyncio.run(go()))


def test_all_audits_of_graphql_over_http_pass(packages: Path, server: Server) -> None:
    audits = run_script(packages, "audits.mjs", f"{server.api.url}/graphql")
    assert len(audits) == 61
    assert [audit for audit in audits if audit["status"] != "ok"] == []


def test_the_schema_keeps_to_the_rules_for_schemas(packages: Path, schema_file: Path) -> None:
    linter = ["node_modules/eslint/bin/eslint.js", "--max-warnings", "0", schema_file.name]
    done = subprocess.run(
        [node_folder() / "node", *linter],
        cwd=packages,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_locks_name_no_registry() -> None:
    root = Path(__file__).parents[2]
    for lock in (root / "web" / "package-lock.json", root / "tests" / "clients" / "package-lock.json"):
        packages = json.loads(lock.read_text())["packages"]
        assert [name for name, package in packages.items() if "resolved" in package] == []
        assert [name for name, package in packages.items() if name and "integrity" not in package] == []
