"""What people ask about, and the words for it in English, German, French, Spanish, Italian, Dutch and Portuguese.

A question in one language finds its answer in another by these alone. All else is found by its own words, in any language.
"""

from collections.abc import Mapping

from engine.passages.concepts.organization import ORGANIZATION
from engine.passages.concepts.trade import TRADE

CONCEPTS: Mapping[str, tuple[str, str]] = {**ORGANIZATION, **TRADE}
"""A concept → the words that mean it, and those that may; a phrase is joined by underscores, a beginning ends in `*`."""
