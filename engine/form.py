"""Checks the form of a JSON input: objects with the keys that they may have, each of its JSON type."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from engine.errors import Problem

Path = tuple[str, ...]

SHOWN = 60
_KINDS: Sequence[tuple[type | tuple[type, ...], str]] = (
    (bool, "a boolean"),
    (str, "a text"),
    ((int, float), "a number"),
    (Mapping, "an object"),
    (list, "a list"),
)


def kind_of(value: object) -> str:
    """Name the JSON type of a value for people."""
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "null")


def shown(value: object) -> str:
    """Show what was given, briefly: short scalars as they are, everything else by its kind."""
    if isinstance(value, str):
        return f"'{value}'" if len(value) <= SHOWN else f"'{value[:SHOWN]}…'"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value) if isinstance(value, int | float) else kind_of(value)


def did_you_mean(name: str, names: Sequence[str]) -> str:
    """Give " Did you mean 'x'?" where one of the names is close, else ""."""
    close = get_close_matches(name, names, 1)
    return f" Did you mean '{close[0]}'?" if close else ""


def listed(names: Sequence[str], none: str = "none") -> str:
    """List names for a message, at most twenty."""
    more = f" and {len(names) - 20} more" if len(names) > 20 else ""
    return (", ".join(names[:20]) + more) if names else none


class Form:
    """Reads parts of an input, and keeps a problem for each that is wrong; null counts as left out."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def refuse(self, path: Path, message: str) -> None:
        """Keep a fault."""
        self.problems.append(Problem("VALUE_INVALID", message, path))

    def keyed(
        self, value: object, path: Path, known: Sequence[str], required: Sequence[str] = ()
    ) -> Mapping[str, Any] | None:
        """Give an object that may have the known keys; None where it is no object."""
        if not isinstance(value, Mapping):
            self.refuse(path, f"'{path[-1]}' takes an object with {listed(known)}, not {kind_of(value)}.")
            return None
        for name in value:
            if name not in known:
                hint = did_you_mean(name, known)
                self.refuse((*path, name), f"There is no key '{name}' here; there are {listed(known)}.{hint}")
        for name in required:
            if value.get(name) is None:
                self.refuse((*path, name), f"'{name}' is missing; it is required.")
        return value

    def entries(self, holder: Mapping[str, Any], name: str, path: Path) -> Sequence[object]:
        """Give a list, empty where it is none."""
        value = holder.get(name)
        if value is None or isinstance(value, list):
            return value or []
        self.refuse((*path, name), f"'{name}' takes a list, not {kind_of(value)}.")
        return []

    def text(self, holder: Mapping[str, Any], name: str, path: Path) -> str | None:
        """Give a text, None where it is none."""
        value = holder.get(name)
        if value is None or isinstance(value, str):
            return value
        self.refuse((*path, name), f"'{name}' takes a text, not {kind_of(value)}.")
        return None

    def number(
        self, holder: Mapping[str, Any], name: str, path: Path, default: float, *, whole: bool = False
    ) -> float:
        """Give a number, the default where it is none."""
        value = holder.get(name)
        if value is None:
            return default
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or (whole and value != int(value)):
            takes = "a whole number" if whole else "a number"
            self.refuse((*path, name), f"'{name}' takes {takes}, not {shown(value)}.")
            return default
        return int(value) if whole else float(value)

    def mapping(self, holder: Mapping[str, Any], name: str, path: Path) -> Mapping[str, Any]:
        """Give an object with any keys, empty where it is none."""
        value = holder.get(name)
        if value is None or isinstance(value, Mapping):
            return value or {}
        self.refuse((*path, name), f"'{name}' takes an object, not {kind_of(value)}.")
        return {}
