"""The body of a call, as JSON: by what its Content-Type says that it is."""

import json
from urllib.parse import parse_qs

from engine.errors import Problem, Refused
from engine.values import JsonValue

_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 1_000


def read_body(content_type: str, body: bytes) -> JsonValue:
    """Give the body: JSON as what it is, a form as an object, other text as text. No body is null.

    What is an object or a list in JSON is read as one whatever it is called: clients such as `curl -d` call
    everything a form. Of a form, a field that comes once is a text, one that comes more often a list.

    Raises:
        Refused: PAYLOAD_INVALID; it is not what its type says, or no text at all.
    """
    kind = content_type.partition(";")[0].strip().lower()
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise _refused("The body is no text in UTF-8; JSON, a form or text is taken.") from None
    if not text.strip():
        return None
    named_json = kind == "application/json" or kind.endswith("+json")
    if named_json or text.lstrip()[0] in "{[":
        try:
            return _json(text)
        except (ValueError, RecursionError):
            if named_json:
                raise _refused(f"The body is no JSON, as its type '{kind}' says.") from None
    return _form(text) if kind == _FORM else text


def _form(text: str) -> JsonValue:
    try:
        fields = parse_qs(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise _refused(f"A form has at most {_MOST_FIELDS} fields.") from None
    found: dict[str, JsonValue] = {}
    for name, values in fields.items():
        found[name] = values[0] if len(values) == 1 else list(values)
    return found


def _json(text: str) -> JsonValue:
    found: JsonValue = json.loads(text, parse_constant=_refuse_constant)
    return found


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _refused(message: str) -> Refused:
    return Refused(Problem("PAYLOAD_INVALID", message, ("payload", "body")))
