"""The body of a call, by what its Content-Type says that it is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Refused
from engine.values import clean
from resolvers.hook_body import read_body

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("application/json", '{"a": [1, null]}', {"a": [1, None]}),
        ("application/json; charset=utf-8", " 5 ", 5),
        ("Application/CloudEvents+JSON", '"x"', "x"),
        ("application/json", "", None),
        ("", '{"a": 1}', {"a": 1}),
        ("", "hello", "hello"),
        ("text/plain", "123", "123"),
        ("text/plain", "[1]", [1]),
        ("text/plain", "{not json", "{not json"),
        (FORM, "a=1&b=2&b=&c", {"a": "1", "b": ["2", ""], "c": ""}),
        (FORM, "name=Gr%C3%B6%C3%9Fe+1", {"name": "Größe 1"}),
        (FORM, '{"a": 1}', {"a": 1}),
        ("text/plain", "  \n", None),
    ],
)
def test_a_body_is_read(content_type: str, body: str, expected: Any) -> None:
    assert read_body(content_type, body.encode()) == expected


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b'{"a": NaN}'),
        ("application/json", b"[" * 100_000),
        ("application/json", b"1" * 5_000),
        ("application/ld+json", b"{'a': 1}"),
        ("", b"\xff\xfe"),
        ("image/png", b"\x89PNG\r\n\xff"),
        (FORM, b"&".join(b"a=1" for _ in range(1_001))),
    ],
    ids=str,
)
def test_a_body_that_is_not_what_it_says_is_refused(content_type: str, body: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        read_body(content_type, body)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.path) == ("PAYLOAD_INVALID", ("payload", "body"))


@given(st.sampled_from(["application/json", "", "text/plain", FORM, "x/y; z"]), st.binary(max_size=60))
def test_any_body_is_read_or_refused(content_type: str, body: bytes) -> None:
    try:
        found = read_body(content_type, body)
    except Refused:
        return
    if "\0" not in repr(found).replace("\\x00", "\0"):
        clean(found)
