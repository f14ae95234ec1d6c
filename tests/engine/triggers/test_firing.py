"""What a firing brings to its run, and where a run stands among runs that start each other."""

from typing import Any

from engine.triggers.firing import MAX_DEPTH, Causation, caused_by, names_of, payload_of, trigger_data
from engine.triggers.kinds import TriggerType

ANN = {"kind": "USER", "id": None, "name": "ann"}
RECORD = {"id": "rec_1", "object": "deals", "values": {"a": 2}}
BEFORE = {**RECORD, "values": {"a": 1}}


def fired(kind: TriggerType = TriggerType.MANUAL, **more: Any) -> dict[str, Any]:
    given = {
        "payload": {"n": 1},
        "actor": ANN,
        "fired_at": "2026-11-22T09:00:00Z",
        "causation": Causation(),
        **more,
    }
    return trigger_data(kind, **given)


def test_a_payload_holds_the_record_that_a_run_is_about() -> None:
    assert payload_of(fired()) == {"n": 1}
    command = fired(TriggerType.RECORD_COMMAND, record=RECORD)
    assert payload_of(command) == {"n": 1, "record": RECORD}
    update = fired(TriggerType.RECORD_UPDATED, payload={}, record=RECORD, previous=BEFORE)
    assert payload_of(update) == {"record": RECORD, "previous": BEFORE}


def test_expressions_see_what_started_the_run_and_nothing_of_the_machinery() -> None:
    assert names_of(fired()) == {
        "payload": {"n": 1},
        "record": None,
        "actor": ANN,
        "firedAt": "2026-11-22T09:00:00Z",
    }
    update = names_of(fired(TriggerType.RECORD_UPDATED, record=RECORD, previous=BEFORE))
    assert update.keys() == {"payload", "record", "previous", "actor", "firedAt"}
    assert update["previous"]["values"] == {"a": 1}


def test_runs_that_start_each_other_count_their_depth() -> None:
    trigger, depths = fired(), []
    for number in range(MAX_DEPTH):
        depths.append(trigger["causation"]["depth"])
        causation = caused_by(f"run_{number}", trigger)
        trigger = fired(causation=causation)
    assert depths == [1, 2, 3, 4, 5]
    assert causation == Causation(depth=6, run_id="run_4")


def test_a_run_of_before_causation_was_kept_is_the_first_of_its_chain() -> None:
    assert caused_by("run_1", {"type": "MANUAL", "payload": {}}) == Causation(depth=2, run_id="run_1")
