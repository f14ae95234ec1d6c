"""The runs of workspaces in memory, in the place of the database."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.status import FINAL_RUNS

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Outline:
    """What never changes of a run."""

    id: str
    kind: str


@dataclass(frozen=True)
class Place:
    run_id: str
    seq: int
    changed_at: datetime | None


@dataclass(frozen=True)
class Standing:
    run_id: str
    seq: int
    at: datetime
    header: Mapping[str, Any]


@dataclass
class FakeRun:
    workspace_id: str
    outline: Outline
    headers: list[dict[str, Any]] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)
    changed_at: datetime = START

    @property
    def seq(self) -> int:
        return len(self.headers)

    @property
    def ended(self) -> bool:
        return bool(self.headers) and self.headers[-1]["status"] in FINAL_RUNS


class FakeRegister:
    """A register whose clock goes on by a millisecond at each commit. Each answer takes a few turns of the event loop."""

    def __init__(self) -> None:
        self.runs_by_id: dict[str, FakeRun] = {}
        self.now = START
        self.asked: list[str] = []
        self.failures: list[Exception] = []
        self.delay = 2

    def commit(
        self, run_id: str, status: str, *, error: str | None = None, **new: str
    ) -> tuple[str, int, Any]:
        """Append an event to a run, new or not; gives what is to be announced of it."""
        self.now += timedelta(milliseconds=1)
        run = self.runs_by_id.get(run_id)
        if run is None:
            outline = Outline(run_id, new.get("kind", "a"))
            run = self.runs_by_id[run_id] = FakeRun(new.get("workspace_id", "ws_1"), outline)
        run.headers.append({"status": status, "error": {"code": error} if error else None})
        run.times.append(self.now)
        run.changed_at = self.now
        return run_id, run.seq, run.headers[-1]

    async def present(self, workspace_id: str, *, within: timedelta) -> tuple[datetime, Sequence[Place]]:
        since = self.now - within
        answer = (
            self.now,
            [
                Place(one, run.seq, run.changed_at)
                for one, run in self.runs_by_id.items()
                if run.workspace_id == workspace_id and (not run.ended or run.changed_at >= since)
            ],
        )
        await self._answered("present")
        return answer

    async def changed(self, workspace_id: str, since: datetime) -> Sequence[Place]:
        answer = [
            Place(one, run.seq, run.changed_at)
            for one, run in self.runs_by_id.items()
            if run.workspace_id == workspace_id and run.changed_at >= since
        ]
        await self._answered("changed")
        return answer

    async def runs(self, workspace_id: str, run_ids: Collection[str]) -> Mapping[str, Outline]:
        found = {one: self.runs_by_id[one] for one in run_ids if one in self.runs_by_id}
        answer = {one: run.outline for one, run in found.items() if run.workspace_id == workspace_id}
        await self._answered("runs")
        return answer

    async def headers(self, after: Mapping[str, int], limit: int) -> Sequence[Standing]:
        answer = [
            Standing(one, seq, self.runs_by_id[one].times[seq - 1], self.runs_by_id[one].headers[seq - 1])
            for one, start in sorted(after.items())
            if one in self.runs_by_id
            for seq in range(start + 1, min(start + limit, self.runs_by_id[one].seq) + 1)
        ]
        await self._answered("headers")
        return answer

    async def _answered(self, what: str) -> None:
        self.asked.append(what)
        for _ in range(self.delay):
            await asyncio.sleep(0)
        if self.failures:
            raise self.failures.pop(0)
