"""What a caller did wrong where the answer has no place for errors as data."""

from db.roles import Role


class NotFound(LookupError):  # noqa: N818 - named as its code
    """There is no such thing in the caller's workspace."""

    def __init__(self, what: str, an_id: str) -> None:
        super().__init__(f"there is no {what} {an_id!r}")


class Forbidden(PermissionError):  # noqa: N818 - named as its code
    """The caller's role does not allow what was asked."""

    def __init__(self, operation: str, needed: Role, role: Role) -> None:
        super().__init__(
            f"{operation} needs a key with the role {needed.lower()}; this one is of a {role.lower()}"
        )
