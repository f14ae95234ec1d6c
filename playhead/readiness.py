"""Whether the server is ready, asked from outside as a load balancer would, and said once."""

import http.client
import time
from collections.abc import Callable
from contextlib import closing
from typing import Final

SECONDS_TO_ANSWER: Final = 1.0
SECONDS_BEFORE_THE_REASON: Final = 30.0
_EVERY_ADDRESS: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (read, not bound)


def why_not_ready(host: str, port: int) -> str | None:
    """None when `GET /readyz` answers 200 within a second, else the reason in one line."""
    address = _EVERY_ADDRESS.get(host, host)
    with closing(http.client.HTTPConnection(address, port, timeout=SECONDS_TO_ANSWER)) as connection:
        try:
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            reason = answer.read(500).decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            return f"the web process does not answer ({str(error) or type(error).__name__})"
    if answer.status == http.client.OK:
        return None
    return f"/readyz answers {answer.status}: {' '.join(reason.split())}"


class Announcement:
    """Says `ready_line` once, when the server is ready; where that takes 30 s, says first why it is not."""

    def __init__(
        self,
        ready_line: str,
        *,
        why_not: Callable[[], str | None],
        say: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.made = False
        self._ready_line = ready_line
        self._why_not = why_not
        self._say = say
        self._clock = clock
        self._explain_at = clock() + SECONDS_BEFORE_THE_REASON
        self._explained = False

    def check(self) -> None:
        """Asks and says what is to be said; does nothing once the announcement is made."""
        if self.made:
            return
        reason = self._why_not()
        if reason is None:
            self.made = True
            self._say(self._ready_line)
        elif not self._explained and self._clock() >= self._explain_at:
            self._explained = True
            self._say(f"Not ready after {SECONDS_BEFORE_THE_REASON:.0f} s: {reason}")
