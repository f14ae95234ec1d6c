"""Going on within a decision: which activities share a transaction with what they follow, and which never do."""

import inspect
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
import pytest

from db.cancel import cancel_run
from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.writing import RunWrite
from engine.activities import ACTIVITY_TYPES
from engine.activities.formula import FORMULA
from engine.ports import HttpResponse
from tests.engine.judge import judge
from tests.engine.simulation import activity, edge, workflow
from tests.workers.harness import USER, FakeHttp, Harness, check_invariants
from tests.workers.run_machine import ended
from workers import inline

PURE = {"formula", "if_else", "switch", "filter", "parse_json", "adjust_time"}


def row_of(*activities: dict[str, Any]) -> dict[str, Any]:
    keys = [one["key"] for one in activities]
    return workflow(list(activities), [edge(*pair) for pair in zip(["trigger", *keys], keys, strict=False)])


def counting(count: int) -> dict[str, Any]:
    """Formulas in a row, each one more than the one before it."""
    later = [
        activity(f"a{number}", expression=f"activities.a{number - 1}.value + 1") for number in range(1, count)
    ]
    return row_of(activity("a0", expression="1"), *later)


@pytest.fixture
def harness(database: Database, monkeypatch: pytest.MonkeyPatch) -> Harness:
    monkeypatch.setattr(inline, "SECONDS", 60.0)  # however busy the machine is
    return Harness(
        database, http=FakeHttp(lambda _: HttpResponse(status=200, headers={}, body=b"", truncated=False))
    )


@pytest.fixture
def writes(harness: Harness) -> list[list[str]]:
    """Of each write, the keys of what it ends."""
    found: list[list[str]] = []

    def take(written: Sequence[RunWrite]) -> None:
        rows = [row for one in written for row in one.payload["executions"]]
        found.append([row["key"] for row in rows if row["status"] in ("COMPLETED", "FAILED")])

    harness.before_write = take
    return found


def values(harness: Harness, run_id: str) -> list[Any]:
    rows = harness.query(
        "SELECT outputs FROM activity_execution WHERE run_id = :id ORDER BY created_seq", id=run_id
    )
    return [row.outputs if isinstance(row.outputs, dict) else orjson.loads(row.outputs) for row in rows]


def test_formulas_that_follow_each_other_are_written_at_once(
    harness: Harness, writes: list[list[str]]
) -> None:
    definition = counting(5)
    run_id = harness.run(definition)
    assert writes == [[], ["a0", "a1", "a2", "a3", "a4"]]
    assert values(harness, run_id) == [{"value": number} for number in range(1, 6)]
    assert (harness.row(run_id).status, harness.row(run_id).credits_used) == ("COMPLETED", 5)
    check_invariants(harness, run_id)
    judge(ended(harness, run_id, definition))


def test_an_effect_is_written_by_itself_and_nothing_is_begun_but_with_its_claim(
    harness: Harness, writes: list[list[str]]
) -> None:
    send = {"kind": "http_request", "method": "POST", "url": "https://example.com"}
    run_id = harness.run(
        row_of(activity("send", **send), activity("a"), activity("b"), activity("again", **send))
    )
    assert writes == [[], ["send"], ["a", "b"], ["again"]]
    check_invariants(harness, run_id)


def test_so_many_go_into_one_decision(
    harness: Harness, writes: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inline, "MOST", 3)
    harness.run(counting(10))
    assert [len(keys) for keys in writes] == [0, 4, 4, 2]


def test_none_is_begun_once_the_decision_takes_long(
    harness: Harness, writes: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inline, "SECONDS", 0.0)
    harness.run(counting(3))
    assert writes == [[], ["a0"], ["a1"], ["a2"]]


def test_a_failure_on_the_way_is_one_and_its_error_exit_goes_on(
    harness: Harness, writes: list[list[str]]
) -> None:
    definition = workflow(
        [activity("a"), activity("b", expression="1 / 0"), activity("c"), activity("d")],
        [edge("trigger", "a"), edge("a", "b"), edge("b", "c"), edge("b", "d", "error")],
    )
    run_id = harness.run(definition)
    assert writes == [[], ["a", "b", "d"]]
    assert harness.statuses(run_id) == {"a": "COMPLETED", "b": "FAILED", "d": "COMPLETED"}
    assert harness.row(run_id).credits_used == 2
    judge(ended(harness, run_id, definition))


def test_what_became_ready_beside_is_left_to_others(harness: Harness, writes: list[list[str]]) -> None:
    definition = workflow(
        [activity("a"), activity("b"), activity("c"), activity("d")],
        [edge("trigger", "a"), edge("a", "b"), edge("a", "c"), edge("b", "d")],
    )
    run_id = harness.begin(harness.publish(definition)).run.id
    harness.chain.perform(*harness.hints.popleft())
    assert writes == [[], ["a", "b", "d"]]
    assert harness.statuses(run_id)["c"] == "PENDING"
    assert len(harness.hints) == 1
    harness.work()
    assert harness.row(run_id).status == "COMPLETED"
    check_invariants(harness, run_id)


def test_a_loop_goes_on_with_its_next_iteration(harness: Harness, writes: list[list[str]]) -> None:
    definition = workflow(
        [
            activity("each", "loop", items=list(range(40)), collect="{{ activities.twice.value }}"),
            activity("twice", parent="each", expression="loop.item * 2"),
        ],
        [edge("trigger", "each"), edge("each", "twice", "each")],
    )
    run_id = harness.run(definition)
    assert [len(keys) for keys in writes] == [0, 33, 8]
    assert values(harness, run_id)[0]["collected"] == [2 * number for number in range(40)]
    check_invariants(harness, run_id)
    judge(ended(harness, run_id, definition))


def test_a_cancel_that_comes_first_lets_what_was_held_count_and_nothing_follow(harness: Harness) -> None:
    run_id = harness.begin(harness.publish(counting(5))).run.id
    seen: list[int] = []

    def cancel_at_the_second(written: Sequence[RunWrite]) -> None:
        seen.append(len(written))
        if len(seen) == 2:
            canceled = cancel_run(harness.database, DEFAULT_WORKSPACE, run_id, USER)
            assert canceled is not None
            harness.published += canceled.events

    harness.before_write = cancel_at_the_second
    harness.work()
    assert harness.statuses(run_id) == {"a0": "COMPLETED"}
    assert (harness.row(run_id).status, harness.row(run_id).credits_used) == ("CANCELED", 1)
    check_invariants(harness, run_id)


def test_a_fault_of_ours_is_left_to_whoever_holds_the_attempt(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    perform = FORMULA.perform
    assert perform is not None

    def faulty(config: Any, context: Any) -> Any:
        if config.expression == "2":
            raise RuntimeError("cannot be")
        return perform(config, context)

    monkeypatch.setitem(ACTIVITY_TYPES, "formula", replace(FORMULA, perform=faulty))
    run_id = harness.run(row_of(activity("a", expression="1"), activity("b", expression="2")))
    assert harness.statuses(run_id) == {"a": "COMPLETED", "b": "FAILED"}
    assert caplog.text.count("RuntimeError: cannot be") == 1


def test_each_has_the_time_at_which_it_ended(harness: Harness) -> None:
    run_id = harness.run(counting(4))
    rows = harness.query(
        "SELECT started_at, ended_at FROM activity_execution WHERE run_id = :id ORDER BY created_seq",
        id=run_id,
    )
    times = [moment for row in rows for moment in (row.started_at, row.ended_at)]
    assert times == sorted(times)
    assert len({row.ended_at for row in rows}) == 4


def test_pure_is_what_asks_nothing_of_its_ports() -> None:
    assert {kind.type for kind in ACTIVITY_TYPES.values() if kind.pure} == PURE
    for key in PURE:
        module = inspect.getmodule(ACTIVITY_TYPES[key].perform)
        assert module is not None
        assert "ports" not in inspect.getsource(module)


def test_a_pure_activity_that_asks_for_a_port_is_told_so(harness: Harness) -> None:
    with pytest.raises(RuntimeError, match="a pure activity asked for its port 'http'"):
        _ = inline._NO_PORTS.http
