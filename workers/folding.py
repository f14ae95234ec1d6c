"""Folding: what was counted is added to the rollups, so that a query of them stays quick."""

from db.database import Database
from db.folding import CREDITS_AT_ONCE, RUNS_AT_ONCE, fold_credits, fold_runs

FOLD_SECONDS = 5.0
"""The pause between two turns; longer only means that a query adds up more by itself."""

_BREATH = 0.05


def fold(database: Database) -> float | None:
    """Fold some of what there is; where more is left the next turn follows soon, after others had theirs to write."""
    credits_left = fold_credits(database) == CREDITS_AT_ONCE
    runs_left = fold_runs(database) == RUNS_AT_ONCE
    return _BREATH if credits_left or runs_left else None
