"""Every interleaving of a small run keeps the promises; each design that is wrong in one thing is caught."""

import pytest

from tests.models import mutants
from tests.models.run_model import (
    BRANCHES,
    CHAIN,
    LONG_CHAIN,
    LOOP_AND_AFTER,
    PARALLEL_LOOP,
    SEQUENTIAL_LOOP,
    RunModel,
)
from tests.models.search import search

BEGAN_LATE = "something began after the cancel was acknowledged"
TURNED_AWAY = "who held an attempt was turned away"
TOO_EARLY = "something began before what it waits for was done"
WRONG_CREDITS = "the credits are not those of what completed"
STILL_EXECUTES = "the run has ended, and something executes"
CHANGED = "what had ended changed"
STUCK = "it can never end"


@pytest.mark.parametrize(
    ("model", "states"),
    [
        (RunModel(CHAIN), 7_122),
        (RunModel(BRANCHES, most_attempts=1), 6_658),
        (RunModel(SEQUENTIAL_LOOP, most_attempts=1), 1_546),
        (RunModel(PARALLEL_LOOP, most_attempts=1), 13_238),
        (RunModel(LOOP_AND_AFTER, most_attempts=1), 1_546),
    ],
    ids=["chain", "branches", "sequential loop", "parallel loop", "loop and what follows"],
)
def test_in_every_interleaving_a_run_keeps_its_promises_and_can_end(model: RunModel, states: int) -> None:
    found = search(model)
    assert (found.fault, found.way, found.states) == ("", (), states)


@pytest.mark.soak
@pytest.mark.parametrize(
    "model",
    [
        RunModel(LONG_CHAIN),
        RunModel(CHAIN, workers=3),
        RunModel(BRANCHES),
        RunModel(SEQUENTIAL_LOOP),
        RunModel(PARALLEL_LOOP),
        RunModel(LOOP_AND_AFTER),
    ],
    ids=[
        "long chain",
        "three workers",
        "branches",
        "sequential loop",
        "parallel loop",
        "loop and what follows",
    ],
)
def test_in_every_interleaving_of_larger_models_a_run_keeps_its_promises(model: RunModel) -> None:
    found = search(model)
    assert (found.fault, found.way) == ("", ())


@pytest.mark.parametrize(
    ("mutant", "fault"),
    [
        (mutants.ChecksThenClaims(CHAIN), BEGAN_LATE),
        (mutants.HasNoFence(CHAIN), CHANGED),
        (mutants.KeepsItsToken(CHAIN), "two workers hold one attempt"),
        (mutants.PaysSeparately(CHAIN), WRONG_CREDITS),
        (mutants.ChargesFailures(CHAIN), WRONG_CREDITS),
        (mutants.ForcesTheEnd(CHAIN), STILL_EXECUTES),
        (mutants.FailsAtOnce(BRANCHES, most_attempts=1), STILL_EXECUTES),
        (mutants.GoesOnUnchecked(CHAIN), BEGAN_LATE),
        (mutants.GoesOnUnchecked(SEQUENTIAL_LOOP), BEGAN_LATE),
        (mutants.OverlooksCanceling(CHAIN, most_attempts=1), STUCK),
        (mutants.HintsOnce(CHAIN), STUCK),
        (mutants.DecidesOnWhatItSaw(BRANCHES, most_attempts=1), STUCK),
        (mutants.StartsAtTheFirst(BRANCHES), TOO_EARLY),
        (mutants.EndsTheLoopEarly(PARALLEL_LOOP), "a loop ended before its iterations"),
        (mutants.TakesLoopsForDead(SEQUENTIAL_LOOP), TOO_EARLY),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, RunModel) else "",
)
def test_a_design_that_is_wrong_in_one_thing_is_caught(mutant: RunModel, fault: str) -> None:
    found = search(mutant)
    assert found.fault == fault
    assert found.way
