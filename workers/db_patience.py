"""Writing through an outage of the database: a write whose reply was lost is looked for before it is made again."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from db.outages import is_outage

logger = logging.getLogger("playhead.worker")

_FIRST_PAUSE, _LONGEST_PAUSE, _PATIENCE = 0.05, 1.0, 60.0
"""Seconds between tries, and how long an attempt waits for a database that does not answer."""

Answer = TypeVar("Answer")


class OutageError(Exception):
    """The database did not answer for as long as the write was worth waiting for."""


def write_patiently(
    write: Callable[[], Answer | None],
    *,
    written: Callable[[], Answer | None],
    worth: Callable[[], bool],
) -> Answer | None:
    """Write; where the database does not answer, find out whether it was written, and write again.

    Args:
        write: Makes the write; gives None where it was refused.
        written: Reads whether the latest write came through although its reply was lost.
        worth: Says whether it is worth waiting for.

    Raises:
        OutageError: It was not worth it any more.
    """
    pause, deadline = _FIRST_PAUSE, time.monotonic() + _PATIENCE
    ask: Callable[[], Answer | None] = write
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
            ask = written
            continue
        if ask is write or answer is not None:
            return answer
        ask = write
