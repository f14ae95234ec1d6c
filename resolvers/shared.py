"""Answers that several are to be given alike: each is made once, and kept for those who come to it a little later."""

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine, Hashable
from typing import Any, Final, Generic, TypeVar

Answer = TypeVar("Answer")

MOST_ANSWERS: Final = 1_024
MOST_BYTES: Final = 4 * 1024 * 1024


class Shared(Generic[Answer]):
    """The newest answers, by what tells one from another; bounded in number and size. To be used in one event loop."""

    def __init__(self, most_answers: int = MOST_ANSWERS, most_bytes: int = MOST_BYTES) -> None:
        self._most_answers, self._most_bytes = most_answers, most_bytes
        self._kept: OrderedDict[Hashable, tuple[Answer, int]] = OrderedDict()
        self._bytes = 0
        self._making: dict[Hashable, asyncio.Task[Answer]] = {}

    def get(self, key: Hashable) -> Answer | None:
        """Give an answer that is kept."""
        found = self._kept.get(key)
        return None if found is None else found[0]

    def keep(self, key: Hashable, answer: Answer, size: int) -> None:
        """Keep an answer of so many bytes until there are too many newer ones."""
        if size > self._most_bytes or key in self._kept:
            return
        self._kept[key] = answer, size
        self._bytes += size
        while len(self._kept) > self._most_answers or self._bytes > self._most_bytes:
            _, (_, freed) = self._kept.popitem(last=False)
            self._bytes -= freed

    def is_being_made(self, key: Hashable) -> bool:
        """Say whether someone makes this answer now."""
        return key in self._making

    def begin(self, key: Hashable, work: Coroutine[Any, Any, Answer]) -> None:
        """Make an answer in a task of its own: that who asked first has gone does not end it for the others."""
        task = self._making[key] = asyncio.get_running_loop().create_task(work)
        task.add_done_callback(lambda _: self._making.pop(key))

    async def made(self, key: Hashable) -> Answer:
        """Wait for an answer that is being made; what its making raises is raised here too."""
        task = self._making[key]
        await asyncio.wait({task})  # one that gives up waiting does not cancel it for the others
        return task.result()
