"""Keyset pages in SQL: the rows after a key, and the first rows of many parents in one statement."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, Select, Table, literal, select, true, tuple_
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
        link: The column of the children's table that names their parent.
        columns: The columns to give, those of the order among them.
        where: Which children.
        order: Their order, which an index behind `link` gives.
        descending: Whether the last come first.
        limit: How many of each parent.

    Returns:
        The rows by the parent's id; a parent without rows is absent.
    """
    owner = parents.subquery("owner")
    page = select(*columns).where(link == owner.c.id, *where)
    page = page.order_by(*ordered(order, descending=descending)).limit(limit)
    joined, shown = _joined(session, owner, link.table, page)
    names = [column.name for column in order]
    statement = (
        select(owner.c.id.label("owner_id"), *(shown.c[column.name] for column in columns))
        .select_from(joined)
        .order_by(owner.c.id, *ordered([shown.c[name] for name in names], descending=descending))
    )
    found: dict[str, list[Row]] = {}
    for row in session.execute(statement):
        found.setdefault(row.owner_id, []).append(row)
    return found


def _joined(
    session: Session, owner: FromClause, child: FromClause, page: Select[Any]
) -> tuple[FromClause, FromClause]:
    """Join each parent with its page; gives the join, and what the page is called in it."""
    shown: FromClause
    if session.get_bind().dialect.name == "postgresql":
        shown = page.lateral("shown")
        return owner.join(shown, true()), shown
    # SQLite has no LATERAL, but runs this subquery once for each parent.
    shown = child.alias("shown")
    ids = page.with_only_columns(child.c.id).correlate(owner)
    return owner.join(shown, shown.c.id.in_(ids)), shown
