"""What the holder of an API key may do."""

from enum import StrEnum


class Role(StrEnum):
    """Each role may do what those before it may, and more."""

    VIEWER = "VIEWER"
    """Reads and subscribes."""
    EDITOR = "EDITOR"
    """Also starts, cancels and edits."""
    ADMIN = "ADMIN"
    """Also makes and revokes keys, and sets limits."""

    def includes(self, other: "Role") -> bool:
        """Say whether this role may do all that the other may."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(other)
