"""Switch: one of several ways, by the first case that holds."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from engine.activity import ActivityContext, ActivityType, Category, Completed
from engine.branching import Cases, ConditionGroup, check_conditions, config_problems
from engine.config import Config, Outputs
from engine.errors import Problem
from engine.templates import has_template

DEFAULT, ERROR = "default", "error"


class SwitchCase(ConditionGroup):
    """A case: its conditions, and the exit taken where they hold."""

    exit: str = Field(
        min_length=1, max_length=100, description="The exit taken where this case is the first that holds."
    )


class SwitchConfig(Config):
    """The cases, in order."""

    cases: list[SwitchCase] = Field(
        min_length=1,
        description="The cases: each has an `exit` of its own and a condition group. The first that "
        "holds decides; "
        "where none does, the exit `default` is taken.",
    )


class SwitchOutputs(Outputs):
    """Which way it went."""

    exit: str = Field(description="The exit taken: that of the first case that held, or `default`.")


def perform(config: SwitchConfig, context: ActivityContext) -> Completed:
    """Decide by the first case that holds."""
    cases = Cases(context.scope)
    taken: str | None = None
    for case in config.cases:
        if taken is not None:
            cases.pass_over(case.exit, case.group())
        elif cases.holds(case.exit, case.group()):
            taken = case.exit
    exit_name = taken or DEFAULT
    return Completed(outputs={"exit": exit_name}, exit=exit_name, result=cases.result())


def exits_of(config: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the exits of the cases as written, then `default` and `error`."""
    cases = config.get("cases")
    own = [case.get("exit") for case in cases if isinstance(case, Mapping)] if isinstance(cases, list) else []
    return (
        *dict.fromkeys(name for name in own if isinstance(name, str) and name not in (DEFAULT, ERROR)),
        DEFAULT,
        ERROR,
    )


def check(config: Mapping[str, Any]) -> list[Problem]:
    """Find exits that are taken, and faults inside the conditions."""
    return config_problems(_faults(config))


def _faults(config: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    cases = config.get("cases")
    seen: set[str] = set()
    for index, case in enumerate(cases if isinstance(cases, list) else []):
        if not isinstance(case, Mapping):
            continue
        place, name = ("cases", str(index)), case.get("exit")
        if isinstance(name, str):
            if name in (DEFAULT, ERROR):
                yield (*place, "exit"), f"'{name}' is an exit of every Switch; a case needs one of its own."
            elif name in seen:
                yield (*place, "exit"), f"'{name}' is the exit of an earlier case; each case needs its own."
            elif has_template(name):
                yield (
                    (*place, "exit"),
                    "An exit is a name, not a template: edges name it before anything runs.",
                )
            seen.add(name)
        for path, message in check_conditions(case, frozenset({"exit"})):
            yield (*place, *path), message


SWITCH = ActivityType(
    type="switch",
    title="Switch",
    description="Goes on by the exit of the first of its cases whose conditions hold, or by `default` "
    "where none does.",
    category=Category.LOGIC,
    config=SwitchConfig,
    outputs=SwitchOutputs,
    perform=perform,
    pure=True,
    exits=(DEFAULT, ERROR),
    exits_of=exits_of,
    unrendered=frozenset({"cases"}),
    check=check,
    conditional=True,
)
