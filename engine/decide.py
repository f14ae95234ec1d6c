"""The engine: a run, a command, and what follows. No clock, no randomness, no ids of its own, no input or output."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from engine.attempts import fail_attempt, interrupt, lose, start, wait_until
from engine.branches import enter_scope
from engine.commands import (
    BeginRun,
    CancelRun,
    Command,
    CompleteExecution,
    FailExecution,
    InterruptExecution,
    LogLine,
    LoseAttempt,
    ReportResearch,
    StartExecution,
    WaitExecution,
)
from engine.decision import Answer, Decision, Given, IllegalCommand
from engine.definition import TRIGGER, Definition
from engine.ending import complete, settle, settle_run
from engine.events import EventType
from engine.failure import stop
from engine.research.trace import report
from engine.state import TOP, LiveExecution, RunState
from engine.status import ExecutionStatus, RunStatus
from engine.turn import Turn


def decide(definition: Definition, state: RunState, command: Command, given: Given) -> Decision:
    """Say what a command changes. The same arguments give the same decision; `state` is left as it is.

    Where `given.claim` is set, one execution that became ready is started in the same decision (`Decision.started`).

    Raises:
        IllegalCommand: The command does not fit the state; nothing was decided.
    """
    turn = Turn(definition, state, given)
    _take(turn, command)
    return _decided(turn)


def decide_in_order(
    definition: Definition, state: RunState, asked: Sequence[tuple[Command, Given]]
) -> tuple[Decision, list[Answer]]:
    """Say what several commands change, one after the other, as one decision: to be written at once.

    Args:
        definition: The version that runs.
        state: The run before the first.
        asked: The commands, each with what it may use; none before the time of the first.

    Returns:
        The decision, and of each command the attempt begun for its claim and not performed within the decision, None, or
        why it does not fit the state that those before it left; one that does not fit changes nothing.
    """
    turn = Turn(definition, state, asked[0][1])
    answers: list[Answer] = []
    ready: list[tuple[str, str]] = []
    for command, given in asked:
        turn.given, turn.decision.started = replace(given, now=turn.given.now), None
        try:
            _take(turn, command)
        except IllegalCommand as illegal:
            answers.append(illegal)
        else:
            ready += _go_on(turn)
            answers.append(turn.decision.started)
        ready += turn.ready
        turn.ready.clear()
    turn.ready = ready
    return _decided(turn), answers


def _go_on(turn: Turn) -> list[tuple[str, str]]:
    """Perform what was begun and what follows it, as far as that is to be done here; gives what became ready beside it."""
    beside: list[tuple[str, str]] = []
    while (started := turn.decision.started) is not None and turn.given.go_on is not None:
        performed = turn.given.go_on(started)
        if performed is None:
            break
        command, now = performed
        beside += turn.ready
        turn.ready.clear()
        turn.at(now)
        turn.decision.started = None
        _take(turn, command)
    return beside


def _take(turn: Turn, command: Command) -> None:
    if turn.state.final:
        raise IllegalCommand(f"run {turn.state.run_id} is {turn.state.status}")
    _apply(turn, command)
    settle(turn)
    _keep_one(turn)
    settle_run(turn)


def _decided(turn: Turn) -> Decision:
    found = (turn.state.find(path, key) for path, key in turn.ready)
    turn.decision.pending = [
        live.id for live in found if live is not None and live.status is ExecutionStatus.PENDING
    ]
    return turn.decision


def _apply(turn: Turn, command: Command) -> None:
    if isinstance(command, BeginRun):
        _begin(turn, command)
    elif isinstance(command, CancelRun):
        _cancel(turn, command)
    else:
        live = turn.state.find(command.path, command.key)
        if live is None:
            raise IllegalCommand(
                f"'{command.key}' is not alive in scope '{command.path}' of run {turn.state.run_id}"
            )
        if isinstance(command, LogLine | ReportResearch):
            _tell(turn, live, command)
        else:
            _apply_to(turn, live, command)


def _apply_to(
    turn: Turn,
    live: LiveExecution,
    command: StartExecution
    | CompleteExecution
    | FailExecution
    | WaitExecution
    | InterruptExecution
    | LoseAttempt,
) -> None:
    match command:
        case StartExecution():
            if turn.given.claim is None:
                raise IllegalCommand("starting an execution needs a claim")
            start(turn, command.path, live, turn.given.claim)
        case CompleteExecution():
            if live.status not in (ExecutionStatus.RUNNING, ExecutionStatus.WAITING) or live.loop is not None:
                raise IllegalCommand(f"{live.id} is {live.status}, not executing")
            complete(
                turn,
                command.path,
                live,
                outputs=dict(command.outputs),
                exit_name=command.exit,
                result=dict(command.result) if command.result is not None else None,
            )
        case FailExecution():
            fail_attempt(turn, live, command)
        case WaitExecution():
            wait_until(turn, live, command)
        case InterruptExecution():
            interrupt(turn, command.path, live)
        case LoseAttempt():
            lose(turn, command.path, live)
        case _:
            assert_never(command)


def _begin(turn: Turn, command: BeginRun) -> None:
    if turn.state.seq:
        raise IllegalCommand(f"run {turn.state.run_id} has begun")
    entries = turn.definition.outgoing(TRIGGER)
    turn.run_event(
        EventType.RUN_QUEUED,
        {
            "trigger": dict(command.trigger),
            "tariff": turn.state.tariff,
            "edges": [edge.index for edge in entries],
        },
    )
    enter_scope(turn, TOP, entries, because="the trigger does not lead here")


def _cancel(turn: Turn, command: CancelRun) -> None:
    if turn.state.status is RunStatus.CANCELING:
        raise IllegalCommand(f"run {turn.state.run_id} is canceling")
    leaves = turn.state.leaves()
    turn.state.status = RunStatus.CANCELING
    turn.state.cancellation = {
        "requestedAt": turn.now,
        "requestedBy": dict(command.actor),
        "completedAt": None,
        "inFlight": [live.id for _, live in leaves if live.status is ExecutionStatus.RUNNING],
        "creditsAfterRequest": 0,
        "prevented": sum(1 for _, live in leaves if live.status is ExecutionStatus.PENDING),
    }
    turn.run_event(EventType.RUN_CANCEL_REQUESTED, {"cancellation": turn.state.header()["cancellation"]})
    stop(turn, TOP, failed=None)


def _tell(turn: Turn, live: LiveExecution, command: LogLine | ReportResearch) -> None:
    if isinstance(command, LogLine):
        _log(turn, live, command)
    else:
        report(turn, live, command.report)


def _log(turn: Turn, live: LiveExecution, command: LogLine) -> None:
    if live.status is not ExecutionStatus.RUNNING:
        raise IllegalCommand(f"{live.id} is {live.status}, it reports nothing")
    line = {"level": command.level, "message": command.message}
    seq = turn.execution_event(EventType.EXECUTION_LOGGED, command.path, live, line)
    turn.decision.lines.append({"executionId": live.id, "seq": seq, "at": turn.now, **line})


def _keep_one(turn: Turn) -> None:
    """Start one of the executions that became ready; a Loop among them leads to its first activity in turn."""
    claim = turn.given.claim
    while claim is not None and turn.decision.started is None and turn.ready:
        path, key = turn.ready.pop(0)
        live = turn.state.find(path, key)
        if live is not None and live.status is ExecutionStatus.PENDING and not turn.blocked(path):
            start(turn, path, live, claim)
            settle(turn)
