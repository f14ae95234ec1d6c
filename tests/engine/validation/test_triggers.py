"""Triggers: each kind with its configuration, and conditions that see the trigger alone."""

from typing import Any

import pytest

from engine.validation import validate
from tests.engine.simulation import activity, edge, workflow
from tests.engine.validation.finding import faults, message


def fired_by(kind: str, **config: Any) -> dict[str, Any]:
    data = workflow([activity("a")], [edge("trigger", "a")])
    return {**data, "trigger": {"type": kind, "config": config}}


def watching(left: str, right: object = 1) -> dict[str, Any]:
    return fired_by(
        "RECORD_CREATED", object="deals", conditions=[{"left": left, "operator": "equals", "right": right}]
    )


@pytest.mark.parametrize(
    "data",
    [
        fired_by("MANUAL", inputs={"n": {"type": "number"}}),
        fired_by("RECORD_COMMAND", object="deals"),
        fired_by("RECORD_CREATED", object="deals"),
        fired_by("RECORD_UPDATED", object="deals", attributes=["stage"], conditions=None),
        fired_by("WEBHOOK"),
        fired_by("WEBHOOK", secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", schema={"type": "object"}),
        fired_by("SCHEDULE", cron="0 9 * * mon-fri", timezone="Europe/Berlin"),
        watching("{{ trigger.record.values.stage }}", "{{ UPPER(trigger.actor.name) }}"),
    ],
)
def test_every_kind_can_be_published(data: dict[str, Any]) -> None:
    assert validate(data) == []


@pytest.mark.parametrize(
    ("kind", "config", "places"),
    [
        ("MANUAL", {"input": {}}, ["input"]),
        ("RECORD_COMMAND", {}, ["object"]),
        ("RECORD_COMMAND", {"object": "deals", "conditions": []}, ["conditions"]),
        ("RECORD_UPDATED", {"attributes": "stage"}, ["object", "attributes"]),
        ("WEBHOOK", {"secret": "x", "schema": {"type": 5}}, ["secret", "schema/type"]),
        ("SCHEDULE", {"cron": "hourly", "timezone": "Berlin"}, ["timezone", "cron"]),
    ],
)
def test_what_is_wrong_with_a_configuration_is_told(
    kind: str, config: dict[str, Any], places: list[str]
) -> None:
    assert faults(fired_by(kind, **config)) == [
        ("CONFIG_INVALID", f"trigger/config/{place}") for place in places
    ]


@pytest.mark.parametrize(
    ("left", "code", "begins"),
    [
        ("{{ activities.a.value }}", "REFERENCE_NOT_UPSTREAM", "No activity has run before the trigger"),
        (
            "{{ run.id }}",
            "TEMPLATE_SYNTAX",
            "There is no name 'run' (column 4) in a trigger's conditions; there is only",
        ),
        ("{{ loop.item }}", "TEMPLATE_SYNTAX", "There is no name 'loop'"),
        ("{{ triger.record }}", "TEMPLATE_SYNTAX", "There is no name 'triger'"),
        ("{{ trigger.record.values. }}", "TEMPLATE_SYNTAX", ""),
    ],
)
def test_conditions_see_the_trigger_alone(left: str, code: str, begins: str) -> None:
    data = watching(left)
    assert faults(data) == [(code, "trigger/config/conditions/0/left")]
    assert message(data).startswith(begins)


def test_a_configuration_that_is_none_is_told_once() -> None:
    data = {**workflow([activity("a")], [edge("trigger", "a")]), "trigger": {"type": "SCHEDULE", "config": 5}}
    assert faults(data) == [("VALUE_INVALID", "trigger/config")]
