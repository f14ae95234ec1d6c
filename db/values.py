"""What a run has worked out so far, read from the database only where an expression asks, and kept for the rest of the chain."""

from collections.abc import Mapping, Set
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from db.database import Database
from db.tables import ActivityExecution, LoopItem, LoopIteration
from engine.status import ExecutionStatus
from engine.triggers.firing import names_of
from engine.values import JsonValue


class RunValues:
    """Implements `engine.decision.Values` for one run."""

    def __init__(
        self, database: Database, run_id: str, *, trigger: Mapping[str, Any], workflow: Mapping[str, Any]
    ) -> None:
        self._database, self._run_id = database, run_id
        self.trigger, self.workflow = names_of(trigger), workflow
        self._outcomes: dict[tuple[str, str], Mapping[str, JsonValue]] = {}
        self._items: dict[str, list[JsonValue]] = {}

    def outcome(self, path: str, key: str) -> Mapping[str, JsonValue] | None:
        """Give what an execution that has ended gave, or None."""
        known = self._outcomes.get((path, key))
        if known is not None:
            return known
        query = select(
            col(ActivityExecution.status), col(ActivityExecution.outputs), col(ActivityExecution.error)
        ).where(
            col(ActivityExecution.run_id) == self._run_id,
            col(ActivityExecution.path) == path,
            col(ActivityExecution.key) == key,
        )
        with self._database.glance() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or row.status not in (ExecutionStatus.COMPLETED, ExecutionStatus.FAILED):
            return None
        found = row.outputs if row.status == ExecutionStatus.COMPLETED else {"error": row.error}
        self._outcomes[(path, key)] = found
        return dict(found)

    def outputs(self, execution_id: str) -> Mapping[str, JsonValue]:
        """Give the outputs that a waiting execution will complete with."""
        query = select(col(ActivityExecution.outputs)).where(col(ActivityExecution.id) == execution_id)
        with self._database.glance() as connection:
            found: Mapping[str, JsonValue] = connection.execute(query).scalar_one()
        return found

    def item(self, loop_id: str, index: int) -> JsonValue:
        """Give an item of a Loop."""
        if loop_id in self._items:
            return self._items[loop_id][index - 1]
        query = select(col(LoopItem.item)).where(
            col(LoopItem.loop_id) == loop_id, col(LoopItem.index) == index
        )
        with self._database.glance() as connection:
            item: JsonValue = connection.execute(query).scalar_one()
        return item

    def collected(self, loop_id: str) -> Mapping[int, JsonValue]:
        """Give what the ended iterations of a Loop collected."""
        query = select(col(LoopIteration.index), col(LoopIteration.collected)).where(
            col(LoopIteration.loop_id) == loop_id, col(LoopIteration.ended_at).is_not(None)
        )
        with self._database.glance() as connection:
            return dict(connection.execute(query).all())

    def keep(
        self,
        outcomes: Mapping[tuple[str, str], Mapping[str, JsonValue]],
        items: Mapping[str, list[JsonValue]],
    ) -> None:
        """Keep what a committed decision worked out."""
        self._outcomes.update(outcomes)
        self._items.update(items)

    def forget(self, paths: Set[str], loops: Set[str]) -> None:
        """Drop what belongs to scopes and Loops that have ended: what is kept is bounded by what is alive."""
        self._outcomes = {place: one for place, one in self._outcomes.items() if place[0] in paths}
        self._items = {loop_id: one for loop_id, one in self._items.items() if loop_id in loops}
