"""What a message makes a worker do."""

from typing import Protocol

import dramatiq
from dramatiq import Actor

from db import crash_points
from workers.broker import QUEUE, WakingBroker
from workers.hints import PERFORM


class Performs(Protocol):
    """What performs an execution and what follows from it, in the thread of the caller."""

    def perform(self, run_id: str, execution_id: str) -> None:
        """Perform the execution if it is to be performed now and nobody else does; else do nothing."""
        ...


def declare_perform(broker: WakingBroker, performs: Performs) -> Actor[[str, str], None]:
    """Declare the one actor on a broker that consumes.

    A message may come twice, late, or for what is long done: the claim in the database decides.
    """

    def perform(run_id: str, execution_id: str) -> None:
        crash_points.reach("W1")
        performs.perform(run_id, execution_id)
        crash_points.reach("W8")

    return dramatiq.actor(broker=broker, actor_name=PERFORM, queue_name=QUEUE)(perform)
