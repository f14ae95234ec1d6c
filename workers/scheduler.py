"""The scheduler: a process that sweeps until it is told to stop."""

import logging

from workers.periodic import Periodic
from workers.signals import hold_stop_signals, wait_for_stop
from workers.sweep import Sweep

log = logging.getLogger(__name__)

_STOP_SECONDS = 20.0


def run_scheduler(sweep: Sweep, *, interval_seconds: float) -> int:
    """Sweep every so often until SIGTERM or SIGINT; survives that the database or Redis is away.

    Call it in the main thread. It lets a sweep under way end, up to 20 seconds.

    Returns:
        The exit code of the process.
    """
    hold_stop_signals()
    sweeping = Periodic("The sweep", interval_seconds, sweep.tick)
    sweeping.start()
    log.info("the scheduler sweeps every %g s", interval_seconds)
    log.info("the scheduler stops (%s)", wait_for_stop())
    sweeping.stop(_STOP_SECONDS)
    return 0
