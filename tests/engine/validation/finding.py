"""Looks for faults, briefly: the code, and the path below "definition"."""

from typing import Any

from engine.validation import validate

Found = list[tuple[str, str]]


def faults(data: Any) -> Found:
    """Give the code and the place of every fault."""
    problems = validate(data)
    assert all(problem.path[0] == "definition" for problem in problems)
    assert all(problem.message.endswith((".", "?", "}}")) for problem in problems), problems
    return [(problem.code, "/".join(problem.path[1:])) for problem in problems]


def message(data: Any) -> str:
    """Give the message of the only fault."""
    (problem,) = validate(data)
    return problem.message
