"""Default values as introspection shows them.

A default of the type JSON that is an object cannot be shown: graphql-core fails to write it, and clients that rest
on graphql-js, GraphiQL among them, fail to read a schema that has one. The SDL does show it.
"""

from typing import Any, cast

from graphql import GraphQLArgument, GraphQLInputField, GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema


def show_only_plain_ones(schema: GraphQLSchema) -> None:
    """Let introspection give no default where the default is an object or a list."""
    shown = schema.type_map["__InputValue"]
    if not isinstance(shown, GraphQLObjectType):
        raise TypeError("the schema has no introspection")
    field = shown.fields["defaultValue"]
    as_text: Any = field.resolve

    def resolve(
        named: tuple[str, GraphQLArgument | GraphQLInputField], info: GraphQLResolveInfo[Any]
    ) -> str | None:
        hidden = isinstance(named[1].default_value, dict | list)
        return None if hidden else cast(str | None, as_text(named, info))

    field.resolve = resolve
