"""Changes of our own data that activities want, each within the transaction that completes its execution."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from sqlalchemy.orm import Session

from db.record_store import Applied, apply
from db.records import Actor
from db.round_robin import take_turn
from db.times import text_of
from engine.activity import Completed, DataChange, RecordAction, RecordWrite, TakeTurn
from engine.values import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePlace:
    """The activity that changes data: its workflow, its key in it, and the workspace that both are in."""

    workspace_id: str
    workflow_id: str
    workflow_name: str
    key: str


def make_change(session: Session, place: ChangePlace, change: DataChange, *, at: datetime) -> Completed:
    """Make a change, and give what its execution completes with.

    Raises:
        WriteRefused: The change of a record is refused; nothing was changed.
    """
    match change:
        case RecordWrite():
            actor = Actor(kind="WORKFLOW", id=place.workflow_id, name=place.workflow_name)
            applied = apply(session, place.workspace_id, change, actor=actor, at=at)
            return _completed(change, applied, actor, at)
        case TakeTurn():
            turn = take_turn(session, place.workflow_id, place.key, len(change.members))
            return Completed(outputs={"member": change.members[turn - 1], "position": turn})
        case _:
            assert_never(change)


def _completed(change: RecordWrite, applied: Applied, actor: Actor, at: datetime) -> Completed:
    outputs: dict[str, JsonValue] = {"record": applied.record}
    if change.action is RecordAction.CREATE_OR_UPDATE:
        outputs["created"] = applied.created
    return Completed(
        outputs=outputs,
        result={"action": str(applied.action), "at": text_of(at), "actor": actor.as_data()},
    )
