"""The small, safe language of formulas, templates and conditions."""

from engine.expression.errors import ExpressionError
from engine.expression.language import Expression, parse

__all__ = ["Expression", "ExpressionError", "parse"]
