"""Whose turn it is in a Round robin: a pointer that lasts across runs."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_TAKE = text(
    "INSERT INTO round_robin (workflow_id, activity_key, position) VALUES (:workflow_id, :key, 1)"
    " ON CONFLICT (workflow_id, activity_key) DO UPDATE"
    " SET position = CASE WHEN round_robin.position < :members THEN round_robin.position + 1 ELSE 1 END"
    " RETURNING position"
)


def take_turn(session: Session, workflow_id: str, key: str, members: int) -> int:
    """Take the next turn and give whose it is, counted from 1; others wait for theirs until the transaction ends.

    Args:
        session: The transaction that completes the execution.
        workflow_id: The workflow.
        key: The activity in it.
        members: How many take turns; where they have become fewer, the turn passes to the first after the last.
    """
    given = {"workflow_id": workflow_id, "key": key, "members": members}
    return int(session.execute(_TAKE, given).scalar_one())
