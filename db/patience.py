"""Going through an outage of the database: a write whose reply was lost is looked for before it is made again."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from db.outages import OutageError, is_outage

logger = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
"""Seconds between tries."""

WORKER_SECONDS = 60.0
"""How long an attempt waits for a database that does not answer."""

CALLER_SECONDS = 5.0
"""How long somebody who calls the API waits: a database that restarts is back by then."""

Answer = TypeVar("Answer")


def write_patiently(
    write: Callable[[], Answer | None],
    *,
    written: Callable[[], Answer | None],
    worth: Callable[[], bool] = lambda: True,
    seconds: float = WORKER_SECONDS,
) -> Answer | None:
    """Write; where the database does not answer, find out whether it was written, and write again.

    Args:
        write: Makes the write; gives None where it was refused.
        written: Reads whether one of the writes came through although its reply was lost.
        worth: Says whether it is worth waiting for.
        seconds: How long to wait at most.

    Raises:
        OutageError: It was not worth it any more.
    """
    pause, deadline = _FIRST_PAUSE, time.monotonic() + seconds
    ask: Callable[[], Answer | None] = write
    unsure = refused = False
    while True:
        try:
            answer = ask()
        except Exception as error:
            if not is_outage(error):
                raise
            logger.warning("the database did not answer: %s", error)
            if not worth() or time.monotonic() > deadline:
                raise OutageError("the database does not answer") from error
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            unsure, ask = True, written
            continue
        if answer is not None or refused or not unsure:
            return answer
        if ask is write:
            refused, ask = True, written  # by what came through only after it had been looked for, perhaps
        else:
            ask = write


def read_patiently(
    read: Callable[[], Answer], *, worth: Callable[[], bool] = lambda: True, seconds: float = WORKER_SECONDS
) -> Answer:
    """Read, again and again while the database does not answer.

    Args:
        read: Reads.
        worth: Says whether it is worth waiting for.
        seconds: How long to wait at most.

    Raises:
        OutageError: It was not worth it any more.
    """
    once = lambda: (read(),)  # noqa: E731 - what is read may be None, which is no refusal
    found = write_patiently(once, written=lambda: None, worth=worth, seconds=seconds)
    if found is None:
        raise ValueError("a read is not refused")
    return found[0]
