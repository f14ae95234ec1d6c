"""Group commit: who waits is written together, and nobody pays for another's bad write."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from db.writing import RunWrite
from workers.group import CommitGroup


def write(run_id: str) -> RunWrite:
    return RunWrite(run_id=run_id, payload={}, events=())


class FakeStore:
    """Takes batches; the first may be held until the test lets it go."""

    def __init__(
        self,
        *,
        refused: frozenset[str] = frozenset(),
        bad: frozenset[str] = frozenset(),
        lost: frozenset[str] = frozenset(),
        held: bool = False,
    ) -> None:
        self.batches: list[list[str]] = []
        self.published: list[list[str]] = []
        self.refused, self.bad, self.lost = refused, bad, lost
        self.entered, self.go = threading.Event(), threading.Event()
        if not held:
            self.go.set()

    def write(self, writes: Sequence[RunWrite]) -> set[str]:
        runs = [one.run_id for one in writes]
        self.batches.append(runs)
        self.entered.set()
        assert self.go.wait(10)
        if self.bad & set(runs):
            raise ValueError("a bad write")
        if self.lost & set(runs):
            raise psycopg.OperationalError("the reply is lost")
        return set(runs) - self.refused

    def publish(self, writes: Sequence[RunWrite]) -> None:
        self.published.append([one.run_id for one in writes])


def commit_while_one_writes(store: FakeStore, first: str, others: list[str]) -> dict[str, object]:
    """Commit `others` while `first` is being written; give what each got."""
    group = CommitGroup(store.write, store.publish)

    def commit(run_id: str) -> object:
        try:
            return group.commit(write(run_id))
        except (ValueError, psycopg.OperationalError) as error:
            return str(error)

    with ThreadPoolExecutor(len(others) + 1) as pool:
        futures = [(first, pool.submit(commit, first))]
        assert store.entered.wait(10)
        futures += [(one, pool.submit(commit, one)) for one in others]
        while len(group._waiting) < len(others):
            pass
        store.go.set()
        return {one: future.result(10) for one, future in futures}


def test_a_thread_that_comes_alone_writes_at_once_and_publishes() -> None:
    store = FakeStore()
    assert CommitGroup(store.write, store.publish).commit(write("a")) is True
    assert store.batches == [["a"]] and store.published == [["a"]]


def test_those_who_come_while_one_writes_are_written_together() -> None:
    store = FakeStore(held=True)
    got = commit_while_one_writes(store, "a", ["b", "c", "d"])
    assert got == {"a": True, "b": True, "c": True, "d": True}
    assert (
        store.batches[0] == ["a"] and sorted(store.batches[1]) == ["b", "c", "d"] and len(store.batches) == 2
    )


def test_a_refused_write_is_told_so_and_not_published() -> None:
    store = FakeStore(refused=frozenset({"c"}), held=True)
    assert commit_while_one_writes(store, "a", ["b", "c"]) == {"a": True, "b": True, "c": False}
    assert [sorted(one) for one in store.published] == [["a"], ["b"]]


def test_a_bad_write_fails_alone() -> None:
    store = FakeStore(bad=frozenset({"c"}), held=True)
    got = commit_while_one_writes(store, "a", ["b", "c", "d"])
    assert got == {"a": True, "b": True, "c": "a bad write", "d": True}


def test_a_batch_whose_reply_is_lost_is_not_written_again() -> None:
    """Who had it written looks whether it was: written again it would be refused, and taken for another's."""
    store = FakeStore(lost=frozenset({"c"}), held=True)
    got = commit_while_one_writes(store, "a", ["b", "c", "d"])
    assert got == {"a": True, **dict.fromkeys("bcd", "the reply is lost")}
    assert len(store.batches) == 2


def test_two_decisions_about_one_run_never_share_a_batch() -> None:
    store = FakeStore(held=True)
    group = CommitGroup(store.write, store.publish)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(group.commit, write("a"))
        assert store.entered.wait(10)
        rest = [pool.submit(group.commit, write("b")) for _ in range(2)]
        while len(group._waiting) < 2:
            pass
        store.go.set()
        assert first.result(10) and all(one.result(10) for one in rest)
    assert store.batches == [["a"], ["b"], ["b"]]


def test_a_failing_publish_is_raised_and_strands_nobody() -> None:
    store = FakeStore()

    def fail(writes: Sequence[RunWrite]) -> None:
        raise RuntimeError("publishing failed")

    group = CommitGroup(store.write, fail)
    with pytest.raises(RuntimeError):
        group.commit(write("a"))
    with pytest.raises(RuntimeError):
        group.commit(write("b"))


def test_under_load_every_write_is_written_once() -> None:
    store = FakeStore()
    group = CommitGroup(store.write, store.publish)
    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(lambda n: group.commit(write(f"run{n}")), range(500)))
    assert all(results)
    assert sorted(one for batch in store.batches for one in batch) == sorted(f"run{n}" for n in range(500))
