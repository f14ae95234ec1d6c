"""How well questions are answered without a model: precision and recall over the sites in `tests/research_sites/`.

A threshold is chosen on one half of the sites; what it is worth is said of the other half.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from engine.passages.page import Page
from engine.passages.passage import Passage
from engine.passages.reading import THRESHOLD, Reading
from workers.pages.read_page import read_page

SITES = Path(__file__).parents[1] / "tests" / "research_sites"
TUNING, HELD_OUT = "tuning", "held_out"

_SWEEP = (0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the set, and the best passage that was found for it.

    Attributes:
        site: The site's name.
        question: The question.
        expected: What a right answer holds, all of it; None where the site has no answer.
        found: The best passage, whatever its score.
    """

    site: str
    question: str
    expected: Sequence[str] | None
    found: Passage | None

    def is_answered(self, threshold: float) -> bool:
        """Say whether it is answered at all."""
        return self.found is not None and self.found.score >= threshold

    def is_right(self, threshold: float) -> bool:
        """Say whether it is answered, and rightly."""
        return (
            self.expected is not None
            and self.found is not None
            and self.is_answered(threshold)
            and all(part in self.found.text for part in self.expected)
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of some questions."""

    questions: int
    answerable: int
    answered: int
    right: int

    @property
    def precision(self) -> float:
        """Of the answers given, how many are right."""
        return self.right / self.answered if self.answered else 1.0

    @property
    def recall(self) -> float:
        """Of the questions that have an answer on the site, how many are answered rightly."""
        return self.right / self.answerable if self.answerable else 1.0


def ask(half: str) -> list[Asked]:
    """Ask all questions of the sites of a half, each over all pages of its site."""
    return [asked for folder in sorted((SITES / half).iterdir()) if folder.is_dir() for asked in _ask(folder)]


def figures(asked: Iterable[Asked], threshold: float = THRESHOLD) -> Figures:
    """Count what became of questions."""
    all_of_them = list(asked)
    return Figures(
        questions=len(all_of_them),
        answerable=sum(one.expected is not None for one in all_of_them),
        answered=sum(one.is_answered(threshold) for one in all_of_them),
        right=sum(one.is_right(threshold) for one in all_of_them),
    )


def measure(console: Console) -> None:
    """Ask everything, and print the tables."""
    halves = {half: ask(half) for half in (TUNING, HELD_OUT)}
    console.print(_table(halves))
    console.print(_sweep(halves[TUNING]))
    for one in halves[TUNING]:
        as_it_should = one.is_right(THRESHOLD) if one.expected is not None else not one.is_answered(THRESHOLD)
        if not as_it_should:
            console.print(f"{one.site}: {one.question} → {_said(one)}", markup=False, highlight=False)


def _ask(folder: Path) -> Iterable[Asked]:
    written = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    reading = Reading()
    for page in pages_of(folder):
        reading.add(page)
    for one in written["questions"]:
        ranked = reading.ranked(one["question"], written["subject"])
        yield Asked(folder.name, one["question"], one["answer"], next(ranked, None))


def pages_of(folder: Path) -> list[Page]:
    """Read the pages of a site, its first page first."""
    files = sorted(folder.glob("*.html"), key=lambda file: (file.name != "index.html", file.name))
    return [
        read_page(f"https://{folder.name}.example/{file.name}", "text/html", file.read_bytes())
        for file in files
    ]


def _said(one: Asked) -> str:
    if one.found is None or not one.is_answered(THRESHOLD):
        best = "nothing" if one.found is None else f"{one.found.score:.2f} {one.found.answer}"
        return f"no answer; the best was {best}"
    return f"{one.found.score:.2f} {one.found.answer}; right is {one.expected or 'none'}"


def _table(halves: dict[str, list[Asked]]) -> Table:
    table = Table(
        "half", "sites", "questions", "with an answer", "answered", "right", "precision", "recall",
        title=f"Questions answered without a model, at the threshold {THRESHOLD}",
    )  # fmt: skip
    for half, asked in halves.items():
        counted = figures(asked)
        table.add_row(half.replace("_", " "), str(len({one.site for one in asked})), *_cells(counted))
    return table


def _sweep(asked: Sequence[Asked]) -> Table:
    table = Table(
        "threshold", "questions", "with an answer", "answered", "right", "precision", "recall",
        title="The tuning half at other thresholds",
    )  # fmt: skip
    for threshold in _SWEEP:
        table.add_row(f"{threshold:.2f}", *_cells(figures(asked, threshold)))
    return table


def _cells(counted: Figures) -> tuple[str, ...]:
    numbers = (counted.questions, counted.answerable, counted.answered, counted.right)
    return (*map(str, numbers), f"{counted.precision:.2f}", f"{counted.recall:.2f}")
