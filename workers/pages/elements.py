"""What the elements of HTML mean for the text of a page."""

import re
from collections.abc import Mapping

_VOID = "area base br col embed hr img input keygen link meta param source track wbr"
VOID = frozenset(_VOID.split())
"""Elements without an end."""

_BLOCKS = """
    address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol option p pre search section summary table caption
    tbody td tfoot th thead tr ul
"""
BLOCKS = frozenset(_BLOCKS.split())
"""Elements before and after which a line ends."""

HEADINGS: Mapping[str, int] = {
    **{f"h{level}": level for level in range(1, 7)},
    "caption": 6,
    "legend": 6,
    "summary": 6,
}
"""Elements that are headings, and their levels."""

SECTIONS = frozenset(
    {"section", "article", "aside", "details", "fieldset", "figure", "main", "table", "dl", "footer"}
)
"""Elements whose headings stand over nothing after them."""

CELLS = frozenset({"td", "th", "dt", "dd"})
"""Elements that are cells: of a table, or of a term with what is said of it."""

SPACED = frozenset({"span", "strong", "b", "em", "label", "small", "time"})
"""Elements that a style often sets apart where the page has no space between two of them."""

_UNSEEN = """
    script style template svg math iframe object video audio canvas select datalist textarea noscript noembed noframes xmp
    head dialog progress meter
"""
UNSEEN = frozenset(_UNSEEN.split())
"""Elements whose content is no part of what the page says."""

IMPLIED: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "menu", "dir"})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "td": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "th": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "tr": (frozenset({"tr"}), frozenset({"table"})),
}
"""Elements whose start ends which others, unless one of these stands between."""

_NAVIGATION = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|breadcrumbs?|pagination|skip-?(?:link|nav|to))(?=$|[\s_-])", re.I
)
_NOT_SHOWN = re.compile(r"(?:display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden)", re.I)


def is_unseen(name: str, attributes: Mapping[str, str]) -> bool:
    """Say whether a reader of the page does not see what is in an element, links included."""
    return (
        name in UNSEEN
        or "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or _NOT_SHOWN.search(attributes.get("style", "")[:500]) is not None
    )


def is_navigation(name: str, attributes: Mapping[str, str]) -> bool:
    """Say whether an element leads around the site, or asks about cookies, and says nothing itself."""
    if name == "nav" or attributes.get("role", "") in ("navigation", "search", "menu", "menubar"):
        return True
    if name in ("body", "html", "main", "article"):
        return False
    marks = f"{attributes.get('class', '')[:500]} {attributes.get('id', '')[:100]}"
    return _NAVIGATION.search(marks) is not None
