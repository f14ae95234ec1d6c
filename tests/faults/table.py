"""The table that a soak prints at its end: one row for each fault on each database."""

from collections.abc import Sequence
from dataclasses import dataclass

BOUND_SECONDS = 10.0
"""Everything goes on within a lease and so many seconds of the end of what was in its way."""


@dataclass(frozen=True)
class Row:
    """What a fault did. `doubled` counts effects outside that came again because their attempt was lost.

    `lease` is the length of a lease in that test, in seconds: what recovers later than the bound is marked.
    """

    fault: str
    database: str
    injected: int
    under_way: int
    lost: int
    doubled: int
    credits_wrong: int
    gaps: int
    recovery: float
    lease: float

    def cells(self) -> list[str]:
        """Gives the row as the table shows it."""
        late = " (late)" if self.recovery > self.lease + BOUND_SECONDS else ""
        counts = (self.injected, self.under_way, self.lost, self.doubled, self.credits_wrong, self.gaps)
        return [self.fault, self.database, *map(str, counts), f"{self.recovery:.1f} s{late}"]


HEADS = ("fault", "database", "times injected", "runs under way", "runs lost", "effects doubled",
         "credits wrong", "seq gaps", "slowest recovery")  # fmt: skip

rows: list[Row] = []
"""Of the tests of this process, as they end."""


def printed(found: Sequence[Row]) -> list[str]:
    """Gives the table as Markdown."""
    cells = [row.cells() for row in found]
    widths = [max(len(line[index]) for line in [list(HEADS), *cells]) for index in range(len(HEADS))]

    def line(parts: Sequence[str]) -> str:
        padded = [
            part.ljust(width) if index < 2 else part.rjust(width)
            for index, (part, width) in enumerate(zip(parts, widths, strict=True))
        ]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * width if index < 2 else f"{'-' * (width - 1)}:" for index, width in enumerate(widths)]
    return [line(HEADS), line(rule), *map(line, cells)]
