"""Ids: UUIDv7 with a readable prefix, so that they sort by creation and say what they name."""

import os
from typing import Literal, get_args

import uuid_utils

Prefix = Literal["ws", "key", "wf", "wfv", "run", "exe", "itr", "rec", "rsq", "rss", "tev"]
"""What an id names, the underscore left out."""

PREFIXES: frozenset[str] = frozenset(get_args(Prefix))

DEFAULT_WORKSPACE = "ws_default"
"""The id of the workspace that every database has."""

os.register_at_fork(after_in_child=uuid_utils.reseed_rng)


def new_id(prefix: Prefix) -> str:
    """Give an id, such as `run_01a202a82e7472eab255ab1d1b478f6c`.

    Those of one process sort strictly by creation, those of several by the millisecond.
    """
    return f"{prefix}_{uuid_utils.uuid7().hex}"


def prefix_of(an_id: str) -> str | None:
    """Give the prefix of an id that a client sent, or None where it is none of ours."""
    prefix, _, rest = an_id.partition("_")
    return prefix if rest and prefix in PREFIXES else None
