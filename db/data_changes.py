"""Changes of our own data that activities want, each within the transaction that completes its execution."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from sqlalchemy.orm import Session

from db.record_store import Applied, Changed, apply
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

    @property
    def actor(self) -> Actor:
        """Who changes it."""
        return Actor(kind="WORKFLOW", id=self.workflow_id, name=self.workflow_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A change that was made: what its execution completes with, and what became of a record, for those who watch it."""

    completed: Completed
    changed: Changed | None = None

    @property
    def records(self) -> tuple[Changed, ...]:
        """The changes of records."""
        return () if self.changed is None else (self.changed,)


def make_change(session: Session, place: ChangePlace, change: DataChange, *, at: datetime) -> Made:
    """Make a change.

    Raises:
        WriteRefused: The change of a record is refused; nothing was changed.
    """
    match change:
        case RecordWrite():
            applied = apply(session, place.workspace_id, change, actor=place.actor, at=at)
            return Made(completed=_completed(change, applied, place.actor, at), changed=applied.changed)
        case TakeTurn():
            turn = take_turn(session, place.workflow_id, place.key, len(change.members))
            return Made(completed=Completed(outputs={"member": change.members[turn - 1], "position": turn}))
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
