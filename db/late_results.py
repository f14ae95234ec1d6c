"""Late results: what came of an attempt that had been taken from its worker. They are kept beside the run, not in it."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import insert, select

from db.database import Database
from db.pages import owned
from db.records import LateResultRecord
from db.rows import LATE_RESULT, LATE_RESULT_COLUMNS, RUN, late_result_record
from db.texts import storable


def keep_late_result(database: Database, run_id: str, result: dict[str, Any]) -> bool:
    """Keep what a worker brought too late, once for each attempt; neither the run nor its log changes.

    Args:
        database: Where.
        run_id: The run.
        result: The columns of `late_result`, but for the run and the time.

    Returns:
        Whether it is kept now: not where the run is gone, or the attempt has brought a result before.
    """
    place = (LATE_RESULT.c.execution_id == result["execution_id"], LATE_RESULT.c.attempt == result["attempt"])
    with database.write() as session:
        there = session.scalar(select(RUN.c.id).where(RUN.c.id == run_id).with_for_update(read=True))
        if there is None or session.scalar(select(LATE_RESULT.c.attempt).where(*place)) is not None:
            return False
        session.execute(insert(LATE_RESULT).values(run_id=run_id, at=database.now(), **result))
    return True


def late_results_by_execution_ids(
    database: Database, workspace_id: str, ids: Collection[str]
) -> dict[str, list[LateResultRecord]]:
    """Give the late results of each of the executions, by their ids, in the order of the attempts."""
    query = (
        select(*LATE_RESULT_COLUMNS)
        .join(RUN, RUN.c.id == LATE_RESULT.c.run_id)
        .where(LATE_RESULT.c.execution_id.in_(storable(ids)), owned(RUN, workspace_id))
        .order_by(LATE_RESULT.c.execution_id, LATE_RESULT.c.attempt)
    )
    found: dict[str, list[LateResultRecord]] = {one: [] for one in ids}
    with database.read() as session:
        for row in session.execute(query):
            found[row.execution_id].append(late_result_record(row))
    return found
