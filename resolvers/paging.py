"""Which page of a list is asked for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageRequest:
    """The `first` entries that follow the cursor `after`; None begins at the beginning."""

    first: int
    after: str | None
