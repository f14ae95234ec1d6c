"""Keys: of the right form, and each used once."""

import re
from collections.abc import Iterator

from engine.definition import TRIGGER
from engine.errors import Problem
from engine.validation.draft import Draft

MAX_KEY = 100
KEY = re.compile(rf"[A-Za-z0-9_]{{1,{MAX_KEY}}}")


def check_keys(draft: Draft) -> Iterator[Problem]:
    """Find keys of a wrong form, and keys that are used twice."""
    first: dict[str, int] = {}
    for index, activity in draft.activities:
        path = draft.at(index, "key")
        if activity.key == TRIGGER:
            yield Problem("KEY_INVALID", f"'{TRIGGER}' is the trigger's own key; choose another.", path)
        elif KEY.fullmatch(activity.key) is None:
            yield Problem("KEY_INVALID", _wrong(activity.key), path)
        if activity.key in first:
            there = first[activity.key]
            yield Problem(
                "KEY_DUPLICATE",
                f"'{activity.key}' is the key of activity {there} already (counted from 0); each needs "
                "its own.",
                path,
            )
        first.setdefault(activity.key, index)


def _wrong(key: str) -> str:
    better = re.sub(r"[^A-Za-z0-9_]+", "_", key).strip("_")[:MAX_KEY]
    hint = f", such as '{better}'" if better and better != TRIGGER else ""
    return (
        f"A key takes 1 to {MAX_KEY} letters (a to z), digits and underscores{hint}, not '{key[:MAX_KEY]}'."
    )
