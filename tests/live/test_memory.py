import asyncio

from live.memory import MemoryBus
from tests.live.fake_log import make_event
from tests.live.hubs import running_hub


def test_a_hub_that_is_gone_hears_nothing_any_more() -> None:
    bus = MemoryBus()

    async def come_and_go() -> None:
        async with running_hub(bus):
            pass

    asyncio.run(come_and_go())
    bus.publish([make_event("run_1", 1)], "default")  # would raise for the loop that is closed
