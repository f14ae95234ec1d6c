"""The HTTP port: requests to the outside, guarded against private addresses, bounded and interruptible."""

import base64
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Protocol

import httpcore2
import httpx2

from db.patience import read_patiently
from engine.ports import HttpRequest, HttpResponse, Interrupted, PortError
from workers.ports.failures import connection_failed, one_line, response_invalid
from workers.ports.hops import Hop, follow, is_redirect, read_url, shown
from workers.ports.network import Network
from workers.ports.patience import Patience

MAX_BODY_BYTES = 1024 * 1024
"""How much of a body is read, unpacked."""

MAX_REDIRECTS = 5

_HARMLESS = frozenset({"GET", "HEAD"})
_DEFAULTS = {"user-agent": "Playhead", "accept": "*/*", "accept-encoding": "gzip, deflate"}
_ENCODINGS = frozenset({"identity", "gzip", "deflate", ""})


class Event(Protocol):
    """Something that is set once."""

    def is_set(self) -> bool:
        """Say whether it is set."""
        ...


class Cancellation(Protocol):
    """Tells whether a run is canceling; `workers.cancel_watch` does."""

    def watch(self, run_id: str) -> AbstractContextManager[Event]:
        """Give an event that is set soon after the run is canceled."""
        ...

    def is_canceling(self, run_id: str) -> bool:
        """Say whether the run is canceled, as of now."""
        ...


class HttpPort:
    """Makes requests for one run, as `engine.ports.Http` says.

    A GET or HEAD stops within a second of the cancel of its run. Everything else asks about a cancel just
    before its first byte and then runs to its end or its timeout: it may have changed something outside. A worker
    that could not renew its lease begins no request any more: another may have begun it.
    Redirects are followed, at most 5, and each is checked as the first address is.
    """

    def __init__(
        self,
        cancellation: Cancellation,
        run_id: str,
        *,
        ssl_context: ssl.SSLContext,
        allow_private: bool,
        timeout_seconds: float,
        lost: Callable[[], bool] = lambda: False,
    ) -> None:
        """Make it for an attempt that begins now.

        Args:
            cancellation: Tells whether the run is canceling.
            run_id: The run.
            ssl_context: Which certificates are accepted.
            allow_private: Lifts the rule that addresses must be public, and nothing else.
            timeout_seconds: How long the attempt may take; no request goes on for longer.
            lost: Says whether the attempt is this worker's no more.
        """
        self._cancellation, self._run_id, self._lost = cancellation, run_id, lost
        self._ssl_context, self._allow_private = ssl_context, allow_private
        self._deadline = time.monotonic() + timeout_seconds

    def send(self, request: HttpRequest) -> HttpResponse:
        """Make the request and read its response.

        Raises:
            PortError: TIMEOUT, CONNECTION_FAILED, ADDRESS_REFUSED, URL_INVALID, TOO_MANY_REDIRECTS,
                RESPONSE_INVALID or CONFIG_INVALID.
            Interrupted: The run was canceled, or the attempt lost, before the request began or during a GET or HEAD.
            OutageError: The database did not say whether the run is canceled.
        """
        method = request.method.upper()
        url = read_url(request.url, request.query)
        hop = Hop(method=method, url=url, headers=tuple(request.headers.items()), body=request.body)
        seconds = min(request.timeout_seconds, max(0.0, self._deadline - time.monotonic()))
        if method in _HARMLESS:
            with self._cancellation.watch(self._run_id) as canceled:
                return self._send(hop, seconds, canceled, follows=request.follows)
        return self._send(hop, seconds, None, follows=request.follows)

    def _send(self, hop: Hop, seconds: float, canceled: Event | None, *, follows: bool) -> HttpResponse:
        network = Network(
            Patience(
                seconds,
                doing=f"{hop.method} {shown(hop.url)}",
                interrupted=(lambda: canceled.is_set() or self._lost())
                if canceled is not None
                else lambda: False,
            ),
            allow_private=self._allow_private,
            before_first_byte=self._check_canceling if canceled is None else lambda: None,
        )
        for _ in range(MAX_REDIRECTS + 1):
            with self._exchange(hop, network) as response:
                location = response.headers.get("location") if follows else None
                if location is None or not is_redirect(response.status_code, location):
                    return _read(response)
            hop = follow(hop, response.status_code, location)
        raise PortError(
            "TOO_MANY_REDIRECTS",
            f"More than {MAX_REDIRECTS} redirects, the last to {shown(hop.url)}",
            detail={"last": shown(hop.url)},
            hint="Give the address that they lead to as `url`",
        )

    def _check_canceling(self) -> None:
        asked = lambda: self._cancellation.is_canceling(self._run_id)  # noqa: E731
        if self._lost() or read_patiently(asked, worth=lambda: not self._lost()) or self._lost():
            raise Interrupted

    @contextmanager
    def _exchange(self, hop: Hop, network: Network) -> Iterator[httpx2.Response]:
        """Send one request on a connection of its own; the response's body is yet to be read."""
        host = hop.url.host
        try:
            with httpcore2.ConnectionPool(self._ssl_context, network_backend=network) as pool:
                answer = pool.handle_request(_request(hop))
                with closing(_response(answer)) as response:
                    yield response
        except httpcore2.LocalProtocolError as error:
            raise PortError("CONFIG_INVALID", f"The request cannot be sent: {one_line(error)}") from error
        except httpcore2.RemoteProtocolError as error:
            if network.peer_closed:
                raise connection_failed(f"{host} closed the connection too early", host=host) from error
            raise response_invalid(host, one_line(error)) from error
        except httpx2.DecodingError as error:
            raise response_invalid(host, f"its body cannot be unpacked: {one_line(error)}") from error


def _request(hop: Hop) -> httpcore2.Request:
    given = {name.lower() for name, _ in hop.headers}
    headers = [(name, value) for name, value in _DEFAULTS.items() if name not in given]
    if hop.url.userinfo and "authorization" not in given:
        login = f"{hop.url.username}:{hop.url.password}".encode()
        headers.append(("authorization", f"Basic {base64.b64encode(login).decode()}"))
    encoded = [(name.encode(), value.encode()) for name, value in (*headers, *hop.headers)]
    request = httpx2.Request(hop.method, hop.url, headers=encoded, content=hop.body)
    return httpcore2.Request(
        request.method,
        httpcore2.URL(
            scheme=hop.url.raw_scheme, host=hop.url.raw_host, port=hop.url.port, target=hop.url.raw_path
        ),
        headers=request.headers.raw,
        content=request.stream,
    )


class _Body(httpx2.SyncByteStream):
    """The body of a response as the connection gives it."""

    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


def _response(answer: httpcore2.Response) -> httpx2.Response:
    return httpx2.Response(answer.status, headers=answer.headers, stream=_Body(answer))


def _read(response: httpx2.Response) -> HttpResponse:
    """Read the body up to the limit, and no byte after it."""
    packed = {one.lower() for one in response.headers.get_list("content-encoding", split_commas=True)}
    if not packed <= _ENCODINGS:
        raise PortError(
            "RESPONSE_INVALID",
            f"The body is packed as {', '.join(sorted(packed))}; gzip and deflate can be unpacked",
            hint="Leave out the header Accept-Encoding",
        )
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            break
    return HttpResponse(
        status=response.status_code,
        headers=dict(response.headers),
        body=bytes(body[:MAX_BODY_BYTES]),
        truncated=len(body) > MAX_BODY_BYTES,
    )
