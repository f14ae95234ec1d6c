"""`POST /hooks/TOKEN`: calls from outside that start workflows."""

import logging
from typing import Any

from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from db.outages import is_outage, reason_of
from engine.errors import Problem, Refused
from resolvers.context import Services
from resolvers.faults import NotFound
from resolvers.hooks import HookCall, SignatureRefused, receive

log = logging.getLogger(__name__)

_STATUSES = {
    "NOT_LIVE": 409,
    "PAYLOAD_INVALID": 422,
    "VALUE_INVALID": 422,
    "CREDITS_EXHAUSTED": 429,
}


class Hooks:
    """Answers the calls of one process; whoever knows a token may call."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def call(self, request: Request) -> Response:
        """Start the run of a call, and answer 202 with its id; a repeated call answers the same."""
        call = HookCall(
            headers=_headers(request.headers),
            query=_query(request.query_params),
            body=await request.body(),
        )
        try:
            run_id = await receive(self._services, request.path_params["token"], call)
        except NotFound:
            return _refused(404, Problem("NOT_FOUND", "There is no webhook at this address."))
        except SignatureRefused:
            message = "The call bears no valid signature: webhook-id, webhook-timestamp and webhook-signature are needed."
            return _refused(401, Problem("UNAUTHENTICATED", message))
        except Refused as refusal:
            return _refused(_STATUSES[refusal.problems[0].code], *refusal.problems)
        except Exception as error:
            if not is_outage(error):
                raise
            log.warning(
                "a call of a webhook came to nothing: the database cannot be used, %s", reason_of(error)
            )
            message = f"The database cannot be used now: {reason_of(error)}. Call again; a key starts no second run."
            return _refused(503, Problem("UNAVAILABLE", message))
        return JSONResponse({"runId": run_id}, 202)


def _refused(status: int, *problems: Problem) -> Response:
    errors = [{"code": one.code, "message": one.message, "path": list(one.path)} for one in problems]
    return JSONResponse({"errors": errors}, status)


def _headers(headers: Headers) -> dict[str, str]:
    """Give the headers by their names in small letters; of one that comes more often, all values in one text."""
    return {name: ", ".join(headers.getlist(name)) for name in headers}


def _query(params: QueryParams) -> dict[str, Any]:
    """Give the query; a parameter that comes once is a text, one that comes more often a list."""
    found = {name: params.getlist(name) for name in params}
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}
