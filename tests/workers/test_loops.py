"""Loops on real databases: nested, parallel, bounded, empty, left early; what they collect, cost and say."""

import json
import random
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, event

from db.database import Database
from db.values import RunValues
from db.writing import RunWrite
from tests.engine.simulation import activity, edge, workflow
from tests.workers.harness import Harness, check_invariants
from workers import inline

LEVELS = "abcd"
by_mode = pytest.mark.parametrize(
    ("database_url", "mode"),
    [
        ("sqlite", {}),
        ("sqlite", {"mode": "parallel", "concurrency": 2}),
        ("postgresql", {"mode": "parallel", "concurrency": 50}),
    ],
    indirect=["database_url"],
    ids=["sequential", "two at once", "all at once"],
)


@pytest.fixture
def harness(database: Database) -> Harness:
    return Harness(database)


def run(harness: Harness, definition: dict[str, Any], payload: Any = None, seed: int | None = None) -> str:
    run_id = harness.begin(harness.publish(definition), payload).run.id
    harness.work(None if seed is None else random.Random(seed))
    check_invariants(harness, run_id)
    return run_id


def decoded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def outputs(harness: Harness, run_id: str, key: str, path: str = "") -> Any:
    query = "SELECT outputs FROM activity_execution WHERE run_id = :id AND key = :key AND path = :path"
    return decoded(harness.query(query, id=run_id, key=key, path=path)[0].outputs)


def error(harness: Harness, run_id: str, key: str, path: str = "") -> Any:
    query = "SELECT error FROM activity_execution WHERE run_id = :id AND key = :key AND path = :path"
    return decoded(harness.query(query, id=run_id, key=key, path=path)[0].error)


def iterations(harness: Harness, run_id: str) -> dict[str, tuple[str, int]]:
    """Each iteration's status and credits, by its path."""
    rows = harness.query(
        "SELECT path, status, credits_used FROM loop_iteration WHERE run_id = :id", id=run_id
    )
    return {row.path: (row.status, row.credits_used) for row in rows}


def nested(mode: dict[str, Any]) -> dict[str, Any]:
    """Four loops, one in the other, over two items each; every one collects what the one in it collected."""
    number = " + ".join(
        f"{'loops.' + key if key != 'd' else 'loop'}.item * {10 ** (3 - place)}"
        for place, key in enumerate(LEVELS)
    )
    loops = [
        activity(
            key,
            "loop",
            parent,
            items=[1, 2],
            collect=f"{{{{ activities.{inner}.{'value' if inner == 'number' else 'collected'} }}}}",
            **mode,
        )
        for key, parent, inner in zip(LEVELS, (None, *LEVELS), (*LEVELS[1:], "number"), strict=False)
    ]
    ways = [
        edge("trigger", "a"),
        *(edge(one, other, "each") for one, other in zip(LEVELS, (*LEVELS[1:], "number"), strict=True)),
    ]
    return workflow([*loops, activity("number", parent="d", expression=number)], ways)


@by_mode
def test_loops_four_deep_run_every_combination_and_collect_in_the_order_of_the_items(
    harness: Harness, mode: dict[str, Any]
) -> None:
    run_id = run(harness, nested(mode), seed=7)
    assert outputs(harness, run_id, "a")["collected"] == [
        [[[a * 1000 + b * 100 + c * 10 + d for d in (1, 2)] for c in (1, 2)] for b in (1, 2)] for a in (1, 2)
    ]
    assert harness.row(run_id).credits_used == 16 + 8 + 4 + 2 + 1
    found = iterations(harness, run_id)
    assert len(found) == 2 + 4 + 8 + 16
    assert found["a:1"] == ("COMPLETED", 8 + 4 + 2 + 1)
    assert found["a:2/b:1/c:2/d:1"] == ("COMPLETED", 1)


def summing(mode: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A loop over the payload's items that halves each, and what comes after it."""
    return workflow(
        [
            activity(
                "each",
                "loop",
                items="{{ trigger.payload.items }}",
                collect="{{ activities.half.value }}",
                **mode,
                **more,
            ),
            activity("half", parent="each", expression="loop.item / 2"),
            activity("after", expression="LEN(activities.each.collected)"),
        ],
        [edge("trigger", "each"), edge("each", "half", "each"), edge("each", "after")],
    )


@by_mode
def test_what_is_collected_is_in_the_order_of_the_items_whoever_is_done_first(
    harness: Harness, mode: dict[str, Any]
) -> None:
    run_id = run(harness, summing(mode), {"items": list(range(30))}, seed=3)
    assert outputs(harness, run_id, "each") == {
        "total": 30, "completed": 30, "failed": 0, "collected": [number / 2 for number in range(30)]
    }  # fmt: skip
    assert outputs(harness, run_id, "after") == {"value": 30}


def test_no_more_iterations_are_under_way_than_the_loop_may_have(harness: Harness) -> None:
    under_way: list[int] = []

    def count(writes: Sequence[RunWrite]) -> None:
        rows = harness.query("SELECT count(*) AS n FROM loop_iteration WHERE ended_at IS NULL")
        under_way.append(rows[0].n)

    harness.after_write = count
    run(harness, summing({"mode": "parallel", "concurrency": 3}), {"items": list(range(8))}, seed=1)
    assert max(under_way) == 3


@by_mode
def test_more_items_than_the_limit_fail_the_loop_before_any_begins(
    harness: Harness, mode: dict[str, Any]
) -> None:
    run_id = run(harness, summing(mode, limit=2), {"items": [1, 2, 3]})
    failure = error(harness, run_id, "each")
    assert (failure["code"], failure["detail"]) == ("LOOP_TOO_LONG", {"count": 3, "limit": 2})
    assert (harness.row(run_id).status, harness.row(run_id).credits_used) == ("FAILED", 0)
    assert iterations(harness, run_id) == {}
    assert outputs(harness, run(harness, summing(mode, limit=3), {"items": [1, 2, 3]}), "each")["total"] == 3


def test_without_a_limit_of_its_own_a_loop_takes_a_thousand_items(harness: Harness) -> None:
    run_id = run(harness, summing({}), {"items": [0] * 1001})
    assert error(harness, run_id, "each")["detail"] == {"count": 1001, "limit": 1000}


def test_a_loop_that_is_too_long_may_be_left_by_its_exit_error(harness: Harness) -> None:
    definition = summing({}, limit=1)
    definition["activities"].append(activity("mend", expression="activities.each.error.detail.count"))
    definition["edges"].append(edge("each", "mend", "error"))
    run_id = run(harness, definition, {"items": [1, 2, 3]})
    assert harness.row(run_id).status == "COMPLETED"
    assert outputs(harness, run_id, "mend") == {"value": 3}


@by_mode
def test_an_empty_list_goes_straight_to_next_and_its_body_is_skipped(
    harness: Harness, mode: dict[str, Any]
) -> None:
    run_id = run(harness, summing(mode), {"items": []})
    assert outputs(harness, run_id, "each") == {"total": 0, "completed": 0, "failed": 0, "collected": []}
    assert outputs(harness, run_id, "after") == {"value": 0}
    assert harness.row(run_id).credits_used == 2
    assert decoded(harness.row(run_id).state)["skips"] == {"half": "'Each' had nothing to loop over"}
    assert "LoopIterationStarted" not in harness.types(run_id)


def test_what_is_no_list_fails_the_loop_with_what_it_got(harness: Harness) -> None:
    run_id = run(harness, summing({}), {"items": "many"})
    assert error(harness, run_id, "each")["code"] == "CONFIG_INVALID"
    assert error(harness, run_id, "each")["message"].startswith("'items' must be a list, but is 'many'.")


def reading(mode: dict[str, Any], *, error_exit: bool, on_failure: str = "stop") -> dict[str, Any]:
    """A loop that reads each item as JSON, and marks those that are none where its exit error leads there."""
    definition = workflow(
        [
            activity(
                "each",
                "loop",
                items="{{ trigger.payload.items }}",
                collect="{{ DEFAULT(activities.read.value, activities.mark.value) }}",
                onFailure=on_failure,
                **mode,
            ),
            activity("read", "parse_json", "each", text="{{ loop.item }}"),
            activity("mark", parent="each", expression="'no: ' + loop.item"),
            activity("join", parent="each", expression="loop.index"),
        ],
        [
            edge("trigger", "each"),
            edge("each", "read", "each"),
            edge("read", "mark", "error"),
            edge("read", "join"),
            edge("mark", "join"),
        ],
    )
    if not error_exit:
        definition["activities"] = [one for one in definition["activities"] if one["key"] != "mark"]
        definition["activities"][0]["config"]["collect"] = "{{ activities.read.value }}"
        definition["edges"] = [one for one in definition["edges"] if "mark" not in (one["from"], one["to"])]
    return definition


@by_mode
def test_a_failure_that_leaves_by_the_exit_error_stays_in_its_iteration(
    harness: Harness, mode: dict[str, Any]
) -> None:
    run_id = run(harness, reading(mode, error_exit=True), {"items": ["1", "oops", "[2]"]}, seed=5)
    assert outputs(harness, run_id, "each") == {
        "total": 3, "completed": 3, "failed": 0, "collected": [1, "no: oops", [2]]
    }  # fmt: skip
    assert iterations(harness, run_id) == {
        "each:1": ("COMPLETED", 2), "each:2": ("COMPLETED", 2), "each:3": ("COMPLETED", 2)
    }  # fmt: skip
    assert harness.statuses(run_id)["each:2/read"] == "FAILED"


@by_mode
def test_a_failed_iteration_is_counted_where_the_loop_continues(
    harness: Harness, mode: dict[str, Any]
) -> None:
    definition = reading(mode, error_exit=False, on_failure="continue")
    run_id = run(harness, definition, {"items": ["1", "oops", "[2]"]}, seed=5)
    assert outputs(harness, run_id, "each") == {
        "total": 3, "completed": 2, "failed": 1, "collected": [1, None, [2]]
    }  # fmt: skip
    assert iterations(harness, run_id)["each:2"] == ("FAILED", 0)
    assert (harness.row(run_id).status, harness.row(run_id).error) == ("COMPLETED", None)


def test_a_failed_iteration_stops_the_loop_where_it_does_not_continue(harness: Harness) -> None:
    run_id = run(harness, reading({}, error_exit=False), {"items": ["1", "oops", "[2]"]})
    failure = error(harness, run_id, "each")
    assert (failure["code"], failure["detail"]["index"]) == ("ITERATION_FAILED", 2)
    assert failure["detail"]["cause"]["code"] == "JSON_INVALID"
    assert iterations(harness, run_id) == {"each:1": ("COMPLETED", 2), "each:2": ("FAILED", 0)}
    row = harness.row(run_id)
    assert (row.status, decoded(row.error)["code"]) == ("FAILED", "JSON_INVALID")


def test_a_failure_deep_inside_is_contained_by_the_innermost_loop_that_continues(harness: Harness) -> None:
    definition = workflow(
        [
            activity("outer", "loop", items="{{ trigger.payload.rows }}", onFailure="continue"),
            activity(
                "inner", "loop", "outer", items="{{ loop.item }}", collect="{{ activities.read.value }}"
            ),
            activity("read", "parse_json", "inner", text="{{ loop.item }}"),
            activity("after", parent="outer", expression="activities.inner.collected"),
        ],
        [
            edge("trigger", "outer"),
            edge("outer", "inner", "each"),
            edge("inner", "read", "each"),
            edge("inner", "after"),
        ],
    )
    run_id = run(harness, definition, {"rows": [["1", "2"], ["3", "x", "4"], []]})
    assert outputs(harness, run_id, "outer") == {
        "total": 3, "completed": 2, "failed": 1, "collected": [None, None, None]
    }  # fmt: skip
    assert outputs(harness, run_id, "after", "outer:1") == {"value": [1, 2]}
    assert outputs(harness, run_id, "after", "outer:3") == {"value": []}
    assert error(harness, run_id, "inner", "outer:2")["code"] == "ITERATION_FAILED"
    assert iterations(harness, run_id) == {
        "outer:1": ("COMPLETED", 4),
        "outer:1/inner:1": ("COMPLETED", 1),
        "outer:1/inner:2": ("COMPLETED", 1),
        "outer:2": ("FAILED", 1),
        "outer:2/inner:1": ("COMPLETED", 1),
        "outer:2/inner:2": ("FAILED", 0),
        "outer:3": ("COMPLETED", 2),
    }


@by_mode
def test_a_filter_in_the_body_ends_its_iteration_alone(harness: Harness, mode: dict[str, Any]) -> None:
    large = {"match": "all", "conditions": [{"left": "{{ loop.item }}", "operator": "gt", "right": 2}]}
    definition = workflow(
        [
            activity("each", "loop", items=[1, 2, 3, 4], collect="{{ activities.twice.value }}", **mode),
            activity("large", "filter", "each", **large),
            activity("twice", parent="each", expression="loop.item * 2"),
        ],
        [edge("trigger", "each"), edge("each", "large", "each"), edge("large", "twice")],
    )
    run_id = run(harness, definition, seed=2)
    assert outputs(harness, run_id, "each") == {
        "total": 4, "completed": 4, "failed": 0, "collected": [None, None, 6, 8]
    }  # fmt: skip
    # A Filter that stops takes no edge and is free; one that lets through costs 1, and what follows 1.
    assert [iterations(harness, run_id)[f"each:{index}"] for index in (1, 2, 3, 4)] == [
        ("COMPLETED", 0), ("COMPLETED", 0), ("COMPLETED", 2), ("COMPLETED", 2)
    ]  # fmt: skip
    assert harness.row(run_id).credits_used == 1 + 4


@dataclass
class Cost:
    """What a loop cost: statements and writes in all, bytes of a usual write, and the most that was kept at a time."""

    statements: int = 0
    writes: list[int] = field(default_factory=list)
    states: list[int] = field(default_factory=list)
    outcomes: list[int] = field(default_factory=list)

    def take(self, writes: Sequence[RunWrite]) -> None:
        self.writes += [len(orjson.dumps(one.payload)) for one in writes]
        self.states += [_size(one.payload["state"]) for one in writes]


def _size(state: dict[str, Any]) -> int:
    """Bytes of a run's state, but for the histograms of durations, which have a few hundred buckets at most."""
    tallies = {key: {**one, "durations": {}} for key, one in state["tallies"].items()}
    return len(orjson.dumps({**state, "tallies": tallies}))


@pytest.fixture
def cost_of(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[int, dict[str, Any]], Cost]]:
    """Runs a loop over so many items."""
    costs: list[Cost] = []
    keep = RunValues.keep

    def count(*_: Any) -> None:
        costs[-1].statements += 1

    def kept(values: RunValues, *given: Any) -> None:
        keep(values, *given)
        costs[-1].outcomes.append(len(values._outcomes))

    def cost(items: int, mode: dict[str, Any]) -> Cost:
        costs.append(Cost())
        harness = Harness(database)
        harness.before_write = costs[-1].take
        run_id = harness.begin(harness.publish(summing(mode)), {"items": [5] * items}).run.id
        costs[-1].statements = 0
        harness.work()
        found = replace(costs[-1])
        assert outputs(harness, run_id, "each")["completed"] == items
        check_invariants(harness, run_id)
        return found

    monkeypatch.setattr(RunValues, "keep", kept)
    monkeypatch.setattr(
        inline, "MOST", 0
    )  # an activity a decision, so that an item costs one more than its end
    event.listen(Engine, "before_cursor_execute", count)
    yield cost
    event.remove(Engine, "before_cursor_execute", count)


@pytest.mark.parametrize(
    ("mode", "more_items"),
    [({}, 500), ({"mode": "parallel", "concurrency": 5}, 200)],
    ids=["sequential", "five at once"],
)
def test_an_item_costs_the_same_in_a_long_loop_and_a_short_one(
    cost_of: Callable[[int, dict[str, Any]], Cost], mode: dict[str, Any], more_items: int
) -> None:
    few, many = cost_of(20, mode), cost_of(more_items, mode)
    # One write an item; those of the Loop, of what follows it, and of who begins beside the first are as many in both.
    assert len(many.writes) - more_items == len(few.writes) - 20 <= 2 + mode.get("concurrency", 1)
    assert many.statements == few.statements
    assert statistics.median(many.writes[3:-3]) == pytest.approx(
        statistics.median(few.writes[3:-3]), rel=0.1
    )  # numbers have more digits
    assert max(many.states) == pytest.approx(max(few.states), rel=0.05)
    assert max(many.outcomes) == max(few.outcomes) <= 1 + mode.get("concurrency", 1)


def test_a_loop_under_way_holds_neither_a_worker_nor_a_lease(harness: Harness) -> None:
    waits = workflow(
        [
            activity("each", "loop", items="{{ [1, 2] }}"),
            activity("wait", "delay", "each", amount=1, unit="days"),
        ],
        [edge("trigger", "each"), edge("each", "wait", "each")],
    )
    run_id = run(harness, waits)
    query = "SELECT status, token, lease_until FROM activity_execution WHERE run_id = :id AND key = 'each'"
    assert [tuple(row) for row in harness.query(query, id=run_id)] == [("RUNNING", None, None)]
    assert harness.leases.held == {}
