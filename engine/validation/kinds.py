"""Types: of the trigger and of each activity, among those that there are."""

from collections.abc import Iterator

from engine.activities import ACTIVITY_TYPES
from engine.errors import Problem
from engine.form import did_you_mean, listed
from engine.reading import ROOT
from engine.triggers import TRIGGER_FAULTS
from engine.validation.draft import Draft


def check_kinds(draft: Draft) -> Iterator[Problem]:
    """Find types that there are not."""
    trigger_path, kind = (*ROOT, "trigger", "type"), draft.trigger.type
    if kind not in TRIGGER_FAULTS and not draft.hides(trigger_path):
        yield Problem("TYPE_UNKNOWN", _unknown("trigger", kind, tuple(TRIGGER_FAULTS)), trigger_path)
    for index, activity in draft.activities:
        path = draft.at(index, "type")
        if activity.type not in ACTIVITY_TYPES and not draft.hides(path):
            yield Problem("TYPE_UNKNOWN", _unknown("activity", activity.type, tuple(ACTIVITY_TYPES)), path)


def _unknown(what: str, kind: str, kinds: tuple[str, ...]) -> str:
    hint = did_you_mean(kind, kinds) or did_you_mean(kind.lower(), kinds) or did_you_mean(kind.upper(), kinds)
    return f"There is no {what} of the type '{kind}'; there are {listed(kinds)}.{hint}"
