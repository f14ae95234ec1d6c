"""The oracle: says from the rows, the effect log and what subscribers saw whether every promise was kept.

The invariants are those of the reliability guide: every run ends (I1), a cancel holds (I2), credits are exact (I3), one
attempt at a time (I4), subscribers miss nothing (I5), what is final stays (I6), effects outside are made at least once and
again only where an attempt was lost (I7). I8 is the concern of `test_leaving`. Nothing here asks Playhead's own code what
is right.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from db.database import Database
from tests.faults.effects import EffectLog
from tests.faults.load import CREDITS, Load
from tests.faults.rows import Execution, Rows, Run, read_rows
from tests.faults.timeline import attempts_overlap, slowest_recovery, under_way_at

FINAL = ("COMPLETED", "FAILED", "CANCELED")
PASSED_ON = ("WORKER_LOST",)
"""Codes of attempts whose effect may be made again."""


@dataclass
class Verdict:
    """What the oracle found; `broken` has a line for each promise that was not kept."""

    under_way: int = 0
    lost: int = 0
    doubled: int = 0
    credits_wrong: int = 0
    gaps: int = 0
    recovery: float = 0.0
    broken: list[str] = field(default_factory=list)

    def note(self, column: str, line: str) -> None:
        setattr(self, column, getattr(self, column) + 1)
        self.broken.append(line)


def no_failures(run: Run) -> bool:
    """Says that no run of these may fail."""
    return False


@dataclass
class Oracle:
    """Judges what became of a load.

    Attributes:
        may_fail: Says of a failed run whether it was meant to.
    """

    database: Database
    load: Load
    effects: EffectLog
    may_fail: Callable[[Run], bool] = no_failures

    def judge(self, moments: Sequence[datetime], begins: Sequence[datetime]) -> Verdict:
        """Judges everything; what stood in the way of runs began at `begins` and ended at `moments`."""
        rows, verdict = read_rows(self.database), Verdict()
        for run in rows.runs:
            self._judge_end(rows, run, verdict)
            judge_credits(rows, run, verdict)
            judge_log(rows, run, verdict)
        self._judge_acknowledged(rows, verdict)
        self._judge_subscribers(rows, verdict)
        judge_effects(rows, self.effects.counts(), verdict)
        verdict.recovery = slowest_recovery(rows, moments, begins)
        verdict.under_way = under_way_at(rows, [*begins, *moments])
        return verdict

    def _judge_acknowledged(self, rows: Rows, verdict: Verdict) -> None:
        """I1: what was acknowledged is there, once for each key; a cancel that was acknowledged is in the log."""
        known = {run.id: run for run in rows.runs}
        keys = Counter(run.key for run in rows.runs if run.key is not None)
        for followed in self.load.runs.values():
            run = known.get(followed.run_id)
            if run is None or run.key != followed.key or keys[followed.key] != 1:
                verdict.note("lost", f"{followed.run_id}: acknowledged for {followed.key}, but {run}")
            elif followed.receipt is not None and run.status != "CANCELED":
                verdict.broken.append(f"{run.id}: its cancel was acknowledged, but it is {run.status}")

    def _judge_end(self, rows: Rows, run: Run, verdict: Verdict) -> None:
        """I1: it ended, as it should have, and our own data was changed once."""
        if run.status not in FINAL:
            verdict.note("lost", f"{run.id}: is still {run.status}")
        if run.status == "FAILED" and not self.may_fail(run):
            verdict.note("lost", f"{run.id}: failed with {run.error}")
        kept = sum(one.key == "keep" and one.status == "COMPLETED" for one in rows.executions[run.id])
        if rows.notes[run.id] != kept:
            verdict.broken.append(f"{run.id}: {kept} kept, but {rows.notes[run.id]} records")
        if run.status == "COMPLETED" and run.workflow_id == self.load.workflow_id and run.credits != CREDITS:
            verdict.note("credits_wrong", f"{run.id}: completed for {run.credits} credits")

    def _judge_subscribers(self, rows: Rows, verdict: Verdict) -> None:
        """I5: each saw every seq after its first, in order, and the end as the database has it."""
        known = {run.id: run for run in rows.runs}
        for followed in self.load.runs.values():
            seqs, last, run = followed.subscriber.seqs, followed.subscriber.last, known.get(followed.run_id)
            if run is None:
                continue
            if not seqs or seqs != list(range(seqs[0], run.seq + 1)):
                verdict.note("gaps", f"{run.id}: its subscriber saw {seqs}, the log has {run.seq}")
            elif (last["status"], last["creditsUsed"]) != (run.status, run.credits):
                verdict.broken.append(f"{run.id}: its subscriber saw the end {last}, the database has {run}")


def judge_credits(rows: Rows, run: Run, verdict: Verdict) -> None:
    """I3: a run's credits are its executions', which are the ledger's; what did not complete cost nothing."""
    executions = rows.executions[run.id]
    charged = {one.id: one.credits for one in executions if one.credits}
    ledger = dict(rows.ledger[run.id])
    if len(ledger) != len(rows.ledger[run.id]) or charged != {
        key: cost for key, cost in ledger.items() if cost
    }:
        verdict.note(
            "credits_wrong", f"{run.id}: executions cost {charged}, the ledger has {rows.ledger[run.id]}"
        )
    elif run.credits != sum(charged.values()):
        verdict.note("credits_wrong", f"{run.id}: has {run.credits}, its executions {charged}")
    free = [one.id for one in executions if one.status != "COMPLETED" and one.credits]
    if free:
        verdict.note("credits_wrong", f"{run.id}: {free} cost something and did not complete")


def judge_log(rows: Rows, run: Run, verdict: Verdict) -> None:
    """The log has no gap; I2, nothing starts after a cancel; I4, attempts follow each other; the end is the last event."""
    events = rows.events[run.id]
    if [event.seq for event in events] != list(range(1, run.seq + 1)):
        verdict.note("gaps", f"{run.id}: its log has {[event.seq for event in events]}, its row {run.seq}")
        return
    canceled = next((event.seq for event in events if event.type == "RunCancelRequested"), None)
    if canceled is not None:
        late = [
            one.seq
            for one in events[canceled:]
            if one.type in ("ActivityExecutionStarted", "LoopIterationStarted")
        ]
        if late:
            verdict.broken.append(f"{run.id}: canceled at {canceled}, started something at {late}")
    if (run.status == "CANCELED") != (canceled is not None and run.status in FINAL):
        verdict.broken.append(f"{run.id}: is {run.status}, its cancel is event {canceled}")
    if run.status in FINAL and events[-1].type != f"Run{run.status.capitalize()}":
        verdict.broken.append(f"{run.id}: is {run.status}, its last event is {events[-1].type}")
    verdict.broken += [f"{run.id}: {line}" for line in attempts_overlap(events)]


def judge_effects(rows: Rows, counts: Mapping[str, int], verdict: Verdict) -> None:
    """I7: at least one effect for each success, at most one for each attempt, none of what is unknown."""
    known: set[str] = set()
    for execution in (one for executions in rows.executions.values() for one in executions):
        known.add(execution.id)
        count = counts.get(execution.id, 0)
        if execution.type == "http_request" and execution.status == "COMPLETED" and count == 0:
            verdict.broken.append(f"{execution.id}: completed without its effect")
        if count > 1:
            verdict.doubled += count - 1
        if count > 1 + _lost_attempts(execution):
            verdict.broken.append(f"{execution.id}: {count} effects, attempts {execution.attempts}")
    strangers = [key for key in counts if key not in known]
    verdict.broken += [f"{key}: an effect of no execution" for key in strangers]


def _lost_attempts(execution: Execution) -> int:
    codes = [(attempt.get("error") or {}).get("code") for attempt in execution.attempts]
    last = (execution.error or {}).get("code") if execution.status == "FAILED" else None
    return sum(code in PASSED_ON for code in (*codes, last))
