"""From the text of an expression to its parts."""

import difflib

from engine.expression.call import Called
from engine.expression.comparison import is_number
from engine.expression.errors import ExpressionError
from engine.expression.functions import FUNCTIONS
from engine.expression.nodes import (
    Arithmetic,
    Comparison,
    Conditional,
    ListOf,
    Literal,
    Logic,
    Negative,
    Node,
    Not,
    Operation,
    Path,
    Step,
)
from engine.expression.paths import CONSTANTS
from engine.expression.tokens import Kind, Token, syntax_error, tokenize

MAX_LENGTH = 4_096
MAX_NODES = 500
MAX_NESTING = 32

_OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _NEGATIVE = range(1, 8)
_RANKS = {
    "or": _OR, "and": _AND,
    "in": _COMPARISON, "not in": _COMPARISON, "==": _COMPARISON, "!=": _COMPARISON,
    "<": _COMPARISON, "<=": _COMPARISON, ">": _COMPARISON, ">=": _COMPARISON,
    "+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "//": _PRODUCT, "%": _PRODUCT,
}  # fmt: skip
_WORDS = frozenset({"and", "or", "not", "in", "if", "else"})
_NO_FUNCTIONS = {
    "NOW": "There is no clock: run.startedAt is when the run began",
    "TODAY": "There is no clock: DATE(run.startedAt) is the day when the run began",
}


class Parser:
    """Reads one expression, by the ranks of its operators; a recursion no deeper than its brackets."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.paths: list[Path] = []
        self.nodes = 0
        if len(source) > MAX_LENGTH:
            raise syntax_error(
                source[:MAX_LENGTH], f"An expression has at most {MAX_LENGTH:,} characters", MAX_LENGTH
            )
        self._tokens = tokenize(source)
        self._index = 0
        self._nesting = 0

    def parse(self) -> Node:
        """Give the whole expression.

        Raises:
            ExpressionError: TEMPLATE_SYNTAX with the position.
        """
        if len(self._tokens) == 1:
            raise self._error("There is no expression here")
        node = self._conditional()
        if self._token.kind is not Kind.END:
            raise self._unexpected("the expression should end")
        return node

    @property
    def _token(self) -> Token:
        return self._tokens[self._index]

    def _error(self, message: str, token: Token | None = None, hint: str | None = None) -> ExpressionError:
        return syntax_error(self.source, message, (token or self._token).start, hint)

    def _unexpected(self, wanted: str) -> ExpressionError:
        token = self._token
        if token.kind is Kind.END:
            return self._error(f"The expression ends where {wanted}")
        found = self.source[token.start : token.end]
        word = found.lower() if token.kind is Kind.NAME else ""
        hint = f"Write it in small letters: {word}" if word != found and word in _WORDS else None
        return self._error(f"'{found}' stands where {wanted}", hint=hint)

    def _at(self, *values: str) -> bool:
        return self._token.kind in (Kind.SIGN, Kind.NAME) and self._token.value in values

    def _take(self) -> Token:
        token = self._token
        self._index += 1
        return token

    def _expect(self, value: str) -> Token:
        if not self._at(value):
            raise self._unexpected(f"'{value}' should follow")
        return self._take()

    def _made(self, node: Node, nodes: int = 1) -> Node:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise self._error(
                f"An expression has at most {MAX_NODES} parts", hint="Spread it over several activities"
            )
        return node

    def _enter(self) -> None:
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise self._error(
                f"An expression is nested at most {MAX_NESTING} deep",
                hint="Spread it over several activities",
            )

    def _conditional(self) -> Node:
        value = self._operators(_OR)
        if not self._at("if"):
            return value
        self._take()
        condition = self._operators(_OR)
        self._expect("else")
        self._enter()
        otherwise = self._conditional()
        self._nesting -= 1
        return self._made(Conditional(value, condition, otherwise))

    def _operators(self, lowest: int) -> Node:
        """Read operands and the operators between them, down to the lowest rank; a rank makes one node."""
        left = self._operand(lowest)
        while (rank := self._rank()) >= lowest:
            operations = []
            while self._rank() == rank:
                column, sign = self._token.column, self._operator()
                operations.append(Operation(sign, column, self._operators(rank + 1)))
            left = self._made(_chain(rank, left, tuple(operations)), len(operations))
        return left

    def _rank(self) -> int:
        token = self._token
        if token.kind not in (Kind.SIGN, Kind.NAME):
            return 0
        if token.value == "not":
            following = self._tokens[self._index + 1]
            return _COMPARISON if following.kind is Kind.NAME and following.value == "in" else 0
        return _RANKS.get(str(token.value), 0)

    def _operator(self) -> str:
        sign = str(self._take().value)
        if sign == "not":
            self._take()
            return "not in"
        return sign

    def _operand(self, lowest: int) -> Node:
        token = self._token
        if self._at("not"):
            if lowest > _NOT:
                raise self._error("'not' needs brackets round it here", hint="Write (not x)")
            self._take()
            self._enter()
            node: Node = Not(self._operators(_NOT))
        elif self._at("-"):
            self._take()
            self._enter()
            node = _negative(self._operand(_NEGATIVE), token.column)
        else:
            return self._parts(token)
        self._nesting -= 1
        return self._made(node)

    def _parts(self, start: Token) -> Node:
        """Read a value and the parts that follow it: .name, [index]."""
        root: Node | str = self._root()
        if isinstance(root, Literal):
            if self._at(".", "["):
                raise self._error("A number, a text, true, false and null have no parts")
            return root
        written = self.source[start.start : self._tokens[self._index - 1].end]
        steps: list[Step] = []
        while self._at(".", "["):
            steps.append(self._step(start))
        if isinstance(root, Node) and not steps:
            return root
        path = Path(root, start.column, written, tuple(steps))
        self.paths.append(path)
        return self._made(path, len(steps) + 1)

    def _step(self, start: Token) -> Step:
        opening = self._take()
        if opening.value == ".":
            token = self._token
            if token.kind is not Kind.PART:
                raise self._unexpected("a name should follow the point")
            self._take()
            if self._at("("):
                raise self._method(str(token.value), token)
            return Step(str(token.value), token.column, self.source[start.start : token.end])
        column = self._token.column
        key = self._inside("]")
        written = self.source[start.start : self._tokens[self._index - 1].end]
        if isinstance(key, Literal) and isinstance(key.value, (str, int)) and not isinstance(key.value, bool):
            return Step(key.value, column, written)
        return Step(key, column, written)

    def _method(self, name: str, token: Token) -> ExpressionError:
        known = FUNCTIONS.get(name.upper())
        hint = f"Write {known.usage}" if known else "Functions stand alone, as in UPPER(text)"
        return self._error(f"'{name}' is no function of a value", token, hint)

    def _inside(self, closing: str) -> Node:
        """Read what stands in brackets, with the closing one."""
        self._enter()
        node = self._conditional()
        self._nesting -= 1
        self._expect(closing)
        return node

    def _root(self) -> Node | str:
        token = self._token
        if token.kind in (Kind.NUMBER, Kind.TEXT):
            return self._made(Literal(self._take().value))
        if self._at("("):
            self._take()
            return self._inside(")")
        if self._at("["):
            self._take()
            items = self._list("]")
            return self._made(ListOf(items))
        if token.kind is not Kind.NAME:
            raise self._unexpected("a value should stand")
        return self._name()

    def _name(self) -> Node | str:
        following = self._tokens[self._index + 1]
        name = str(self._token.value)
        called = following.kind is Kind.SIGN and following.value == "("
        if name in _WORDS and not (called and name == "if"):
            raise self._unexpected("a value should stand")
        token = self._take()
        if called:
            return self._call(name, token)
        return self._made(Literal(CONSTANTS[name])) if name in CONSTANTS else name

    def _call(self, name: str, token: Token) -> Node:
        known = FUNCTIONS.get(name.upper())
        if known is None:
            raise self._error(f"There is no function '{name}'", token, _mend_function(name.upper()))
        self._take()
        arguments = self._list(")")
        if len(arguments) < known.least or (known.most is not None and len(arguments) > known.most):
            raise self._error(f"{known.usage} takes {known.takes}: here are {len(arguments)}", token)
        return self._made(Called(known, arguments, token.column))

    def _list(self, closing: str) -> tuple[Node, ...]:
        items: list[Node] = []
        self._enter()
        while not self._at(closing):
            if items:
                if not self._at(","):
                    raise self._unexpected(f"',' or '{closing}' should follow")
                self._take()
            items.append(self._conditional())
        self._nesting -= 1
        self._take()
        return tuple(items)


def _chain(rank: int, first: Node, operations: tuple[Operation, ...]) -> Node:
    if rank in (_OR, _AND):
        return Logic(rank == _AND, (first, *(operation.right for operation in operations)))
    if rank == _COMPARISON:
        return Comparison(first, operations)
    return Arithmetic(first, operations)


def _negative(operand: Node, column: int) -> Node:
    if isinstance(operand, Literal) and isinstance(operand.value, (int, float)) and is_number(operand.value):
        return Literal(-operand.value)
    return Negative(operand, column)


def _mend_function(name: str) -> str:
    if name in _NO_FUNCTIONS:
        return _NO_FUNCTIONS[name]
    close = difflib.get_close_matches(name[:50], FUNCTIONS, 1, 0.5)
    return (
        f"Did you mean {FUNCTIONS[close[0]].usage}?" if close else f"There are {', '.join(sorted(FUNCTIONS))}"
    )
