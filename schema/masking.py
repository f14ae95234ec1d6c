"""Which errors a client sees as they are, and what it sees of all others: an id that the log has too."""

import logging
from collections.abc import Mapping
from uuid import uuid4

from graphql import GraphQLError, GraphQLSyntaxError

from db.cursors import BadPage
from db.outages import is_outage, reason_of
from engine.errors import Refused
from live.errors import Lagging, SeqUnknown
from resolvers.faults import Forbidden, NotFound
from schema.limits import restated

log = logging.getLogger(__name__)

CODES: Mapping[type[Exception], str] = {
    BadPage: "BAD_PAGE",
    SeqUnknown: "SEQ_UNKNOWN",
    Lagging: "LAGGING",
    NotFound: "NOT_FOUND",
    Forbidden: "FORBIDDEN",
}
_FRAMEWORK = frozenset({"graphql", "strawberry"})


def for_client(error: GraphQLError) -> GraphQLError:
    """Give an error as the client may see it; one that nobody expected is logged with its traceback."""
    if isinstance(error, GraphQLSyntaxError):
        return restated(error)
    cause = error.original_error
    if cause is None or type(cause).__module__.partition(".")[0] in _FRAMEWORK:
        return error
    if isinstance(cause, Refused):
        problem = cause.problems[0]
        return _restated(error, problem.message, code=problem.code, path=list(problem.path))
    if type(cause) in CODES:
        return _restated(error, str(cause), code=CODES[type(cause)])
    if is_outage(cause):
        reason = reason_of(cause)
        log.warning("the database cannot be used at %s: %s (%s)", _place(error), reason, type(cause).__name__)
        message = f"The database cannot be used now: {reason}. Try again; look first whether what you asked for was done."
        return _restated(error, message, code="UNAVAILABLE")
    an_id = uuid4().hex
    log.error("internal error %s at %s", an_id, _place(error), exc_info=cause)
    return _restated(error, "Internal error", code="INTERNAL", id=an_id)


def _place(error: GraphQLError) -> str:
    return ".".join(str(part) for part in error.path or ()) or "the document"


def _restated(error: GraphQLError, message: str, **extensions: object) -> GraphQLError:
    return GraphQLError(message, nodes=error.nodes, path=error.path, extensions=extensions)
