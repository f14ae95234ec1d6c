"""A worker whose clock is wrong by ten minutes: leases go by the database's clock, which no worker sets."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.faults.parts import Shape
from tests.faults.rows import read_rows
from tests.faults.scenes import staged

LIBRARIES = [
    Path(f"/usr/lib/{place}/faketime/libfaketimeMT.so.1")
    for place in ("x86_64-linux-gnu", "aarch64-linux-gnu", "")
]
FAKETIME = next((one for one in LIBRARIES if one.exists()), None)

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.soak,
    pytest.mark.timeout(600),
    pytest.mark.skipif(FAKETIME is None, reason="libfaketime is not installed: apt-get install libfaketime"),
]


@pytest.mark.parametrize("minutes", [10, -10], ids=["ahead", "behind"])
async def test_a_worker_whose_clock_is_wrong_loses_and_doubles_nothing(
    redis_on_path: None, tmp_path: Path, postgres_url: str, minutes: int
) -> None:
    where = "ahead" if minutes > 0 else "behind"
    wrong = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME": f"{minutes * 60:+d}s",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    shape = Shape(
        workers=2, settings={"lease_seconds": "10"}
    )  # so that none runs out for want of a processor
    with staged(f"a worker's clock 10 min {where}", tmp_path, postgres_url, shape) as scene:
        worker = scene.parts.workers[0]
        await asyncio.to_thread(worker.end, signal.SIGTERM)
        worker.launch_under(**wrong)
        async with scene.under_load(12):
            for _ in range(6):
                await asyncio.sleep(5)
                scene.harmed()
        rows = await asyncio.to_thread(read_rows, scene.database)
        attempts = [one.attempts for some in rows.executions.values() for one in some if one.attempts]
        assert attempts == [], "no lease ran out early"
