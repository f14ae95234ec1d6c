"""Designs of a run that are wrong in one thing each."""

from collections.abc import Iterator

from tests.models.run_model import (
    CANCELED,
    CANCELING,
    ENDED,
    PENDING,
    RUNNING,
    RunModel,
    State,
    Texts,
    Worker,
    at_work,
)


class ChecksThenClaims(RunModel):
    """Reads whether the run is canceling in one transaction, and claims in another."""

    def received(self, state: State, number: int, worker: Worker) -> State:
        checked = self.may_claim(state, worker.unit)
        return at_work(state, number, worker._replace(phase="checked") if checked else None)

    def work(self, state: State, number: int, worker: Worker) -> Iterator[tuple[str, State]]:
        if worker.phase != "checked":
            yield from super().work(state, number, worker)
            return
        idle = at_work(state, number, None)
        claimable = state.units[worker.unit] in (PENDING, CANCELED)
        yield f"{number} claims {worker.unit}", self.claim(idle, number, worker.unit) if claimable else idle


class HasNoFence(RunModel):
    """Writes a result whoever holds the attempt by now."""

    def accepts(self, state: State, worker: Worker) -> bool:
        return True


class KeepsItsToken(RunModel):
    """Gives each attempt of an execution the same token."""

    def claim(self, state: State, number: int, unit: int) -> State:
        tokens = state.tokens
        state = super().claim(state, number, unit)._replace(tokens=tokens)
        worker = state.workers[number]
        return at_work(state, number, worker and worker._replace(token=tokens[unit]))


class PaysSeparately(RunModel):
    """Charges in a second transaction."""

    def complete(self, state: State, number: int, worker: Worker) -> State:
        done = super().complete(state, number, worker)._replace(credits=state.credits)
        return at_work(done, number, worker._replace(phase="unpaid"))

    def work(self, state: State, number: int, worker: Worker) -> Iterator[tuple[str, State]]:
        if worker.phase == "unpaid":
            yield f"{number} pays", self.charge(at_work(state, number, None), worker.unit)
        yield from super().work(state, number, worker)


class ChargesFailures(RunModel):
    """Charges an attempt that failed."""

    def fail(self, state: State, unit: int) -> State:
        return super().fail(self.charge(state, unit), unit)


class ForcesTheEnd(RunModel):
    """Ends a run at its cancel, whatever executes."""

    def cancel(self, state: State) -> State:
        return self.stopped(state._replace(run=CANCELED, acknowledged=True))


class FailsAtOnce(RunModel):
    """Ends a run at its first failure, whatever executes in another branch."""

    def fail(self, state: State, unit: int) -> State:
        failed = super().fail(state, unit)
        return failed._replace(run="FAILED") if failed.failing and failed.run == RUNNING else failed


class GoesOnUnchecked(RunModel):
    """Goes on with what follows, or with a loop's next iteration, although the run was canceled."""

    def goes_on(self, state: State) -> bool:
        return state.run not in ENDED

    def may_go_on(self, state: State, unit: int) -> bool:
        return True


class OverlooksCanceling(RunModel):
    """Does not end the leases of a run that is canceling."""

    def may_expire(self, state: State, unit: int) -> bool:
        return super().may_expire(state, unit) and state.run != CANCELING


class HintsOnce(RunModel):
    """Sends one hint when something becomes ready, and sweeps for none that was lost."""

    counts_hints = True

    def may_hint(self, state: State, unit: int) -> bool:
        return state.hinted[unit] <= state.attempts[unit]


class DecidesOnWhatItSaw(RunModel):
    """Decides what follows on what the run was when the activity began, without the fence of `last_seq`."""

    def remembers(self, state: State) -> Texts:
        return state.units

    def is_ready(self, state: State, unit: int, seen: Texts) -> bool:
        not_done = [one for one in self.graph.after[unit] if seen[one] not in ENDED]
        return super().is_ready(state, unit, seen) and len(not_done) <= 1  # its own is not done either


class StartsAtTheFirst(RunModel):
    """Starts what joins branches as soon as one of them is done."""

    def is_ready(self, state: State, unit: int, seen: Texts) -> bool:
        return state.units[unit] == "NEW" and any(
            state.units[one] == "COMPLETED" for one in self.graph.after[unit]
        )


class EndsTheLoopEarly(RunModel):
    """Completes a loop with the first of its iterations."""

    def loop_is_done(self, state: State, loop: int) -> bool:
        return True


class TakesLoopsForDead(RunModel):
    """Ends the lease of a loop, which has none."""

    def may_expire(self, state: State, unit: int) -> bool:
        return state.units[unit] == RUNNING and state.run not in ENDED
