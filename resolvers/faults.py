"""What a caller did wrong where the answer has no place for errors as data."""


class NotFound(LookupError):  # noqa: N818 - named as its code
    """There is no such thing in the caller's workspace."""

    def __init__(self, what: str, an_id: str) -> None:
        super().__init__(f"there is no {what} {an_id!r}")
