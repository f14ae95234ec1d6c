"""A scheduler whose duties say that they were done."""

import sys
from functools import partial

from workers.periodic import Periodic
from workers.scheduler import run_scheduler

if __name__ == "__main__":
    lines = {name: partial(print, f"{name}\n", end="", flush=True) for name in ("sweep", "fold")}
    duties = [Periodic(name, 0.05, say) for name, say in lines.items()]
    sys.exit(run_scheduler(duties))
