"""A run as a live tree in the terminal: a line for each activity, a bar for each loop, failures in red."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from playhead.research_picture import QuestionLine
from playhead.run_picture import Failure, Line, RunPicture

FRAMES_A_SECOND: Final = 12
BAR_WIDTH: Final = 24

_MARKS: Final = {
    "PENDING": ("○", "dim"),
    "QUEUED": ("○", "dim"),
    "RUNNING": ("●", "cyan"),
    "WAITING": ("◷", "yellow"),
    "RETRYING": ("↻", "yellow"),
    "CANCELING": ("◌", "yellow"),
    "COMPLETED": ("✓", "green"),
    "ANSWERED": ("✓", "green"),
    "NOT_FOUND": ("∅", "yellow"),
    "FAILED": ("✗", "red"),
    "CANCELED": ("⊘", "yellow"),
}


class LiveTree:
    """Draws the picture of a run again and again, in place, at most 12 times a second."""

    def __init__(self, picture: RunPicture, console: Console) -> None:
        self._picture = picture
        self._drawn_at = datetime.min.replace(tzinfo=UTC)
        self._live = Live(console=console, auto_refresh=False, get_renderable=self._draw)

    def __enter__(self) -> "LiveTree":
        self._live.start(refresh=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._live.refresh()
        self._live.stop()

    def take(self, update: Mapping[str, Any], line: Line | None) -> None:  # noqa: ARG002  (the picture has it)
        """Draws the picture, into which this update was folded, unless it was drawn a moment ago."""
        self.tick()

    def tick(self) -> None:
        """Draws the picture as it is now, unless it was drawn a moment ago."""
        now = datetime.now(UTC)
        if (now - self._drawn_at).total_seconds() >= 1 / FRAMES_A_SECOND:
            self._drawn_at = now
            self._live.refresh()

    def note(self, text: str) -> None:
        """Prints a line above the tree."""
        self._live.console.print(text, style="yellow", highlight=False)

    def _draw(self) -> RenderableType:
        return tree(self._picture, datetime.now(UTC))


def tree(picture: RunPicture, now: datetime) -> RenderableType:
    """The whole picture; what executes shows how long it has by `now`."""
    root = Tree(_head(picture), guide_style="dim")
    for line in picture.lines.values():
        branch = root.add(_line(line, now))
        if line.loop is not None:
            for failure in line.loop.failures:
                branch.add(_failure(failure))
            for result in line.loop.results:
                branch.add(_question(result))
            if more := line.loop.failure_count - len(line.loop.failures):
                branch.add(Text(f"and {more} more failures", style="red"))
        for question in line.research.questions.values() if line.research is not None else ():
            branch.add(_question(question))
        if line.error is not None:
            branch.add(_error(line.error))
    return root


def _head(picture: RunPicture) -> Text:
    status = (picture.status.lower(), _MARKS[picture.status][1])
    cost = (f"  {count(picture.run['creditsUsed'], 'credit')}", "dim")
    return Text.assemble(_mark(picture.status), (picture.workflow, "bold"), "  ", status, cost)


def _line(line: Line, now: datetime) -> RenderableType:
    text = Text.assemble(_mark(line.status), line.name)
    if line.loop is not None and line.loop.total is not None:
        row = Table.grid(padding=(0, 1))
        done, total = line.loop.ended, line.loop.total
        bar = ProgressBar(total, done, BAR_WIDTH, complete_style="cyan", finished_style="green")
        row.add_row(text, bar, f"{done}/{total}", _rest(line, now))
        return row
    return Text.assemble(text, " ", _rest(line, now))


def _rest(line: Line, now: datetime) -> Text:
    """What stands behind the name: how long, what it cost, where it went."""
    parts = [duration(_milliseconds(line, now))] if line.started_at else []
    if line.status in ("WAITING", "RETRYING"):
        parts.append(line.status.lower())
    if line.attempt > 1:
        parts.append(f"attempt {line.attempt}")
    if line.loop is not None and line.loop.failed:
        parts.append(f"{line.loop.failed} failed")
    if line.all_credits:
        parts.append(count(line.all_credits, "credit"))
    if line.exit not in (None, "next"):
        parts.append(f"→ {line.exit}")
    if line.loop is not None and line.status == "RUNNING" and line.loop.doing:
        parts.append(f"now {line.loop.doing}")
    return Text(" · ".join(parts), style="dim")


def _milliseconds(line: Line, now: datetime) -> float:
    if line.duration_ms is not None:
        return line.duration_ms
    started = datetime.fromisoformat(line.started_at) if line.started_at else now
    return max(0.0, (now - started).total_seconds() * 1000)


def _question(line: QuestionLine) -> Text:
    """A question with its answer, or with what it is doing."""
    text = Text.assemble(_mark(line.status), line.question)
    if line.ended:
        return text.append(f" → {line.result}", style="green" if line.answer is not None else "yellow")
    return text.append(f" · step {line.steps}: {line.doing}", style="dim") if line.steps else text


def _failure(failure: Failure) -> RenderableType:
    return Group(Text(f"✗ {failure.where}", style="red"), _error(failure.error))


def _error(error: Mapping[str, Any]) -> Text:
    text = Text(f"{error['code']}: {error['message']}", style="red")
    return text.append(f"\n{error['hint']}", style="yellow") if error["hint"] else text


def _mark(status: str) -> tuple[str, str]:
    mark, style = _MARKS[status]
    return f"{mark} ", style


def duration(milliseconds: float) -> str:
    """A length of time for people: `12 ms`, `3.4 s`, `2 min 05 s`."""
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    if milliseconds < 60_000:
        return f"{milliseconds / 1000:.1f} s"
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {seconds:02} s"


def count(number: int, noun: str) -> str:
    """A number with its noun: `1 credit`, `12 credits`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
