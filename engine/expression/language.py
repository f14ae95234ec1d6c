"""An expression, ready to be evaluated: parsed once, checked, and bounded."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine.expression.budget import Budget
from engine.expression.errors import ExpressionError
from engine.expression.json_values import JsonValue, UnstorableValueError, clean_text
from engine.expression.nodes import Node, Path, Work
from engine.expression.parser import Parser
from engine.expression.paths import Part
from engine.expression.preview import preview
from engine.expression.text import plain

MAX_RESULT_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """One expression.

    Attributes:
        source: As written.
        root: Its outermost part.
        nodes: How many parts it has.
        references: The paths that it may read, each as far as it is known without evaluating.
        bare_path: The path, where the expression is nothing but one; else None.
    """

    source: str
    root: Node
    nodes: int
    references: frozenset[tuple[Part, ...]]
    bare_path: tuple[Part, ...] | None

    def evaluate(self, scope: Mapping[str, object], shared: Budget | None = None) -> JsonValue:
        """Give the value in a scope, as plain JSON.

        Args:
            scope: The names that it may use. Mappings in it may load what they hold when it is asked for; the
                leaves are JSON values.
            shared: Steps that it shares with others, beside the 10,000 that each expression has.

        Raises:
            ExpressionError: VALUE_MISSING, EXPRESSION_TYPES, DIVISION_BY_ZERO or EXPRESSION_TOO_LARGE.
        """
        return self._run(Work(self.source, scope, Budget(shared=shared)))

    def evaluate_traced(self, scope: Mapping[str, object]) -> tuple[JsonValue, dict[str, JsonValue]]:
        """Give the value, and by each path that was read, as written, what it held; large ones as `preview`.

        Raises:
            ExpressionError: As `evaluate`; its `variables` hold what was read until then.
        """
        read: dict[str, object] = {}
        work = Work(self.source, scope, Budget(), read)
        try:
            value = self._run(work)
        except ExpressionError as error:
            error.variables = {path: _shown(each) for path, each in read.items()}
            raise
        return value, {path: _shown(each) for path, each in read.items()}

    def _run(self, work: Work) -> JsonValue:
        try:
            work.budget.spend(self.nodes)
            return plain(self.root.evaluate(work), MAX_RESULT_BYTES)
        except ExpressionError as error:
            error.locate(self.source, 1)
            raise


def _shown(value: object) -> JsonValue:
    try:
        return preview(value)
    except UnstorableValueError as error:
        return {"$error": str(error)}


def parse(source: str) -> Expression:
    """Read an expression; the same text is read once.

    Raises:
        ExpressionError: TEMPLATE_SYNTAX, with the position and a hint.
    """
    return _parse(source)


@lru_cache(maxsize=1024)
def _parse(source: str) -> Expression:
    source = clean_text(source)
    parser = Parser(source)
    root = parser.parse()
    return Expression(
        source=source,
        root=root,
        nodes=parser.nodes,
        references=frozenset(path.fixed for path in parser.paths if path.fixed),
        bare_path=root.fixed if isinstance(root, Path) and root.is_bare else None,
    )
