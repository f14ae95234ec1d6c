import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.event_record import EventRecord
from live.window import Window
from tests.live.fake_log import make_event


def seqs(events: list[EventRecord] | None) -> list[int] | None:
    return None if events is None else [event.seq for event in events]


def window_of(count: int, size: int = 4) -> Window:
    window = Window(size)
    for seq in range(1, count + 1):
        window.offer(make_event("run_1", seq))
    return window


def test_a_new_window_knows_that_there_is_a_first_event_and_has_none() -> None:
    window = Window(4)
    assert (window.tip, window.known, window.ended) == (0, 1, False)
    assert window.after(0) == []


def test_it_reaches_back_as_far_as_its_size() -> None:
    window = window_of(10)
    assert seqs(window.after(10)) == []
    assert seqs(window.after(9)) == [10]
    assert seqs(window.after(6)) == [7, 8, 9, 10]
    assert window.after(5) is None


def test_it_has_ended_with_the_last_event() -> None:
    window = window_of(2)
    assert not window.ended
    window.offer(make_event("run_1", 3, last=True))
    assert window.ended


def test_it_leaps_to_rows_beyond_its_tip_and_forgets_what_was_before() -> None:
    window = window_of(3)
    rows = [make_event("run_1", seq) for seq in (8, 9)]
    window.extend(rows, complete=True, known_before=window.known)
    assert (window.tip, window.known) == (9, 9)
    assert seqs(window.after(7)) == [8, 9]
    assert window.after(6) is None


def test_a_full_page_says_that_there_may_be_more() -> None:
    window = window_of(1)
    window.extend([make_event("run_1", 2)], complete=False, known_before=window.known)
    assert (window.tip, window.known) == (2, 3)


def test_what_is_announced_during_a_reading_is_not_forgotten() -> None:
    window = window_of(1)
    window.note(2)
    known_before = window.known
    window.note(3)
    window.extend([make_event("run_1", 2)], complete=True, known_before=known_before)
    assert (window.tip, window.known) == (2, 3)


@pytest.mark.parametrize("rows", [[], [1], [1, 2, 3]])
def test_old_rows_change_nothing(rows: list[int]) -> None:
    window = window_of(3)
    window.extend([make_event("run_1", seq) for seq in rows], complete=True, known_before=window.known)
    assert (window.tip, window.known) == (3, 3)
    assert seqs(window.after(0)) == [1, 2, 3]


@settings(deadline=None)
@given(st.integers(1, 40), st.integers(1, 8), st.randoms(use_true_random=False))
def test_whatever_comes_it_holds_a_stretch_without_a_gap(
    length: int, size: int, chance: random.Random
) -> None:
    window = Window(size)
    for _ in range(60):
        seq = chance.randint(1, length)
        match chance.randrange(3):
            case 0:
                window.offer(make_event("run_1", seq))
            case 1:
                window.note(seq)
            case _:
                rows = [make_event("run_1", one) for one in range(seq, chance.randint(seq, length) + 1)]
                window.extend(rows, complete=chance.random() < 0.5, known_before=window.known)
        held = [event.seq for event in window._ring]
        assert held == list(range(window.tip - len(held) + 1, window.tip + 1))
        assert len(held) <= size
        assert len(window._ahead) <= size
        assert all(seq > window.tip + 1 for seq in window._ahead)
