"""Watch renewals, Escalate a ticket, Remind me: what is counted from a day, and what waits."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from db.rows import RECORD
from tests.examples.playing import LIFE, Play, of_executions, of_iterations, on_both_databases

STATE = "'How does it stand?' took"
WAITS = {"ActivityExecutionWaiting": 1, "RunWaiting": 1, "RunResumed": 1}


def states(play: Play) -> dict[str, str]:
    return {one["symbol"]: one["state"] for one in play.records("renewals")}


@on_both_databases
def test_contracts_are_watched_by_the_calendar_of_their_place(play: Play) -> None:
    ran = play.run("Watch renewals", {"asOf": "2026-11-01"})
    assert play.records("renewals") == [
        {
            "symbol": "ADBE",
            "customer": "Adobe Inc.",
            "renews": "2026-11-30T08:00:00.000000Z",  # midnight in Los Angeles
            "noticeBy": "2026-10-31T08:00:00.000000Z",
            "state": "overdue",
        },
        {
            "symbol": "LIN",
            "customer": "Linde plc",
            "renews": "2026-12-15T00:00:00.000000Z",
            "noticeBy": "2026-11-15T00:00:00.000000Z",
            "state": "due",
        },
        {
            "symbol": "ORCL",
            "customer": "Oracle Corporation",
            "renews": "2027-02-28T06:00:00.000000Z",  # nine months after 31 May
            "noticeBy": "2027-01-29T06:00:00.000000Z",
            "state": "later",
        },
    ]
    assert [one["text"] for one in play.records("alerts")] == [
        "Adobe Inc.: notice was to be given by 2026-10-31",
        "Linde plc: give notice by 2026-11-15",
    ]
    assert ran.outputs("due") == {"value": ["ADBE", "LIN"]}
    # The loop, what is to be seen to; a contract costs 5: customer, renews, notice, state, keep; an alert 1 more.
    assert ran.ended == ("COMPLETED", 2 + 3 * 5 + 2)
    assert ran.charged == ran.executed
    assert {one.path: one.credits_used for one in ran.iterations} == {
        "contract:1": 6,
        "contract:2": 6,
        "contract:3": 5,
    }
    assert ran.events == LIFE | of_executions(19) | of_iterations(3) | {"ActivitiesSkipped": 3}


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2026-09-01", {"ADBE": "later", "LIN": "later", "ORCL": "later"}),
        ("2026-10-31", {"ADBE": "due", "LIN": "due", "ORCL": "later"}),  # in Los Angeles it is the 30th yet
        ("2026-12-15", {"ADBE": "renewed", "LIN": "renewed", "ORCL": "later"}),
        ("2027-06-01", {"ADBE": "renewed", "LIN": "renewed", "ORCL": "renewed"}),
    ],
)
def test_a_contract_passes_from_later_to_renewed(play: Play, as_of: str, expected: dict[str, str]) -> None:
    ran = play.run("Watch renewals", {"asOf": as_of})
    assert states(play) == expected
    alerts = sum(state in ("due", "overdue") for state in expected.values())
    assert ran.ended == ("COMPLETED", 2 + 3 * 5 + alerts)
    if not alerts:
        assert ran.skipped.keys() == {"alert_overdue", "alert_due"}
        assert set(ran.skipped.values()) <= {f"{STATE} 'default'", f"{STATE} 'renewed'"}


def test_a_contract_that_makes_no_sense_fails_its_iteration_alone(play: Play) -> None:
    good = {"symbol": "KO", "signed": "2026-01-31", "months": 10, "timezone": "America/New_York"}
    odd = [{**good, "timezone": "Mars/Olympus"}, {**good, "signed": "soon"}, {**good, "symbol": "NONE"}]
    ran = play.run("Watch renewals", {"asOf": "2026-11-01", "contracts": [*odd, good]})
    assert ran.row.status == "COMPLETED"
    assert ran.outputs("contract") == {
        "total": 4, "completed": 1, "failed": 3, "collected": [None, None, None, {"symbol": "KO", "due": True}]
    }  # fmt: skip
    codes = {one.path: one.error["code"] for one in ran.executions if one.error}
    assert codes == {
        "contract:1": "CONFIG_INVALID",
        "contract:2": "CONFIG_INVALID",
        "contract:3": "VALUE_MISSING",
    }
    assert ran.outputs("due") == {"value": ["KO"]}


def ticket(play: Play, **payload: Any) -> Any:
    return play.run("Escalate a ticket", {"title": "It hums", "deadline": "2036-11-01", **payload})


def close_ticket(play: Play) -> None:
    """What a person does meanwhile."""
    with play.database.write() as session:
        row = session.execute(select(RECORD).where(RECORD.c.object == "tickets")).one()
        values = {**row._mapping["values"], "status": "closed"}
        session.execute(update(RECORD).where(RECORD.c.id == row.id).values({RECORD.c["values"]: values}))


@on_both_databases
def test_a_ticket_that_nobody_closes_is_escalated_and_breaches_its_deadline(play: Play) -> None:
    waiting = ticket(play)
    assert waiting.ended == ("WAITING", 1)
    patience = waiting.one("patience")
    assert timedelta(seconds=60) <= patience.due_at - patience.started_at < timedelta(seconds=65)
    escalated = play.go_on(waiting)
    assert escalated.ended == ("WAITING", 6)
    assert escalated.one("until_deadline").due_at == datetime(2036, 11, 1, tzinfo=UTC)
    (kept,) = play.records("tickets")
    assert kept == {
        "title": "It hums",
        "run": waiting.id,
        "status": "open",
        "owner": "ann@example.com",
        "breached": False,
    }
    done = play.go_on(escalated)
    assert done.ended == ("COMPLETED", 10)
    assert done.charged == dict.fromkeys(done.executed, 1)
    assert play.records("tickets") == [{**kept, "breached": True}]
    assert done.events == LIFE | of_executions(10) | dict.fromkeys(WAITS, 2)
    assert done.outputs("until_deadline") == {"until": "2036-11-01T00:00:00.000000Z"}


def test_a_ticket_that_is_closed_in_time_is_left_alone(play: Play) -> None:
    waiting = ticket(play)
    close_ticket(play)
    done = play.go_on(waiting)
    # The ticket, the wait, the look; nothing follows where it is closed, so the question is free.
    assert done.ended == ("COMPLETED", 3)
    assert set(done.skipped.values()) == {"'Still open?' took 'false'"}
    assert len(done.skipped) == 6
    assert done.events == LIFE | of_executions(4) | WAITS | {"ActivitiesSkipped": 1}
    assert play.records("tickets")[0]["owner"] is None


def test_a_ticket_that_is_closed_before_its_deadline_is_not_breached(play: Play) -> None:
    escalated = play.go_on(ticket(play))
    close_ticket(play)
    done = play.go_on(escalated)
    assert done.ended == ("COMPLETED", 8)
    assert done.skipped == {"breach": "'Open at the deadline?' stopped here"}
    assert play.records("tickets")[0]["breached"] is False


def test_a_deadline_that_has_passed_is_not_waited_for(play: Play) -> None:
    done = play.go_on(ticket(play, deadline="2026-01-01"))
    assert done.ended == ("COMPLETED", 10)
    assert done.events["ActivityExecutionWaiting"] == 1


def test_a_reminder_waits_and_is_kept_with_the_time_it_was_due(play: Play) -> None:
    waiting = play.run("Remind me", {"text": "Tea", "seconds": 3600})
    assert (waiting.ended, play.records("reminders")) == (("WAITING", 0), [])
    done = play.go_on(waiting)
    assert done.ended == ("COMPLETED", 2)
    assert done.events == LIFE | of_executions(2) | WAITS
    assert play.records("reminders") == [{"text": "Tea", "due": done.outputs("pause")["until"]}]
