"""Documents that were parsed before are not parsed again."""

from collections.abc import Iterator
from contextlib import suppress

from graphql import GraphQLError
from strawberry.extensions import ParserCache


class DocumentCache(ParserCache):
    """Strawberry's cache, but one that leaves faulty documents to the parser proper: that answers for them."""

    def on_parse(self) -> Iterator[None]:
        """Give the document where it can be parsed."""
        context = self.execution_context
        with suppress(GraphQLError):
            context.graphql_document = self.cached_parse_document(context.query, **context.parse_options)
        yield
