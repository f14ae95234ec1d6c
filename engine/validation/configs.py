"""Configurations: of each activity by the model of its type, of the trigger by what it declares."""

from collections.abc import Iterator

from engine.config_faults import check_written
from engine.errors import Problem
from engine.manual_inputs import declaration_faults
from engine.reading import ROOT
from engine.validation.draft import Draft
from engine.validation.kinds import MANUAL


def check_configs(draft: Draft) -> Iterator[Problem]:
    """Find what is wrong with configurations as they are written."""
    if draft.trigger.type == MANUAL:
        for path, message in declaration_faults(draft.trigger.config):
            yield Problem("CONFIG_INVALID", message, (*ROOT, "trigger", "config", *path))
    for index, activity in draft.activities:
        kind = draft.type_of(activity)
        if kind is None or draft.hides(draft.at(index, "config")):
            continue
        for fault in check_written(kind.config, activity.config):
            yield Problem("CONFIG_INVALID", fault.message, draft.at(index, "config", *fault.path))
        for problem in kind.check(activity.config) if kind.check is not None else ():
            yield Problem(problem.code, problem.message, draft.at(index, "config", *problem.path))
