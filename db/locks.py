"""Locks on names: they keep two transactions from making one thing twice, where there is no row to lock."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")


def hold_name(session: Session, *parts: str) -> None:
    """Wait until no other transaction holds the name, and hold it until this one ends.

    On SQLite a transaction that writes is alone anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_LOCK, {"name": "\x1f".join(parts)})


def try_hold_name(session: Session, *parts: str) -> bool:
    """Hold the name until this transaction ends, unless another one holds it; says whether this one does."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.execute(_TRY_LOCK, {"name": "\x1f".join(parts)}).scalar_one())
