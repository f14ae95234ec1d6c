"""A worker process whose chain says what it does, for as long as the execution's id says."""

import sys
import time

from workers.process import WorkerParts, WorkerSettings, run_worker


class SlowChain:
    """Performs `exe_SECONDS`."""

    def __init__(self, parts: WorkerParts) -> None:
        print(f"name {parts.name}", flush=True)

    def perform(self, run_id: str, execution_id: str) -> None:
        print(f"began {execution_id}", flush=True)
        time.sleep(float(execution_id.removeprefix("exe_")))
        print(f"ended {execution_id}", flush=True)


if __name__ == "__main__":
    settings = WorkerSettings(
        database_url=sys.argv[1],
        redis_url=sys.argv[2],
        threads=2,
        lease_seconds=30,
        allow_private_addresses=False,
    )
    sys.exit(run_worker(settings, SlowChain))
