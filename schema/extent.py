"""How far a document reaches: how deep it goes, how many fields it has, how many objects it can ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    is_leaf_type,
    is_list_type,
)
from graphql.type import get_nullable_type

LIST_SIZE: Final = 10
"""What a list counts whose length the client does not choose."""

DEEPEST: Final = 100
"""How far selections may nest, inline fragments and spreads included, before nobody looks further."""

PageSize = Callable[[FieldNode], int]
"""Gives how many entries a page can have, of a field that takes `first`."""


class TooDeep(Exception):  # noqa: N818 - says what is wrong with the document, not with this code
    """Selections nest deeper than `DEEPEST`."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a selection reaches, its fragments spread.

    Attributes:
        depth: The levels of fields; introspection has none.
        fields: The fields, each as often as a fragment repeats it.
        objects: The objects in its lists, at most: page sizes multiplied along the path.
    """

    depth: int = 0
    fields: int = 0
    objects: int = 0


_NOTHING: Final = Extent()
_INTROSPECTION: Final = {"__schema": "__Schema", "__type": "__Type"}


class Reach:
    """Measures one document, each fragment once, so that the effort is linear in what is written.

    What does not fit the schema counts as far as it can; to find that is for the validation.

    Attributes:
        aliases: How many were met, those of introspection left out.
        directives: How many were met.
    """

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, page_size: PageSize) -> None:
        self._schema, self._page_size = schema, page_size
        self._fragments: dict[str, FragmentDefinitionNode] = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._known: dict[str, Extent] = {}
        self._level = 0
        self.aliases = self.directives = 0

    def of_operation(self, operation: OperationDefinitionNode) -> Extent:
        """Measure an operation.

        Raises:
            TooDeep: It nests too deeply to look further.
        """
        self.directives += len(operation.directives or ())
        return self._selections(operation.selection_set, self._schema.get_root_type(operation.operation))

    def of_fragment(self, name: str) -> Extent:
        """Measure a fragment; one that there is not, or that spreads itself, reaches nowhere.

        Raises:
            TooDeep: It nests too deeply to look further.
        """
        if name not in self._known:
            self._known[name] = _NOTHING
            fragment = self._fragments.get(name)
            if fragment is not None:
                self.directives += len(fragment.directives or ())
                parent = self._schema.type_map.get(fragment.type_condition.name.value)
                self._known[name] = self._selections(fragment.selection_set, parent)
        return self._known[name]

    def _selections(self, selections: SelectionSetNode, parent: GraphQLNamedType | None) -> Extent:
        if self._level == DEEPEST:
            raise TooDeep
        self._level += 1
        depth = fields = objects = 0
        for selection in selections.selections:
            self.directives += len(selection.directives or ())
            one = self._selection(selection, parent)
            depth, fields, objects = max(depth, one.depth), fields + one.fields, objects + one.objects
        self._level -= 1
        return Extent(depth, fields, objects)

    def _selection(self, selection: SelectionNode, parent: GraphQLNamedType | None) -> Extent:
        match selection:
            case FieldNode():
                return self._field(selection, parent)
            case FragmentSpreadNode():
                return self.of_fragment(selection.name.value)
            case InlineFragmentNode():
                condition = selection.type_condition
                narrowed = self._schema.type_map.get(condition.name.value) if condition else parent
                return self._selections(selection.selection_set, narrowed)
        raise TypeError(f"no selection: {selection.kind}")

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Extent:
        name = node.name.value
        if name.startswith("__") or (parent is not None and parent.name.startswith("__")):
            return self._introspection(node, parent)
        self.aliases += node.alias is not None
        field = _fields_of(parent).get(name)
        below = self._below(node, field)
        own, times = (0, 1) if field is None else self._objects(field, node, parent)
        return Extent(1 + below.depth, 1 + below.fields, own + times * below.objects)

    def _introspection(self, node: FieldNode, parent: GraphQLNamedType | None) -> Extent:
        field = _fields_of(parent).get(node.name.value)
        entry = self._schema.type_map.get(_INTROSPECTION.get(node.name.value, ""))
        if entry is not None and node.selection_set is not None:
            return Extent(fields=1 + self._selections(node.selection_set, entry).fields)
        return Extent(fields=1 + self._below(node, field).fields)

    def _below(self, node: FieldNode, field: GraphQLField | None) -> Extent:
        if node.selection_set is None:
            return _NOTHING
        return self._selections(node.selection_set, None if field is None else get_named_type(field.type))

    def _objects(
        self, field: GraphQLField, node: FieldNode, parent: GraphQLNamedType | None
    ) -> tuple[int, int]:
        """Give how many objects a field lists, and how often what lies below it counts."""
        if is_leaf_type(get_named_type(field.type)) or _is_page(
            parent
        ):  # a page's entries count with the page
            return 0, 1
        if "first" in field.args:
            size = self._page_size(node)
            return size, size
        if is_list_type(get_nullable_type(field.type)):
            return LIST_SIZE, LIST_SIZE
        return 0, 1


def _fields_of(named: GraphQLNamedType | None) -> dict[str, GraphQLField]:
    return named.fields if isinstance(named, GraphQLObjectType | GraphQLInterfaceType) else {}


def _is_page(named: GraphQLNamedType | None) -> bool:
    """Whether a type is a connection or an edge of one."""
    names = _fields_of(named).keys()
    return names >= {"edges", "pageInfo"} or names >= {"cursor", "node"}
