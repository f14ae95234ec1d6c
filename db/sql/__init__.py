"""The database's own functions: one file a function, one statement a file, for PostgreSQL alone."""

from collections.abc import Iterator
from importlib.resources import files


def functions() -> Iterator[str]:
    """Give the statements that make the functions, in the order of their files' names."""
    for file in sorted(files(__name__).iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".sql"):
            yield file.read_text(encoding="utf-8")
