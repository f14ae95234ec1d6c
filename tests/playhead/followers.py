"""Followers of runs in which nothing ever happens, and of runs that say very much."""

import asyncio
from collections.abc import AsyncGenerator

from engine.event_record import EventRecord


class Silent:
    """Follows runs in which nothing ever happens; counts who follows."""

    def __init__(self) -> None:
        self.open = 0

    async def follow(self, run_id: str, after: int) -> AsyncGenerator[list[EventRecord], None]:
        self.open += 1
        try:
            await asyncio.get_running_loop().create_future()
            yield []
        finally:
            self.open -= 1
