"""`python -m tools.schema_changes`: a change of the schema that breaks clients stands in the changelog, word for word.

`schema.released.graphql` is the schema of the last release, which clients were written for. What breaks them is
what graphql-core finds between it and `schema.graphql`; each finding must be a line of the changelog's
`[Unreleased]` section, so that whoever upgrades reads it there.
"""

import re
import sys
from pathlib import Path

from graphql import build_schema
from graphql.utilities import find_breaking_changes

ROOT = Path(__file__).parents[1]


def untold(released: str, current: str, changelog: str) -> list[str]:
    """Give the changes that break clients and that the changelog does not tell of.

    Args:
        released: The SDL that clients were written for.
        current: The SDL as it is now.
        changelog: The changelog's text.

    Raises:
        ValueError: The changelog has no section `[Unreleased]`.
    """
    found = re.search(r"^## \[Unreleased\]$(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    if found is None:
        raise ValueError("CHANGELOG.md has no section '## [Unreleased]'")
    told = " ".join(found[1].split())
    changes = find_breaking_changes(build_schema(released), build_schema(current))
    return [change.description for change in changes if change.description not in told]


def main() -> int:
    """Print what is untold; give 1 where there is any."""
    released, current, changelog = (
        (ROOT / name).read_text() for name in ("schema.released.graphql", "schema.graphql", "CHANGELOG.md")
    )
    lines = untold(released, current, changelog)
    if lines:
        print("These changes break clients. Undo them, or say so in CHANGELOG.md under [Unreleased], as:\n")
        print("### Breaking", *(f"- {line}" for line in lines), sep="\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
