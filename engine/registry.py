"""Activity types by their names."""

from engine.activities import ACTIVITY_TYPES
from engine.activity import ActivityType


def activity_type(name: str) -> ActivityType:
    """Give a registered type.

    Raises:
        KeyError: No such type; a published definition names none that is unknown.
    """
    return ACTIVITY_TYPES[name]
