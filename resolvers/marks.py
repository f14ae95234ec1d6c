"""Ids of what was: an id with the seq after which it is meant, such as `exe_01a2…@12`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from db.records import ExecutionRecord, IterationRecord, QuestionRecord, RunRecord, StepRecord

InRun = TypeVar("InRun", bound=RunRecord | ExecutionRecord | IterationRecord | QuestionRecord | StepRecord)

_LONGEST = 10  # digits; seqs are 32 bits


def marked(an_id: str, seq: int) -> str:
    """Give the id of something as it was after an event."""
    return f"{an_id}@{seq}"


def unmarked(an_id: str, seq: int) -> str:
    """Give the plain id of something as it was after this event; what bears no mark, or another, stays as it is."""
    return an_id.removesuffix(f"@{seq}")


def mark_of(an_id: str) -> tuple[str, int] | None:
    """Give what a marked id is made of, or None for an id that is not marked as `marked` does it."""
    plain, _, digits = an_id.rpartition("@")
    if not plain or not digits.isascii() or not digits.isdecimal() or len(digits) > _LONGEST:
        return None
    seq = int(digits)
    return (plain, seq) if seq > 0 and str(seq) == digits else None


def as_it_was(record: InRun, seq: int) -> InRun:
    """Give a record with the mark of a seq on its own id, and on those of all else that is in its run."""
    changes: dict[str, Any] = {"id": marked(record.id, seq)}
    match record:
        case RunRecord():
            changes |= _changes_of_run(record, seq)
        case ExecutionRecord():
            around = record.iteration_id
            changes |= {
                "run_id": marked(record.run_id, seq),
                "iteration_id": None if around is None else marked(around, seq),
            }
        case IterationRecord():
            changes |= {"run_id": marked(record.run_id, seq), "loop_id": marked(record.loop_id, seq)}
        case QuestionRecord():
            execution_id = marked(record.execution_id, seq)
            changes |= {"run_id": marked(record.run_id, seq), "execution_id": execution_id}
        case StepRecord():
            changes |= {"run_id": marked(record.run_id, seq), "question_id": marked(record.question_id, seq)}
    return replace(record, **changes)


def _changes_of_run(run: RunRecord, seq: int) -> Mapping[str, Any]:
    failed, cancellation, state = run.failed_execution_id, run.cancellation, run.state
    if cancellation is not None:
        cancellation = {**cancellation, "inFlight": [marked(one, seq) for one in cancellation["inFlight"]]}
    if state:
        tallies = {
            key: {**tally, "latest": marked(tally["latest"], seq)} for key, tally in state["tallies"].items()
        }
        state = {**state, "tallies": tallies}
    return {
        "failed_execution_id": None if failed is None else marked(failed, seq),
        "cancellation": cancellation,
        "state": state,
    }
