"""Ends what keys have opened once they are good no more, and notes when each was last used."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import partial
from typing import Protocol, TypeVar

from anyio import CapacityLimiter, fail_after, sleep, to_thread

from db.api_keys import COARSE, ApiKeyRecord, good_keys, note_use
from db.database import Database
from db.outages import is_outage
from live.outage import Outage

CHECK_SECONDS = 5.0
"""Between two looks at the keys of what is open."""

ANSWER_SECONDS = 5.0
"""How long an answer of the database is waited for."""

PATIENCE_SECONDS = 20.0
"""How long a key counts as good that nobody could look at: the promise is that a revoked one ends within 30 s."""

FORBIDDEN, TRY_AGAIN_LATER = 4403, 1013
"""The codes that a socket is closed with: its key is good no more; nobody can say whether it is."""


class Open(Protocol):
    """A request or socket that is being served."""

    def end(self, code: int) -> None:
        """End it if it lives on, as a stream or a socket does; an answer that is being made may be given."""
        ...


Answer = TypeVar("Answer")

log = logging.getLogger(__name__)

_serving: ContextVar[Open | None] = ContextVar("serving", default=None)


class KeyWatch:
    """Watches the keys of a process. To be used in one event loop."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database, self._clock = database, clock
        self._open: dict[Open, str] = {}
        self._used: set[str] = set()
        self._noted: dict[str, float] = {}
        self._answered_at = clock()
        self._thread = CapacityLimiter(1)
        self._outage = Outage(
            f"API keys cannot be looked at, what they opened ends after {PATIENCE_SECONDS:.0f} s",
            first_pause=CHECK_SECONDS,
            longest_pause=CHECK_SECONDS,
            traceback=False,
        )

    @contextmanager
    def serving(self, opened: Open) -> Iterator[None]:
        """Watch a request or socket within the block, once `admitted` has named its key there."""
        token = _serving.set(opened)
        try:
            yield
        finally:
            _serving.reset(token)
            self._open.pop(opened, None)

    def admitted(self, key: ApiKeyRecord) -> None:
        """Note that a key has opened what is being served."""
        self._used.add(key.id)
        opened = _serving.get()
        if opened is not None:
            self._open[opened] = key.id

    async def run(self) -> None:
        """Watch until canceled."""
        while True:
            await sleep(CHECK_SECONDS)
            try:
                await self.check()
            except Exception:
                log.exception("the watch over API keys met a fault")

    async def check(self) -> None:
        """Look at the keys once: end what was opened by one that is good no more, note which were used."""
        try:
            await self._end_the_worthless()
            await self._note_uses()
        except Exception as error:
            if not (isinstance(error, TimeoutError) or is_outage(error)):
                raise
            self._outage.failed(error)
        else:
            self._outage.ended()
        finally:
            if self._clock() - self._answered_at > PATIENCE_SECONDS:
                for opened in list(self._open):
                    opened.end(TRY_AGAIN_LATER)

    async def _end_the_worthless(self) -> None:
        asked_at, opened = self._clock(), dict(self._open)
        keys = set(opened.values())
        good = await self._ask(partial(good_keys, self._database, keys)) if keys else keys
        self._answered_at = asked_at
        for one, key in opened.items():
            if key not in good:
                one.end(FORBIDDEN)

    async def _note_uses(self) -> None:
        now, used = self._clock(), self._used.union(self._open.values())
        self._noted = {key: at for key, at in self._noted.items() if now - at < COARSE.total_seconds()}
        fresh = used - self._noted.keys()
        if fresh:
            await self._ask(partial(note_use, self._database, fresh, datetime.now(UTC)))
            self._noted.update(dict.fromkeys(fresh, now))
        self._used -= used

    async def _ask(self, question: Callable[[], Answer]) -> Answer:
        with fail_after(ANSWER_SECONDS):
            return await to_thread.run_sync(question, abandon_on_cancel=True, limiter=self._thread)
