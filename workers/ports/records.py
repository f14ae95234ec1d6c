"""The records port: reading the records of a run's workspace."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from db.database import Database
from db.patience import read_patiently
from db.record_queries import find_records, records_by_ids
from db.record_store import record_json
from engine.values import JsonValue


class RecordsPort:
    """Finds records of one workspace."""

    def __init__(
        self, database: Database, workspace_id: str, lost: Callable[[], bool] = lambda: False
    ) -> None:
        """Make it for a run of this workspace; once the attempt is `lost` nothing is waited for."""
        self._database, self._workspace_id, self._lost = database, workspace_id, lost

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
            OutageError: The database did not answer for a minute, or until the attempt was lost.
        """
        return read_patiently(
            lambda: find_records(
                self._database, self._workspace_id, object_name, conditions, sort=sort, limit=limit
            ),
            worth=lambda: not self._lost(),
        )

    def get(self, record_id: str) -> Mapping[str, JsonValue] | None:
        """Give a record by its id, or None where the workspace has no such record.

        Raises:
            OutageError: The database did not answer for a minute, or until the attempt was lost.
        """
        found = read_patiently(
            lambda: records_by_ids(self._database, self._workspace_id, [record_id]),
            worth=lambda: not self._lost(),
        )
        return record_json(found[record_id]) if record_id in found else None
