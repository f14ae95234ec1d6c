"""The hot path's own connections of the driver: kept open, handed out in microseconds."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class RawPool:
    """Keeps idle connections; it opens as many as threads use at once, and no more."""

    def __init__(
        self,
        opener: Callable[[], Any],
        is_sound: Callable[[Any], bool],
        has_gone: Callable[[Any], bool] = lambda _: False,
    ) -> None:
        """Make an empty pool.

        Args:
            opener: Opens a connection.
            is_sound: Says whether a connection on which something failed is open and outside a transaction.
            has_gone: Says whether an idle connection was closed by the server; it costs next to nothing.
        """
        self._opener, self._is_sound, self._has_gone = opener, is_sound, has_gone
        self._idle: deque[Any] = deque()
        self._inherited: list[deque[Any]] = []

    @contextmanager
    def take(self) -> Iterator[Any]:
        """Lend a connection for the length of the block.

        A connection that a failing block leaves broken or in a transaction is closed, and the idle ones
        with it: where the server went away they are dead too.
        """
        connection = self._open()
        try:
            yield connection
        except BaseException:
            if self._is_sound(connection):
                self._idle.append(connection)
            else:
                connection.close()
                self.close()
            raise
        self._idle.append(connection)

    def _open(self) -> Any:
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return self._opener()
            if not self._has_gone(connection):
                return connection
            connection.close()

    def close(self) -> None:
        """Close the idle connections; the pool goes on with new ones."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return
            connection.close()

    def forget(self) -> None:
        """Leave the idle connections to the process that this one was forked from, without closing them."""
        self._inherited.append(self._idle)
        self._idle = deque()
