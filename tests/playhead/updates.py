"""Updates of a run as the API sends them, for tests of what the terminal shows."""

from typing import Any

STARTED = "2026-11-22T10:00:00.000000Z"


def update(seq: int, kind: str, change: dict[str, Any], **run: Any) -> dict[str, Any]:
    fields = {
        "status": "RUNNING",
        "creditsUsed": 0,
        "durationMs": None,
        "error": None,
        "failedExecution": None,
        "cancellation": None,
        **run,
    }
    return {"seq": seq, "type": kind, "run": fields, "change": change}


def run_change() -> dict[str, Any]:
    return {"__typename": "Run"}


def execution(an_id: str, status: str, **fields: Any) -> dict[str, Any]:
    return {
        "__typename": "ActivityExecution",
        "id": an_id,
        "key": an_id,
        "type": "formula",
        "name": an_id.capitalize(),
        "status": status,
        "attempt": 0 if status == "PENDING" else 1,
        "exit": "next" if status == "COMPLETED" else None,
        "creditsUsed": 1 if status == "COMPLETED" else 0,
        "startedAt": None if status == "PENDING" else STARTED,
        "durationMs": 12.0 if status in ("COMPLETED", "FAILED") else None,
        "error": None,
        "iteration": None,
        **fields,
    }


def iteration(loop: str, index: int, status: str, total: int = 3) -> dict[str, Any]:
    return {
        "__typename": "LoopIteration",
        "id": f"{loop}:{index}",
        "index": index,
        "total": total,
        "iterationStatus": status,
        "loop": {"id": loop},
    }


def error(code: str = "FORMULA_INVALID", hint: str | None = None) -> dict[str, Any]:
    return {"code": code, "message": "'amnt' is missing here", "hint": hint}


def looping() -> list[dict[str, Any]]:
    """A run of one Loop over three items: the first fails in a Loop of its own, the second is done."""
    inner = {"iteration": {"id": "each:1"}}
    return [
        update(1, "RunQueued", run_change(), status="QUEUED"),
        update(2, "ActivityExecutionStarted", execution("each", "RUNNING", type="loop", name="For each")),
        update(3, "LoopIterationStarted", iteration("each", 1, "PENDING")),
        update(4, "ActivityExecutionStarted", execution("inner", "RUNNING", type="loop", **inner)),
        update(5, "LoopIterationStarted", iteration("inner", 1, "PENDING", total=9)),
        update(
            6,
            "ActivityExecutionFailed",
            execution(
                "age", "FAILED", iteration={"id": "inner:1"}, error=error(hint="There are amount, tags")
            ),
        ),
        update(7, "LoopIterationFailed", iteration("inner", 1, "FAILED", total=9)),
        update(8, "LoopIterationFailed", iteration("each", 1, "FAILED")),
        update(9, "LoopIterationStarted", iteration("each", 2, "PENDING")),
        update(10, "ActivityExecutionStarted", execution("age", "RUNNING", iteration={"id": "each:2"})),
        update(
            11,
            "ActivityExecutionCompleted",
            execution("age", "COMPLETED", iteration={"id": "each:2"}),
            creditsUsed=1,
        ),
        update(12, "LoopIterationCompleted", iteration("each", 2, "COMPLETED"), creditsUsed=1),
        update(13, "LoopIterationStarted", iteration("each", 3, "PENDING"), creditsUsed=1),
        update(
            14,
            "ActivityExecutionStarted",
            execution("age", "RUNNING", iteration={"id": "each:3"}),
            creditsUsed=1,
        ),
    ]


def question(
    an_id: str, status: str, *, execution_id: str = "look", attempt: int = 1, **fields: Any
) -> dict[str, Any]:
    return {
        "__typename": "ResearchQuestion",
        "id": an_id,
        "index": 1,
        "attempt": attempt,
        "asked": f"What is {an_id}?",
        "questionStatus": status,
        "answer": None,
        "emptyReason": None,
        "sources": [],
        "execution": {"id": execution_id},
        **fields,
    }


def step(question_id: str, title: str, *, ended: bool = False, **fields: Any) -> dict[str, Any]:
    return {
        "__typename": "ResearchStep",
        "id": f"{question_id}:{title}",
        "kind": "READ_PAGE",
        "title": title,
        "endedAt": STARTED if ended else None,
        "error": None,
        "question": {"id": question_id},
        **fields,
    }


def researching() -> list[dict[str, Any]]:
    """A run that researches three questions: one answered, one without an answer, one under way."""
    answered: dict[str, Any] = {"answer": "1987", "sources": [{"url": "https://acme.example/about"}]}
    changes = [
        ("ActivityExecutionStarted", execution("look", "RUNNING", type="research_record")),
        ("ResearchQuestionStarted", question("a", "RUNNING")),
        ("ResearchQuestionStarted", question("b", "RUNNING")),
        ("ResearchQuestionStarted", question("c", "PENDING")),
        ("ResearchStepStarted", step("a", "Read acme.example/about")),
        ("ResearchStepEnded", step("a", "Read acme.example/about", ended=True)),
        ("ResearchStepStarted", step("b", "Read acme.example")),
        ("ResearchStepEnded", step("b", "Read acme.example", ended=True, error={"code": "ROBOTS_REFUSED"})),
        ("ResearchStepEnded", step("a", "Answered", ended=True, kind="ANSWER")),
        ("ResearchQuestionEnded", question("a", "ANSWERED", **answered)),
        ("ResearchQuestionEnded", question("b", "NOT_FOUND", emptyReason="BLOCKED")),
        ("ResearchStepStarted", step("c", "Searched for “c”")),
    ]
    return [update(seq, kind, change) for seq, (kind, change) in enumerate(changes, start=1)]
