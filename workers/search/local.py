"""The search over what the workspace already has: its records, and the pages that its research has read."""

from collections.abc import Callable, Sequence

from db.database import Database
from db.patience import read_patiently
from db.research_search import known_pages, newest_records
from engine.passages.bags import bag_of
from engine.passages.bm25 import Bm25
from engine.research.addresses import RECORD
from engine.research.ports import Hit
from engine.research.subject import subject_of

SNIPPET = 300


class LocalSearch:
    """Searches one workspace; nothing leaves this machine. A record is found as a page of its own: `record:` and its id."""

    name: str | None = "local"

    def __init__(self, database: Database, workspace_id: str, lost: Callable[[], bool]) -> None:
        self._database, self._workspace_id, self._lost = database, workspace_id, lost

    def find(self, query: str, limit: int) -> Sequence[Hit]:
        """Give what shares words with the query, the best first.

        Raises:
            OutageError: The database did not answer for a minute, or until the attempt was lost.
        """
        texts = read_patiently(self._texts, worth=lambda: not self._lost())
        ranked = Bm25([bag_of(f"{one.title} {one.snippet}").keys for one in texts])
        scores = ranked.scores(bag_of(query).keys)
        best = sorted(range(len(texts)), key=lambda place: -scores[place])[:limit]
        return [
            Hit(url=texts[place].url, title=texts[place].title, snippet=texts[place].snippet[:SNIPPET])
            for place in best
            if scores[place] > 0
        ]

    def _texts(self) -> list[Hit]:
        pages = known_pages(self._database, self._workspace_id)
        found = {
            page["url"]: Hit(url=page["url"], title=page["title"], snippet=page["excerpt"]) for page in pages
        }
        for record in newest_records(self._database, self._workspace_id):
            subject = subject_of(record)
            url = f"{RECORD}{record['id']}"
            found[url] = Hit(url=url, title=subject.name, snippet=subject.text)
        return list(found.values())
