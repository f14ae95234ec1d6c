from zoneinfo import ZoneInfo

import pytest

from engine.time_zones import nearest_zone, time_zone


def test_a_zone_is_found_by_its_iana_name() -> None:
    assert time_zone("Europe/Berlin") == ZoneInfo("Europe/Berlin")
    assert time_zone("UTC") == ZoneInfo("UTC")


@pytest.mark.parametrize(
    "name", ["", "Europe", "Nowhere/Land", "../UTC", "/etc/hostname", "a\0b", "x" * 5000, "é"]
)
def test_what_names_no_zone_gives_none(name: str) -> None:
    assert time_zone(name) is None


def test_the_nearest_name_is_offered() -> None:
    assert nearest_zone("America/NewYork") == "America/New_York"
    assert nearest_zone("????") == "Europe/Berlin"
