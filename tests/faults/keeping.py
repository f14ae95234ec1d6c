"""A supervisor of the tests: starts again what has died."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from tests.faults.parts import Part


@asynccontextmanager
async def kept(parts: Sequence[Part]) -> AsyncIterator[None]:
    """Keeps the parts running for the length of the block, and once more at its end."""

    async def keep() -> None:
        while True:
            revive(parts)
            await asyncio.sleep(0.05)

    keeping = asyncio.create_task(keep())
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        revive(parts)


def revive(parts: Sequence[Part]) -> None:
    for part in parts:
        if not part.running:
            part.launch()
