"""GraphQL over HTTP, SSE and WebSocket: Strawberry's view, made to keep to the specifications on every input."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, cast

from cross_web import AsyncHTTPRequestAdapter, HTTPException
from graphql import OperationType as Kind
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError, MissingQueryError
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.http.base import BaseRequestProtocol
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType
from strawberry.types.unset import UNSET, UnsetType

from playhead.access import Access
from playhead.closing import REASON, Closing
from playhead.event_stream import EventStream, EventStreamTransport
from playhead.graphql_socket import Socket, SocketHandler
from playhead.media_types import RESPONSE, Accepted
from playhead.places import NoPlace, Places
from resolvers.context import Context, Services
from schema.documents import operation_type
from schema.root import Schema
from schema.written import written

OPERATIONS_A_SOCKET: Final = 50
SECONDS_TO_INIT: Final = 10
_ALLOWED: Final[Mapping[str, frozenset[OperationType]]] = {
    "GET": frozenset({OperationType.QUERY}),
    "POST": frozenset({OperationType.QUERY, OperationType.MUTATION}),
}


class GraphQLView(GraphQL[Context, None]):
    """Serves the schema at one address to callers that access admits."""

    graphql_transport_ws_handler_class = SocketHandler
    websocket_adapter_class = Socket

    def __init__(
        self,
        schema: Schema,
        services: Services,
        access: Access,
        allowed_origins: Sequence[str],
        *,
        closing: Closing | None = None,
        places: Places | None = None,
    ) -> None:
        """Make it.

        Args:
            schema: What is served.
            services: What all requests share.
            access: Who may come in.
            allowed_origins: The origins of pages that may open sockets, beside the address's own.
            closing: Tells when sockets and streams are taken in no more; never, by default.
            places: How many an address may hold; so many for this view alone, by default.
        """
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL),
            connection_init_wait_timeout=timedelta(seconds=SECONDS_TO_INIT),
            max_subscriptions_per_connection=OPERATIONS_A_SOCKET,
            allowed_origins=allowed_origins,
        )
        self.stream_transport_classes_by_protocol = {GRAPHQL_SSE_PROTOCOL: EventStreamTransport}
        self._schema, self._services, self._access = schema, services, access
        self._closing, self._places = closing or Closing(), places or Places()

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:  # noqa: ARG002 - of the base
        """Give the context of a request, or of a socket whose caller is not known yet."""
        if isinstance(request, WebSocket):
            return Context(self._services)
        caller = await self._access.caller(request.headers.get("authorization"))
        if caller is None:
            raise HTTPException(401, "A valid API key is needed, as the header 'Authorization: Bearer pk_…'")
        return Context(self._services, caller)

    async def on_ws_connect(self, context: Context) -> UnsetType | dict[str, object] | None:
        """Admit a socket by the key in its `connection_init`, or close it with 4403."""
        params = cast(Mapping[str, object], context.connection_params)
        authorization = params.get("authorization")
        caller = await self._access.caller(authorization if isinstance(authorization, str) else None)
        if caller is None:
            raise ConnectionRejectionError
        context.admit(caller)
        without_payload: UnsetType = UNSET
        return without_payload

    # What comes in

    async def run(self, request: Any, context: Any = UNSET, root_value: Any = UNSET) -> Any:
        """Answer a request; one that is no GraphQL request gets an error of the same form as any other."""
        try:
            with self._place(request) if isinstance(request, WebSocket) else nullcontext():
                return await super().run(request, context, root_value)
        except HTTPException as refusal:
            response = _refusal(refusal)
        if isinstance(request, WebSocket):
            await request.send_denial_response(response)
        return response

    def should_render_graphql_ide(self, request: BaseRequestProtocol) -> bool:  # noqa: ARG002 - of the base
        """Render none: the API answers with data alone."""
        return False

    def decode_json(self, data: str | bytes) -> object:
        """Read JSON; what Python takes beyond the standard, or cannot hold, is refused as no JSON."""
        try:
            return json.loads(data, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise json.JSONDecodeError("no JSON", "", 0) from error

    async def parse_http_body(
        self, request: AsyncHTTPRequestAdapter
    ) -> GraphQLRequestData | list[GraphQLRequestData]:
        """Read the request, once it is sure to be an object."""
        if request.method == "POST" and "application/json" in (request.content_type or ""):
            body = self.parse_json(await request.get_body())
            if not isinstance(body, dict):
                raise HTTPException(400, "The request's body must be a JSON object")
            if not isinstance(body.get("operationName"), str | None):
                raise HTTPException(400, "The request's `operationName` must be a string or null")
        data = await super().parse_http_body(request)
        return data if isinstance(data, list) else self._directed(data, request)

    def _directed(self, data: GraphQLRequestData, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
        """Choose between an answer and a stream: only what cannot be answered in JSON is streamed."""
        kind = operation_type(self._schema, data.query or "", data.operation_name)
        if request.method == "GET" and kind in (Kind.MUTATION, Kind.SUBSCRIPTION):
            raise HTTPException(405, f"A {kind.value} needs the method POST")
        streamed = data.protocol == "sse"
        if kind is Kind.SUBSCRIPTION and not streamed:
            raise HTTPException(
                400, "A subscription needs a WebSocket (graphql-transport-ws), or 'Accept: text/event-stream'"
            )
        if streamed and kind is not Kind.SUBSCRIPTION and _accepted(request.headers).json:
            return replace(data, protocol="http")
        return data

    async def execute_single(  # noqa: PLR0917 - of the base
        self,
        request: Request,  # noqa: ARG002 - of the base
        request_adapter: AsyncHTTPRequestAdapter,
        sub_response: Response,  # noqa: ARG002 - of the base
        context: Context,
        root_value: None,
        request_data: GraphQLRequestData,
    ) -> ExecutionResult:
        """Execute what the method allows: queries by either, mutations by POST, subscriptions by neither."""
        try:
            return await self.schema.execute(
                request_data.query,
                root_value=root_value,
                variable_values=request_data.variables,
                context_value=context,
                operation_name=request_data.operation_name,
                allowed_operation_types=_ALLOWED[request_adapter.method],
                operation_extensions=request_data.extensions,
            )
        except CannotGetOperationTypeError as error:
            raise HTTPException(400, error.as_http_error_reason()) from error
        except InvalidOperationTypeError as error:
            raise HTTPException(
                400, f"Name the operation: the first is a {error.operation_type.value}"
            ) from error
        except MissingQueryError as error:
            raise HTTPException(400, "There is no GraphQL `query` in the request") from error

    # What goes out

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        """Begin the response: which of the two media types the client likes best."""
        response = await super().get_sub_response(request)
        if _accepted(request.headers).newer:
            response.headers["content-type"] = f"{RESPONSE}; charset=utf-8"
        response.headers["vary"] = "Accept"
        return response

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        """Give the answer; of a request that was never executed there is no `data`."""
        answer = await super().process_result(request, result)
        unexecuted = isinstance(result, PreExecutionError) or all(
            error.path is None for error in result.errors or ()
        )
        if result.errors and result.data is None and unexecuted:
            answer.pop("data", None)
        return answer

    def encode_json(self, data: object) -> str:
        """Write JSON; what many are sent alike is written already."""
        return written(data).decode()

    def create_response(
        self, response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse], sub_response: Response
    ) -> Response:
        """Make the response: 400 without `data`, where the client asked for the newer media type."""
        response = Response(self.encode_json(response_data), media_type="application/json")
        response.headers.update(sub_response.headers)
        newer = response.headers["content-type"].startswith(RESPONSE)
        if newer and isinstance(response_data, dict) and "data" not in response_data:
            response.status_code = 400
        return response

    async def create_streaming_response(
        self,
        request: Request | WebSocket,
        stream: Callable[[], AsyncIterator[str]],
        sub_response: Response,  # noqa: ARG002 - of the base
        headers: Mapping[str, str],
    ) -> Response:
        """Make a response that sends events until they end, the client leaves, or the process closes."""
        place = self._place(request)
        events = cast(AsyncGenerator[str, None], stream())
        return EventStream(events, {**headers, "vary": "Accept"}, self._closing, place)

    def _place(self, connection: HTTPConnection) -> ExitStack:
        """Take a place among those of the client's address."""
        if self._closing.begun:
            raise HTTPException(503, REASON)
        place = ExitStack()
        try:
            place.enter_context(self._places.take(connection.client.host if connection.client else ""))
        except NoPlace as full:
            raise HTTPException(429, f"Too many connections: {full}") from full
        return place


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _refusal(refusal: HTTPException) -> Response:
    error: dict[str, object] = {"message": refusal.reason}
    headers = {}
    if refusal.status_code == 401:
        error["extensions"] = {"code": "UNAUTHENTICATED"}
        headers["www-authenticate"] = "Bearer"
    if refusal.status_code == 405:
        headers["allow"] = "GET, POST"
    return JSONResponse({"errors": [error]}, refusal.status_code, headers)


def _accepted(headers: Mapping[str, str]) -> Accepted:
    return Accepted.of(headers.get("accept", ""))
