"""Documents as they come in: each is parsed, measured and validated once, and known from then on."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from graphql import (
    DocumentNode,
    GraphQLError,
    OperationType,
    get_operation_ast,
    parse,
    specified_rules,
)
from strawberry import Schema
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document
from strawberry.types import StreamExecutionResult

from schema.budget import Budget, begin
from schema.limits import MAX_TOKENS, complexity, objects_fault

DOCUMENTS_KEPT: Final = 128
"""The largest takes 1.2 MiB, so that nobody fills more than 150 MiB; one of a page or a client takes a tenth."""
LONGEST_KEPT: Final = 32 * 1024
"""Characters of a document that is kept: what is longer holds values that belong in variables."""


@dataclass(frozen=True, slots=True)
class Read:
    """A document that could be parsed.

    Attributes:
        document: Its syntax tree.
        faults: Why it cannot be executed, whatever the variables: too complex, or not of this schema.
        varies: Whether it depends on variables if it asks for too many objects.
    """

    document: DocumentNode
    faults: tuple[GraphQLError, ...]
    varies: bool


def read(schema: Schema, text: str) -> Read:
    """Read a document, or give what was found when it was read before.

    Raises:
        GraphQLSyntaxError: It cannot be parsed, or has more tokens than are served.
    """
    return (_kept if len(text) <= LONGEST_KEPT else _read)(schema, text)


def operation_type(schema: Schema, text: str, operation_name: str | None) -> OperationType | None:
    """Give what kind of operation a request asks for, None where that cannot be said."""
    try:
        operation = get_operation_ast(read(schema, text).document, operation_name)
    except GraphQLError:
        return None
    return None if operation is None else operation.operation


class Documents(SchemaExtension):
    """Lets the schema execute what was read, and refuses what has faults."""

    _found: Read
    _budget: Budget | None = None

    def on_operation(self) -> Iterator[None]:
        """Bound the parser proper as well, which answers for what cannot be parsed."""
        self.execution_context.parse_options["max_tokens"] = MAX_TOKENS
        yield

    def on_parse(self) -> Iterator[None]:
        """Give the document where it can be parsed."""
        context = self.execution_context
        if context.query:
            try:
                self._found = read(context.schema, context.query)
            except GraphQLError:
                pass
            else:
                context.graphql_document = self._found.document
        yield

    def on_validate(self) -> Iterator[None]:
        """Give the faults that were found, else look at what hangs on the operation and its variables."""
        self.execution_context.pre_execution_errors = list(self._found.faults) or self._operation_faults()
        yield

    def on_execute(self) -> Iterator[None]:
        """Begin to count what the answer holds."""
        self._budget = begin()
        yield

    def on_stream_result(self, result: StreamExecutionResult) -> Iterator[None]:  # noqa: ARG002 - of the base
        """Count anew for the next message of a subscription."""
        if self._budget is not None:
            self._budget.refill()
        yield

    def _operation_faults(self) -> list[GraphQLError]:
        context = self.execution_context
        operation = get_operation_ast(self._found.document, context._provided_operation_name)
        if operation is None:
            return [GraphQLError("The document has several operations: 'operationName' says which is meant")]
        if not self._found.varies:
            return []
        schema = context.schema._schema
        fault = objects_fault(schema, self._found.document, operation, context.variables or {})
        return [] if fault is None else [fault]


def _read(schema: Schema, text: str) -> Read:
    document = parse(text, max_tokens=MAX_TOKENS)
    core = schema._schema
    found = complexity(core, document)
    faults = found.faults or tuple(validate_document(core, document, tuple(specified_rules)))
    return Read(document, faults, found.varies)


_kept = lru_cache(maxsize=DOCUMENTS_KEPT)(_read)
