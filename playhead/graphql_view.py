"""GraphQL over HTTP and WebSocket: Strawberry's view, made to keep to both specifications on every input."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, cast

from cross_web import AsyncHTTPRequestAdapter, HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError, MissingQueryError
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.http.base import BaseRequestProtocol
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType
from strawberry.types.unset import UNSET, UnsetType

from playhead.access import Access
from resolvers.context import Context, Services
from schema.root import Schema

OPERATIONS_A_SOCKET: Final = 50
SECONDS_TO_INIT: Final = 10
_RESPONSE_TYPE: Final = "application/graphql-response+json"
_ALLOWED: Final[Mapping[str, frozenset[OperationType]]] = {
    "GET": frozenset({OperationType.QUERY}),
    "POST": frozenset({OperationType.QUERY, OperationType.MUTATION}),
}


class SocketHandler(BaseGraphQLTransportWSHandler[Context, None]):
    """Speaks `graphql-transport-ws`; a malformed message closes the socket with 4400, and drops none."""

    async def handle_message(self, message: Any) -> None:
        """Act on a message whose form is right."""
        if _is_well_formed(message):
            await super().handle_message(message)
        else:
            await self.handle_invalid_message("Invalid message")

    @staticmethod
    def _get_pre_execution_close_reason(error: object) -> None:
        """Answer a faulty document with an `error` message: its socket has other operations to serve."""


class GraphQLView(GraphQL[Context, None]):
    """Serves the schema at one address to callers that access admits."""

    graphql_transport_ws_handler_class = SocketHandler

    def __init__(
        self, schema: Schema, services: Services, access: Access, allowed_origins: Sequence[str]
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=timedelta(seconds=SECONDS_TO_INIT),
            max_subscriptions_per_connection=OPERATIONS_A_SOCKET,
            allowed_origins=allowed_origins,
        )
        self._services, self._access = services, access

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
            return await super().run(request, context, root_value)
        except HTTPException as refusal:
            return _refusal(refusal)

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
        return await super().parse_http_body(request)

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
            if error.operation_type is OperationType.SUBSCRIPTION:
                raise HTTPException(400, "Subscriptions need a WebSocket (graphql-transport-ws)") from error
            raise HTTPException(405, "Mutations need the method POST") from error
        except MissingQueryError as error:
            raise HTTPException(400, "There is no GraphQL `query` in the request") from error

    # What goes out

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        """Begin the response: which of the two media types the client likes best."""
        response = await super().get_sub_response(request)
        quality = _qualities(request.headers.get("accept", ""))
        wanted = quality.get(_RESPONSE_TYPE, 0)
        if wanted > 0 and wanted >= quality.get("application/json", 0):
            response.headers["content-type"] = f"{_RESPONSE_TYPE}; charset=utf-8"
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

    def create_response(
        self, response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse], sub_response: Response
    ) -> Response:
        """Make the response: 400 without `data`, where the client asked for the newer media type."""
        response = Response(self.encode_json(response_data), media_type="application/json")
        response.headers.update(sub_response.headers)
        newer = response.headers["content-type"].startswith(_RESPONSE_TYPE)
        if newer and isinstance(response_data, dict) and "data" not in response_data:
            response.status_code = 400
        return response


def _is_well_formed(message: object) -> bool:
    if not isinstance(message, dict) or not isinstance(message.get("id", ""), str):
        return False
    if message.get("type") != "subscribe":
        return True
    payload = message.get("payload")
    return (
        "id" in message
        and isinstance(payload, dict)
        and isinstance(payload.get("query"), str)
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("operationName"), str | None)
    )


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


def _qualities(accept: str) -> dict[str, float]:
    """Give the media types that a client accepts, each with how much it likes it, 0 to 1."""
    best: dict[str, float] = {}
    for part in accept.split(","):
        name, *params = [text.strip().lower() for text in part.split(";")]
        try:
            quality = next((float(text[2:]) for text in params if text.startswith("q=")), 1.0)
        except ValueError:
            quality = 0.0
        best[name] = max(quality, best.get(name, 0.0))
    return best
