"""Keyset pages in SQL: the rows after a key, and the first rows of many parents in one statement."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, literal, select, true, tuple_
from sqlalchemy.orm import Session

from db.rows import Row


def owned(table: Table, workspace_id: str) -> ColumnElement[bool]:
    """Give the condition that rows found by their ids are of a workspace.

    No index serves it as it is written: SQLite would rather walk all runs of a workspace than look up ids.
    """
    return (table.c.workspace_id + "") == workspace_id


def beyond(columns: Sequence[Column[Any]], key: Sequence[Any], *, descending: bool) -> ColumnElement[bool]:
    """Give the condition that a row comes after the key, in the order of the columns."""
    place = tuple_(*columns)
    bound = tuple_(*(literal(part, column.type) for part, column in zip(key, columns, strict=True)))
    return place < bound if descending else place > bound


def ordered(columns: Sequence[ColumnElement[Any]], *, descending: bool) -> list[ColumnElement[Any]]:
    """Give the columns as an ORDER BY takes them."""
    return [column.desc() if descending else column.asc() for column in columns]


def children(
    session: Session,
    parents: Select[Any],
    link: Column[Any],
    columns: Sequence[Column[Any]],
    *,
    where: Sequence[ColumnElement[bool]],
    order: Sequence[Column[Any]],
    descending: bool,
    limit: int,
) -> dict[str, list[Row]]:
    """Read the first rows of each of several parents in one statement, by an index however many there are.

    Args:
        session: Where.
        parents: Selects the ids of the parents.
        link: The column of the child's table that names its parent.
        columns: The columns to give, those of the order among them; the table has an `id`.
        where: Which children.
        order: Their order, which an index behind `link` gives.
        descending: Whether the last come first.
        limit: How many of each parent.

    Returns:
        The rows by the parent's id; a parent without rows is absent.
    """
    owner = parents.subquery("owner")
    mine = [link == owner.c.id, *where]
    table: Table = link.table
    if session.get_bind().dialect.name == "postgresql":
        page = select(*columns).where(*mine).order_by(*ordered(order, descending=descending)).limit(limit)
        shown: Any = page.lateral("shown")
        joined = owner.join(shown, true())
    else:  # SQLite has no LATERAL, but runs this subquery once for each parent
        ids = select(table.c.id).where(*mine).order_by(*ordered(order, descending=descending)).limit(limit)
        shown = table.alias("shown")
        joined = owner.join(shown, shown.c.id.in_(ids.correlate(owner)))
    places = ordered([shown.c[column.name] for column in order], descending=descending)
    statement = (
        select(owner.c.id.label("owner_id"), *(shown.c[column.name] for column in columns))
        .select_from(joined)
        .order_by(owner.c.id, *places)
    )
    found: dict[str, list[Row]] = {}
    for row in session.execute(statement):
        found.setdefault(row.owner_id, []).append(row)
    return found
