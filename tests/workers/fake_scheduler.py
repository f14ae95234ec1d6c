"""A scheduler whose sweep says that it swept."""

import sys
from typing import cast

from workers.scheduler import run_scheduler
from workers.sweep import Sweep


class FakeSweep:
    def tick(self) -> None:
        print("swept", flush=True)


if __name__ == "__main__":
    sys.exit(run_scheduler(cast(Sweep, FakeSweep()), interval_seconds=0.05))
