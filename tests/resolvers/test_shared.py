"""Answers that several are given alike: made once, kept within bounds."""

import asyncio

import pytest

from resolvers.shared import Shared

pytestmark = pytest.mark.anyio


def test_the_newest_answers_are_kept_up_to_a_number() -> None:
    shared = Shared[str](most_answers=2)
    for key in ("a", "b", "c"):
        shared.keep(key, key.upper(), 1)
    assert [shared.get(key) for key in ("a", "b", "c")] == [None, "B", "C"]


def test_the_newest_answers_are_kept_up_to_a_size() -> None:
    shared = Shared[str](most_bytes=10)
    for key, size in (("a", 4), ("b", 4), ("c", 6)):
        shared.keep(key, key.upper(), size)
    assert [shared.get(key) for key in ("a", "b", "c")] == [None, "B", "C"]
    shared.keep("d", "D", 11)
    assert [shared.get(key) for key in ("b", "c", "d")] == ["B", "C", None]


def test_an_answer_that_is_kept_counts_once() -> None:
    shared = Shared[str](most_bytes=10)
    for _ in range(3):
        shared.keep("a", "A", 5)
    shared.keep("b", "B", 5)
    assert (shared.get("a"), shared.get("b")) == ("A", "B")


async def test_all_who_want_what_is_being_made_wait_for_it() -> None:
    shared, go, made = Shared[str](), asyncio.Event(), []

    async def make() -> str:
        await go.wait()
        made.append("a")
        return "A"

    shared.begin("a", make())
    assert shared.is_being_made("a")
    waiting = [asyncio.create_task(shared.made("a")) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()  # the first who asked goes
    go.set()
    assert await asyncio.gather(*waiting[1:]) == ["A", "A"]
    assert made == ["a"] and not shared.is_being_made("a")


async def test_what_cannot_be_made_fails_for_all_and_is_forgotten() -> None:
    shared = Shared[str]()

    async def fail() -> str:
        raise ValueError("no")

    shared.begin("a", fail())
    failures = await asyncio.gather(shared.made("a"), shared.made("a"), return_exceptions=True)
    assert [str(one) for one in failures] == ["no", "no"]
    assert not shared.is_being_made("a")
