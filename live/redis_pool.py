"""Connections to Redis that are given up together: where one is dead, those beside it are too, and each would cost a wait."""

import time
from typing import Any

from redis import BlockingConnectionPool, ConnectionError, TimeoutError  # noqa: A004 - those of Redis


class RenewingPool(BlockingConnectionPool):
    """Like its parent; once one connection is broken each is opened anew by the thread that takes it next."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._renewed = float("-inf")
        self._opened: dict[int, float] = {}
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]  # redis's

    def failed(self, error: BaseException) -> None:
        """Note that a command failed; where the connection did, trust none that is open now."""
        if isinstance(error, ConnectionError | TimeoutError | OSError):
            self._renewed = time.monotonic()

    def get_connection(self, *args: Any, **kwargs: Any) -> Any:
        """Give a connection that was opened since the last one broke.

        Raises:
            RedisError: There is none, and none can be opened.
        """
        connection: Any = super().get_connection(*args, **kwargs)  # type: ignore[no-untyped-call]  # redis's
        now, place = time.monotonic(), id(connection)
        if self._opened.setdefault(place, now) <= self._renewed:
            try:
                connection.disconnect()
                connection.connect()
            except BaseException:
                self.release(connection)  # type: ignore[no-untyped-call]  # redis's
                raise
            self._opened[place] = now
        return connection
