"""References of a trigger's conditions: what they see is the trigger alone, as there is no run yet."""

from collections.abc import Iterator

from engine.definition import TRIGGER
from engine.errors import Problem
from engine.form import did_you_mean
from engine.reading import ROOT
from engine.triggers.kinds import WATCHING
from engine.triggers.record_change import CONDITIONS
from engine.validation.draft import Draft
from engine.validation.references import syntax_problem
from engine.validation.texts import Evaluated, template_texts


def check_trigger_references(draft: Draft) -> Iterator[Problem]:
    """Find texts with a wrong syntax in a trigger's conditions, and references to anything but the trigger."""
    if draft.trigger.type not in WATCHING:
        return
    for text in template_texts(draft.trigger.config.get(CONDITIONS), (CONDITIONS,)):
        path = (*ROOT, TRIGGER, "config", *text.path)
        if text.error is not None:
            yield syntax_problem(text.error, path)
            continue
        for name in dict.fromkeys(str(reference[0]) for reference in text.references):
            if name != TRIGGER:
                yield _beyond(text, name, path)


def _beyond(text: Evaluated, name: str, path: tuple[str, ...]) -> Problem:
    if name == "activities":
        message = "No activity has run before the trigger; its conditions see 'trigger' alone."
        return Problem("REFERENCE_NOT_UPSTREAM", message, path)
    column = text.text.find(name) + 1
    return Problem(
        "TEMPLATE_SYNTAX",
        f"There is no name '{name}' (column {column}) in a trigger's conditions; there is only 'trigger'."
        f"{did_you_mean(name, (TRIGGER,))}",
        path,
    )
