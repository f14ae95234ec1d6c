import pytest

from tests.engine.simulation import activity, edge, workflow
from tests.engine.validation.finding import faults, message


def test_a_type_that_there_is_not_is_unknown_and_the_nearest_is_offered() -> None:
    data = workflow([{"key": "a", "type": "formular"}], [edge("trigger", "a")])
    assert faults(data) == [("TYPE_UNKNOWN", "activities/0/type")]
    assert message(data).startswith(
        "There is no activity of the type 'formular'; there are if_else, switch, filter, "
    )
    assert message(data).endswith(" Did you mean 'formula'?")


@pytest.mark.parametrize("kind", ["RECORD_DELETED", "WEBHOOKS", "manual", "", "CRON"])
def test_a_trigger_is_one_of_six(kind: str) -> None:
    data = {**workflow([activity("a")], [edge("trigger", "a")]), "trigger": {"type": kind}}
    assert faults(data) == [("TYPE_UNKNOWN", "trigger/type")]


def test_what_an_unknown_type_would_take_is_not_guessed() -> None:
    strange = {"key": "a", "type": "teleport", "config": {"x": "{{ loop.item }} {{"}}
    data = workflow([strange, activity("b", parent="a")], [edge("trigger", "a"), edge("a", "b", "found")])
    assert faults(data) == [("TYPE_UNKNOWN", "activities/0/type")]
