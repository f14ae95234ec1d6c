"""The words of an expression, with their columns."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from engine.expression.arithmetic import check_number
from engine.expression.errors import ExpressionError
from engine.expression.json_values import clean_text


class Kind(Enum):
    """What a token is."""

    NUMBER = auto()
    TEXT = auto()
    NAME = auto()
    PART = auto()  # what follows a point: any word, digits and keywords included
    SIGN = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One word of an expression: `value` is what it stands for, `start` and `end` count characters from 0."""

    kind: Kind
    value: str | int | float
    start: int
    end: int

    @property
    def column(self) -> int:
        """The column of its first character, from 1."""
        return self.start + 1


_SPACE = re.compile(r"\s*")
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NAME = re.compile(r"[^\W\d]\w*")
_WORD = re.compile(r"\w+")
_SIGN = re.compile(r"[=!<>]=|//|[-+*/%<>()\[\],.]")
_ESCAPE = re.compile(r"""\\(?:([nrt\\'"/])|u([0-9a-fA-F]{4}))""")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_BRACES = "An expression is written without braces; only in a template does {{ }} stand around it"
_NOT_SIGNS = {
    "**": "There is no power: multiply",
    "<>": "Write != for 'is not'",
    "=": "Write == to compare",
    "&": "Write and",
    "|": "Write or",
    "!": "Write not",
    "?": "Write IF(condition, a, b), or a if condition else b",
    ":": "Items of a list are taken with [0], FIRST and LAST",
    "{": _BRACES,
    "}": _BRACES,
    "$": "Names begin without $, as in trigger.payload",
    **dict.fromkeys("`“”‘’", "Quote text with straight quotes, ' or \""),
}


def tokenize(source: str) -> list[Token]:
    """Cut an expression into tokens, the last one of kind END.

    Raises:
        ExpressionError: TEMPLATE_SYNTAX with the position.
    """
    tokens: list[Token] = []
    at = _skip(source, 0)
    while at < len(source):
        tokens.append(_token(source, at, tokens[-1] if tokens else None))
        at = _skip(source, tokens[-1].end)
    tokens.append(Token(Kind.END, "", len(source), len(source)))
    return tokens


def syntax_error(source: str, message: str, start: int, hint: str | None = None) -> ExpressionError:
    """Give a TEMPLATE_SYNTAX error at a character (from 0) of the expression."""
    error = ExpressionError("TEMPLATE_SYNTAX", message, hint=hint)
    error.locate(source, start + 1)
    return error


def _skip(source: str, at: int) -> int:
    found = _SPACE.match(source, at)
    return found.end() if found else at


def _token(source: str, at: int, before: Token | None) -> Token:
    after_point = before is not None and before.kind is Kind.SIGN and before.value == "."
    if after_point and (word := _WORD.match(source, at)):
        return Token(Kind.PART, word[0], at, word.end())
    if source[at] in "'\"":
        return _text(source, at)
    if (source[at] != "." or not _is_operand(before)) and (number := _NUMBER.match(source, at)):
        return _number(source, number)
    if name := _NAME.match(source, at):
        return Token(Kind.NAME, name[0], at, name.end())
    wrong = next((sign for sign in _NOT_SIGNS if source.startswith(sign, at)), None)
    sign = _SIGN.match(source, at)
    if sign and wrong not in {"**", "<>"} and (wrong is None or len(wrong) < len(sign[0])):
        return Token(Kind.SIGN, sign[0], at, sign.end())
    shown = wrong or source[at]
    raise syntax_error(source, f"'{shown}' has no meaning here", at, _NOT_SIGNS.get(shown))


def _is_operand(token: Token | None) -> bool:
    return token is not None and (token.kind is not Kind.SIGN or token.value in (")", "]"))


def _number(source: str, found: re.Match[str]) -> Token:
    if word := _WORD.match(source, found.end()):
        name = f"{found[0]}{word[0]}"
        raise syntax_error(
            source, f"'{name}' is no number", found.start(), "A name does not begin with a digit"
        )
    text = found[0]
    try:
        value = check_number(float(text) if re.search("[.eE]", text) else int(text))
    except ExpressionError as error:
        raise syntax_error(source, error.message, found.start()) from None
    return Token(Kind.NUMBER, value, found.start(), found.end())


def _text(source: str, start: int) -> Token:
    quote, at, pieces = source[start], start + 1, []
    while at < len(source) and source[at] != quote:
        if source[at] == "\\":
            at, piece = _escape(source, at)
            pieces.append(piece)
        else:
            pieces.append(source[at])
            at += 1
    if at == len(source):
        raise syntax_error(source, f"The text that begins here has no closing {quote}", start)
    text = "".join(pieces).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return Token(Kind.TEXT, clean_text(text), start, at + 1)


def _escape(source: str, at: int) -> tuple[int, str]:
    found = _ESCAPE.match(source, at)
    if found is None:
        hint = r"Write \\ for a backslash; there are \n \r \t \\ \' \" \/ \u0000"
        raise syntax_error(source, f"'{source[at : at + 2]}' is no escape in text", at, hint)
    return found.end(), chr(int(found[2], 16)) if found[2] else _ESCAPES.get(found[1], found[1])
