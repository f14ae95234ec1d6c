"""Find duplicates, Clean up headquarters, Rank a sector, Company digest, Review a sector: work over the real records."""

from datetime import UTC, datetime

from playhead import demo
from tests.examples.playing import LIFE, Play, of_executions, of_iterations, on_both_databases


@on_both_databases
def test_companies_that_are_listed_twice_are_noted_and_their_further_listings_marked(play: Play) -> None:
    ran = play.run("Find duplicates")
    assert {one["cik"]: one["symbols"] for one in play.records("duplicates")} == {
        "1652044": "GOOG, GOOGL",
        "1754301": "FOX, FOXA",
        "1564708": "NWS, NWSA",
    }
    marked = {one["symbol"]: one["duplicateOf"] for one in play.records("companies") if "duplicateOf" in one}
    assert marked == {"GOOGL": "GOOG", "FOXA": "FOX", "NWSA": "NWS"}
    assert play.company("GOOGL")["headquarters"] == "Mountain View, California", "the other values stay"
    assert ran.outputs("count") == {"value": 3}
    # 23 listings of 20 companies; 3 companies have two listings each.
    assert ran.executed == {
        "find": 1,
        "company": 1,
        "listings": 20,
        "several": 20,
        "listing": 3,
        "further": 6,
        "mark": 3,
        "note": 3,
        "count": 1,
    }
    # A Filter that stops is free: 17 companies with one listing, and the first listing of 3.
    assert ran.charged == {**ran.executed, "several": 3, "further": 3}
    assert ran.ended == ("COMPLETED", 38)
    assert ran.events == LIFE | of_executions(58) | of_iterations(20 + 6) | {"ActivitiesSkipped": 17 + 3}


def test_looking_for_duplicates_again_changes_nothing(play: Play) -> None:
    first = play.run("Find duplicates")
    records = play.records("companies"), play.records("duplicates")
    second = play.run("Find duplicates")
    assert (play.records("companies"), play.records("duplicates")) == records
    assert second.ended == first.ended
    actions = {one.result["action"] for one in second.executions if one.key in ("mark", "note")}
    assert actions == {"UNCHANGED"}


def test_headquarters_are_taken_apart_mended_or_noted(play: Play) -> None:
    ran = play.run("Clean up headquarters")
    assert ran.executed == {
        "find": 1,
        "company": 1,
        "form": 76,
        "note": 1,
        "first_place": 1,
        "place": 75,
        "keep": 75,
        "regions": 1,
    }
    assert ran.ended == ("COMPLETED", 231)
    assert ran.charged == ran.executed
    assert ran.skipped == {"without_footnote": "'What does it look like?' took 'default'"}
    # In each iteration the Switch takes one way, and what the others lead to is skipped.
    assert ran.events == LIFE | of_executions(231) | of_iterations(76) | {"ActivitiesSkipped": 76}
    assert play.records("clean_ups") == [{"symbol": "XYZ", "problem": "The headquarters reads 'none'"}]
    bank = play.company("HBAN")
    assert (bank["city"], bank["region"]) == ("Columbus", "Ohio")
    assert bank["headquarters"] == "Columbus, Ohio; Detroit, Michigan"
    regions = ran.outputs("regions")["value"]
    assert (len(regions), regions[0], regions[-2:]) == (25, "Alabama", ["Wisconsin", None])


def test_a_footnote_is_taken_off_a_headquarters(play: Play) -> None:
    ran = play.run("Clean up headquarters", {"sector": "Industrials"})
    assert ran.executed["without_footnote"] == 1
    assert "first_place" not in ran.executed
    assert ran.ended == ("COMPLETED", 3 + 83 * 3 + 1)
    mended = play.company("NOC")
    assert (mended["city"], mended["region"]) == ("West Falls Church", "Virginia")


@on_both_databases
def test_the_oldest_of_a_sector_are_ranked_and_those_of_one_year_share_a_place(play: Play) -> None:
    ran = play.run("Rank a sector")
    kept = {one["symbol"]: (one["place"], one["year"]) for one in play.records("rankings")}
    assert kept == {
        "ED": (1, 1823),
        "CNP": (2, 1882),
        "AWK": (3, 1886),
        "CMS": (3, 1886),
        "EIX": (3, 1886),
    }
    years = sorted(int(one["founded"][:4]) for one in demo.companies() if one["sector"] == "Utilities")
    places = len(set(years))
    assert (ran.outputs("oldest"), ran.outputs("middle")) == ({"value": 1823}, {"value": years[15]})
    assert (len(years), places) == (31, 27)
    assert ran.executed == {
        "find": 1,
        "company": 1,
        "year": 31,
        "oldest": 1,
        "middle": 1,
        "place": 1,
        "high": 27,
        "holder": 3,
        "keep": 5,
    }
    assert ran.charged == {**ran.executed, "high": 3}
    assert ran.ended == ("COMPLETED", 1 + 1 + 31 + 2 + 1 + 3 + 3 + 5)
    assert ran.events == LIFE | of_executions(71) | of_iterations(31 + 27 + 5) | {"ActivitiesSkipped": 24}


def test_a_digest_counts_and_names_each_place_once(play: Play) -> None:
    ran = play.run("Company digest", {"subIndustry": "Movies & Entertainment"})
    assert play.records("digests") == [
        {
            "subIndustry": "Movies & Entertainment",
            "companies": 5,
            "headquarters": "Beverly Hills, California; Burbank, California; Los Angeles, California; "
            "Los Gatos, California; New York City, New York",
        }
    ]
    assert ran.ended == ("COMPLETED", 5)
    assert ran.charged == {"find": 1, "any": 1, "count": 1, "places": 1, "keep": 1}
    assert ran.events == LIFE | of_executions(5)


def test_a_digest_of_nothing_stops_at_its_filter(play: Play) -> None:
    ran = play.run("Company digest", {"subIndustry": "Alchemy"})
    assert ran.ended == ("COMPLETED", 1)
    assert ran.skipped == dict.fromkeys(("count", "places", "keep"), "'Are there any?' stopped here")
    assert ran.events == LIFE | of_executions(2) | {"ActivitiesSkipped": 1}


def test_a_sector_is_reviewed_for_its_old_companies_and_unusual_years(play: Play) -> None:
    since = datetime.now(UTC).year - 1900
    ran = play.run("Review a sector", {"sector": "Energy", "oldFrom": since})
    # 21 companies, of which MPC and PSX have an unusual year; CVX 1879, EQT 1888 and TPL 1888 are old enough.
    assert {one["symbol"] for one in play.records("reviews")} == {"MPC", "PSX", "CVX", "EQT", "TPL"}
    assert ran.executed == {
        "find": 1, "each": 1, "plain": 21, "mark": 2, "age": 21, "old": 21, "review": 3, "average": 1
    }  # fmt: skip
    assert ran.charged == {**ran.executed, "old": 3}
    assert ran.ended == ("COMPLETED", 1 + 1 + 21 + 2 + 21 + 3 + 3 + 1)
    assert ran.events == LIFE | of_executions(71) | of_iterations(21) | {"ActivitiesSkipped": 19 + 18}
