"""The other examples, run as they are shipped."""

from collections.abc import Mapping

from tests.acceptance.client import Api
from tests.acceptance.following import check_stream, follow
from tests.acceptance.servers import Server


def complete(api: Api, name: str, payload: Mapping[str, object]) -> int:
    updates = follow(api, api.start(api.workflow(name), payload), after=0)
    check_stream(updates)
    assert updates[-1]["run"]["status"] == "COMPLETED"
    return int(updates[-1]["run"]["creditsUsed"])


def test_a_lead_is_welcomed_by_the_size_of_its_company(server: Server) -> None:
    for name, employees, owner in (("Ada", 5000, "sales"), ("Bo", 12, "self-service"), ("Cy", None, None)):
        payload = {"name": f"{name} Example", "email": f"{name}@Example.com", "employees": employees}
        assert complete(server.api, "Welcome a lead", payload) == 3  # the greeting, the switch, the record
        lead = next(
            one for one in server.api.records("leads") if one["email"] == f"{name.lower()}@example.com"
        )
        assert lead["owner"] == owner
    assert server.api.records("leads")[0]["greeting"] == "Dear Ada, welcome!"


def test_a_digest_counts_the_companies_and_names_their_places_once(server: Server) -> None:
    assert complete(server.api, "Company digest", {"subIndustry": "Brewers"}) == 5
    digests = server.api.records("digests")
    assert digests == [{"subIndustry": "Brewers", "companies": 1, "headquarters": "Chicago, Illinois"}]


def test_a_digest_of_nothing_ends_at_its_filter_and_costs_only_the_search(server: Server) -> None:
    assert complete(server.api, "Company digest", {"subIndustry": "Alchemy"}) == 1


def test_a_reminder_waits_and_is_kept(server: Server) -> None:
    run_id = server.api.start(server.api.workflow("Remind me"), {"text": "Tea", "seconds": 1})
    updates = follow(server.api, run_id, after=0)
    check_stream(updates)
    statuses = [update["run"]["status"] for update in updates]
    assert "WAITING" in statuses
    assert statuses[-1] == "COMPLETED"
    assert [reminder["text"] for reminder in server.api.records("reminders")].count("Tea") == 1


def test_a_page_that_may_not_be_asked_for_leaves_by_the_exit_error(server: Server) -> None:
    assert complete(server.api, "Check a page", {"url": f"{server.api.url}/healthz"}) == 1  # the record alone
    check = server.api.records("checks")[0]
    assert check["status"] is None
    assert check["problem"].startswith("ADDRESS_REFUSED: ")


def test_a_company_is_researched_step_by_step_without_a_key_or_the_internet(server: Server) -> None:
    company = {"name": "Bracken & Wye", "website": "http://demo-site.playhead.invalid/bracken-wye/"}
    run_id = server.api.start(server.api.workflow("Research companies"), {"companies": [company]})
    updates = follow(server.api, run_id, after=0)
    check_stream(updates)
    assert (updates[-1]["run"]["status"], updates[-1]["run"]["creditsUsed"]) == ("COMPLETED", 33)
    [found] = server.api.records("prospects")
    assert (found["founded"], found["people"], found["revenue"]) == (
        "Founded: 2004",
        None,
        "Annual revenue: £9.4 million (2025)",
    )
    types = [update["type"] for update in updates]
    steps = [(place, one) for place, one in enumerate(types) if one and one.startswith("ResearchStep")]
    assert types.count("ResearchStepStarted") == types.count("ResearchStepEnded") >= 6
    assert types.index("ResearchStepEnded") < steps[-1][0] < len(types) - 1
    assert len({updates[place]["at"] for place, _ in steps}) == len(steps)  # each told when it was made
