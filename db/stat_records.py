"""Statistics of a workflow as they leave `db/`: frozen, durations in milliseconds."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowStats:
    """The runs of a workflow that were queued in a window. Counts and credits are exact, percentiles within 5 %.

    Attributes:
        running: Those that have started and not ended: WAITING and CANCELING ones are among them.
        credits_used: What all of them used, also those that have not ended.
        duration_ms_p50: Half of the ended runs that had started took no longer; None where there are none.
        duration_ms_p95: Likewise 95 of 100.
    """

    queued: int
    running: int
    completed: int
    failed: int
    canceled: int
    credits_used: int
    duration_ms_p50: float | None
    duration_ms_p95: float | None

    @property
    def runs(self) -> int:
        """Give how many runs there are."""
        return self.queued + self.running + self.completed + self.failed + self.canceled

    @property
    def success_rate(self) -> float | None:
        """Give the share of the completed among those that completed or failed; None where there are none."""
        decided = self.completed + self.failed
        return self.completed / decided if decided else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityStats:
    """The executions of an activity in such runs, in those too that have not ended.

    Attributes:
        name: As its latest execution has it.
        executions: All of them; those that have not ended count.
        duration_ms_p50: Half of the ended ones that had started took no longer; None where there are none.
        duration_ms_p95: Likewise 95 of 100.
    """

    key: str
    name: str
    executions: int
    failures: int
    credits_used: int
    duration_ms_p50: float | None
    duration_ms_p95: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodStats:
    """Those of such runs that were queued in the hour or the day that began at `start`."""

    start: datetime
    completed: int
    failed: int
    canceled: int
    credits_used: int
