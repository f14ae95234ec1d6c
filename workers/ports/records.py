"""The records port: reading the records of a run's workspace."""

from collections.abc import Mapping, Sequence
from typing import Any

from db.database import Database
from db.record_queries import find_records
from engine.values import JsonValue


class RecordsPort:
    """Finds records of one workspace."""

    def __init__(self, database: Database, workspace_id: str) -> None:
        """Make it for a run of this workspace."""
        self._database, self._workspace_id = database, workspace_id

    def find(
        self,
        object_name: str,
        conditions: Mapping[str, Any] | None,
        sort: Sequence[Mapping[str, str]],
        limit: int,
    ) -> Sequence[Mapping[str, JsonValue]]:
        """Give the records that hold the rendered condition group, the oldest first or sorted.

        Raises:
            ExpressionError: CONDITION_TYPES, a value cannot be compared so.
            SQLAlchemyError: The database could not be reached.
        """
        return find_records(
            self._database, self._workspace_id, object_name, conditions, sort=sort, limit=limit
        )
