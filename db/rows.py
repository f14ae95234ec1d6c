"""From rows to records: the tables as Core sees them, the columns of each record, how a row becomes one."""

from typing import Any

from sqlalchemy import Column, Table
from sqlmodel import SQLModel

from db import research_tables, rollup_tables, tables, trigger_tables, upkeep_tables
from db.records import (
    Actor,
    ExecutionRecord,
    IterationRecord,
    LateResultRecord,
    LogLineRecord,
    QuestionRecord,
    RecordRecord,
    RunRecord,
    StepRecord,
    VersionRecord,
    WorkflowRecord,
)
from engine.event_record import EventRecord
from engine.status import (
    EmptyReason,
    ExecutionStatus,
    IterationStatus,
    QuestionStatus,
    RunStatus,
    StepKind,
    WorkflowStatus,
)

Row = Any
"""A row of a Core statement that holds the columns of a record, by their names."""


def _table(model: type[SQLModel]) -> Table:
    return model.metadata.tables[str(model.__tablename__)]


API_KEY = _table(tables.ApiKey)
CREDIT_DELTA = _table(rollup_tables.CreditDelta)
CREDIT_ENTRY = _table(tables.CreditEntry)
CREDIT_ROLLUP = _table(rollup_tables.CreditRollup)
EVENT = _table(tables.RunEvent)
EVALUATION = _table(trigger_tables.TriggerEvaluation)
EXECUTION = _table(tables.ActivityExecution)
HOOK = _table(trigger_tables.Hook)
HOOK_KEY = _table(trigger_tables.HookKey)
ITERATION = _table(tables.LoopIteration)
LATE_RESULT = _table(upkeep_tables.LateResult)
LOG_LINE = _table(tables.LogLine)
PUBLISHED_TRIGGER = _table(trigger_tables.PublishedTrigger)
PRUNED_RUN = _table(upkeep_tables.PrunedRun)
QUESTION = _table(research_tables.ResearchQuestion)
RECORD = _table(tables.Record)
RECORD_VALUE = _table(tables.RecordValue)
RUN = _table(tables.Run)
RUN_DELTA = _table(rollup_tables.RunDelta)
RUN_ROLLUP = _table(rollup_tables.RunRollup)
STEP = _table(research_tables.ResearchStep)
VERSION = _table(tables.WorkflowVersion)
WORKFLOW = _table(tables.Workflow)
WORKSPACE = _table(tables.Workspace)


def _without(table: Table, *names: str) -> tuple[Column[Any], ...]:
    return tuple(column for column in table.c if column.name not in names)


WORKFLOW_COLUMNS = _without(WORKFLOW)
VERSION_COLUMNS = _without(VERSION)
RUN_COLUMNS = _without(RUN, "idempotency_key", "idempotency_fingerprint", "changed_at")
EXECUTION_COLUMNS = _without(EXECUTION, "hint_at", "token", "lease_until")
ITERATION_COLUMNS = _without(ITERATION, "collected")
EVENT_COLUMNS = _without(EVENT)
LOG_LINE_COLUMNS = _without(LOG_LINE, "seq", "run_id")
QUESTION_COLUMNS = _without(QUESTION)
STEP_COLUMNS = _without(STEP)
LATE_RESULT_COLUMNS = _without(LATE_RESULT, "run_id")
RECORD_COLUMNS = _without(RECORD)


def workflow_record(row: Row) -> WorkflowRecord:
    """Make the record of a workflow."""
    return WorkflowRecord(
        id=row.id,
        workspace_id=row.workspace_id,
        name=row.name,
        description=row.description,
        status=WorkflowStatus(row.status),
        draft_id=row.draft_id,
        published_id=row.published_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        created_by=Actor.from_data(row.created_by),
    )


def version_record(row: Row) -> VersionRecord:
    """Make the record of a workflow version."""
    return VersionRecord(
        id=row.id,
        workflow_id=row.workflow_id,
        number=row.number,
        definition=row.definition,
        created_at=row.created_at,
        published_at=row.published_at,
    )


def run_record(row: Row) -> RunRecord:
    """Make the record of a run."""
    return RunRecord(
        id=row.id,
        workspace_id=row.workspace_id,
        workflow_id=row.workflow_id,
        version_id=row.version_id,
        status=RunStatus(row.status),
        seq=row.last_seq,
        credits_used=row.credits_used,
        tariff=row.tariff,
        trigger=row.trigger,
        queued_at=row.queued_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        error=row.error,
        failed_execution_id=row.failed_execution_id,
        cancellation=row.cancellation,
        state=row.state,
    )


def execution_record(row: Row) -> ExecutionRecord:
    """Make the record of an activity execution."""
    return ExecutionRecord(
        id=row.id,
        run_id=row.run_id,
        key=row.key,
        type=row.type,
        name=row.name,
        path=row.path,
        iteration_id=row.iteration_id,
        status=ExecutionStatus(row.status),
        seq=row.seq,
        created_seq=row.created_seq,
        attempt=row.attempt,
        attempts=row.attempts or (),
        inputs=row.inputs,
        outputs=row.outputs,
        result=row.result,
        error=row.error,
        exit=row.exit,
        credits_used=row.credits_used,
        started_at=row.started_at,
        attempt_started_at=row.attempt_started_at,
        ended_at=row.ended_at,
        due_at=row.due_at,
        worker=row.worker,
    )


def iteration_record(row: Row) -> IterationRecord:
    """Make the record of a loop iteration."""
    return IterationRecord(
        id=row.id,
        run_id=row.run_id,
        loop_id=row.loop_id,
        path=row.path,
        index=row.index,
        total=row.total,
        item=row.item,
        status=IterationStatus(row.status),
        seq=row.seq,
        credits_used=row.credits_used,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


def event_record(row: Row) -> EventRecord:
    """Make the record of an event."""
    return EventRecord(
        run_id=row.run_id,
        seq=row.seq,
        at=row.at,
        type=row.type,
        subject=row.subject,
        subject_id=row.subject_id,
        data=row.data,
        header=row.header,
    )


def log_line_record(row: Row) -> LogLineRecord:
    """Make the record of a log line."""
    return LogLineRecord(execution_id=row.execution_id, at=row.at, level=row.level, message=row.message)


def question_record(row: Row) -> QuestionRecord:
    """Make the record of a research question."""
    return QuestionRecord(
        id=row.id,
        run_id=row.run_id,
        execution_id=row.execution_id,
        attempt=row.attempt,
        index=row.index,
        total=row.total,
        seq=row.seq,
        question=row.question,
        status=QuestionStatus(row.status),
        answer=row.answer,
        empty_reason=EmptyReason(row.empty_reason) if row.empty_reason is not None else None,
        sources=row.sources,
        usage=row.usage,
    )


def step_record(row: Row) -> StepRecord:
    """Make the record of a research step."""
    return StepRecord(
        id=row.id,
        run_id=row.run_id,
        question_id=row.question_id,
        index=row.index,
        seq=row.seq,
        kind=StepKind(row.kind),
        title=row.title,
        input=row.input,
        output=row.output,
        error=row.error,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


def late_result_record(row: Row) -> LateResultRecord:
    """Make the record of a late result."""
    return LateResultRecord(
        execution_id=row.execution_id,
        attempt=row.attempt,
        worker=row.worker,
        at=row.at,
        status=ExecutionStatus(row.status),
        exit=row.exit,
        outputs=row.outputs,
        error=row.error,
    )


def record_record(row: Row) -> RecordRecord:
    """Make the record of a record of an object."""
    return RecordRecord(
        id=row.id,
        workspace_id=row.workspace_id,
        object=row.object,
        values=row.values,
        created_at=row.created_at,
        created_by=Actor.from_data(row.created_by),
        updated_at=row.updated_at,
        updated_by=Actor.from_data(row.updated_by),
    )
