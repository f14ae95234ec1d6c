"""How many sockets and streams one address may hold open at once."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

PLACES_AN_ADDRESS: Final = 100


class NoPlace(Exception):  # noqa: N818 - says what the client meets
    """The address holds as many as it may."""


class Places:
    """The places of a process, so many for each address. To be used in one event loop."""

    def __init__(self, an_address: int = PLACES_AN_ADDRESS) -> None:
        self._limit = an_address
        self._taken: Counter[str] = Counter()

    @property
    def taken(self) -> int:
        """How many are taken now, by all addresses."""
        return self._taken.total()

    @contextmanager
    def take(self, address: str) -> Iterator[None]:
        """Hold a place within the block.

        Raises:
            NoPlace: The address holds as many as it may.
        """
        if self._taken[address] >= self._limit:
            raise NoPlace(f"an address may hold {self._limit} sockets and streams at once")
        self._taken[address] += 1
        try:
            yield
        finally:
            self._taken[address] -= 1
            if not self._taken[address]:
                del self._taken[address]
