"""The register of runs, read through outages of the database."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from live.outage import Outage
from live.ports import Place, Register, Standing

Run = TypeVar("Run")
Answer = TypeVar("Answer")


class PatientRegister(Generic[Run]):
    """A register that waits while the database fails, so that no watcher is cut off."""

    def __init__(self, register: Register[Run]) -> None:
        self._register = register
        self._reading = _outage("the database shows no runs, lists of runs wait for it")
        self._comparing = _outage("the database shows no changed runs, what Redis loses is not found")

    async def present(self, workspace_id: str, *, within: timedelta) -> tuple[datetime, Sequence[Place]]:
        """As `Register` says."""
        return await self._patiently(lambda: self._register.present(workspace_id, within=within))

    async def changed(self, workspace_id: str, since: datetime) -> Sequence[Place]:
        """As `Register` says; nothing while the database fails: the next comparison asks again."""
        try:
            places = await self._register.changed(workspace_id, since)
        except Exception as error:  # noqa: BLE001  whatever the database raises, the next comparison tries again
            self._comparing.failed(error)
            return ()
        self._comparing.ended()
        return places

    async def runs(self, workspace_id: str, run_ids: Collection[str]) -> Mapping[str, Run]:
        """As `Register` says."""
        return await self._patiently(lambda: self._register.runs(workspace_id, run_ids))

    async def headers(self, after: Mapping[str, int], limit: int) -> Sequence[Standing]:
        """As `Register` says."""
        return await self._patiently(lambda: self._register.headers(after, limit))

    async def _patiently(self, read: Callable[[], Awaitable[Answer]]) -> Answer:
        while True:
            try:
                answer = await read()
            except Exception as error:  # noqa: BLE001  whatever the database raises, the watchers wait for it
                await asyncio.sleep(self._reading.failed(error))
            else:
                self._reading.ended()
                return answer


def _outage(what: str) -> Outage:
    return Outage(what, first_pause=0.1, longest_pause=2.0, traceback=True)
