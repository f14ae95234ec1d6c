"""The token of a claim: whoever settles an attempt must name it."""

import uuid_utils

from engine.state import RunState


def new_token(state: RunState) -> str:
    """Give a token for a claim that is decided on this state: among those of a run later ones sort higher."""
    return f"{state.seq:010d}-{uuid_utils.uuid4().hex[-8:]}"
