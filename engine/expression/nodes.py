"""The parts that an expression is made of; each knows how to evaluate itself."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.expression.arithmetic import calculate, negate
from engine.expression.budget import Budget
from engine.expression.comparison import describe, equal, holds, order, truth
from engine.expression.errors import ExpressionError
from engine.expression.paths import MISSING, Part, missing, read_part


@dataclass(slots=True)
class Work:
    """One evaluation under way.

    Attributes:
        source: The expression as written.
        scope: The names that it may use.
        budget: The steps left.
        variables: The paths read so far, as written, and their values; None where nobody asks.
    """

    source: str
    scope: Mapping[str, object]
    budget: Budget
    variables: dict[str, object] | None = None


class Node(ABC):
    """A part of an expression."""

    __slots__ = ()

    @abstractmethod
    def evaluate(self, work: Work) -> object:
        """Give the value in a scope.

        Raises:
            ExpressionError: VALUE_MISSING, EXPRESSION_TYPES, DIVISION_BY_ZERO or EXPRESSION_TOO_LARGE.
        """


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, a text, true, false or null."""

    value: object

    def evaluate(self, work: Work) -> object:  # noqa: ARG002 - as every node is called
        """Give the value as it was written."""
        return self.value


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """A list that is written out."""

    items: tuple[Node, ...]

    def evaluate(self, work: Work) -> object:
        """Give the list of the items' values."""
        return [item.evaluate(work) for item in self.items]


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a path: its key (a node where it is worked out), its column, the path so far as written."""

    key: Part | Node
    column: int
    written: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """A name and the parts after it; `root` is a node where the parts follow brackets or a function."""

    root: str | Node
    column: int
    written: str
    steps: tuple[Step, ...] = field(default=())

    @property
    def fixed(self) -> tuple[Part, ...]:
        """The path as far as it is known without evaluating; empty where the root is no name."""
        if isinstance(self.root, Node):
            return ()
        parts: list[Part] = [self.root]
        for step in self.steps:
            if isinstance(step.key, Node):
                break
            parts.append(step.key)
        return tuple(parts)

    @property
    def is_bare(self) -> bool:
        """Whether it is a name with nothing but fixed parts."""
        return isinstance(self.root, str) and len(self.fixed) == len(self.steps) + 1

    def evaluate(self, work: Work) -> object:
        """Give what stands there."""
        if isinstance(self.root, str):
            value, holder_path = self._part(work, work.scope, self.root, self.column, ""), self.root
        else:
            value, holder_path = self.root.evaluate(work), self.written
        for step in self.steps:
            key = step.key if isinstance(step.key, (str, int)) else self._key(work, step.key, step.column)
            value = self._part(work, value, key, step.column, holder_path)
            holder_path = step.written
        if work.variables is not None and isinstance(self.root, str):
            work.variables[holder_path] = value
        return value

    def _part(self, work: Work, holder: object, part: Part, column: int, holder_path: str) -> object:
        value = read_part(holder, part)
        if value is MISSING:
            path = self.steps[-1].written if self.steps else self.written
            error = missing(part, holder, path=path, holder_path=holder_path)
            error.locate(work.source, column)
            raise error
        return value

    @staticmethod
    def _key(work: Work, node: Node, column: int) -> Part:
        key = node.evaluate(work)
        if isinstance(key, float) and key.is_integer():
            key = int(key)
        if isinstance(key, str) or (isinstance(key, int) and not isinstance(key, bool)):
            return key
        error = ExpressionError(
            "EXPRESSION_TYPES", f"A part is named by text or a whole number: here is {describe(key)}"
        )
        error.locate(work.source, column)
        raise error


@dataclass(frozen=True, slots=True)
class Not(Node):
    """`not x`."""

    operand: Node

    def evaluate(self, work: Work) -> object:
        """Give true where the operand does not count as true."""
        return not truth(self.operand.evaluate(work))


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """`-x`."""

    operand: Node
    column: int

    def evaluate(self, work: Work) -> object:
        """Give the number with the other sign."""
        value = self.operand.evaluate(work)
        try:
            return negate(value)
        except ExpressionError as error:
            error.locate(work.source, self.column)
            raise


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`a and b and …` or `a or b or …`: evaluates no further than it must."""

    is_and: bool
    operands: tuple[Node, ...]

    def evaluate(self, work: Work) -> object:
        """Give the first operand that decides, else the last."""
        value: object = None
        for operand in self.operands:
            value = operand.evaluate(work)
            if truth(value) is not self.is_and:
                break
        return value


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator, its column, and what stands to its right."""

    sign: str
    column: int
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`a < b`, `a in b`; `a < b < c` is `a < b and b < c`."""

    first: Node
    operations: tuple[Operation, ...]

    def evaluate(self, work: Work) -> object:
        """Give whether all comparisons hold; stops at the first that does not."""
        left = self.first.evaluate(work)
        for operation in self.operations:
            right = operation.right.evaluate(work)
            try:
                holding = _compare(operation.sign, left, right, work.budget)
            except ExpressionError as error:
                error.locate(work.source, operation.column)
                raise
            if not holding:
                return False
            left = right
        return True


def _compare(sign: str, left: object, right: object, budget: Budget) -> bool:
    if sign in ("==", "!="):
        return equal(left, right, budget) is (sign == "==")
    if sign in ("in", "not in"):
        return holds(right, left, budget) is (sign == "in")
    ordered = order(left, right)
    return {"<": ordered < 0, "<=": ordered <= 0, ">": ordered > 0, ">=": ordered >= 0}[sign]


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`a + b - c` or `a * b / c`: operators of one rank, from the left."""

    first: Node
    operations: tuple[Operation, ...]

    def evaluate(self, work: Work) -> object:
        """Give the result."""
        value = self.first.evaluate(work)
        for operation in self.operations:
            right = operation.right.evaluate(work)
            try:
                value = calculate(operation.sign, value, right, work.budget)
            except ExpressionError as error:
                error.locate(work.source, operation.column)
                raise
        return value


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """`a if condition else b`: evaluates only the one that it gives."""

    value: Node
    condition: Node
    otherwise: Node

    def evaluate(self, work: Work) -> object:
        """Give one of the two."""
        chosen = self.value if truth(self.condition.evaluate(work)) else self.otherwise
        return chosen.evaluate(work)
