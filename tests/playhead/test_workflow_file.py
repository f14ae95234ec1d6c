import json
from pathlib import Path
from typing import Any

import pytest

from playhead.commands.refusal import WrongInput
from playhead.workflow_file import WorkflowFile, check, read_payload, read_workflow

DEFINITION: dict[str, Any] = {
    "trigger": {"type": "MANUAL", "config": {}},
    "activities": [{"key": "one", "type": "formula", "config": {"expression": "1"}}],
    "edges": [{"from": "trigger", "to": "one"}],
}
WORKFLOW = WorkflowFile(name="One", description=None, definition=DEFINITION)


def refused(path: Path) -> list[str]:
    with pytest.raises(WrongInput) as caught:
        check(read_workflow(path), path)
    return [line.removeprefix(f"{path}: ") for line in caught.value.lines]


def written(folder: Path, content: object) -> Path:
    path = folder / "workflow.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_a_workflow_file_gives_its_name_and_its_definition(tmp_path: Path) -> None:
    path = written(tmp_path, {"name": "One", "description": "Gives 1.", **DEFINITION})
    workflow = read_workflow(path)
    assert workflow == WorkflowFile(name="One", description="Gives 1.", definition=DEFINITION)
    assert check(workflow, path) is workflow


def test_every_fault_of_the_top_level_is_named(tmp_path: Path) -> None:
    assert refused(written(tmp_path, {"name": " ", "description": 5, "trigger": {}, "nodes": []})) == [
        "activities: is missing",
        "edges: is missing",
        "nodes: is not known; a workflow file has name, description, trigger, activities, edges",
        "name: takes a text that is not empty",
        "description: takes a text",
    ]


def test_every_fault_of_the_definition_is_named_with_its_path(tmp_path: Path) -> None:
    definition = {
        **DEFINITION,
        "activities": [
            {"key": "one", "type": "formula", "config": {"expression": "1 +"}},
            {"key": "two", "type": "teleport", "config": {}},
        ],
        "edges": [{"from": "trigger", "to": "one"}, {"from": "one", "to": "nowhere"}],
    }
    lines = refused(written(tmp_path, {"name": "Wrong", **definition}))
    assert {(line.partition(": ")[0], line.rpartition(" ")[2]) for line in lines} >= {
        ("activities.0.config.expression", "(TEMPLATE_SYNTAX)"),
        ("activities.1.type", "(TYPE_UNKNOWN)"),
        ("edges.1.to", "(EDGE_UNKNOWN)"),
    }


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("{", "is no JSON: Expecting property name enclosed in double quotes (line 1, column 2)"),
        ("[]", "takes a JSON object"),
        ('{"name": NaN}', "is no JSON: NaN is no JSON number"),
    ],
)
def test_a_file_that_is_no_json_object_is_refused(tmp_path: Path, content: str, line: str) -> None:
    assert refused(written(tmp_path, content)) == [line]


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.json") == ["cannot be read (No such file or directory)"]
    assert refused(tmp_path) == ["cannot be read (Is a directory)"]
    (tmp_path / "latin.json").write_bytes(b'{"name": "caf\xe9"}')
    assert refused(tmp_path / "latin.json") == ["is not UTF-8 text (byte 13)"]


def test_a_payload_is_json_or_the_name_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "payload.json"
    path.write_text('{"sector": "Energy"}')
    assert read_payload(None, WORKFLOW) == {}
    assert read_payload(' {"sector": "Energy"}', WORKFLOW) == {"sector": "Energy"}
    assert read_payload(str(path), WORKFLOW) == {"sector": "Energy"}


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ('{"a": }', "--payload: is no JSON: Expecting value (line 1, column 7)"),
        ("nothing.json", "--payload: nothing.json: cannot be read (No such file or directory)"),
    ],
)
def test_a_payload_that_is_neither_is_refused(given: str, line: str) -> None:
    with pytest.raises(WrongInput) as caught:
        read_payload(given, WORKFLOW)
    assert caught.value.lines == (line,)


def test_a_payload_that_the_trigger_does_not_take_is_refused_with_every_fault() -> None:
    inputs = {"sector": {"type": "text", "required": True}, "limit": {"type": "number"}}
    trigger = {"type": "MANUAL", "config": {"inputs": inputs}}
    workflow = WorkflowFile(name="One", description=None, definition={**DEFINITION, "trigger": trigger})
    with pytest.raises(WrongInput) as caught:
        read_payload('{"limit": "many"}', workflow)
    assert [line.partition(":")[0] for line in caught.value.lines] == ["payload.sector", "payload.limit"]
    assert all(line.endswith(" (PAYLOAD_INVALID)") for line in caught.value.lines)
