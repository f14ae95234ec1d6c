"""The example "Review a sector" on Health Care: 59 companies, 4 of them with an unusual founding year."""

from datetime import UTC, datetime

import pytest

from tests.acceptance.client import Api
from tests.acceptance.following import check_stream, follow
from tests.acceptance.servers import Server

OLD_SINCE = 1926
# Of the sector's companies, those whose first year named is 1926 or before, read off the file by hand.
OLD = {"MCK": 1833, "PFE": 1849, "LLY": 1876, "JNJ": 1886, "ABT": 1888, "MRK": 1891, "BDX": 1897, "WST": 1923}
UNUSUAL = {"ABBV": "2013 (1888)", "BMY": "1989 (1887)", "ELV": "2014 (1946)", "TMO": "2006 (1902)"}


def this_year() -> int:
    return datetime.now(UTC).year


@pytest.fixture(scope="module")
def api(server: Server) -> Api:
    return server.api


@pytest.fixture(scope="module")
def reviewed(api: Api) -> str:
    """A run of it that a subscriber followed to its end without a gap."""
    payload = {"sector": "Health Care", "oldFrom": this_year() - OLD_SINCE}
    run_id = api.start(api.workflow("Review a sector"), payload)
    updates = follow(api, run_id)
    check_stream(updates)
    assert updates[0]["snapshot"] is True
    assert updates[-1]["run"]["status"] == "COMPLETED"
    return run_id


def test_it_completes_and_costs_what_the_tariff_says(api: Api, reviewed: str) -> None:
    run = api.run(reviewed)
    assert (run["status"], run["error"]) == ("COMPLETED", None)
    # Find 1, the loop 1, the average 1. For each of 59 companies: the plain year? 1, as both exits lead on; the age 1.
    # For the 4 unusual: the mark 1. For the 8 old: Old? 1, as it takes an edge, and the review 1; for the others 0.
    assert run["creditsUsed"] == 3 + 59 * 2 + 4 + 8 * 2 == 141
    executions = api.executions(reviewed)
    assert sum(execution["creditsUsed"] for execution in executions) == 141
    assert {execution["status"] for execution in executions} == {"COMPLETED"}
    counts = {
        key: sum(execution["key"] == key for execution in executions)
        for key in ("plain", "mark", "age", "old", "review")
    }
    assert counts == {"plain": 59, "mark": 4, "age": 59, "old": 59, "review": 8}


def test_every_unusual_founding_year_is_marked_and_every_old_company_reviewed(
    api: Api, reviewed: str
) -> None:
    where = {"match": "all", "conditions": [{"left": "sector", "operator": "equals", "right": "Health Care"}]}
    reviews = {review["symbol"]: review for review in api.records("reviews", where)}
    marked = {symbol: review["note"] for symbol, review in reviews.items() if review["founded_unusual"]}
    assert marked == {
        symbol: f"Founded reads '{founded}': the age counts from the first year named"
        for symbol, founded in UNUSUAL.items()
    }
    ages = {symbol: review["age"] for symbol, review in reviews.items() if "age" in review}
    assert ages == {symbol: this_year() - year for symbol, year in OLD.items()}
    assert reviews.keys() == UNUSUAL.keys() | OLD.keys()


def test_the_aggregate_is_the_average_over_all_companies(api: Api, reviewed: str) -> None:
    document = """
    query ($id: ID!) {
      run(id: $id) {
        activityExecutions(filter: {keys: ["each", "average"]}) { edges { node { key outputs } } }
      }
    }
    """
    edges = api.execute(document, id=reviewed)["run"]["activityExecutions"]["edges"]
    outputs = {edge["node"]["key"]: edge["node"]["outputs"] for edge in edges}
    ages = outputs["each"]["collected"]
    assert len(ages) == 59
    assert outputs["average"] == {"value": pytest.approx(sum(ages) / 59)}


def test_a_sector_that_does_not_exist_reviews_nothing(api: Api) -> None:
    run_id = api.start(api.workflow("Review a sector"), {"sector": "Alchemy"})
    updates = follow(api, run_id, after=0)
    check_stream(updates)
    assert updates[-1]["run"] | {"id": None} == {
        "id": None,
        "seq": updates[-1]["seq"],
        "status": "COMPLETED",
        "creditsUsed": 3,
    }


def test_a_payload_without_a_sector_is_refused_as_data(api: Api) -> None:
    document = """
    mutation ($id: ID!) { startRun(input: {workflowId: $id, payload: {}}) { run { id } errors { code path } } }
    """
    answer = api.execute(document, id=api.workflow("Review a sector"))["startRun"]
    assert answer == {"run": None, "errors": [{"code": "PAYLOAD_INVALID", "path": ["payload", "sector"]}]}
