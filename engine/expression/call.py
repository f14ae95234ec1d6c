"""Functions, and what they see of the place where they are called."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.expression.budget import Budget
from engine.expression.comparison import describe, is_number
from engine.expression.errors import ExpressionError
from engine.expression.nodes import Node, Work


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language.

    Attributes:
        usage: How it is written, such as `ROUND(number, digits)`.
        least: The fewest arguments it takes.
        most: The most arguments it takes; None for any number.
        run: What it does.
    """

    usage: str
    least: int
    most: int | None
    run: "Callable[[Call], object]"

    @property
    def name(self) -> str:
        """Its name, in capitals."""
        return self.usage.partition("(")[0]

    @property
    def takes(self) -> str:
        """How many arguments it takes, for a message."""
        if self.most is None:
            return f"at least {self.least} argument{'' if self.least == 1 else 's'}"
        if self.least == self.most:
            return f"{self.least} argument{'' if self.least == 1 else 's'}"
        return f"{self.least} to {self.most} arguments"


def function(usage: str, least: int, most: int | None) -> "Callable[[Callable[[Call], object]], Function]":
    """Make a Function of a Python function."""
    return lambda run: Function(usage, least, most, run)


class Call:
    """One call under way: evaluates an argument when it is asked for, each time anew."""

    __slots__ = ("_arguments", "_function", "_work")

    def __init__(self, called: Function, arguments: tuple[Node, ...], work: Work) -> None:
        self._function, self._arguments, self._work = called, arguments, work

    def __len__(self) -> int:
        return len(self._arguments)

    @property
    def budget(self) -> Budget:
        """The steps left."""
        return self._work.budget

    def value(self, index: int) -> object:
        """Evaluate an argument, the first being 0."""
        return self._arguments[index].evaluate(self._work)

    def text(self, index: int) -> str:
        """Evaluate an argument that must be text.

        Raises:
            ExpressionError: EXPRESSION_TYPES, as in the other methods that expect a type.
        """
        value = self.value(index)
        if not isinstance(value, str):
            raise self.wrong(
                index, value, "text", hint="TEXT(x) gives a value as text" if value is not None else None
            )
        self.budget.text(len(value))
        return value

    def filled(self, index: int) -> str:
        """Evaluate an argument that must be text and not empty."""
        value = self.text(index)
        if not value:
            raise self.fail(f"argument {index + 1} must not be empty")
        return value

    def number(self, index: int) -> int | float:
        """Evaluate an argument that must be a number."""
        value = self.value(index)
        if isinstance(value, (int, float)) and is_number(value):
            return value
        raise self.wrong(
            index,
            value,
            "a number",
            hint="NUMBER(x) reads text as a number" if isinstance(value, str) else None,
        )

    def items(self, index: int, *, all_of_them: bool = True) -> list[object]:
        """Evaluate an argument that must be a list; its items count as looked at, if all are."""
        value = self.value(index)
        if not isinstance(value, list):
            raise self.wrong(index, value, "a list")
        if all_of_them:
            self.budget.items(len(value))
        return value

    def wrong(self, index: int, value: object, takes: str, *, hint: str | None = None) -> ExpressionError:
        """Give the error for an argument of the wrong type."""
        if value is None and hint is None:
            hint = "DEFAULT(x, y) gives y for null"
        return self.fail(f"argument {index + 1} is {describe(value)}, it takes {takes}", hint=hint)

    def fail(
        self, message: str, *, code: str = "EXPRESSION_TYPES", hint: str | None = None
    ) -> ExpressionError:
        """Give an error that names the function and how it is written."""
        return ExpressionError(code, f"{self._function.usage}: {message}", hint=hint)


@dataclass(frozen=True, slots=True)
class Called(Node):
    """A function with its arguments."""

    function: Function
    arguments: tuple[Node, ...]
    column: int

    def evaluate(self, work: Work) -> object:
        """Give what the function makes of its arguments."""
        try:
            return self.function.run(Call(self.function, self.arguments, work))
        except ExpressionError as error:
            error.locate(work.source, self.column)
            raise
