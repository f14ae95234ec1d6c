import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.ports.log import LEVELS, AttemptLog


@pytest.fixture
def lines() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def log(lines: list[tuple[str, str]]) -> AttemptLog:
    return AttemptLog(lambda level, message: lines.append((level, message)))


@pytest.mark.parametrize("level", LEVELS)
def test_a_line_is_passed_on_as_it_is(level: str, log: AttemptLog, lines: list[tuple[str, str]]) -> None:
    log(level, "grüße")
    assert lines == [(level, "grüße")]


def test_an_unknown_level_is_refused(log: AttemptLog, lines: list[tuple[str, str]]) -> None:
    with pytest.raises(
        ValueError, match="there is no level 'loud': debug, info, warning, error are accepted"
    ):
        log("loud", "x")
    assert lines == []


def test_two_hundred_lines_are_kept_and_the_last_says_so(
    log: AttemptLog, lines: list[tuple[str, str]]
) -> None:
    for number in range(1, 301):
        log("info", f"line {number}")
    assert len(lines) == 200
    assert lines[198] == ("info", "line 199")
    assert lines[199] == ("info", "line 200\n(This is line 200, the last that is kept of an attempt.)")


@given(st.text(max_size=3).map(lambda text: text * 2000), st.integers(1, 200))
def test_no_line_is_longer_than_four_kibibytes(text: str, number: int) -> None:
    lines: list[str] = []
    log = AttemptLog(lambda _, message: lines.append(message))
    for _ in range(number):
        log("info", text)
    assert all(len(line.encode()) <= 4096 for line in lines)
    assert (lines[0] == text) is (len(text.encode()) <= 4096)


def test_half_a_character_is_not_kept(log: AttemptLog, lines: list[tuple[str, str]]) -> None:
    log("info", "ü" * 3000)
    assert lines[0][1] == "ü" * 2046 + "…"
