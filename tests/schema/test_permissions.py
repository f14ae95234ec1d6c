"""Viewers read and follow, editors also change, admins also see to keys."""

from collections.abc import Mapping
from typing import Any

import pytest
from graphql import GraphQLField, build_schema, is_non_null_type

from db.roles import Role
from resolvers.permissions import NEEDED
from schema.root import sdl
from tests.schema.api import Api
from tests.schema.test_tenancy import Workspace
from tests.schema.workflows import CHAIN, run

pytestmark = pytest.mark.anyio

SCHEMA = build_schema(sdl())
ADMINS = {"createApiKey", "revokeApiKey"}


def mutations() -> Mapping[str, GraphQLField]:
    assert SCHEMA.mutation_type is not None
    fields: Mapping[str, GraphQLField] = SCHEMA.mutation_type.fields
    return fields


def document(name: str) -> str:
    """The mutation with all that it must be given as variables, which hold nothing that is good."""
    field = mutations()[name]
    needed = {key: arg.type for key, arg in field.args.items() if is_non_null_type(arg.type)}
    declared = ", ".join(f"${key}: {kind}" for key, kind in needed.items())
    passed = ", ".join(f"{key}: ${key}" for key in needed)
    return f"mutation({declared}) {{ {name}({passed}) {{ __typename }} }}"


GIVEN: Mapping[str, Any] = {
    "id": "x_1",
    "object": "people",
    "values": {},
    "filter": {},
}
INPUTS: Mapping[str, Any] = {
    "createWorkflow": {
        "name": "",
        "definition": {"trigger": {"type": "MANUAL"}, "activities": [], "edges": []},
    },
    "updateWorkflow": {"id": "wf_1"},
    "startRun": {"workflowId": "wf_1"},
    "createApiKey": {"name": "", "role": "VIEWER"},
}


def variables(name: str) -> dict[str, Any]:
    args = mutations()[name].args
    return {key: INPUTS[name] if key == "input" else GIVEN[key] for key in args if key in {"input", *GIVEN}}


def test_the_one_place_names_every_mutation() -> None:
    assert {name for name in NEEDED if name != "apiKeys"} == set(mutations())
    assert {name for name in mutations() if NEEDED[name] is Role.ADMIN} == ADMINS


@pytest.mark.parametrize("role", list(Role))
async def test_each_mutation_is_for_those_whose_role_allows_it(api: Api, role: Role) -> None:
    caller = Api(api.database, role=role)
    refused = set()
    for name in mutations():
        result = await caller.answer(document(name), **variables(name))
        if result.errors:
            (error,) = [error.formatted for error in result.errors]
            assert error["extensions"] == {"code": "FORBIDDEN"}, (name, error)
            needed = NEEDED[name].lower()
            assert error["message"] == (
                f"{name} needs a key with the role {needed}; this one is of a {role.lower()}"
            )
            refused.add(name)
    allowed = {Role.VIEWER: set(), Role.EDITOR: set(mutations()) - ADMINS, Role.ADMIN: set(mutations())}
    assert refused == set(mutations()) - allowed[role]


async def test_a_mutation_that_is_refused_changes_nothing(api: Api) -> None:
    viewer = Api(api.database, role=Role.VIEWER)
    refusal = await viewer.refusal(
        'mutation { createRecord(object: "people", values: {name: "a"}) { record { id } } }'
    )
    assert refusal["extensions"] == {"code": "FORBIDDEN"}
    found = await api.ask('{ records(object: "people") { edges { node { id } } } }')
    assert found == {"records": {"edges": []}}


async def test_a_viewer_reads_and_follows(api: Api) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    viewer = Api(api.database, role=Role.VIEWER)
    found = await viewer.ask("query($id: ID!) { run(id: $id) { status } }", id=run_id)
    assert found == {"run": {"status": "COMPLETED"}}
    document = "subscription($id: ID!) { runUpdates(runId: $id) { run { status } } }"
    assert await viewer.messages(document, id=run_id) == [{"run": {"status": "COMPLETED"}}]


KEYS = """query($first: Int, $after: String) { apiKeys(first: $first, after: $after) {
  edges { node { id name role createdAt expiresAt revokedAt lastUsedAt } } pageInfo { hasNextPage endCursor } } }"""
CREATE = """mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) {
  apiKey { id name role expiresAt } secret errors { code message path } } }"""
REVOKE = "mutation($id: ID!) { revokeApiKey(id: $id) { apiKey { id revokedAt } errors { code path } } }"


async def test_an_admin_makes_lists_and_revokes_keys(api: Api) -> None:
    wished = {"name": " ci ", "role": "VIEWER", "expiresAt": "2999-01-01T00:00:00Z"}
    first = (await api.ask(CREATE, input=wished))["createApiKey"]
    second = (await api.ask(CREATE, input={"name": "web", "role": "ADMIN"}))["createApiKey"]
    assert first["apiKey"] == {
        "id": first["apiKey"]["id"],
        "name": "ci",
        "role": "VIEWER",
        "expiresAt": "2999-01-01T00:00:00.000000Z",
    }
    assert first["errors"] == [] and first["secret"].startswith("pk_") and second["secret"] != first["secret"]
    revoked = (await api.ask(REVOKE, id=first["apiKey"]["id"]))["revokeApiKey"]
    assert revoked["errors"] == [] and revoked["apiKey"]["revokedAt"] is not None
    page = (await api.ask(KEYS, first=1))["apiKeys"]
    rest = (await api.ask(KEYS, first=1, after=page["pageInfo"]["endCursor"]))["apiKeys"]
    assert page["edges"][0]["node"]["id"] == second["apiKey"]["id"] and page["pageInfo"]["hasNextPage"]
    assert rest["edges"][0]["node"]["revokedAt"] == revoked["apiKey"]["revokedAt"]
    assert first["secret"] not in str([page, rest])


async def test_a_key_that_cannot_be_is_refused_with_every_fault(api: Api) -> None:
    wished = {"name": "", "role": "VIEWER", "expiresAt": "2020-01-01T00:00:00Z"}
    payload = (await api.ask(CREATE, input=wished))["createApiKey"]
    assert (payload["apiKey"], payload["secret"]) == (None, None)
    assert [(error["code"], error["path"]) for error in payload["errors"]] == [
        ("VALUE_INVALID", ["name"]),
        ("VALUE_INVALID", ["expiresAt"]),
    ]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
async def test_only_admins_see_keys(api: Api, role: Role) -> None:
    key_id = (await Workspace(api).fill()).ids["ApiKey"]
    caller = Api(api.database, role=role)
    refusal = await caller.refusal(KEYS)
    assert refusal["extensions"] == {"code": "FORBIDDEN"}
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert await caller.ask(node, id=key_id) == {"node": None}
    assert await api.ask(node, id=key_id) == {"node": {"id": key_id}}
