"""What an activity type is: its configuration, its exits, what it costs, and what one execution of it does."""

import builtins
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from engine.errors import ExecutionError, Problem
from engine.ports import Ports
from engine.values import JsonValue


class Category(StrEnum):
    """The shelf of the block library that a type stands on."""

    LOGIC = "LOGIC"
    DATA = "DATA"
    RECORDS = "RECORDS"
    AI = "AI"
    INTEGRATION = "INTEGRATION"


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """The activity is done.

    Attributes:
        outputs: What later activities can refer to; a JSON object.
        exit: The exit taken; a Filter that stops completes with `exit=None` and takes none.
        result: What the typed result shows beyond inputs and outputs: variables, cases, action; or None.
    """

    outputs: Mapping[str, JsonValue]
    exit: str | None = "next"
    result: Mapping[str, JsonValue] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The attempt failed."""

    error: ExecutionError


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The activity goes on at `until` (UTC) and then completes with these outputs; meanwhile it is a row, no more."""

    until: datetime
    outputs: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looping:
    """A Loop begins its iterations over these items, so many at once; `continues` is whether a failed one is only counted."""

    items: list[JsonValue]
    concurrency: int
    continues: bool


class RecordAction(StrEnum):
    """What is to be done to records."""

    CREATE = "create"
    UPDATE = "update"
    CREATE_OR_UPDATE = "create_or_update"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWrite:
    """A change of a record, applied in the transaction that completes the execution; that fills `record` (and `created`).

    Attributes:
        action: What to do.
        object: The object; for UPDATE None.
        record_id: For UPDATE, the record.
        match_on: For CREATE_OR_UPDATE, the attribute that decides which record this is.
        values: The attributes to set; null empties one.
    """

    action: RecordAction
    object: str | None = None
    record_id: str | None = None
    match_on: str | None = None
    values: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeTurn:
    """The turn of the next member, taken in the transaction that completes the execution; that fills `member` and `position`.

    Whose turn is next belongs to the workflow and the activity's key: it lasts across runs and versions.

    Attributes:
        members: Those who take turns, one at least, in their order.
    """

    members: Sequence[JsonValue]


DataChange = RecordWrite | TakeTurn
"""A change of our own data; it is made in the transaction that completes the execution: once, whatever crashes."""

Outcome = Completed | Failed | Waiting | DataChange


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityContext:
    """What one attempt knows: the names an expression may use, who it is, and its ports.

    Attributes:
        scope: `trigger`, `activities`, `loop`, `loops`, `run`, `workflow` for expressions; may load lazily.
        execution_id: The idempotency key of the execution, the same on each attempt.
        attempt: From 1.
        timeout_seconds: How long the attempt may take.
        ports: The world.
    """

    scope: Mapping[str, object]
    execution_id: str
    attempt: int
    timeout_seconds: float
    ports: Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityType:
    """One block of the library.

    Attributes:
        type: Its name in definitions, such as `create_record`.
        title: Its name for people.
        description: One or two sentences for the block library.
        category: Its shelf.
        config: The model of a rendered configuration; its JSON Schema and descriptions are served.
        outputs: The model of its outputs; its JSON Schema is served.
        perform: What an attempt does with the rendered, validated configuration; a PortError or ExpressionError
            that it raises is its failure. None for a Loop, which no worker performs.
        exits: Its fixed exits; a Switch adds those of its cases.
        exits_of: Gives the exits of one configured activity (as written), `exits` unless the type says otherwise.
        expressions: Config keys whose text is an expression without braces, not a template.
        unrendered: Config keys that `perform` evaluates by itself (conditions, expressions, collect): they reach it as written.
        items: For a Loop: gives its items, or why it cannot begin; asked in the transaction that starts the Loop.
        check: Faults of the configuration as written beyond its model: paths are into `config`.
        pure: Whether an attempt asks nothing of its ports: what it comes to follows from its configuration and scope alone,
            and it may be performed within a decision, again and again.
        conditional: Whether it costs only where its completion takes an edge.
        units: Gives how many of what it is charged for its outputs hold; one where the type does not say.
        unit: What each of them is called, such as "question".
        max_attempts: The default of its retry policy.
        timeout_seconds: The default of its retry policy.
    """

    type: str
    title: str
    description: str
    category: Category
    config: builtins.type[BaseModel]
    outputs: builtins.type[BaseModel]
    perform: Callable[[Any, ActivityContext], Outcome] | None = None
    exits: tuple[str, ...] = ("next", "error")
    exits_of: Callable[[Mapping[str, Any]], tuple[str, ...]] | None = None
    expressions: frozenset[str] = frozenset()
    unrendered: frozenset[str] = frozenset()
    items: Callable[[Any], Looping | Failed] | None = None
    check: Callable[[Mapping[str, Any]], list[Problem]] | None = None
    pure: bool = False
    conditional: bool = False
    units: Callable[[Mapping[str, Any]], int] | None = None
    unit: str = ""
    max_attempts: int = 1
    timeout_seconds: float = 60.0

    def exits_for(self, config: Mapping[str, Any]) -> tuple[str, ...]:
        """Give the exits of an activity of this type that is configured so."""
        return self.exits if self.exits_of is None else self.exits_of(config)
