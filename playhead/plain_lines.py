"""A run as plain lines, for a log or a pipe: one for each event that matters."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from playhead.run_picture import Line, RunPicture
from playhead.terminal import count, duration

_RUN_WORDS: Final = {
    "RunWaiting": "run waits",
    "RunResumed": "run goes on",
    "RunCancelRequested": "cancel requested",
}


class PlainLines:
    """Writes what an update says, where it matters: top-level activities, research, each tenth of a loop, failures."""

    def __init__(self, picture: RunPicture, write: Callable[[str], None]) -> None:
        self._picture = picture
        self._write = write
        self._tenths: dict[str, int] = {}
        self._failures: dict[str, int] = {}

    def __enter__(self) -> "PlainLines":
        return self

    def __exit__(self, *_: object) -> None:
        """Leaves nothing behind: each line was written when it was due."""

    def tick(self) -> None:
        """Does nothing: lines are written once, when their update comes."""

    def note(self, text: str) -> None:
        """Writes a line."""
        self._write(text)

    def take(self, update: Mapping[str, Any], line: Line | None) -> None:
        """Writes what this update, already folded in, says."""
        kind = update["type"]
        if kind in _RUN_WORDS:
            self._write(_RUN_WORDS[kind])
        if line is None:
            return
        if update["change"]["__typename"] == "ActivityExecution" and update["change"]["iteration"] is None:
            self._execution(line, kind)
        elif update["change"]["__typename"] in ("ResearchQuestion", "ResearchStep"):
            self._research(line, update["change"])
        elif line.loop is not None:
            self._loop(line)

    def _execution(self, line: Line, kind: str) -> None:
        match line.status:
            case "RUNNING" if kind == "ActivityExecutionStarted":
                self._write(f"{line.name}: started{_attempt(line)}")
            case "WAITING" | "RETRYING":
                self._write(f"{line.name}: {line.status.lower()}{_reason(line)}")
            case "COMPLETED":
                self._write(f"{line.name}: completed in {_facts(line)}")
            case "FAILED" | "CANCELED":
                self._write(f"{line.name}: {line.status.lower()}{_reason(line)}")

    def _research(self, line: Line, change: Mapping[str, Any]) -> None:
        """Writes each step once it has ended, and what came of each question."""
        if change["__typename"] == "ResearchStep":
            if change["endedAt"] is not None and change["kind"] != "ANSWER":
                why = f": {change['error']['code']}" if change["error"] else ""
                self._write(f"{line.name}: {change['title']}{why}")
        elif change["questionStatus"] not in ("PENDING", "RUNNING"):
            found = change["answer"] or change["emptyReason"] or change["questionStatus"].lower()
            self._write(f"{line.name}: {change['asked']} → {found}")

    def _loop(self, line: Line) -> None:
        loop = line.loop
        if loop is None:
            return
        if loop.failure_count > self._failures.get(line.id, 0):
            self._failures[line.id] = loop.failure_count
            if loop.failure_count <= len(loop.failures):
                failure = loop.failures[-1]
                self._write(f"{line.name}: {failure.where}: failed: {describe(failure.error)}")
        if loop.total and loop.ended * 10 // loop.total > self._tenths.get(line.id, 0):
            self._tenths[line.id] = loop.ended * 10 // loop.total
            self._write(f"{line.name}: {loop.ended}/{loop.total}")


def describe(error: Mapping[str, Any]) -> str:
    """An error in one line: its code, its message, and what to try."""
    return f"{error['code']}: {error['message']}" + (f" (hint: {error['hint']})" if error["hint"] else "")


def _facts(line: Line) -> str:
    parts = [duration(line.duration_ms or 0.0), count(line.all_credits, "credit")]
    if line.exit not in (None, "next"):
        parts.append(f"took '{line.exit}'")
    return ", ".join(parts)


def _attempt(line: Line) -> str:
    return f" (attempt {line.attempt})" if line.attempt > 1 else ""


def _reason(line: Line) -> str:
    return f": {describe(line.error)}" if line.error else ""
