"""How long a request may take, all in all, and whether it may be interrupted meanwhile."""

import time
from collections.abc import Callable

from engine.ports import Interrupted, PortError

_SLICE_SECONDS = 0.2
"""How long anything waits before it asks again whether to go on."""


class Patience:
    """Everything that waits during a request asks this how long it may, again and again."""

    def __init__(
        self,
        seconds: float,
        *,
        doing: str,
        interrupted: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin to count.

        Args:
            seconds: How long the request may take, with resolving, connecting, redirects and the body.
            doing: Names the request in the message of a timeout, such as "GET https://example.com/".
            interrupted: Says whether to stop although there is time.
            clock: Seconds that only go forward.
        """
        self._seconds, self._doing, self._interrupted, self._clock = seconds, doing, interrupted, clock
        self._deadline = clock() + seconds

    def slice(self) -> float:
        """Give the seconds to wait before asking again, more than none.

        Raises:
            PortError: TIMEOUT, the time is up.
            Interrupted: The request is to stop.
        """
        remaining = self.remaining()
        if self._interrupted():
            raise Interrupted
        return min(remaining, _SLICE_SECONDS)

    def remaining(self) -> float:
        """Give the seconds that are left, more than none.

        Raises:
            PortError: TIMEOUT, the time is up.
        """
        remaining = self._deadline - self._clock()
        if remaining <= 0:
            raise PortError(
                "TIMEOUT",
                f"{self._doing} was not answered in full within {self._seconds:g} s",
                detail={"timeoutSeconds": self._seconds},
                hint="Check that the other side answers, or raise `timeoutSeconds`",
                retryable=True,
            )
        return remaining
