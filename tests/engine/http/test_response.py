from hypothesis import given
from hypothesis import strategies as st

from engine.http.response import cut, decode, read
from engine.ports import HttpResponse
from engine.values import MAX_VALUE_BYTES, size


@given(st.text(), st.integers(-5, 60))
def test_a_cut_text_is_the_longest_beginning_that_fits(text: str, room: int) -> None:
    kept = cut(text, room)
    assert text.startswith(kept)
    assert kept == "" or size(kept) <= room
    if len(kept) < len(text):
        assert size(text[: len(kept) + 1]) > room


def test_a_charset_that_is_known_is_used_and_any_other_read_as_utf_8() -> None:
    assert decode("größer".encode("latin-1"), "text/html; charset=ISO-8859-1") == "größer"
    assert decode("größer".encode("utf-16"), 'text/html; charset="utf-16"') == "größer"
    for charset in ("", "nonsense", "hex", "idna", "punycode", "unicode_escape", "\0"):
        assert decode("größer".encode(), f"text/html; charset={charset}") == "größer"


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert decode(b"a\xff", "text/plain") == "a\ufffd"


@given(
    st.integers(100, 599),
    st.dictionaries(st.text(max_size=20), st.text(max_size=50), max_size=5),
    st.binary(max_size=200),
    st.booleans(),
    st.sampled_from(["application/json", "text/plain; charset=utf-7", "x", ""]),
)
def test_whatever_comes_back_can_be_read_and_kept(
    status: int, headers: dict[str, str], body: bytes, truncated: bool, content_type: str
) -> None:
    named = {**headers, "Content-Type": content_type}
    reading = read(HttpResponse(status=status, headers=named, body=body, truncated=truncated))
    outputs = {
        "status": reading.status,
        "headers": dict(reading.headers),
        "body": reading.body,
        "json": reading.json,
    }
    assert size(outputs) <= MAX_VALUE_BYTES


def test_nul_which_no_database_takes_is_replaced() -> None:
    reading = read(HttpResponse(status=200, headers={"X": "a\0"}, body=b"a\0b", truncated=False))
    assert (reading.body, reading.headers) == ("a\ufffdb", {"x": "a\ufffd"})


def test_a_header_that_is_huge_leaves_no_room_for_the_body() -> None:
    reading = read(HttpResponse(status=200, headers={"X": "a" * 300_000}, body=b"abc", truncated=False))
    assert (reading.body, reading.truncated) == ("", True)
