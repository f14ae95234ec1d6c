"""The scheduler: a process that does its duties, each every so often, until it is told to stop."""

import logging
from collections.abc import Sequence

from workers.periodic import Periodic
from workers.signals import hold_stop_signals, wait_for_stop

log = logging.getLogger(__name__)

_STOP_SECONDS = 20.0


def run_scheduler(duties: Sequence[Periodic]) -> int:
    """Do the duties, each in its thread; survives that the database or Redis is away.

    Call it in the main thread. It lets what is under way end, up to 20 seconds each.

    Returns:
        The exit code of the process.
    """
    hold_stop_signals()
    for duty in duties:
        duty.start()
    log.info("the scheduler has %d duties", len(duties))
    log.info("the scheduler stops (%s)", wait_for_stop())
    for duty in duties:
        duty.stop(_STOP_SECONDS)
    return 0
