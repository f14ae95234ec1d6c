"""Calls of webhooks: who they are from, what they bring, and the run that they start."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from anyio import to_thread
from standardwebhooks import Webhook, WebhookVerificationError

from db import crash_points
from db.database import Database
from db.hooks import FoundHook, HookStart, find_hook, start_by_hook
from db.terms import Terms
from db.texts import is_storable
from engine.errors import Problem, Refused
from engine.payload import clean_payload
from engine.triggers.secrets import SECRET
from engine.triggers.webhook import body_problems
from resolvers.context import Services
from resolvers.faults import NotFound
from resolvers.hook_body import read_body

_TRIES = 5
_KEY_HEADERS = ("idempotency-key", "webhook-id")
_MAX_KEY = 200
_CREDENTIALS = frozenset({"authorization", "cookie", "proxy-authorization", "webhook-signature"})
"""Headers that open doors elsewhere: a run does not keep them."""


class SignatureRefused(Exception):  # noqa: N818 - named as the outcome
    """A call without a valid signature of the webhook's secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookCall:
    """A call as it came: headers by their names in small letters, the query, and the body's bytes."""

    headers: Mapping[str, str]
    query: Mapping[str, Any]
    body: bytes


async def receive(services: Services, token: str, call: HookCall) -> str:
    """Start the run of a call, or find the one that the same call started before; give its id.

    Raises:
        NotFound: No webhook has this token.
        SignatureRefused: The webhook has a secret, and the call no valid signature.
        Refused: VALUE_INVALID, NOT_LIVE, PAYLOAD_INVALID or CREDITS_EXHAUSTED.
    """
    workspace_id, start = await to_thread.run_sync(
        _receive, services.database, services.terms, token, call, limiter=services.database_threads
    )
    crash_points.reach("A2")
    if start.fired.writes:
        await services.announce(workspace_id, start.fired.events, start.fired.pending)
    return start.run_id


def _receive(database: Database, terms: Terms, token: str, call: HookCall) -> tuple[str, HookStart]:
    for _ in range(_TRIES):
        hook = find_hook(database, token)
        if hook is None:
            raise NotFound("webhook", token)
        _check_signature(hook, call)
        start = start_by_hook(database, hook, _keys(call), _payload(hook, call), terms=terms)
        if start is not None:
            return hook.workspace_id, start
    raise RuntimeError("a workflow changed each time that its webhook was to start a run")


def _check_signature(hook: FoundHook, call: HookCall) -> None:
    secret = hook.config.get(SECRET)
    if secret is None:
        return
    try:
        Webhook(secret).verify(call.body, dict(call.headers), json_parse=False)
    except (
        WebhookVerificationError,
        ValueError,
    ) as error:  # it lets what is no base64 or no text fail as it comes
        raise SignatureRefused from error


def _keys(call: HookCall) -> list[str]:
    found = []
    for name in _KEY_HEADERS:
        key = call.headers.get(name)
        if key is None:
            continue
        if not 1 <= len(key) <= _MAX_KEY or not is_storable(key):
            message = f"The header '{name}' takes 1 to {_MAX_KEY} characters."
            raise Refused(Problem("VALUE_INVALID", message, ("headers", name)))
        found.append(f"{name}: {key}")
    return found


def _payload(hook: FoundHook, call: HookCall) -> Mapping[str, Any] | Refused:
    """Give what the run is given, or why the call can start none: a call that came before is known all the same."""
    try:
        payload = clean_payload(
            {
                "body": read_body(call.headers.get("content-type", ""), call.body),
                "headers": {name: value for name, value in call.headers.items() if name not in _CREDENTIALS},
                "query": call.query,
            }
        )
    except Refused as refusal:
        return refusal
    problems = list(body_problems(hook.config, payload["body"]))
    return Refused(*problems) if problems else payload
