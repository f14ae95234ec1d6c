"""Retry policies: numbers that can be waited for."""

from collections.abc import Iterator

from engine.errors import Problem
from engine.reading import retry_data
from engine.validation.draft import Draft

_DAYS_30 = 30 * 86_400

RANGES = {
    "maxAttempts": (1, 20, "attempts"),
    "backoffSeconds": (0, _DAYS_30, "seconds"),
    "backoffFactor": (0, 1000, "times"),
    "maxBackoffSeconds": (0, _DAYS_30, "seconds"),
    "timeoutSeconds": (0.001, _DAYS_30, "seconds"),
}
"""The lowest and the highest value of each, and what it counts."""


def check_retry(draft: Draft) -> Iterator[Problem]:
    """Find values beyond their ranges."""
    for index, activity in draft.activities:
        for name, value in retry_data(activity.retry).items():
            lowest, highest, unit = RANGES[name]
            if not lowest <= value <= highest:
                yield Problem(
                    "CONFIG_INVALID",
                    f"'{name}' takes {lowest} to {highest} {unit}, not {value:g}.",
                    draft.at(index, "retry", name),
                )
