"""What executions cost: tariffs as data."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.activity import ActivityType
from engine.values import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """Prices of completed executions; failed and canceled ones cost nothing under every tariff.

    Attributes:
        name: Its name, kept with each run that began under it.
        default: What an execution costs.
        prices: What an execution of these types costs instead; of one that has units, each of them.
        free_without_edge: Whether a conditional that takes no edge is free.
    """

    name: str
    default: int
    prices: Mapping[str, int]
    free_without_edge: bool


TARIFFS: Mapping[str, Tariff] = {
    "classic": Tariff(name="classic", default=1, prices={"research_record": 10}, free_without_edge=True),
}


def price(tariff: Tariff, activity_type: ActivityType) -> int:
    """Give what one completed execution of the type costs where it takes an edge; of one that has units, each of them."""
    return tariff.prices.get(activity_type.type, tariff.default)


def charge(
    tariff: Tariff, activity_type: ActivityType, outputs: Mapping[str, JsonValue], *, takes_edge: bool
) -> int:
    """Give what this completed execution costs."""
    if activity_type.conditional and tariff.free_without_edge and not takes_edge:
        return 0
    units = activity_type.units(outputs) if activity_type.units is not None else 1
    return units * price(tariff, activity_type)
