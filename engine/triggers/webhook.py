"""WEBHOOK: a call from outside starts the workflow."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from engine.config import Config
from engine.errors import Problem
from engine.json_schema import document_faults, schema_faults
from engine.triggers.config_check import TriggerFaults, model_faults
from engine.triggers.secrets import SECRET
from engine.values import JsonValue, UnstorableValueError, clean

SCHEMA = "schema"
PREFIX = "whsec_"
SECRET_BYTES = range(16, 65)
"""How long a secret may be; Standard Webhooks advise 24 bytes and more."""


class WebhookConfig(Config):
    """What a call must bring."""

    secret: str | None = Field(
        default=None,
        description="The secret of Standard Webhooks signatures: whsec_ and 24 to 64 bytes in base64, as "
        "`openssl rand -base64 32` makes; calls without a valid signature are refused. Without it every call counts.",
    )
    schema_: dict[str, Any] | None = Field(
        default=None, alias=SCHEMA, description="A JSON Schema that the body must fit."
    )


def faults(config: Mapping[str, Any]) -> TriggerFaults:
    """Find what is wrong with a configuration; a secret stands in no message."""
    yield from model_faults(WebhookConfig, config)
    secret, schema = config.get(SECRET), config.get(SCHEMA)
    if isinstance(secret, str) and not _is_secret(secret):
        yield (
            (SECRET,),
            f"'{SECRET}' takes a secret of Standard Webhooks: {PREFIX} and {SECRET_BYTES[0]} to {SECRET_BYTES[-1]} "
            "random bytes in base64.",
        )
    if isinstance(schema, Mapping):
        yield from _schema_faults(schema)


def _schema_faults(schema: Mapping[str, Any]) -> TriggerFaults:
    try:
        found = clean(dict(schema))
    except UnstorableValueError as error:
        yield (SCHEMA, *(str(part) for part in error.path)), f"A schema is JSON: {error.reason}."
        return
    for fault in schema_faults(found) if isinstance(found, dict) else ():
        yield (SCHEMA, *fault.path), fault.message


def _is_secret(text: str) -> bool:
    """Say whether a text is base64, its padding left out or not, of a secret's length."""
    bare = text.removeprefix(PREFIX).rstrip("=")
    try:
        found = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(found) in SECRET_BYTES


def body_problems(config: Mapping[str, Any], body: JsonValue) -> Iterator[Problem]:
    """Give where the body of a call does not fit the schema of a published trigger.

    Args:
        config: Its configuration.
        body: Clean JSON.
    """
    schema = config.get(SCHEMA)
    for fault in document_faults(schema, body) if schema is not None else ():
        yield Problem("PAYLOAD_INVALID", fault.message, ("payload", "body", *fault.path))
