"""Configurations: of each activity by the model of its type, of the trigger by what finds the faults of its kind."""

from collections.abc import Iterator

from engine.config_faults import check_written
from engine.errors import Problem
from engine.reading import ROOT
from engine.triggers import TRIGGER_FAULTS
from engine.validation.draft import Draft


def check_configs(draft: Draft) -> Iterator[Problem]:
    """Find what is wrong with configurations as they are written."""
    path = (*ROOT, "trigger", "config")
    if draft.trigger.type in TRIGGER_FAULTS and not draft.hides(path):
        for place, message in TRIGGER_FAULTS[draft.trigger.type](draft.trigger.config):
            yield Problem("CONFIG_INVALID", message, (*path, *place))
    for index, activity in draft.activities:
        kind = draft.type_of(activity)
        if kind is None or draft.hides(draft.at(index, "config")):
            continue
        for fault in check_written(kind.config, activity.config):
            yield Problem("CONFIG_INVALID", fault.message, draft.at(index, "config", *fault.path))
        for problem in kind.check(activity.config) if kind.check is not None else ():
            yield Problem(problem.code, problem.message, draft.at(index, "config", *problem.path))
