"""docs/triggers.md is true: its triggers can be published, its tables are those of the code."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.triggers.firing import names_of
from engine.triggers.kinds import Reason, TriggerType
from engine.triggers.schedule import next_time
from engine.validation import validate
from tests.engine.simulation import activity, edge, workflow

PAGE = (Path(__file__).parents[2] / "docs" / "triggers.md").read_text()
TRIGGERS: list[Any] = [json.loads(one) for one in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


def rows(header: str) -> list[list[str]]:
    """The rows of the table with this header."""
    table = PAGE.split(f"\n{header}\n")[1].split("\n\n")[0].splitlines()[1:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table]


@pytest.mark.parametrize("trigger", TRIGGERS, ids=lambda one: one["type"])
def test_every_trigger_of_the_page_can_be_published(trigger: dict[str, Any]) -> None:
    assert validate({**workflow([activity("a")], [edge("trigger", "a")]), "trigger": trigger}) == []


def test_every_kind_of_trigger_is_there() -> None:
    named = [row[0].strip("`") for row in rows("| type | fires | `config` |")]
    assert named == [*TriggerType]
    assert {one["type"] for one in TRIGGERS} >= set(TriggerType) - {TriggerType.RECORD_CREATED}


def test_every_reason_is_there() -> None:
    assert [row[0].strip("`") for row in rows("| `reason` | means | `detail` |")] == [*Reason]


def test_every_name_that_expressions_find_is_there() -> None:
    given = {"payload": {}, "record": {}, "previous": {}, "actor": {}, "firedAt": ""}
    named = {row[0].strip("`").removeprefix("trigger.") for row in rows("| name | is |")}
    assert named == names_of(given).keys()


@pytest.mark.parametrize(
    "row", rows("| `cron` in Europe/Berlin | on the day | runs (UTC) |"), ids=lambda one: one[1]
)
def test_the_clock_of_the_page_is_right(row: list[str]) -> None:
    cron, day = row[0].strip("`"), datetime.fromisoformat(row[1][:10]).replace(tzinfo=UTC)
    moment, found = day - timedelta(minutes=1), []
    for _ in range(2):
        moment = next_time(cron, "Europe/Berlin", moment)
        found.append(moment.strftime("%H:%M"))
    said = re.findall(r"\d\d:\d\d", row[2])
    assert found[: len(said)] == said
