"""`python -m bench [QUESTION …]`: prints one table for each question, all peers and both databases in the same minutes."""

import sys

from rich.console import Console

from bench import durable, live, research, stats

TABLES = {"live": live.measure, "stats": stats.measure, "research": research.measure}


def main() -> int:
    """Measure what was asked, everything by default."""
    known = [*durable.QUESTIONS, *TABLES]
    asked = sys.argv[1:] or known
    unknown = [one for one in asked if one not in known]
    if unknown:
        print(
            f"bench: there is no question {', '.join(unknown)}; there are {', '.join(known)}",
            file=sys.stderr,
        )
        return 2
    of_runs = [one for one in asked if one in durable.QUESTIONS]
    if of_runs:
        durable.measure(of_runs)
    for name, measure in TABLES.items():
        if name in asked:
            measure(Console(width=140))
    return 0


if __name__ == "__main__":
    sys.exit(main())
