"""The examples together show all that there is to build with."""

import json
from pathlib import Path
from typing import Any

from engine.activities import ACTIVITY_TYPES
from playhead import demo

FILES: dict[Path, dict[str, Any]] = {path: json.loads(path.read_text()) for path in demo.example_files()}
ACTIVITIES = [one for file in FILES.values() for one in file["activities"]]


def test_there_are_ten_examples_at_least_each_with_a_name_of_its_own_and_a_description() -> None:
    assert len({file["name"] for file in FILES.values()}) == len(FILES) >= 10
    assert all(file["description"].endswith(".") for file in FILES.values())
    assert [
        path.stem for path, file in FILES.items() if path.stem != file["name"].lower().replace(" ", "-")
    ] == []


def test_every_activity_type_is_shown() -> None:
    assert {one["type"] for one in ACTIVITIES} == set(ACTIVITY_TYPES)


def test_nested_and_parallel_loops_exits_joins_and_retry_policies_are_shown() -> None:
    loops = {one["key"]: one for one in ACTIVITIES if one["type"] == "loop"}
    assert any(loop.get("parent") for loop in loops.values())
    assert any(loop["config"].get("mode") == "parallel" for loop in loops.values())
    assert any(loop["config"].get("onFailure") == "continue" for loop in loops.values())
    assert any(one.get("retry") for one in ACTIVITIES)
    edges = [edge for file in FILES.values() for edge in file["edges"]]
    assert any(edge.get("exit") == "error" for edge in edges)
    joined = [
        edge["to"]
        for file in FILES.values()
        for edge in file["edges"]
        if sum(other["to"] == edge["to"] for other in file["edges"]) > 1
    ]
    assert len(joined) >= 10


def test_the_page_lists_every_example() -> None:
    page = (Path(demo.__file__).parent / "examples" / "README.md").read_text()
    assert [path.name for path in FILES if f"`{path.name}`" not in page] == []
