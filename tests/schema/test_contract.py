"""The API is the contract, but for the parts that are not built yet: those are absent, and listed here."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graphql import GraphQLSchema, build_schema, print_ast
from graphql.type import (
    GraphQLNamedType,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_object_type,
    is_union_type,
)

from schema.root import schema, sdl

CONTRACT = build_schema((Path(__file__).parent / "contract.graphql").read_text())
PROJECT = build_schema(sdl())

NOT_BUILT_YET = {
    # trouble
    "Mutation.cancelRuns",
    "BulkRunPayload",
    "Mutation.retryRun",
    "RetryRunInput",
    "RetryFrom",
    "RetryVersion",
    "Run.attempt",
    "Run.retryOf",
    "Run.retries",
}


ADDED = {
    # the traces of attempts before the latest
    "ActivityExecution.research(attempt:)",
    # for the run viewer: an execution's place without a query for each Loop around it, and a strip of 10,000 turns
    "ActivityExecution.path",
    "ActivityExecution.iterationStatuses",
    "LoopIteration.path",
    # results that came too late
    "ActivityExecution.lateResults",
    "LateResult",
    # API keys, for admins
    "Query.apiKeys",
    "Mutation.createApiKey",
    "Mutation.revokeApiKey",
    "ApiKey",
    "ApiKeyConnection",
    "ApiKeyEdge",
    "ApiKeyPayload",
    "CreateApiKeyInput",
    "CreateApiKeyPayload",
    "Role",
}


def lacking(contract: GraphQLSchema, project: GraphQLSchema) -> Iterator[str]:
    """Names each part of the contract that the project lacks or types otherwise."""
    for name, wanted in contract.type_map.items():
        found = project.type_map.get(name)
        if found is None:
            yield name
        elif type(found) is not type(wanted):
            yield f"{name}: another kind of type"
        else:
            yield from (f"{name}{part}" for part in _lacking_parts(wanted, found))


def _lacking_parts(wanted: GraphQLNamedType, found: GraphQLNamedType) -> Iterator[str]:
    if is_enum_type(wanted) and is_enum_type(found):
        yield from (f".{value}" for value in wanted.values if value not in found.values)
    elif is_union_type(wanted) and is_union_type(found):
        members = {member.name for member in found.types}
        yield from (f".{member.name}" for member in wanted.types if member.name not in members)
    elif is_object_type(wanted) or is_interface_type(wanted) or is_input_object_type(wanted):
        yield from _lacking_fields(wanted, found)
        interfaces = {one.name for one in getattr(found, "interfaces", ())}
        for one in getattr(wanted, "interfaces", ()):
            if one.name not in interfaces:
                yield f" implements {one.name}"


def _lacking_fields(wanted: Any, found: Any) -> Iterator[str]:
    for name, field in wanted.fields.items():
        other = found.fields.get(name)
        if other is None:
            yield f".{name}"
            continue
        if str(other.type) != str(field.type) or _default(other) != _default(field):
            yield f".{name} is {other.type} = {_default(other)}, not {field.type} = {_default(field)}"
        for argument_name, argument in getattr(field, "args", {}).items():
            given = getattr(other, "args", {}).get(argument_name)
            if given is None:
                yield f".{name}({argument_name}:)"
            elif str(given.type) != str(argument.type) or _default(given) != _default(argument):
                yield f".{name}({argument_name}:) is {given.type} = {_default(given)}, not {argument.type}"


def _default(part: Any) -> str | None:
    node = getattr(part.ast_node, "default_value", None)
    return None if node is None else print_ast(node)


def described_parts(named: Any) -> Iterator[tuple[str, str | None]]:
    yield named.name, named.description
    for name, value in getattr(named, "values", {}).items():
        yield f"{named.name}.{name}", value.description
    for name, field in getattr(named, "fields", {}).items():
        yield f"{named.name}.{name}", field.description
        for argument_name, argument in getattr(field, "args", {}).items():
            yield f"{named.name}.{name}({argument_name}:)", argument.description


def test_only_what_is_not_built_yet_is_absent_from_the_contract() -> None:
    assert set(lacking(CONTRACT, PROJECT)) == NOT_BUILT_YET


def test_the_schema_has_beyond_the_contract_what_is_known_alone() -> None:
    assert set(lacking(PROJECT, CONTRACT)) == ADDED


def test_every_part_of_the_schema_is_described() -> None:
    own = [named for name, named in PROJECT.type_map.items() if not name.startswith("__")]
    builtin = {"ID", "String", "Int", "Float", "Boolean"}
    parts = [part for named in own if named.name not in builtin for part in described_parts(named)]
    assert [name for name, description in parts if not (description or "").strip()] == []


def test_the_exported_file_is_the_schema() -> None:
    exported = Path(__file__).parents[2] / "schema.graphql"
    assert exported.read_text() == sdl() == schema.as_str().strip() + "\n", (
        "run `playhead export-schema > schema.graphql`"
    )
