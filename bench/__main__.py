"""`python -m bench [QUESTION …]`: prints one table for each question, all peers and both databases in the same minutes."""

import sys

from bench.durable import QUESTIONS, measure


def main() -> int:
    """Measure what was asked, everything by default."""
    asked = sys.argv[1:] or list(QUESTIONS)
    unknown = [one for one in asked if one not in QUESTIONS]
    if unknown:
        print(
            f"bench: there is no question {', '.join(unknown)}; there are {', '.join(QUESTIONS)}",
            file=sys.stderr,
        )
        return 2
    measure(asked)
    return 0


if __name__ == "__main__":
    sys.exit(main())
