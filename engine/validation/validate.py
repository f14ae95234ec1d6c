"""Finds everything that keeps a definition from being published."""

from collections.abc import Iterator
from itertools import chain, islice

from engine.errors import Problem
from engine.form import Path
from engine.reading import ROOT, read
from engine.validation.configs import check_configs
from engine.validation.draft import Draft
from engine.validation.edges import check_edges
from engine.validation.graph import ScopeGraph
from engine.validation.keys import check_keys
from engine.validation.kinds import check_kinds
from engine.validation.reachability import check_cycles, check_reached, reached
from engine.validation.references import check_references
from engine.validation.retry import check_retry
from engine.validation.scopes import check_scopes
from engine.validation.trigger_references import check_trigger_references

MAX_PROBLEMS = 1000
"""Where there are more, an entry at the end says so: nobody reads on, and each costs time."""


def validate(data: object) -> list[Problem]:
    """Give every fault of a definition as written, none where it can be published; never raises.

    A definition that is too large is looked into no further. Paths begin with "definition".
    """
    reading = read(data)
    problems = list(reading.problems)
    if not any(problem.code == "TOO_LARGE" for problem in problems):
        problems += islice(_meant(Draft(reading)), MAX_PROBLEMS + 1)
    if len(problems) > MAX_PROBLEMS:
        rest = problems[MAX_PROBLEMS]
        problems[MAX_PROBLEMS:] = [
            Problem(rest.code, f"There are more faults than these {MAX_PROBLEMS}.", ROOT)
        ]
    return problems


def _meant(draft: Draft) -> Iterator[Problem]:
    graph = ScopeGraph(draft)
    found = reached(draft)
    told: set[Path] = set()
    for problem in _of_the_parts(draft, graph, found):
        told.add(problem.path)
        yield problem
    for problem in chain(check_trigger_references(draft), check_references(draft, graph, found)):
        if problem.path not in told:
            yield problem


def _of_the_parts(draft: Draft, graph: ScopeGraph, found: frozenset[str]) -> Iterator[Problem]:
    yield from check_keys(draft)
    yield from check_kinds(draft)
    yield from check_configs(draft)
    yield from check_retry(draft)
    yield from check_scopes(draft)
    yield from check_edges(draft)
    yield from check_cycles(draft, graph)
    yield from check_reached(draft, found)
