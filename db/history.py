"""Runs as they were: pictures folded from their logs, and the logs themselves."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.cursors import BadPage, check_first
from db.database import Database
from db.pages import owned
from db.rows import EVENT, EVENT_COLUMNS, RUN, event_record
from db.texts import storable
from engine.event_record import EventRecord
from engine.folding import Picture

_PAGE = 1_000
_SEQS = range(1, 2**31)
_LIGHT_COLUMNS = tuple(column for column in EVENT_COLUMNS if column.name != "header")


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """A run as it was right after an event: what never changes of it, and the picture of all the rest."""

    workspace_id: str
    workflow_id: str
    version_id: str
    picture: Picture


def past_runs(
    database: Database, workspace_id: str, moments: Collection[tuple[str, int]]
) -> dict[tuple[str, int], PastRun]:
    """Give runs as they were, by their ids and the seq after which; a seq that a run does not have is absent.

    The log of a run is read once, up to the last of the seqs that are asked for.
    """
    asked: dict[str, set[int]] = defaultdict(set)
    for run_id, seq in moments:
        if seq in _SEQS:
            asked[run_id].add(seq)
    columns = (RUN.c.id, RUN.c.workflow_id, RUN.c.version_id, RUN.c.last_seq)
    query = select(*columns).where(RUN.c.id.in_(storable(asked)), owned(RUN, workspace_id))
    found: dict[tuple[str, int], PastRun] = {}
    with database.read() as session:
        for row in session.execute(query).all():
            for picture in _pictures(session, row.id, sorted(s for s in asked[row.id] if s <= row.last_seq)):
                found[row.id, picture.seq] = PastRun(
                    workspace_id=workspace_id,
                    workflow_id=row.workflow_id,
                    version_id=row.version_id,
                    picture=picture,
                )
    return found


def events_pages(
    database: Database,
    workspace_id: str,
    run_ids: Collection[str],
    *,
    first: int,
    after: int,
) -> Mapping[str, Sequence[EventRecord]]:
    """Give the events after + 1 to after + first of each run, as far as there are any; of a foreign run there are none.

    Raises:
        BadPage: `first` or `after` is not what a page takes.
    """
    check_first(first)
    if after < 0:
        raise BadPage(f"'after' is {after}; it takes the seq of an event, or 0 to begin with the first")
    query = (
        select(*EVENT_COLUMNS)
        .join(RUN, RUN.c.id == EVENT.c.run_id)
        .where(
            EVENT.c.run_id.in_(storable(run_ids)),
            EVENT.c.seq > after,
            EVENT.c.seq <= min(after + first, _SEQS[-1]),
            owned(RUN, workspace_id),
        )
        .order_by(EVENT.c.run_id, EVENT.c.seq)
    )
    found: dict[str, list[EventRecord]] = {run_id: [] for run_id in run_ids}
    with database.read() as session:
        for row in session.execute(query):
            found[row.run_id].append(event_record(row))
    return found


def _pictures(session: Session, run_id: str, seqs: Sequence[int]) -> Iterator[Picture]:
    if not seqs:
        return
    headers = _headers(session, run_id, seqs)
    picture = Picture()
    for event in _log(session, run_id, headers, until=seqs[-1]):
        picture.take(event)
        if event.seq in headers:
            yield picture if event.seq == seqs[-1] else picture.copy()


def _headers(session: Session, run_id: str, seqs: Sequence[int]) -> dict[int, Mapping[str, object]]:
    query = select(EVENT.c.seq, EVENT.c.header).where(EVENT.c.run_id == run_id, EVENT.c.seq.in_(seqs))
    return {row.seq: row.header for row in session.execute(query)}


def _log(
    session: Session, run_id: str, headers: Mapping[int, Mapping[str, object]], *, until: int
) -> Iterator[EventRecord]:
    """Read a log page by page, with the headers that are given: the others are much to read and of no use."""
    for start in range(0, until, _PAGE):
        stop = min(start + _PAGE, until)
        query = (
            select(*_LIGHT_COLUMNS)
            .where(EVENT.c.run_id == run_id, EVENT.c.seq > start, EVENT.c.seq <= stop)
            .order_by(EVENT.c.seq)
        )
        for row in session.execute(query):
            yield EventRecord(
                run_id=run_id,
                seq=row.seq,
                at=row.at,
                type=row.type,
                subject=row.subject,
                subject_id=row.subject_id,
                data=row.data,
                header=headers.get(row.seq, {}),
            )
