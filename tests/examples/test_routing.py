"""Route a lead, Assign territories, Welcome a lead: who gets what."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.examples.playing import LIFE, Play, of_executions, of_iterations, on_both_databases

TECHNOLOGY, MONEY = ["ines@example.com", "jan@example.com"], ["mara@example.com", "nils@example.com"]
INDUSTRY = ["olga@example.com", "pat@example.com", "quinn@example.com"]
KNOWN, DESK = "'Is the company known?' took", "'Which desk?' took"
Route = tuple[str, int | None, str | None, str, dict[str, str]]
"""A company, its employees, its symbol, who looks after the lead, what is skipped."""
ROUTES: list[Route] = [
    ("Nvidia", None, "NVDA", TECHNOLOGY[0], {
        "large": f"{KNOWN} 'true'", "self_service": f"{KNOWN} 'true'",
        "money": f"{DESK} 'technology'", "industry": f"{DESK} 'technology'",
    }),
    ("JPMorgan", None, "JPM", MONEY[0], {
        "large": f"{KNOWN} 'true'", "self_service": f"{KNOWN} 'true'",
        "technology": f"{DESK} 'money'", "industry": f"{DESK} 'money'",
    }),
    ("3M", None, "MMM", INDUSTRY[0], {
        "large": f"{KNOWN} 'true'", "self_service": f"{KNOWN} 'true'",
        "technology": f"{DESK} 'default'", "money": f"{DESK} 'default'",
    }),
    ("Nowhere Ltd", 5000, None, INDUSTRY[0], {
        "desk": f"{KNOWN} 'false'", "technology": f"{KNOWN} 'false'", "money": f"{KNOWN} 'false'",
        "self_service": "'A large company?' took 'true'",
    }),
    ("Nowhere Ltd", 12, None, "self-service", {
        "desk": f"{KNOWN} 'false'", "technology": f"{KNOWN} 'false'", "money": f"{KNOWN} 'false'",
        "industry": "'A large company?' took 'false'",
    }),
]  # fmt: skip


def lead(company: str, employees: int | None = None, name: str = "Ada") -> dict[str, Any]:
    return {"name": name, "email": f" {name}@Example.com", "company": company, "employees": employees}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route[0]}, {route[1]}")
def test_a_lead_goes_to_its_desk(play: Play, route: Route) -> None:
    company, employees, symbol, owner, skipped = route
    ran = play.run("Route a lead", lead(company, employees))
    # The search, the day, the two questions, the turn or self-service, the join, and the lead: 1 each.
    assert ran.ended == ("COMPLETED", 7)
    assert ran.skipped == skipped
    assert ran.charged == dict.fromkeys(ran.executed, 1)
    assert ran.events == LIFE | of_executions(7) | {"ActivitiesSkipped": 2}
    (kept,) = play.records("leads")
    call_by = datetime.fromisoformat(kept.pop("callBy"))
    assert kept == {"email": "ada@example.com", "name": "Ada", "symbol": symbol, "owner": owner}
    assert call_by == ran.row.started_at + timedelta(days=2)


@on_both_databases
def test_the_people_of_a_desk_take_turns_from_lead_to_lead(play: Play) -> None:
    companies = ["Nvidia", "3M", "Apple", "Boeing", "Cisco", "Walmart", "Chevron"]
    for company in companies:
        assert play.run("Route a lead", lead(company, name=company)).ended == ("COMPLETED", 7)
    owners = {kept["name"]: kept["owner"] for kept in play.records("leads")}
    assert [owners[name] for name in ("Nvidia", "Apple", "Cisco")] == [*TECHNOLOGY, TECHNOLOGY[0]]
    assert [owners[name] for name in ("3M", "Boeing", "Walmart", "Chevron")] == [*INDUSTRY, INDUSTRY[0]]


@on_both_databases
def test_every_company_of_the_territories_is_assigned_and_the_team_shares_them_evenly(play: Play) -> None:
    ran = play.run("Assign territories")
    # 10 regions in 3 territories: West 74 + 1 + 12, New England 16 + 1 + 21 + 1 + 4 + 0, Ireland 11.
    assert play.records("territory_reports") == [
        {
            "companies": 141,
            "territories": [
                {"name": "West", "companies": 87},
                {"name": "New England", "companies": 43},
                {"name": "Ireland", "companies": 11},
            ],
        }
    ]
    assignments = play.records("assignments")
    assert Counter(one["owner"] for one in assignments) == {
        "ann@example.com": 47,
        "bob@example.com": 47,
        "cleo@example.com": 47,
    }
    assert {one["symbol"]: (one["territory"], one["region"]) for one in assignments}["AAPL"] == (
        "West",
        "California",
    )
    assert ran.executed == {
        "territory": 1,
        "region": 3,
        "find": 10,
        "company": 10,
        "turn": 141,
        "assign": 141,
        "sum": 3,
        "report": 1,
    }
    assert ran.ended == ("COMPLETED", 310)
    assert ran.charged == ran.executed
    # Nobody sits in Vermont: that loop has nothing to go through.
    assert ran.events == LIFE | of_executions(310) | of_iterations(3 + 10 + 141) | {"ActivitiesSkipped": 1}
    cost = {one.path: one.credits_used for one in ran.iterations}
    assert cost["territory:3"] == 11 * 2 + 2 + 1 + 1  # its companies, one region, that loop, the sum
    assert cost["territory:2/region:6"] == 2


def test_a_lead_is_welcomed_by_the_size_of_its_company(play: Play) -> None:
    payload = {"name": " Ada Lovelace", "email": "Ada@Example.com"}
    sizes = [(5000, "large", "to_sales"), (12, "small", "to_self_service"), (None, "default", "to_research")]
    for employees, way, taken in sizes:
        ran = play.run("Welcome a lead", {**payload, "employees": employees})
        assert ran.ended == ("COMPLETED", 3)
        assert ran.charged == {"greeting": 1, "size": 1, taken: 1}
        assert ran.one("size").exit == way
        assert set(ran.skipped.values()) == {f"'How large is the company?' took '{way}'"}
        assert ran.events == LIFE | of_executions(3) | {"ActivitiesSkipped": 1}
    (kept,) = play.records("leads")  # the same address each time
    assert (kept["greeting"], kept["owner"]) == ("Dear Ada, welcome!", None)
