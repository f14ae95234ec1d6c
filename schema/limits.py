"""The limits of a document: one that goes beyond them is refused before anything is executed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    IntValueNode,
    OperationDefinitionNode,
    ValueNode,
    VariableNode,
)

from db.cursors import MAX_FIRST
from schema.extent import DEEPEST, LIST_SIZE, Extent, Reach, TooDeep

MAX_TOKENS: Final = 2_000
MAX_FRAGMENTS: Final = 20
MAX_ALIASES: Final = 30
MAX_DIRECTIVES: Final = 50
MAX_DEPTH: Final = 16
MAX_OBJECTS: Final = 20_000
MAX_FIELDS: Final = MAX_TOKENS
"""With its fragments spread a document has no more fields than it could have without any."""

CODE: Final = "TOO_COMPLEX"

_PARSER_GAVE_UP: Final = "Parsing aborted."


@dataclass(frozen=True, slots=True)
class Complexity:
    """What is known of a document before its variables are.

    Attributes:
        faults: An error for each limit that it exceeds whatever its variables are.
        varies: Whether it depends on variables, or on the operation chosen, if it asks for too many objects.
    """

    faults: tuple[GraphQLError, ...]
    varies: bool


def too_complex(message: str) -> GraphQLError:
    """Give the error of a document that goes beyond a limit."""
    return GraphQLError(message, extensions={"code": CODE})


def restated(error: GraphQLSyntaxError) -> GraphQLError:
    """Give a syntax error as it is; that of a parser that met a limit as the error of the limit."""
    if not error.message.endswith(_PARSER_GAVE_UP):
        return error
    return too_complex(error.message.removeprefix("Syntax Error: "))


def complexity(schema: GraphQLSchema, document: DocumentNode) -> Complexity:
    """Measure a document; the effort is linear in what is written."""
    reach = Reach(schema, document, partial(_page_size, {}, {}))
    try:
        extents = _extents(reach, document)
    except TooDeep:
        nested = f"The document nests more than {DEEPEST} levels deep; at most {MAX_DEPTH} levels of fields are served"
        return Complexity((too_complex(nested),), varies=False)
    counts = (
        (sum(map(_is_counted_fragment, document.definitions)), MAX_FRAGMENTS, "fragments"),
        (reach.aliases, MAX_ALIASES, "aliases"),
        (reach.directives, MAX_DIRECTIVES, "directives"),
        (max((one.depth for one in extents), default=0), MAX_DEPTH, "levels of fields"),
        (max((one.fields for one in extents), default=0), MAX_FIELDS, "fields once its fragments are spread"),
    )
    faults = tuple(
        too_complex(f"The document has {count:,} {what}; at most {limit:,} are served")
        for count, limit, what in counts
        if count > limit
    )
    return Complexity(faults, varies=max((one.objects for one in extents), default=0) > MAX_OBJECTS)


def objects_fault(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
) -> GraphQLError | None:
    """Give the error of an operation that asks for too many objects with these variables.

    The document must be one without other faults.
    """
    defaults = {
        definition.variable.name.value: definition.default_value
        for definition in operation.variable_definitions or ()
    }
    reach = Reach(schema, document, partial(_page_size, defaults, variables))
    count = reach.of_operation(operation).objects
    if count <= MAX_OBJECTS:
        return None
    return too_complex(
        f"The document asks for up to {count:,} objects; at most {MAX_OBJECTS:,} are served. Ask for smaller pages"
    )


def _extents(reach: Reach, document: DocumentNode) -> list[Extent]:
    """Give the extent of each definition; also of a fragment that nothing spreads, which is validated too."""
    return [
        reach.of_operation(node)
        if isinstance(node, OperationDefinitionNode)
        else reach.of_fragment(node.name.value)
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode | FragmentDefinitionNode)
    ]


def _is_counted_fragment(node: object) -> bool:
    return isinstance(node, FragmentDefinitionNode) and not node.type_condition.name.value.startswith("__")


def _page_size(
    defaults: Mapping[str, ValueNode | None],
    variables: Mapping[str, Any],
    node: FieldNode,
) -> int:
    """Give how many entries a page can have: as many as any list where the client does not say.

    A size that is not known yet counts as the largest. So does one that is not served, such as -1: it fails
    where the page is read, and may not lower the count here.
    """
    given = next((one.value for one in node.arguments or () if one.name.value == "first"), None)
    if isinstance(given, VariableNode):
        name = given.name.value
        if name in variables or name not in defaults:
            return _served(variables.get(name))
        given = defaults[name]
    if given is None:
        return LIST_SIZE
    return _served(int(given.value)) if isinstance(given, IntValueNode) else MAX_FIRST


def _served(size: object) -> int:
    return size if isinstance(size, int) and 0 <= size <= MAX_FIRST else MAX_FIRST
