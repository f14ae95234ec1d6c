"""A client as anyone may write it: GraphQL over HTTP, and a subscription through gql."""

from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from typing import Any

import httpx2
from gql import Client, gql
from gql.transport.websockets import WebsocketsTransport

UPDATES = """
subscription Updates($runId: ID!, $after: Int) {
  runUpdates(runId: $runId, after: $after) {
    seq snapshot at type data
    run { id seq status creditsUsed }
    change {
      __typename
      ... on ActivityExecution { id type executionStatus: status }
    }
  }
}
"""

_WORKFLOW = "query ($name: String!) { workflows(filter: {search: $name}) { edges { node { id name } } } }"
_START = """
mutation ($workflowId: ID!, $payload: JSON!) {
  startRun(input: {workflowId: $workflowId, payload: $payload}) { run { id } errors { code message path } }
}
"""
_CREATE = """
mutation ($input: CreateWorkflowInput!) { createWorkflow(input: $input) { workflow { id } errors { code message } } }
"""
_CANCEL = """
mutation ($id: ID!) {
  cancelRun(id: $id) {
    run {
      seq status
      cancellation { requestedAt completedAt prevented creditsAfterRequest inFlight { id } }
    }
    errors { code }
  }
}
"""
_RUN = """
query ($id: ID!) {
  run(id: $id) {
    status seq creditsUsed startedAt endedAt error { code message }
    cancellation { requestedAt completedAt prevented creditsAfterRequest inFlight { id } }
  }
}
"""
_EXECUTIONS = """
query ($id: ID!, $after: String) {
  run(id: $id) {
    activityExecutions(first: 100, after: $after) {
      edges { node { id key type status creditsUsed startedAt exit attempt attempts { worker error { code } } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
_RECORDS = """
query ($object: String!, $after: String, $filter: JSON) {
  records(object: $object, first: 100, after: $after, filter: $filter) {
    edges { node { id values } }
    pageInfo { hasNextPage endCursor }
  }
}
"""


class Api:
    """A server's API."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.socket_url = f"ws{url.removeprefix('http')}/graphql"
        self._http = httpx2.Client(timeout=30, trust_env=False)

    def close(self) -> None:
        self._http.close()

    def execute(self, document: str, **variables: Any) -> dict[str, Any]:
        answer = self._http.post(f"{self.url}/graphql", json={"query": document, "variables": variables})
        body = answer.json()
        assert "errors" not in body, body
        return dict(body["data"])

    def workflow(self, name: str) -> str:
        edges = self.execute(_WORKFLOW, name=name)["workflows"]["edges"]
        return next(str(edge["node"]["id"]) for edge in edges if edge["node"]["name"] == name)

    def create(self, name: str, definition: Mapping[str, Any]) -> str:
        given = {"name": name, "definition": definition, "publish": True}
        answer = self.execute(_CREATE, input=given)["createWorkflow"]
        assert answer["errors"] == []
        return str(answer["workflow"]["id"])

    def start(self, workflow_id: str, payload: Mapping[str, Any]) -> str:
        answer = self.execute(_START, workflowId=workflow_id, payload=payload)["startRun"]
        assert answer["errors"] == []
        return str(answer["run"]["id"])

    def cancel(self, run_id: str) -> dict[str, Any]:
        answer = self.execute(_CANCEL, id=run_id)["cancelRun"]
        assert answer["errors"] == []
        return dict(answer["run"])

    def run(self, run_id: str) -> dict[str, Any]:
        return dict(self.execute(_RUN, id=run_id)["run"])

    def executions(self, run_id: str) -> list[dict[str, Any]]:
        return self._all(lambda data: data["run"]["activityExecutions"], _EXECUTIONS, id=run_id)

    def records(self, object_name: str, where: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        nodes = self._all(lambda data: data["records"], _RECORDS, object=object_name, filter=where)
        return [node["values"] for node in nodes]

    def _all(self, connection: Any, document: str, **variables: Any) -> list[dict[str, Any]]:
        nodes: list[dict[str, Any]] = []
        after = None
        while True:
            page = connection(self.execute(document, after=after, **variables))
            nodes += [edge["node"] for edge in page["edges"]]
            if not page["pageInfo"]["hasNextPage"]:
                return nodes
            after = page["pageInfo"]["endCursor"]

    async def updates(self, run_id: str, after: int | None = None) -> AsyncIterator[dict[str, Any]]:
        """The messages of `runUpdates` until the server completes; the connection is this iterator's own."""
        transport = WebsocketsTransport(
            url=self.socket_url,
            subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        )
        request = gql(UPDATES)
        request.variable_values = {"runId": run_id, "after": after}
        async with Client(transport=transport) as session, aclosing(session.subscribe(request)) as results:
            async for result in results:
                yield result["runUpdates"]
