"""The one error of expressions, templates, conditions and sizes."""

from typing import Any, Self

SHOWN_TEXT = 1_000


class ExpressionError(Exception):
    """An expression, a template or a condition is wrong or cannot be evaluated.

    Written for the person who built the workflow: what, at which column, and what there is instead.

    Attributes:
        code: TEMPLATE_SYNTAX, VALUE_MISSING, EXPRESSION_TYPES, DIVISION_BY_ZERO, EXPRESSION_TOO_LARGE,
            CONDITION_TYPES or VALUE_TOO_LARGE.
        hint: What to try, or None.
        position: The column, from 1, in the text as written, which is the whole template where there is one;
            None where no text is to blame.
        variables: The paths that were read before it failed, and their values; filled by `evaluate_traced`.
        verdicts: The verdicts up to the condition that failed, it included; filled by `evaluate_group`.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        position: int | None = None,
        hint: str | None = None,
        detail: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint
        self.position = position
        self.variables: dict[str, Any] = {}
        self.verdicts: tuple[Any, ...] = ()
        self._summary = message
        self._facts = dict(detail or {})

    def __str__(self) -> str:
        return self.message

    @property
    def message(self) -> str:
        """One sentence: what is wrong, and where."""
        if self.position is None:
            return self._summary
        path = self._facts.get("path")
        where = f"{path}, column {self.position}" if path else f"column {self.position}"
        return f"{self._summary} ({where})"

    @property
    def detail(self) -> dict[str, Any]:
        """What it takes to mend it, plain JSON: `expression`, `position` and what the code brings."""
        return self._facts if self.position is None else {**self._facts, "position": self.position}

    def locate(self, expression: str, position: int) -> None:
        """Say where in the expression it is; the first place that is named stays."""
        if self.position is None:
            self.position = position
        self._facts.setdefault("expression", expression)

    def move_into(self, template: str, offset: int) -> None:
        """Count the position in the template whose expression begins after `offset` characters."""
        if self.position is not None:
            self.position += offset
        self.add(template=template if len(template) <= SHOWN_TEXT else f"{template[:SHOWN_TEXT]}…")

    def add(self, **facts: object) -> Self:
        """Add facts to the detail; what stands there already stays."""
        self._facts = {**facts, **self._facts}
        return self
