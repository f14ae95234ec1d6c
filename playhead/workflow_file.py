"""What a person hands to `playhead run`: a workflow file, and a payload."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from engine.errors import Refused
from engine.payload import check_payload
from engine.reading import ROOT, normalize
from engine.validation import validate
from playhead.commands.refusal import WrongInput

_KEYS: Final = ("name", "description", "trigger", "activities", "edges")
_REQUIRED: Final = ("name", "trigger", "activities", "edges")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowFile:
    """A workflow as its file has it; the definition is not checked yet."""

    name: str
    description: str | None
    definition: Mapping[str, Any]


def read_workflow(path: Path) -> WorkflowFile:
    """Reads a workflow file.

    Raises:
        WrongInput: it cannot be read, is no JSON object, or has not a workflow's keys; every fault at once.
    """
    content = _object(_read(path), str(path))
    faults = [f"{path}: {key}: is missing" for key in _REQUIRED if key not in content]
    faults += [
        f"{path}: {key}: is not known; a workflow file has {', '.join(_KEYS)}"
        for key in content
        if key not in _KEYS
    ]
    if "name" in content and not (isinstance(content["name"], str) and content["name"].strip()):
        faults.append(f"{path}: name: takes a text that is not empty")
    if not isinstance(content.get("description"), str | None):
        faults.append(f"{path}: description: takes a text")
    if faults:
        raise WrongInput(*faults)
    definition = {key: content[key] for key in ("trigger", "activities", "edges")}
    return WorkflowFile(name=content["name"], description=content.get("description"), definition=definition)


def check(workflow: WorkflowFile, path: Path) -> WorkflowFile:
    """Gives the workflow back where its definition can be published.

    Raises:
        WrongInput: it cannot be: every fault, each with its path in the file.
    """
    try:
        faults = validate(normalize(workflow.definition))
    except Refused as refusal:
        raise refused_definition(refusal, path) from refusal
    if faults:
        raise refused_definition(Refused(*faults), path)
    return workflow


def refused_definition(refusal: Refused, path: Path) -> WrongInput:
    """Says what a definition is refused for: a line a fault, with its path in the file."""
    lines = []
    for problem in refusal.problems:
        place = problem.path[1:] if problem.path[:1] == ROOT else problem.path
        where = f"{path}: {'.'.join(place)}" if place else f"{path}"
        lines.append(f"{where}: {problem.message} ({problem.code})")
    return WrongInput(*lines)


def read_payload(given: str | None, workflow: WorkflowFile) -> Mapping[str, Any]:
    """Reads a payload of a checked workflow: JSON where it begins with a brace, else a file that holds it.

    Raises:
        WrongInput: the file cannot be read, it is no JSON object, or not what the workflow's trigger takes.
    """
    payload = _payload(given)
    try:
        check_payload(workflow.definition["trigger"].get("config") or {}, payload)
    except Refused as refusal:
        lines = (f"{'.'.join(one.path)}: {one.message} ({one.code})" for one in refusal.problems)
        raise WrongInput(*lines) from refusal
    return payload


def _payload(given: str | None) -> Mapping[str, Any]:
    if given is None:
        return {}
    if given.lstrip().startswith("{"):
        return _object(given, "--payload")
    return _object(_read(Path(given), "--payload: "), f"--payload {given}")


def _read(path: Path, before: str = "") -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise WrongInput(f"{before}{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise WrongInput(f"{before}{path}: is not UTF-8 text (byte {error.start})") from error


def _object(text: str, source: str) -> dict[str, Any]:
    try:
        found = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise WrongInput(
            f"{source}: is no JSON: {error.msg} (line {error.lineno}, column {error.colno})"
        ) from error
    except (ValueError, RecursionError) as error:  # NaN, a number of thousands of digits, nested too deep
        raise WrongInput(f"{source}: is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise WrongInput(f"{source}: takes a JSON object")
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")
