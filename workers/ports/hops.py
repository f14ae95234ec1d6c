"""The addresses and redirects of a request, without any network: which request is next."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import urlencode

import httpx2

from workers.ports.failures import url_invalid

_NAME = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?", re.IGNORECASE)
_SCHEMES = ("http", "https")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SECRETS = frozenset({"authorization", "cookie", "proxy-authorization"})
_OF_BODY = frozenset({"content-type", "content-length", "content-encoding", "content-language"})
_HINT = "Give an address such as https://example.com/path"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One request on the way to a response."""

    method: str
    url: httpx2.URL
    headers: tuple[tuple[str, str], ...]
    body: bytes | None


def read_url(text: str, query: Sequence[tuple[str, str]] = ()) -> httpx2.URL:
    """Read an address to send a request to, and add parameters to its query.

    Raises:
        PortError: URL_INVALID.
    """
    try:
        url = httpx2.URL(text)
    except httpx2.InvalidURL as error:
        raise url_invalid(f"{text[:200]!r} is no address: {error}", hint=_HINT) from error
    return _add_query(_check(url, text), query)


def _check(url: httpx2.URL, text: str) -> httpx2.URL:
    if url.scheme not in _SCHEMES:
        raise url_invalid(f"{text[:200]!r} does not begin with http:// or https://", hint=_HINT)
    host = url.raw_host.decode()
    if not (_NAME.fullmatch(host) or _is_ipv6(host)):
        raise url_invalid(f"{text[:200]!r} names no host", hint=_HINT)
    if url.port is not None and not 1 <= url.port <= 65535:
        raise url_invalid(f"{text[:200]!r} has a port that does not exist: 1 to 65535 do", hint=_HINT)
    return url


def _is_ipv6(host: str) -> bool:
    try:
        return IPv6Address(host).scope_id is None
    except AddressValueError:
        return False


def _add_query(url: httpx2.URL, query: Sequence[tuple[str, str]]) -> httpx2.URL:
    if not query:
        return url
    parts = [part for part in (url.query, urlencode(query).encode()) if part]
    return url.copy_with(query=b"&".join(parts))


def shown(url: httpx2.URL) -> str:
    """Give an address as messages show it: without user, password and query, which may be secret."""
    text = str(url.copy_with(username=None, password=None, query=None, fragment=None))
    return text if len(text) <= 200 else f"{text[:199]}…"


def is_redirect(status: int, location: str | None) -> bool:
    """Say whether a response asks to go elsewhere and says where."""
    return status in _REDIRECTS and location is not None


def follow(hop: Hop, status: int, location: str) -> Hop:
    """Give the request that a redirect asks for.

    303 makes a GET of everything but HEAD, 301 and 302 make one of POST, as browsers do; 307 and 308 repeat
    the request. What proves an identity goes to the same origin only, or to it by https.

    Raises:
        PortError: URL_INVALID, the redirect leads to no address that a request can go to.
    """
    try:
        target = hop.url.join(location)
    except httpx2.InvalidURL as error:
        raise url_invalid(f"{shown(hop.url)} redirects to {location[:200]!r}: {error}", hint=_HINT) from error
    moved = replace(hop, url=_check(target, location))
    if _turns_to_get(hop.method, status):
        moved = replace(moved, method="GET", body=None, headers=_without(moved.headers, _OF_BODY))
    if not _same_party(hop.url, target):
        moved = replace(moved, headers=_without(moved.headers, _SECRETS))
    return moved


def _turns_to_get(method: str, status: int) -> bool:
    return (status == 303 and method != "HEAD") or (status in (301, 302) and method == "POST")


def _same_party(url: httpx2.URL, target: httpx2.URL) -> bool:
    if _origin(url) == _origin(target):
        return True
    return _origin(url) == ("http", url.host, 80) and _origin(target) == ("https", url.host, 443)


def _origin(url: httpx2.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)


def _without(headers: tuple[tuple[str, str], ...], names: frozenset[str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in headers if name.lower() not in names)
