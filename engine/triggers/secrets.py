"""Secrets in a trigger's configuration: shown as a mark, and kept where the mark comes back."""

from collections.abc import Mapping
from typing import Any

SECRET = "secret"  # noqa: S105 - the name of the key
MARK = "•••"
"""Stands for a secret wherever a configuration is shown."""


def masked(config: Mapping[str, Any]) -> dict[str, Any]:
    """Give a trigger's configuration as it may be shown."""
    return {key: MARK if key == SECRET and value is not None else value for key, value in config.items()}


def restored(definition: Mapping[str, Any], *earlier: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Give a definition with the secret of an earlier one where the mark stands for it.

    Args:
        definition: A normalized definition, as a client sent it.
        earlier: The definitions to look in, the newest first; None for one that there is not.
    """
    trigger = definition["trigger"]
    if trigger["config"].get(SECRET) != MARK:
        return definition
    known = (one["trigger"]["config"].get(SECRET) for one in earlier if one is not None)
    secret = next((one for one in known if one is not None), MARK)
    return {**definition, "trigger": {**trigger, "config": {**trigger["config"], SECRET: secret}}}
