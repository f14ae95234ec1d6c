import pytest

from tests.engine.simulation import activity, edge, workflow
from tests.engine.validation.finding import faults, message


@pytest.mark.parametrize("key", ["a", "A_1", "1st", "_", "if", "x" * 100])
def test_letters_digits_and_underscores_make_a_key(key: str) -> None:
    assert faults(workflow([activity(key)], [edge("trigger", key)])) == []


@pytest.mark.parametrize("key", ["", "a b", "a-b", "a.b", "é", "a/b", "a:1", "x" * 101, "a\n"])
def test_any_other_key_is_invalid(key: str) -> None:
    assert faults(workflow([activity(key)], [edge("trigger", key)])) == [("KEY_INVALID", "activities/0/key")]


def test_a_better_key_is_offered() -> None:
    assert message(workflow([activity("my key!")], [edge("trigger", "my key!")])) == (
        "A key takes 1 to 100 letters (a to z), digits and underscores, such as 'my_key', not 'my key!'."
    )


def test_the_triggers_own_key_is_taken() -> None:
    data = workflow([activity("a"), activity("trigger")], [edge("trigger", "a")])
    assert faults(data) == [
        ("KEY_INVALID", "activities/1/key"),
    ]


def test_each_key_is_used_once() -> None:
    data = workflow(
        [activity("a"), activity("a"), activity("b"), activity("a")], [edge("trigger", "a"), edge("a", "b")]
    )
    assert faults(data) == [("KEY_DUPLICATE", "activities/1/key"), ("KEY_DUPLICATE", "activities/3/key")]
