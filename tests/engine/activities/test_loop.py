from typing import Any

import pytest

from engine.activities import ACTIVITY_TYPES
from engine.activity import Failed, Looping
from tests.engine.activities.fakes import prepared


def begin(config: dict[str, Any], items: Any = (1, 2, 3)) -> Looping | Failed:
    ready = prepared("loop", {"items": "{{ trigger.payload.items }}", **config}, scope(list(items)))
    assert ready.error is None, ready.error
    items_of = ACTIVITY_TYPES["loop"].items
    assert items_of is not None
    return items_of(ready.config)


def scope(items: Any) -> dict[str, Any]:
    return {"trigger": {"payload": {"items": items}}}


def test_it_goes_through_its_items_one_after_the_other() -> None:
    assert begin({}) == Looping(items=[1, 2, 3], concurrency=1, continues=False)


def test_concurrency_counts_only_in_parallel() -> None:
    assert begin({"concurrency": 5}) == Looping(items=[1, 2, 3], concurrency=1, continues=False)
    assert begin({"mode": "parallel", "concurrency": 5}) == Looping(
        items=[1, 2, 3], concurrency=5, continues=False
    )
    assert begin({"mode": "parallel"}) == Looping(items=[1, 2, 3], concurrency=10, continues=False)


def test_on_failure_says_whether_it_goes_on() -> None:
    assert begin({"onFailure": "continue"}) == Looping(items=[1, 2, 3], concurrency=1, continues=True)


def test_its_settings_may_be_templates_too() -> None:
    config = {"mode": "{{ 'parallel' }}", "concurrency": "{{ 6 / 2 }}", "onFailure": "{{ 'continue' }}"}
    assert begin(config) == Looping(items=[1, 2, 3], concurrency=3, continues=True)


def test_more_items_than_the_limit_fail_it_and_nothing_is_dropped() -> None:
    outcome = begin({"limit": 2})
    assert isinstance(outcome, Failed)
    assert outcome.error.code == "LOOP_TOO_LONG"
    assert outcome.error.message == "There are 3 items, and this Loop takes at most 2."
    assert outcome.error.detail == {"count": 3, "limit": 2}
    assert not outcome.error.retryable


def test_as_many_items_as_the_limit_are_fine() -> None:
    assert begin({"limit": 3}) == Looping(items=[1, 2, 3], concurrency=1, continues=False)


def test_the_limit_is_1000_unless_said_otherwise() -> None:
    assert isinstance(begin({}, range(1000)), Looping)
    assert isinstance(begin({}, range(1001)), Failed)
    assert isinstance(begin({"limit": 10_000}, range(10_000)), Looping)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"limit": 0}, "'limit' must be greater than or equal to 1, but is 0."),
        ({"limit": 10_001}, "'limit' must be less than or equal to 10000, but is 10001."),
        ({"limit": 1.5}, "'limit' must be a whole number, but is 1.5."),
        ({"mode": "both"}, "'mode' must be 'sequential' or 'parallel', but is 'both'."),
        ({"concurrency": 51}, "'concurrency' must be less than or equal to 50, but is 51."),
        ({"onFailure": "ignore"}, "'onFailure' must be 'stop' or 'continue', but is 'ignore'."),
        ({"items": "{{ trigger.payload.name }}"}, "'items' must be a list, but is 'Ada'."),
    ],
)
def test_settings_beyond_what_they_take_are_refused(config: dict[str, Any], said: str) -> None:
    written = {"items": [1], **config}
    error = prepared("loop", written, {"trigger": {"payload": {"name": "Ada"}}}).error
    assert error is not None
    assert error.code == "CONFIG_INVALID"
    assert error.message.startswith(said)


def test_its_inputs_show_the_count_and_the_first_ten_items_and_collect_as_written() -> None:
    config = {"items": "{{ trigger.payload.items }}", "collect": "{{ activities.x.value }}"}
    assert prepared("loop", config, scope(list(range(25)))).inputs == {
        "items": {"$list": {"count": 25, "first": list(range(10))}},
        "collect": "{{ activities.x.value }}",
    }


def test_items_may_have_4_mib_and_large_ones_are_shown_shortened() -> None:
    ready = prepared("loop", {"items": "{{ trigger.payload.items }}"}, scope(["x" * 200_000] * 15))
    assert ready.error is None
    assert isinstance(ready.inputs, dict)
    first = ready.inputs["items"]["$list"]["first"]
    assert len(first) == 10
    assert first[0] == "x" * 1000 + "…"


def test_items_beyond_4_mib_are_refused() -> None:
    ready = prepared("loop", {"items": "{{ trigger.payload.items }}"}, scope(["é" * 200_000] * 12))
    assert ready.error is not None
    assert ready.error.code == "VALUE_TOO_LARGE"
