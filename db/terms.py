"""What new runs start under."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the operator sets for new runs.

    Attributes:
        tariff: What their executions will cost.
        credit_limit: The credits of a workspace in a calendar month; once they are used no run starts. None for no limit.
    """

    tariff: str
    credit_limit: int | None = None
