"""References: in texts that can be read, to names that there are, to activities that can have run before."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.definition import Activity
from engine.errors import Problem
from engine.expression import ExpressionError
from engine.expression.paths import Part
from engine.form import Path, did_you_mean, listed
from engine.validation.draft import Draft
from engine.validation.graph import ScopeGraph
from engine.validation.texts import Evaluated, evaluated_texts

TOP_NAMES = ("trigger", "activities", "run", "workflow")
LOOP_NAMES = ("loop", "loops")
COLLECT = "collect"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a text may refer to from where it stands.

    Attributes:
        loops: The keys of the Loops around it, the innermost first.
        ran: The activities that can have run before.
        failed: Those that can have been left by their exit `error`.
    """

    loops: tuple[str, ...]
    ran: frozenset[str]
    failed: frozenset[str]


def check_references(draft: Draft, graph: ScopeGraph, reached: frozenset[str]) -> Iterator[Problem]:
    """Find texts with a wrong syntax, and references to what cannot be there.

    What comes before an activity is not asked where no way leads to it, or its parents are at fault.
    """
    for index, activity in draft.activities:
        kind = draft.type_of(activity)
        if kind is None:
            continue
        views: dict[bool, View | None] = {}
        for text in evaluated_texts(kind, activity.config):
            path = draft.at(index, "config", *text.path)
            if text.error is not None:
                yield syntax_problem(text.error, path)
                continue
            inside = kind.items is not None and text.path[0] == COLLECT
            if inside not in views:
                views[inside] = _view(draft, graph, reached, activity, inside=inside)
            for code, message in _faults(draft, text, views[inside]):
                yield Problem(code, message, path)


def syntax_problem(error: ExpressionError, path: Path) -> Problem:
    """Give the fault of a text that cannot be read."""
    hint = f" {error.hint[:1].upper()}{error.hint[1:]}." if error.hint else ""
    return Problem("TEMPLATE_SYNTAX", f"{error.message}.{hint}", path)


def _view(
    draft: Draft, graph: ScopeGraph, reached: frozenset[str], activity: Activity, *, inside: bool
) -> View | None:
    """Give what an activity may refer to; with `inside`, what its `collect` may."""
    around = draft.loops_around(activity)
    if around is None or activity.key not in reached:
        return None
    ran: set[str] = set()
    failed: set[str] = set()
    for key in (activity.key, *around):
        ran |= graph.before(key)
        failed |= graph.failed_before(key)
    if inside:
        body = {one.key for _, one in draft.activities if one.parent == activity.key}
        around, ran, failed = (activity.key, *around), ran | body, failed | body
    return View(loops=around, ran=frozenset(ran), failed=frozenset(failed))


def _faults(draft: Draft, text: Evaluated, view: View | None) -> Iterator[tuple[str, str]]:
    faults = (_fault(draft, text, reference, view) for reference in text.references)
    yield from dict.fromkeys(fault for fault in faults if fault is not None)


def _fault(
    draft: Draft, text: Evaluated, reference: tuple[Part, ...], view: View | None
) -> tuple[str, str] | None:
    root = str(reference[0])
    if root == "activities":
        message = _activity_fault(draft, reference, view)
        return ("REFERENCE_NOT_UPSTREAM", message) if message else None
    if root in LOOP_NAMES:
        return _loop_fault(text, reference, view)
    if root in TOP_NAMES:
        return None
    names = (*TOP_NAMES, *(LOOP_NAMES if view is None or view.loops else ()))
    return (
        "TEMPLATE_SYNTAX",
        f"There is no name '{root}' {_column(text, root)}; there are "
        f"{listed(names)}.{did_you_mean(root, names)}",
    )


def _column(text: Evaluated, name: str) -> str:
    return f"(column {text.text.find(name) + 1})"


def _loop_fault(text: Evaluated, reference: tuple[Part, ...], view: View | None) -> tuple[str, str] | None:
    root = str(reference[0])
    if view is None:
        return None
    if not view.loops:
        return "TEMPLATE_SYNTAX", (
            f"'{root}' {_column(text, root)} is there only inside a Loop; here there are {listed(TOP_NAMES)}."
        )
    if root == "loops" and len(reference) > 1 and reference[1] not in view.loops:
        key = str(reference[1])
        return "REFERENCE_NOT_UPSTREAM", (
            f"'{key}' is no Loop around this; there are {listed(view.loops)}.{did_you_mean(key, view.loops)}"
        )
    return None


def _activity_fault(draft: Draft, reference: tuple[Part, ...], view: View | None) -> str | None:
    if len(reference) < 2:
        return None
    key = str(reference[1])
    names = [one for one in draft.by_key if view is None or one in view.ran]
    there = f"what this can refer to is {listed(names, 'nothing')}."
    if key not in draft.by_key:
        return f"There is no activity '{key}'; {there}{did_you_mean(key, names)}"
    if view is None:
        return None
    if key not in view.ran:
        return f"'{key}' cannot have run before this{_why(draft, key, view)}; {there}"
    if len(reference) > 2 and reference[2] == "error" and key not in view.failed:
        return f"'activities.{key}.error' is there only on a way that left '{key}' by its exit 'error'."
    return None


def _why(draft: Draft, key: str, view: View) -> str:
    parent = draft.by_key[key].parent
    if key in view.loops:
        return " (it is the Loop around this, and goes on meanwhile)"
    if parent is None or parent in view.loops:
        return ""
    return f" (it is in the Loop '{parent}', whose `collect` gives what its iterations worked out)"
