"""A disk that is full: nothing is half written, and work goes on by itself once there is room."""

import asyncio
import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.parts import Shape
from tests.faults.scenes import Scene, staged
from tests.servers import OwnRedis, started_postgres

pytestmark = [pytest.mark.anyio, pytest.mark.soak, pytest.mark.timeout(600)]

FULL_SECONDS = 6.0
BLOCK = 64 * 1024


@contextmanager
def small_disk(at: Path, megabytes: int) -> Iterator[Path]:
    """A file system of so many megabytes; the test is skipped where this machine does not let it be made."""
    at.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "playhead-test", at],
        capture_output=True,
        check=False,
    )
    if made.returncode != 0:
        pytest.skip(f"this machine lets the tests mount nothing: {made.stderr.decode().strip()}")
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", at], check=True)
        at.rmdir()


def fill(disk: Path) -> Path:
    """Takes all the room there is; gives the file to remove."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (BLOCK, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError as error:
                assert error.errno == errno.ENOSPC
    return filler


async def fill_and_free(scene: Scene, disk: Path) -> None:
    await asyncio.sleep(scene.choose.uniform(0.5, 2.0))
    scene.harming()
    filler = await asyncio.to_thread(fill, disk)
    await asyncio.sleep(FULL_SECONDS)
    filler.unlink()


async def test_sqlite_on_a_full_disk_goes_on_once_there_is_room(tmp_path: Path, own_redis: OwnRedis) -> None:
    with small_disk(tmp_path / "disk", 48) as disk:
        url = f"sqlite:///{disk}/playhead.db"
        with staged("disk full for 6 s", tmp_path, url, Shape(workers=2, webs=1), redis=own_redis) as scene:
            async with scene.under_load(8):
                for _ in range(4):
                    await fill_and_free(scene, disk)
                    scene.harmed()


async def test_postgresql_on_a_full_disk_goes_on_once_there_is_room(
    tmp_path: Path, own_redis: OwnRedis
) -> None:
    with (
        small_disk(Path(f"/tmp/playhead-disk-{os.getpid()}"), 1024) as disk,
        started_postgres(disk) as server,
    ):
        url = server.url(server.create_database())
        with staged("disk full for 6 s", tmp_path, url, Shape(workers=2, webs=1), redis=own_redis) as scene:
            async with scene.under_load(8):
                for _ in range(4):
                    await fill_and_free(scene, disk)
                    if (
                        not server.running
                    ):  # it gives up where it cannot even recover: whoever runs it starts it again
                        await asyncio.to_thread(server.start)
                    await asyncio.to_thread(server.wait_until_ready)
                    scene.harmed()
