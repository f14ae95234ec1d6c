"""Messages that many subscribers are sent alike: executed once, and written as JSON once."""

from collections.abc import Awaitable, Callable, Hashable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar, cast
from uuid import uuid4

from graphql import (
    ExecutionResult,
    GraphQLObjectType,
    GraphQLSchema,
    Node,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    VisitorAction,
    visit,
)

from resolvers.context import Context
from resolvers.shared import Shared
from schema.plain import PlainExecutor
from schema.written import Written, written

Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class Message:
    """What a subscriber is to be sent next.

    Attributes:
        key: Tells this message from all others of the process: whoever may see it, it says the same.
        show: Makes the object that the document is executed on.
    """

    key: Hashable
    show: Callable[[], object]


def message(key: Hashable, show: Callable[[], Shown]) -> Shown:
    """Give what a subscription yields in place of an object: the object is made when someone needs it."""
    return cast(Shown, Message(key, show))


class SharingExecutor(PlainExecutor):
    """Executes a message once for all who ask the same of it and may see the same; anything else as ever."""

    _audience: bytes = b""

    def build_per_event_executor(self, payload: Any) -> "SharingExecutor":
        """Give the executor of one message."""
        if isinstance(payload, Message) and not self._audience:
            self._audience = self._alike()
        return cast(SharingExecutor, super().build_per_event_executor(payload))

    def execute_operation(self, serially: bool | None = None) -> Any:
        """Execute, or give what was executed for another."""
        asked = self.root_value
        if not isinstance(asked, Message):
            return super().execute_operation(serially)
        key = self._audience, asked.key
        kept = self._shared.get(key)
        if kept is not None:
            return kept
        if self._shared.is_being_made(key):
            return self._of_another(key, asked)
        result = self._execute(asked)
        if not self.is_awaitable(result):
            return self._kept(key, cast(ExecutionResult, result))
        self._shared.begin(key, self._kept_later(key, result))
        return self._shared.made(key)

    @property
    def _shared(self) -> Shared[ExecutionResult]:
        return cast(Context, self.context_value).services.shared

    def _alike(self) -> bytes:
        """Give what those have in common who are answered alike: the document, its variables, what they may see."""
        caller, operation = cast(Context, self.context_value).caller, self.operation
        used = _variables_below([operation, *self.fragment_definitions.values()], self.schema)
        given = [(name, value) for name, value in self.variable_values.coerced.items() if name in used]
        if operation.loc is None:
            return uuid4().bytes
        source, start = operation.loc.source.body, operation.loc.start
        try:
            alike = written([source, start, sorted(given), caller.workspace_id, caller.role])
        except TypeError:  # a value that cannot be written cannot be compared
            return uuid4().bytes
        return sha256(alike).digest()

    def _execute(self, asked: Message) -> Any:
        self.root_value = asked.show()
        return super().execute_operation(False)

    def _kept(self, key: Hashable, result: ExecutionResult) -> ExecutionResult:
        """Keep what others can be given: no errors, each of which is one subscriber's own."""
        if result.errors or result.data is None:
            return result
        data = Written(result.data)
        alike = ExecutionResult(data, None)
        self._shared.keep(key, alike, len(data.text))
        return alike

    async def _kept_later(self, key: Hashable, result: Awaitable[ExecutionResult]) -> ExecutionResult:
        return self._kept(key, await result)

    async def _of_another(self, key: Hashable, asked: Message) -> ExecutionResult:
        result = await self._shared.made(key)
        if result.errors is None:
            return result
        own = self._execute(asked)
        return cast(ExecutionResult, await own if self.is_awaitable(own) else own)


class _Below(Visitor):
    """Collects the variables that a document uses below the fields of a type."""

    def __init__(self, types: TypeInfo, above: GraphQLObjectType | None) -> None:
        super().__init__()
        self.names: set[str] = set()
        self._types, self._above = types, above

    def enter_variable_definition(self, *_: Any) -> VisitorAction:
        return self.SKIP

    def enter_argument(self, *_: Any) -> VisitorAction:
        return self.SKIP if self._types.get_parent_type() is self._above else None

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.names.add(node.name.value)


def _variables_below(nodes: Iterable[Node], schema: GraphQLSchema) -> set[str]:
    """Give the variables that say what a message holds; others said where the messages begin."""
    types = TypeInfo(schema)
    below = _Below(types, schema.subscription_type)
    for node in nodes:
        visit(node, TypeInfoVisitor(types, below))
    return below.names
