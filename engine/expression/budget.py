"""How much work an evaluation may do."""

from engine.expression.errors import ExpressionError

EXPRESSION_STEPS = 10_000
CONFIG_STEPS = 100_000
ITEMS_PER_STEP = 10
CHARACTERS_PER_STEP = 1_000
MATCH_PER_STEP = 400  # characters of the text times instructions of the pattern


class Budget:
    """Steps left: a part of an expression takes one, ten items of a list one, a thousand characters one.

    An expression has 10,000 steps, all those of a configuration together (`shared`) 100,000.
    """

    __slots__ = ("_left", "_shared", "_steps")

    def __init__(self, steps: int = EXPRESSION_STEPS, shared: "Budget | None" = None) -> None:
        self._steps = self._left = steps
        self._shared = shared

    def spend(self, steps: int) -> None:
        """Take steps.

        Raises:
            ExpressionError: EXPRESSION_TOO_LARGE, when there are not that many left.
        """
        if self._shared is not None:
            self._shared.spend(steps)
        self._left -= steps
        if self._left < 0:
            raise ExpressionError(
                "EXPRESSION_TOO_LARGE",
                f"This takes more than {self._steps:,} steps",
                hint="Work on fewer items or shorter texts, or spread the work over several activities",
            )

    def items(self, count: int) -> None:
        """Take the steps for looking at items of a list."""
        self.spend(-(-count // ITEMS_PER_STEP))

    def text(self, length: int) -> None:
        """Take the steps for looking at text of that many characters."""
        self.spend(length // CHARACTERS_PER_STEP)

    def match(self, length: int, pattern: int) -> None:
        """Take the steps for matching text of a length against a pattern of a compiled size."""
        self.spend(length * pattern // MATCH_PER_STEP)
