"""The SQLite half of `finish`: plain statements in the transaction that the caller has begun."""

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

_RUN = """UPDATE run SET last_seq = :last_seq, status = :status, credits_used = :credits_used, started_at = :started_at,
  ended_at = :ended_at, changed_at = :changed_at, error = :error, failed_execution_id = :failed_execution_id,
  cancellation = :cancellation, state = :state WHERE id = :run AND last_seq = :seq"""
_BEGIN = """INSERT INTO run (id, workspace_id, workflow_id, version_id, status, last_seq, credits_used, tariff, "trigger",
  queued_at, ended_at, changed_at, state, idempotency_key, idempotency_fingerprint)
  SELECT :run, workspace_id, id, published_id, :status, :last_seq, 0, :tariff, :trigger, :queued_at, :ended_at,
  :changed_at, :state, :idempotency_key, :idempotency_fingerprint FROM workflow
  WHERE id = :workflow_id AND workspace_id = :workspace_id AND status = 'LIVE' AND published_id = :version_id"""
_EVENT = "INSERT INTO run_event (run_id, seq, at, type, subject, subject_id, data, header) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_EXECUTION_COLUMNS = (
    "id", "run_id", "key", "type", "name", "path", "iteration_id", "status", "seq", "created_seq", "attempt",
    "attempts", "inputs", "outputs", "result", "error", "exit", "credits_used", "started_at", "attempt_started_at",
    "ended_at", "due_at", "hint_at", "token", "lease_until", "worker",
)  # fmt: skip
_EXECUTION = f"""INSERT INTO activity_execution AS known ({", ".join(f'"{one}"' for one in _EXECUTION_COLUMNS)})
  VALUES ({", ".join(f":{one}" for one in _EXECUTION_COLUMNS)})
  ON CONFLICT (id) DO UPDATE SET status = excluded.status, seq = excluded.seq, attempt = excluded.attempt,
  attempts = excluded.attempts, inputs = coalesce(excluded.inputs, known.inputs),
  outputs = coalesce(excluded.outputs, known.outputs), result = excluded.result, error = excluded.error,
  exit = excluded.exit, credits_used = excluded.credits_used,
  started_at = coalesce(excluded.started_at, known.started_at),
  attempt_started_at = coalesce(excluded.attempt_started_at, known.attempt_started_at),
  ended_at = excluded.ended_at, due_at = excluded.due_at, hint_at = excluded.hint_at, token = excluded.token,
  lease_until = excluded.lease_until, worker = coalesce(excluded.worker, known.worker)"""  # noqa: S608 - constant columns
_ITERATION_COLUMNS = (
    "id", "run_id", "loop_id", "path", "index", "total", "item", "status", "seq", "credits_used", "started_at",
    "ended_at", "collected",
)  # fmt: skip
_ITERATION = f"""INSERT INTO loop_iteration ({", ".join(f'"{one}"' for one in _ITERATION_COLUMNS)})
  VALUES ({", ".join(f":{one}" for one in _ITERATION_COLUMNS)})
  ON CONFLICT (id) DO UPDATE SET status = excluded.status, seq = excluded.seq, credits_used = excluded.credits_used,
  started_at = excluded.started_at, ended_at = excluded.ended_at, collected = excluded.collected"""  # noqa: S608 - constant columns
_QUESTION_COLUMNS = (
    "id", "run_id", "execution_id", "attempt", "index", "total", "seq", "question", "status", "answer", "empty_reason",
    "sources", "usage",
)  # fmt: skip
_QUESTION = f"""INSERT INTO research_question ({", ".join(f'"{one}"' for one in _QUESTION_COLUMNS)})
  VALUES ({", ".join(f":{one}" for one in _QUESTION_COLUMNS)})
  ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, status = excluded.status, answer = excluded.answer,
  empty_reason = excluded.empty_reason, sources = excluded.sources, usage = excluded.usage"""  # noqa: S608 - constant columns
_STEP_COLUMNS = (
    "id", "run_id", "question_id", "index", "seq", "kind", "title", "input", "output", "error", "started_at", "ended_at",
)  # fmt: skip
_STEP = f"""INSERT INTO research_step ({", ".join(f'"{one}"' for one in _STEP_COLUMNS)})
  VALUES ({", ".join(f":{one}" for one in _STEP_COLUMNS)})
  ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, output = excluded.output, error = excluded.error,
  ended_at = excluded.ended_at"""  # noqa: S608 - constant columns
_CHARGE = "INSERT INTO credit_entry (execution_id, run_id, workspace_id, workflow_id, amount, at) VALUES (?, ?, ?, ?, ?, ?)"
_CREDIT_DELTA = (
    "INSERT INTO credit_delta (workspace_id, execution_id, workflow_id, amount, at) VALUES (?, ?, ?, ?, ?)"
)
_RUN_DELTA = "INSERT INTO run_delta (run_id, workflow_id) VALUES (?, ?)"
_ITEM = 'INSERT INTO loop_item (loop_id, "index", run_id, item) VALUES (?, ?, ?, ?)'
_LINE = "INSERT INTO log_line (execution_id, seq, run_id, at, level, message) VALUES (?, ?, ?, ?, ?, ?)"

_JSON = frozenset({
    "attempts", "inputs", "outputs", "result", "error", "item", "collected", "sources", "usage", "input", "output",
})  # fmt: skip
_TIMES = frozenset({"started_at", "attempt_started_at", "ended_at", "due_at"})


def finish_one(connection: sqlite3.Connection, p: Mapping[str, Any]) -> bool:
    """Write one decision, if the run's seq still is what it was made on; says whether it did."""
    run_id, now = p["run"], datetime.now(UTC)
    fields = {
        **p,
        **p.get("begin", {}),
        "started_at": _time(p["started_at"]),
        "ended_at": _time(p["ended_at"]),
        "changed_at": _stored(now.replace(second=now.second // 2 * 2, microsecond=0)),
        "error": _json(p["error"]),
        "cancellation": _json(p["cancellation"]),
        "state": _json(p["state"]),
    }
    if "begin" in p:
        fields |= {"trigger": _json(fields["trigger"]), "queued_at": _time(fields["queued_at"])}
        written = connection.execute(_BEGIN, {name: fields[name] for name in _BEGIN_FIELDS}).rowcount
    else:
        written = connection.execute(_RUN, {name: fields[name] for name in _RUN_FIELDS}).rowcount
    if not written:
        return False
    connection.executemany(
        _EVENT,
        [
            (
                run_id,
                e["seq"],
                _time(e["at"]),
                e["type"],
                e["subject"],
                e["subject_id"],
                _json(e["data"]),
                _json(e["header"]),
            )
            for e in p["events"]
        ],
    )
    hint, lease = _stored(now), _stored(now + timedelta(seconds=p["lease_seconds"]))
    for x in p["executions"]:
        row = _row(x, _EXECUTION_COLUMNS, run_id)
        row["hint_at"] = hint if x["status"] == "PENDING" else None
        row["lease_until"] = lease if x.get("leased") else None
        row["created_seq"], row["credits_used"] = x.get("created_seq", 0), x.get("credits_used", 0)
        connection.execute(_EXECUTION, row)
    for i in p["iterations"]:
        connection.execute(_ITERATION, _row(i, _ITERATION_COLUMNS, run_id))
    for q in p.get("questions", ()):
        connection.execute(_QUESTION, _row(q, _QUESTION_COLUMNS, run_id))
    for s in p.get("steps", ()):
        connection.execute(_STEP, _row(s, _STEP_COLUMNS, run_id))
    _append(connection, p, hint)
    return True


_BEGIN_FIELDS = (
    "run", "status", "last_seq", "tariff", "trigger", "queued_at", "ended_at", "changed_at", "state",
    "idempotency_key", "idempotency_fingerprint", "workflow_id", "workspace_id", "version_id",
)  # fmt: skip
_RUN_FIELDS = (
    "last_seq", "status", "credits_used", "started_at", "ended_at", "changed_at", "error", "failed_execution_id",
    "cancellation", "state", "run", "seq",
)  # fmt: skip


def _append(connection: sqlite3.Connection, p: Mapping[str, Any], now: str) -> None:
    run_id = p["run"]
    workspace_id, workflow_id = p["workspace_id"], p["workflow_id"]
    for c in p["charges"]:
        connection.execute(_CHARGE, (c["execution_id"], run_id, workspace_id, workflow_id, c["amount"], now))
        connection.execute(_CREDIT_DELTA, (workspace_id, c["execution_id"], workflow_id, c["amount"], now))
    if p["ended_at"] is not None:
        connection.execute(_RUN_DELTA, (run_id, workflow_id))
    if p["items"]:
        connection.executemany(
            _ITEM, [(m["loop_id"], m["index"], run_id, _json(m["item"])) for m in p["items"]]
        )
    if p["lines"]:
        connection.executemany(
            _LINE,
            [
                (n["execution_id"], n["seq"], run_id, _time(n["at"]), n["level"], n["message"])
                for n in p["lines"]
            ],
        )


def _row(given: Mapping[str, Any], columns: tuple[str, ...], run_id: str) -> dict[str, Any]:
    row = dict.fromkeys(columns)
    for column, value in given.items():
        if column in _JSON:
            row[column] = _json(value)
        elif column in _TIMES:
            row[column] = _time(value)
        else:
            row[column] = value
    row["run_id"] = run_id
    return row


def _json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


def _time(value: str | None) -> str | None:
    """Write RFC 3339 text as SQLAlchemy stores a time in SQLite: naive, in UTC."""
    return None if value is None else value.replace("T", " ").removesuffix("Z")


def _stored(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")
