"""JSON as it is sent."""

import json
from typing import Any

import pytest

from schema.written import Written, written


@pytest.mark.parametrize(
    "data",
    [
        {"a": [1, 2.5, None, True, 'ä\u2028\n"', {}]},
        {"large": 2**70},
        {"half": "\ud83d"},
        [Written({"b": 2**70}), Written({"c": "\ud83d"})],
    ],
)
def test_what_is_written_reads_as_it_was(data: Any) -> None:
    text = written(data)
    assert json.loads(text) == data
    assert not set(b" \n") & set(text)


def test_what_is_written_already_is_not_written_again() -> None:
    data = Written({"a": 1})
    data["a"] = 2  # nobody does; it shows which is sent
    assert written({"data": data, "more": [data]}) == b'{"data":{"a":1},"more":[{"a":1}]}'


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError):
        written({"a": object()})
