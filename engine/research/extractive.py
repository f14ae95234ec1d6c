"""The agent that needs no model: reads where an answer may stand, and gives the passage that answers, word for word."""

from collections.abc import Sequence

from engine.model import EXTRACTIVE, Finding, Source, Task, Usage
from engine.passages.link_ranking import rank_links
from engine.passages.naming import names
from engine.passages.page import Link
from engine.passages.passage import Passage
from engine.passages.reading import Reading
from engine.research.addresses import RECORD, plain
from engine.research.budget import BudgetUsed, ToolFailed
from engine.research.toolbox import Toolbox
from engine.status import EmptyReason

USAGE = Usage(model=EXTRACTIVE)

MORE = 3
"""How many pages are read once there is an answer: there may be a better one."""

OWN_PAGES = 12
"""How many pages are read from where the question begins, before a search is made."""

MOST_PAGES = 100
"""More than a question may have steps."""

_MAP_AFTER = 3
"""A site's map is read where so few of its links are known."""


class Extractive:
    """One question in the hands of the agent."""

    def __init__(self, task: Task, tools: Toolbox) -> None:
        self._task, self._tools = task, tools
        self._reading = Reading()
        self._links: dict[str, Link] = {}
        self._tried: set[str] = set()
        self._sites: list[str] = []

    def find(self) -> Finding:
        """Research the question."""
        reason: EmptyReason | None = None
        try:
            self._look()
        except BudgetUsed:
            reason = EmptyReason.BUDGET
        passage = self._best()
        if passage is None:
            return Finding(usage=USAGE, reason=reason)
        title = next((page.title for page in self._tools.pages if page.url == passage.url), None)
        source = Source(url=passage.url, quote=passage.text, title=title or None)
        return Finding(usage=USAGE, answer=passage.answer, sources=[source])

    def _look(self) -> None:
        for url in self._tools.seeds:
            self._read(url)
        self._follow(OWN_PAGES)
        if self._best() is None and self._tools.searches:
            for url in self._found():
                self._read(url, is_own=False)
            self._follow(MOST_PAGES)

    def _follow(self, pages: int) -> None:
        """Read on where an answer is likeliest, so many pages at most, and a few once there is one."""
        more = MORE
        for _ in range(pages):
            if not more or (lead := self._next()) is None:
                return
            self._read(lead)
            if self._best() is not None:
                more -= 1

    def _found(self) -> Sequence[str]:
        try:
            hits = self._tools.search(f"{self._task.subject_name} {self._task.question}".strip())
        except ToolFailed:
            return ()
        return [hit.url for hit in hits]

    def _next(self) -> str | None:
        """Choose the most promising link that was not tried; a site that shows few of its pages is asked for its map."""
        for site in self._sites:
            known = [link for link in self._links.values() if plain(link.url) not in self._tried]
            ranked = rank_links(self._task.question, known, site=site, subject=self._task.subject_name)
            if len(ranked) < _MAP_AFTER and (found := self._map(site)) is not None:
                return found
            if ranked:
                return ranked[0].url
        return None

    def _map(self, site: str) -> str | None:
        maps = self._tools.site_maps(site)
        return next((one for one in maps if plain(one) not in self._tried), None)

    def _read(self, url: str, *, is_own: bool = True) -> None:
        """Read a page, and keep it; one that a search has found only where it names whom the question is about."""
        if plain(url) in self._tried:
            return
        self._tried.add(plain(url))
        try:
            page = self._tools.read(url)
        except ToolFailed:
            return
        self._tried.add(plain(page.url))
        if not is_own and not names(page, self._task.subject_name):
            return
        self._reading.add(page)
        if not page.url.startswith(RECORD):
            self._sites = list(dict.fromkeys([*self._sites, _site(page.url)]))
        for link in page.links:
            self._links.setdefault(plain(link.url), link)

    def _best(self) -> Passage | None:
        return self._reading.best_passage(self._task.question, self._task.subject_name)


def _site(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/"
