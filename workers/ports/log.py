"""The log port: what an attempt reports, within bounds."""

from typing import Final

from engine.ports import Log

MAX_LINES: Final = 200
MAX_LINE_BYTES: Final = 4096
LEVELS: Final = ("debug", "info", "warning", "error")

_LAST = f"\n(This is line {MAX_LINES}, the last that is kept of an attempt.)"


class AttemptLog:
    """Passes on what one attempt reports: at most 200 lines of 4 KiB each, cut ones end in "…".

    The last line that is kept says so, whatever comes after it is dropped.
    """

    def __init__(self, append: Log) -> None:
        """Make it for an attempt whose lines `append` keeps."""
        self._append, self._count = append, 0

    def __call__(self, level: str, message: str) -> None:
        """Report a line.

        Raises:
            ValueError: There is no such level.
        """
        if level not in LEVELS:
            raise ValueError(f"there is no level {level!r}: {', '.join(LEVELS)} are accepted")
        self._count += 1
        if self._count < MAX_LINES:
            self._append(level, _cut(message, MAX_LINE_BYTES))
        elif self._count == MAX_LINES:
            self._append(level, _cut(message, MAX_LINE_BYTES - len(_LAST)) + _LAST)


def _cut(text: str, most_bytes: int) -> str:
    encoded = text.encode(errors="replace")
    if len(encoded) <= most_bytes:
        return encoded.decode()
    return encoded[: most_bytes - len("…".encode())].decode(errors="ignore") + "…"
