"""Executions whose worker died again and again: one of them may be what killed it, so they keep apart from each other."""

import threading

from workers.hints import Pair

SUSPECT_AFTER = 2
"""After so many lost attempts an execution is a suspect."""


class Suspects:
    """Lets one suspect at a time execute in this process; who killed their worker then takes no other suspect along.

    Without this an activity that kills its worker would take what executes beside it to its own end: they are lost
    together, made again together, and given up together.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._executing = False
        self._turned_away: list[Pair] = []

    def begin(self, pair: Pair) -> bool:
        """Say whether a suspect may execute now, until `end`; one that may not is given by the `end` of the one that does."""
        with self._lock:
            if self._executing:
                self._turned_away.append(pair)
                return False
            self._executing = True
            return True

    def end(self) -> list[Pair]:
        """Let another suspect execute; gives those that were turned away meanwhile, to be hinted at."""
        with self._lock:
            self._executing = False
            turned_away, self._turned_away = self._turned_away, []
        return turned_away
