"""Chooses among the links of a site those that are worth reading for a question."""

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from engine.passages.bags import bag_of, keys_of, met_by
from engine.passages.page import Link
from engine.passages.question import Question, understand
from engine.passages.site_parts import ALWAYS, NO_PAGE, PARTS, SELDOM, TOLD_IN
from engine.passages.tokens import folded

MAX_LINKS = 5_000
"""Links that are looked at."""

_ORDER = (1.0, 0.8, 0.6)
"""What the parts of a site are worth where something is told, the likeliest first."""


def rank_links(question: str, links: Sequence[Link], *, site: str, subject: str = "") -> list[Link]:
    """Give the links of a site that may lead to a page with an answer, the most promising first, each address once.

    What counts is whether address and text have the question's words, and whether they name the part of a site where such
    things are told, as in "Impressum" for an address. Files that are no pages are left out, and so are other sites;
    a site is its host, with or without `www.`, and all hosts under it.

    Args:
        question: In any language.
        links: Their first 5,000 are looked at.
        site: An address on the site.
        subject: Whom it is asked about.
    """
    asked = understand(question, subject)
    host = _host(site)
    scores: dict[str, tuple[float, Link]] = {}
    for link in links[:MAX_LINKS]:
        own = _host(link.url)
        if (
            host
            and (own == host or own.endswith(f".{host}"))
            and not NO_PAGE.search(urlsplit(link.url).path.lower())
        ):
            score = _score(asked, link)
            if link.url not in scores or score > scores[link.url][0]:
                scores[link.url] = (score, link)
    return [link for _, link in sorted(scores.values(), key=lambda one: -one[0])]


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _score(asked: Question, link: Link) -> float:
    address = urlsplit(link.url)
    path = unquote(f"{address.path}?{address.query}" if address.query else address.path)
    named = folded(f"{path} {link.text}").replace("_", "-").replace(" ", "-")
    words = bag_of(f"{link.text} {re.sub(r'[/_.-]', ' ', path)}")
    met = [met_by(term, keys_of(term, words.keys), words) for term in asked.terms]
    told_in = [TOLD_IN.get(concept, ()) for term in asked.terms for concept, _ in term.concepts]
    parts_named = {name for name, pattern in PARTS.items() if pattern.search(named)}
    depth = len([part for part in address.path.split("/") if part])
    return (
        2.0 * sum(met) / max(1, len(met))
        + max(
            (_ORDER[parts.index(name)] for parts in told_in for name in parts_named if name in parts),
            default=0.0,
        )
        + max((ALWAYS.get(name, 0.0) for name in parts_named), default=0.0)
        - 0.05 * min(depth, 6)
        - (0.5 if SELDOM.search(named) else 0.0)
    )
