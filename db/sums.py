"""What runs add up to: how they ended, what they used and how long they took, and the same of their activities."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from db.rows import Row
from engine.histogram import add, bucket_of
from engine.status import RunStatus

JsonObject = Mapping[str, Any]


@dataclass(slots=True)
class RunSum:
    """Ended runs, as the columns of a rollup hold them."""

    completed: int = 0
    failed: int = 0
    canceled: int = 0
    credits_used: int = 0
    durations: dict[str, int] = field(default_factory=dict)

    def add(self, more: "RunSum | Row") -> None:
        """Add a rollup, or another sum."""
        self.add_counts(more)
        add(self.durations, more.durations)

    def add_counts(self, more: "RunSum | Row") -> None:
        """Add all but the durations."""
        self.completed += more.completed
        self.failed += more.failed
        self.canceled += more.canceled
        self.credits_used += more.credits_used

    def add_run(self, run: Row) -> None:
        """Add an ended run, by its status, credits_used, started_at and ended_at."""
        self.completed += run.status == RunStatus.COMPLETED
        self.failed += run.status == RunStatus.FAILED
        self.canceled += run.status == RunStatus.CANCELED
        self.credits_used += run.credits_used
        if run.started_at is not None:
            bucket = bucket_of(run.ended_at - run.started_at)
            self.durations[bucket] = self.durations.get(bucket, 0) + 1


@dataclass(slots=True)
class TallySum:
    """The executions of one activity in several runs."""

    executions: int = 0
    failures: int = 0
    credits: int = 0
    latest: str = ""
    durations: dict[str, int] = field(default_factory=dict)


class ActivitySums:
    """The executions of each activity in several runs, by its key: added up from tallies, and of their shape."""

    def __init__(self) -> None:
        self.by_key: dict[str, TallySum] = {}

    def add(self, tallies: Mapping[str, JsonObject]) -> None:
        """Add the tallies of a run, or what `data` gave."""
        for key, tally in tallies.items():
            total = self.by_key.get(key)
            if total is None:
                total = self.by_key[key] = TallySum()
            total.executions += tally["executions"]
            total.failures += tally["failures"]
            total.credits += tally["credits"]
            total.latest = max(total.latest, tally["latest"])  # ids sort by creation
            add(total.durations, tally.get("durations", {}))  # runs from before durations were kept have none

    def data(self) -> dict[str, JsonObject]:
        """Give the sums as JSON."""
        return {
            key: {
                "executions": total.executions,
                "failures": total.failures,
                "credits": total.credits,
                "latest": total.latest,
                "durations": total.durations,
            }
            for key, total in self.by_key.items()
        }
