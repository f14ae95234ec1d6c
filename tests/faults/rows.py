"""What the database holds at the end, as plain values for the oracle."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from db.database import Database
from db.outages import is_outage
from db.rows import EVENT, EXECUTION, RECORD, RUN
from tests.workers.folded import CREDIT_ENTRY

FINAL = ("COMPLETED", "FAILED", "CANCELED")


@dataclass(frozen=True)
class Run:
    """A run."""

    id: str
    workflow_id: str
    status: str
    seq: int
    credits: int
    key: str | None
    error: Any
    queued_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Event:
    """An event of a run's log; `key`, `attempt` and `due` are of the execution that it is about."""

    seq: int
    at: datetime
    type: str
    subject_id: str
    kind: str | None
    attempt: int | None
    worker: str | None
    due: datetime | None


@dataclass(frozen=True)
class Execution:
    """An activity execution; `attempts` are those before the last."""

    id: str
    key: str
    type: str
    status: str
    credits: int
    attempt: int
    attempts: list[dict[str, Any]]
    error: dict[str, Any] | None


@dataclass
class Rows:
    """Everything, by run."""

    runs: list[Run] = field(default_factory=list)
    events: defaultdict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    executions: defaultdict[str, list[Execution]] = field(default_factory=lambda: defaultdict(list))
    ledger: defaultdict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    notes: Counter[str] = field(default_factory=Counter)


def read_rows(database: Database) -> Rows:
    """Reads it all in one snapshot."""
    rows = Rows()
    with database.read() as session:
        for row in session.execute(select(RUN)):
            rows.runs.append(
                Run(row.id, row.workflow_id, row.status, row.last_seq, row.credits_used, row.idempotency_key,
                    row.error, row.queued_at, row.ended_at)
            )  # fmt: skip
        for row in session.execute(select(EVENT).order_by(EVENT.c.run_id, EVENT.c.seq)):
            rows.events[row.run_id].append(_event(row))
        for row in session.execute(select(EXECUTION)):
            rows.executions[row.run_id].append(
                Execution(row.id, row.key, row.type, row.status, row.credits_used, row.attempt,
                          row.attempts or [], row.error)
            )  # fmt: skip
        for row in session.execute(select(CREDIT_ENTRY)):
            rows.ledger[row.run_id].append((row.execution_id, row.amount))
        for (values,) in session.execute(select(RECORD.c["values"]).where(RECORD.c.object == "notes")):
            rows.notes[values["run"]] += 1
    return rows


def _event(row: Any) -> Event:
    data, due = row.data, row.data.get("dueAt")
    when = datetime.fromisoformat(due) if due else None
    return Event(
        row.seq,
        row.at,
        row.type,
        row.subject_id,
        data.get("type"),
        data.get("attempt"),
        data.get("worker"),
        when,
    )


class Watcher:
    """Remembers each row that is final when it first sees it: what is final never changes (I6)."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: dict[str, tuple[Any, ...]] = {}
        self.changed: list[str] = []

    def look(self) -> None:
        """Looks once; a database that is away is looked at the next time."""
        try:
            with self._database.read() as session:
                for table in (RUN, EXECUTION):
                    for row in session.execute(select(table).where(table.c.status.in_(FINAL))):
                        if self._seen.setdefault(row.id, tuple(row)) != tuple(row):
                            self.changed.append(f"{row.id} changed: {self._seen[row.id]} became {tuple(row)}")
        except DBAPIError as error:
            if not is_outage(error):
                raise
