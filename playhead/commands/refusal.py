"""How a command says no: lines for the person at the terminal, and the exit code."""

from collections.abc import Sequence


class WrongInput(Exception):  # noqa: N818 - named as the outcome: what was typed, or a file, is not what the command takes
    """What the command was given is not what it takes; exit code 2. One line a fault."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines: Sequence[str] = lines


class CommandFailed(Exception):  # noqa: N818 - named as the outcome
    """The input is right, but the command could not do its work; exit code 1. The text is one line."""
