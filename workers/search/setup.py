"""The search that the operator has set up."""

from dataclasses import dataclass, field
from typing import Final, Literal

Provider = Literal["none", "local", "duckduckgo", "tavily"]

NEEDS_KEY: Final = frozenset({"tavily"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSetup:
    """What the operator has set up."""

    provider: Provider = "local"
    key: str | None = field(default=None, repr=False)
