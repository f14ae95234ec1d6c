"""Take an order, Draw an audit sample: texts that are checked, lots that are drawn."""

import json
from typing import Any

import pytest

from tests.examples.playing import LIFE, Play, of_executions, of_iterations, on_both_databases

LINES = [
    {"article": "Desk", "quantity": 2, "price": 399.95},
    {"article": "Lamp", "quantity": 3, "price": 19.9},
]


def order(**more: Any) -> str:
    return json.dumps({"number": "AB-17", "date": "2026-01-31", "lines": LINES, **more})


def test_a_small_order_is_kept_with_its_total_and_the_day_it_is_to_be_paid(play: Play) -> None:
    ran = play.run("Take an order", {"text": order()})
    assert play.records("orders") == [
        {
            "number": "AB-17",
            "total": 859.6,
            "payBy": "2026-02-27T23:00:00.000000Z",  # midnight in Berlin on the last of February
            "approver": None,
        }
    ]
    assert ran.outputs("line")["collected"] == [799.9, 59.7]
    assert ran.skipped == {
        "reject": "'Read the order' took 'next'",
        "approver": "'A large order?' took 'false'",
    }
    assert ran.ended == ("COMPLETED", 8)
    assert ran.charged == {"read": 1, "line": 1, "amount": 2, "total": 1, "pay_by": 1, "large": 1, "keep": 1}
    assert ran.events == LIFE | of_executions(8) | of_iterations(2) | {"ActivitiesSkipped": 2}


@on_both_databases
def test_large_orders_are_approved_in_turn(play: Play) -> None:
    for number in ("AB-1", "AB-2", "AB-3"):
        ran = play.run("Take an order", {"text": order(number=number), "approveFrom": 500})
        assert ran.ended == ("COMPLETED", 9)
        assert ran.skipped == {"reject": "'Read the order' took 'next'"}
    approvers = [one["approver"] for one in play.records("orders")]
    assert approvers == ["dana@example.com", "eli@example.com", "dana@example.com"]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("I'd like a desk", "JSON_INVALID", "The text is no JSON: "),
        (order(number="17"), "SCHEMA_MISMATCH", "'number' does not match "),
        (order(lines=[]), "SCHEMA_MISMATCH", "'lines' has less than 1 item"),
        (order(lines=[{**LINES[0], "quantity": 0}]), "SCHEMA_MISMATCH", "'lines.0.quantity' is less than the minimum of 1"),
        (order(date="soon"), "SCHEMA_MISMATCH", "'date' must be a \"date\"; it is 'soon'."),
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_read_is_rejected_with_the_reason(
    play: Play, text: str, code: str, said: str
) -> None:
    ran = play.run("Take an order", {"text": text})
    ((rejected),) = play.records("rejected_orders")
    assert rejected["code"] == code
    assert rejected["reason"].startswith(said)
    assert play.records("orders") == []
    assert ran.ended == ("COMPLETED", 1)
    assert set(ran.skipped.values()) == {"'Read the order' failed"}
    assert ran.skipped.keys() == {"line", "amount", "total", "pay_by", "large", "approver", "keep"}
    failed = {"ActivityExecutionPending": 2, "ActivityExecutionStarted": 2, "ActivityExecutionFailed": 1}
    assert ran.events == LIFE | failed | {"ActivityExecutionCompleted": 1, "ActivitiesSkipped": 1}


@on_both_databases
def test_companies_are_drawn_by_lot_and_given_to_auditors_in_turn(play: Play) -> None:
    play.harness.random.draws = [20, 0, 20]
    ran = play.run("Draw an audit sample", {"from": "2026-11-30"})
    # Of the 21 companies of the sector, by symbol, APA is the first and XOM the last.
    assert ran.outputs("sample") == {"value": ["XOM", "APA"]}
    assert ran.outputs("draw")["collected"] == ["XOM", "APA", "XOM"]
    audits = {one["symbol"]: one for one in play.records("audits")}
    assert audits["APA"] == {
        "symbol": "APA",
        "draw": "second",
        "auditor": "gus@example.com",
        "due": "2027-02-28T00:00:00.000000Z",
    }
    assert (audits["XOM"]["draw"], audits["XOM"]["auditor"]) == ("third", "fay@example.com")
    assert ran.one("number", "draw:1").inputs == {"min": 0, "max": 20}
    assert ran.ended == ("COMPLETED", 5 + 3 * 4)
    assert ran.charged == ran.executed
    assert ran.events == LIFE | of_executions(17) | of_iterations(3)


def test_nothing_is_drawn_from_a_sector_that_there_is_not(play: Play) -> None:
    ran = play.run("Draw an audit sample", {"from": "2026-11-30", "sector": "Alchemy"})
    assert ran.ended == ("COMPLETED", 1)
    assert set(ran.skipped.values()) == {"'Are there any?' stopped here"}
    assert ran.events == LIFE | of_executions(2) | {"ActivitiesSkipped": 1}
