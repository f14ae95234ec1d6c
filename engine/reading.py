"""Reads a definition from JSON: checks its form and fills in defaults; validation looks into its meaning."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.activities import ACTIVITY_TYPES
from engine.definition import Activity, Definition, Edge, RetryPolicy, Trigger
from engine.errors import Problem, Refused
from engine.form import Form, Path
from engine.values import UnstorableValueError, clean, size

MAX_ACTIVITIES = 500
MAX_DEFINITION_BYTES = 1024 * 1024
ROOT = ("definition",)

_DEFAULT_ATTEMPTS = 1
_DEFAULT_TIMEOUT = 60.0
_RETRY_KEYS = ("maxAttempts", "backoffSeconds", "backoffFactor", "maxBackoffSeconds", "timeoutSeconds")
_ACTIVITY_KEYS = ("key", "type", "name", "config", "parent", "retry", "position")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What could be read of a definition.

    Attributes:
        definition: Its readable parts.
        slots: The activities at their places in the input; None where one has no key to be known by.
        problems: Every fault of its form.
    """

    definition: Definition
    slots: tuple[Activity | None, ...]
    problems: tuple[Problem, ...]


def read_definition(data: Mapping[str, Any]) -> Definition:
    """Give the definition that JSON describes, with every default filled in; it may still have faults.

    Raises:
        Refused: Its form is wrong: VALUE_INVALID, or TOO_LARGE beyond 500 activities or 1 MiB.
            Paths begin with "definition".
    """
    reading = read(data)
    if reading.problems:
        raise Refused(*reading.problems)
    return reading.definition


def normalize(data: Mapping[str, Any]) -> dict[str, Any]:
    """Give the JSON of a definition with every default filled in; reading that gives the same definition.

    Raises:
        Refused: As `read_definition`.
    """
    return definition_data(read_definition(data))


def read(data: object) -> Reading:
    """Read as much of a definition as its form allows; never raises."""
    form = Form()
    root = _measured(form, data)
    slots = tuple(
        _activity(form, one, (*ROOT, "activities", str(index)))
        for index, one in enumerate(form.entries(root, "activities", ROOT)[:MAX_ACTIVITIES])
    )
    edges = [_edge(form, one, index) for index, one in enumerate(form.entries(root, "edges", ROOT))]
    definition = Definition(
        trigger=_trigger(form, root),
        activities=tuple(one for one in slots if one is not None),
        edges=tuple(edge for edge in edges if edge is not None),
    )
    return Reading(definition=definition, slots=slots, problems=tuple(form.problems))


def _measured(form: Form, data: object) -> Mapping[str, Any]:
    """Give the definition as clean JSON; nothing of it where it is none, or too large to be looked into."""
    try:
        found = clean(data)
    except UnstorableValueError as error:
        form.refuse((*ROOT, *(str(part) for part in error.path)), f"A definition is JSON: {error.reason}.")
        return {}
    if size(found) > MAX_DEFINITION_BYTES:
        form.problems.append(Problem("TOO_LARGE", "A definition may have at most 1 MiB as JSON.", ROOT))
        return {}
    parts = ("trigger", "activities", "edges")
    root = form.keyed(found, ROOT, parts, parts) or {}
    activities = root.get("activities")
    if isinstance(activities, list) and len(activities) > MAX_ACTIVITIES:
        message = f"A definition may have at most {MAX_ACTIVITIES} activities, not {len(activities)}."
        form.problems.append(Problem("TOO_LARGE", message, (*ROOT, "activities")))
    return root


def _trigger(form: Form, root: Mapping[str, Any]) -> Trigger:
    path, value = (*ROOT, "trigger"), root.get("trigger")
    found = form.keyed(value, path, ("type", "config", "position"), ("type",)) if value is not None else None
    holder = found or {}
    return Trigger(
        type=form.text(holder, "type", path) or "",
        config=form.mapping(holder, "config", path),
        position=_position(form, holder, path),
    )


def _activity(form: Form, value: object, path: Path) -> Activity | None:
    holder = form.keyed(value, path, _ACTIVITY_KEYS, ("key", "type"))
    if holder is None:
        return None
    key, kind = form.text(holder, "key", path), form.text(holder, "type", path)
    activity = Activity(
        key=key or "",
        type=kind or "",
        name=form.text(holder, "name", path) or key or "",
        config=form.mapping(holder, "config", path),
        parent=form.text(holder, "parent", path),
        retry=_retry(form, holder, path, kind or ""),
        position=_position(form, holder, path),
    )
    return activity if key is not None else None


def _retry(form: Form, holder: Mapping[str, Any], path: Path, kind: str) -> RetryPolicy:
    path = (*path, "retry")
    value = holder.get("retry")
    found = (form.keyed(value, path, _RETRY_KEYS) if value is not None else None) or {}
    known = ACTIVITY_TYPES.get(kind)
    attempts = known.max_attempts if known else _DEFAULT_ATTEMPTS
    timeout = known.timeout_seconds if known else _DEFAULT_TIMEOUT
    return RetryPolicy(
        max_attempts=int(form.number(found, "maxAttempts", path, attempts, whole=True)),
        backoff_seconds=form.number(found, "backoffSeconds", path, 1.0),
        backoff_factor=form.number(found, "backoffFactor", path, 2.0),
        max_backoff_seconds=form.number(found, "maxBackoffSeconds", path, 60.0),
        timeout_seconds=form.number(found, "timeoutSeconds", path, timeout),
    )


def _edge(form: Form, value: object, index: int) -> Edge | None:
    path = (*ROOT, "edges", str(index))
    holder = form.keyed(value, path, ("from", "exit", "to"), ("from", "to"))
    if holder is None:
        return None
    source, target = form.text(holder, "from", path), form.text(holder, "to", path)
    exit_name = form.text(holder, "exit", path)
    if source is None or target is None:
        return None
    return Edge(index=index, source=source, exit="next" if exit_name is None else exit_name, target=target)


def _position(form: Form, holder: Mapping[str, Any], path: Path) -> Mapping[str, float] | None:
    value = holder.get("position")
    path = (*path, "position")
    found = form.keyed(value, path, ("x", "y"), ("x", "y")) if value is not None else None
    if found is None:
        return None
    return {"x": form.number(found, "x", path, 0.0), "y": form.number(found, "y", path, 0.0)}


def definition_data(definition: Definition) -> dict[str, Any]:
    """Give a definition as JSON, as versions keep it: nothing left to default."""
    trigger = definition.trigger
    return {
        "trigger": {
            "type": trigger.type,
            "config": dict(trigger.config),
            "position": _plain(trigger.position),
        },
        "activities": [_activity_data(activity) for activity in definition.activities],
        "edges": [{"from": edge.source, "exit": edge.exit, "to": edge.target} for edge in definition.edges],
    }


def _activity_data(activity: Activity) -> dict[str, Any]:
    return {
        "key": activity.key,
        "type": activity.type,
        "name": activity.name,
        "config": dict(activity.config),
        "parent": activity.parent,
        "retry": retry_data(activity.retry),
        "position": _plain(activity.position),
    }


def retry_data(retry: RetryPolicy) -> dict[str, float]:
    """Give a retry policy as JSON."""
    return {
        "maxAttempts": retry.max_attempts,
        "backoffSeconds": retry.backoff_seconds,
        "backoffFactor": retry.backoff_factor,
        "maxBackoffSeconds": retry.max_backoff_seconds,
        "timeoutSeconds": retry.timeout_seconds,
    }


def _plain(position: Mapping[str, float] | None) -> dict[str, float] | None:
    return dict(position) if position is not None else None
