"""JSON as it is sent: what many are sent alike is written once."""

import json
from typing import Any

import orjson


class Written(dict[str, Any]):
    """Data that is written already; nobody changes it.

    Attributes:
        text: It, as JSON.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__(data)
        self.text = written(data)


def written(data: object) -> bytes:
    """Give data as JSON in UTF-8; `Written` in it is not written again."""
    try:
        return orjson.dumps(data, default=_known, option=orjson.OPT_PASSTHROUGH_SUBCLASS)
    except orjson.JSONEncodeError:  # an integer beyond 64 bits, say, which JSON can hold
        return json.dumps(data, separators=(",", ":")).encode()


def _known(value: object) -> orjson.Fragment:
    if isinstance(value, Written):
        return orjson.Fragment(value.text)
    raise TypeError(f"no JSON for {type(value).__name__}")
