from collections.abc import Iterable
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from graphql import build_schema, parse, validate
from rich.console import Console

from playhead.plain_lines import PlainLines
from playhead.run_picture import UPDATES, RunPicture
from playhead.run_summary import summary
from playhead.terminal import count, duration, tree
from schema.root import sdl
from tests.playhead.updates import (
    error,
    execution,
    iteration,
    looping,
    question,
    researching,
    run_change,
    step,
    update,
)

NOW = datetime(2026, 11, 22, 10, 0, 3, tzinfo=UTC)


def picture_of(updates: Iterable[dict[str, Any]]) -> RunPicture:
    picture = RunPicture("Review")
    for one in updates:
        picture.take(one)
    return picture


def drawn(updates: Iterable[dict[str, Any]]) -> list[str]:
    console = Console(file=StringIO(), width=110, color_system=None, legacy_windows=False)
    console.print(tree(picture_of(updates), NOW))
    return [line.rstrip() for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]  # a StringIO


def written(updates: Iterable[dict[str, Any]]) -> list[str]:
    picture, lines = RunPicture("Review"), list[str]()
    with PlainLines(picture, lines.append) as view:
        for one in updates:
            view.take(one, picture.take(one))
    return lines


SIMPLE = [
    update(1, "RunQueued", run_change(), status="QUEUED"),
    update(2, "ActivityExecutionPending", execution("find", "PENDING"), status="QUEUED"),
    update(3, "ActivityExecutionStarted", execution("find", "RUNNING")),
    update(4, "ActivityExecutionCompleted", execution("find", "COMPLETED"), creditsUsed=1),
    update(5, "ActivityExecutionStarted", execution("old", "RUNNING"), creditsUsed=1),
    update(
        6, "ActivityExecutionCompleted", execution("old", "COMPLETED", exit="true", attempt=2), creditsUsed=2
    ),
    update(
        7,
        "ActivityExecutionFailed",
        execution("save", "FAILED", error=error(hint="Look again")),
        creditsUsed=2,
    ),
    update(8, "ActivityExecutionWaiting", execution("pause", "WAITING"), creditsUsed=2),
]


def test_the_tree_has_a_line_for_each_execution_with_time_credits_exit_and_error() -> None:
    assert drawn(SIMPLE) == [
        "● Review  running  2 credits",
        "├── ✓ Find 12 ms · 1 credit",
        "├── ✓ Old 12 ms · attempt 2 · 1 credit · → true",
        "├── ✗ Save 12 ms",
        "│   └── FORMULA_INVALID: 'amnt' is missing here",
        "│       Look again",
        "└── ◷ Pause 3.0 s · waiting",
    ]


def test_a_loop_is_one_line_with_a_bar_and_its_failures_below() -> None:
    head, loop, *failure = drawn(looping())
    assert head == "● Review  running  1 credit"
    assert loop.startswith("└── ● For each ━━━━━━━━━━━━━━━━ ") and loop.endswith(
        "2/3 3.0 s · 1 failed · 1 credit · now Age"
    )
    assert failure == [
        "    └── ✗ 1/1 › Age",
        "        FORMULA_INVALID: 'amnt' is missing here",
        "        There are amount, tags",
    ]


def test_only_the_first_failures_of_a_loop_are_shown() -> None:
    failures = [
        update(
            14 + n,
            "ActivityExecutionFailed",
            execution("age", "FAILED", iteration={"id": "each:3"}, error=error()),
        )
        for n in range(7)
    ]
    lines = drawn([*looping(), *failures])
    assert sum("✗" in line for line in lines) == 5
    assert lines[-1] == "    └── and 3 more failures"


def test_plain_lines_say_what_matters_once() -> None:
    assert written(SIMPLE) == [
        "Find: started",
        "Find: completed in 12 ms, 1 credit",
        "Old: started",
        "Old: completed in 12 ms, 1 credit, took 'true'",
        "Save: failed: FORMULA_INVALID: 'amnt' is missing here (hint: Look again)",
        "Pause: waiting",
    ]


def test_plain_lines_of_a_loop_are_its_tenths_and_its_failures() -> None:
    assert written(looping()) == [
        "For each: started",
        "For each: 1/1 › Age: failed: FORMULA_INVALID: 'amnt' is missing here (hint: There are amount, tags)",
        "For each: 1/3",
        "For each: 2/3",
    ]


def test_the_summary_of_a_completed_run_is_one_line() -> None:
    done = update(9, "RunCompleted", run_change(), status="COMPLETED", creditsUsed=12, durationMs=65_400.0)
    assert [str(line) for line in summary(picture_of([done]))] == ["Completed in 1 min 05 s, 12 credits"]


def test_the_summary_of_a_failed_run_names_where_and_why() -> None:
    failed = update(
        9,
        "RunFailed",
        run_change(),
        status="FAILED",
        error=error(),
        failedExecution={"name": "Age"},
        durationMs=5.0,
    )
    assert [str(line) for line in summary(picture_of([failed]))] == [
        "Failed in 5 ms, 0 credits",
        "Failed at 'Age': FORMULA_INVALID: 'amnt' is missing here",
    ]


def test_the_summary_of_a_canceled_run_is_the_receipt() -> None:
    receipt = {"completedAt": None, "creditsAfterRequest": 1, "prevented": 2, "inFlight": [{"name": "Age"}]}
    canceled = update(9, "RunCanceled", run_change(), status="CANCELED", cancellation=receipt, durationMs=5.0)
    assert [str(line) for line in summary(picture_of([canceled]))] == [
        "Canceled in 5 ms, 0 credits",
        "In flight at the cancel: Age; charged since: 1 credit",
        "Prevented: 2 activity executions that had not started",
    ]


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(0.4, "0 ms"), (999, "999 ms"), (1000, "1.0 s"), (61_000, "1 min 01 s"), (3_660_000, "1 h 01 min")],
)
def test_a_duration_reads_well(milliseconds: float, text: str) -> None:
    assert duration(milliseconds) == text


def test_a_count_agrees_with_its_noun() -> None:
    assert [count(number, "credit") for number in (0, 1, 2)] == ["0 credits", "1 credit", "2 credits"]


def test_the_tree_shows_each_question_with_its_answer_or_what_it_is_doing() -> None:
    assert drawn(researching()) == [
        "● Review  running  0 credits",
        "└── ● Look 3.0 s",
        "    ├── ✓ What is a? → 1987 (https://acme.example/about)",
        "    ├── ∅ What is b? → BLOCKED",
        "    └── ● What is c? · step 1: Searched for “c”",
    ]


def test_a_question_whose_turn_has_not_come_waits_and_those_of_a_lost_attempt_are_gone() -> None:
    lost = researching()
    again = [
        update(13, "ResearchQuestionStarted", question("d", "RUNNING", attempt=2)),
        update(14, "ResearchQuestionStarted", question("e", "PENDING", attempt=2)),
        update(15, "ResearchStepEnded", step("c", "Searched for “c”", ended=True)),
    ]
    assert drawn([*lost, *again])[2:] == ["    ├── ● What is d?", "    └── ○ What is e?"]


def test_plain_lines_tell_each_step_and_what_came_of_each_question() -> None:
    assert written(researching()) == [
        "Look: started",
        "Look: Read acme.example/about",
        "Look: Read acme.example: ROBOTS_REFUSED",
        "Look: What is a? → 1987",
        "Look: What is b? → BLOCKED",
    ]


def test_a_loop_that_researches_shows_its_latest_answers_and_what_it_is_doing() -> None:
    inside = {"type": "research_record", "iteration": {"id": "each:1"}}
    changes = [
        ("ActivityExecutionStarted", execution("each", "RUNNING", type="loop", name="For each")),
        ("LoopIterationStarted", iteration("each", 1, "PENDING")),
        ("ActivityExecutionStarted", execution("look", "RUNNING", **inside)),
        ("ResearchQuestionStarted", question("a", "RUNNING")),
        ("ResearchStepStarted", step("a", "Read acme.example")),
        ("ResearchQuestionEnded", question("a", "ANSWERED", answer="1987")),
    ]
    updates = [update(seq, kind, change) for seq, (kind, change) in enumerate(changes, start=1)]
    assert drawn(updates) == [
        "● Review  running  0 credits",
        "└── ● For each                          0/3 3.0 s · now Read acme.example",
        "    └── ✓ What is a? → 1987",
    ]
    done = update(7, "ActivityExecutionCompleted", execution("look", "COMPLETED", **inside))
    assert drawn([*updates, done])[2:] == ["    └── ✓ What is a? → 1987"]


def test_the_updates_that_are_asked_for_are_what_the_schema_gives() -> None:
    assert validate(build_schema(sdl()), parse(UPDATES)) == []
