"""The research of an attempt: its questions side by side, each by the agent that there is, each answer checked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from engine.errors import ExecutionError
from engine.model import Finding, Model, Source, Task, Usage
from engine.passages.page import Page
from engine.passages.quotes import find_quote
from engine.ports import Ports
from engine.research.addresses import plain
from engine.research.budget import BudgetUsed
from engine.research.extractive import Extractive
from engine.research.subject import Subject
from engine.research.toolbox import Means, Toolbox
from engine.status import EmptyReason, QuestionStatus

AT_ONCE = 3
"""How many questions of an attempt are researched at the same time."""

OF_TIME = 0.9
"""How much of an attempt's time its questions may take: the rest is for what is under way then."""

MAX_ANSWER = 4_000
"""Characters of an answer."""

MAX_SOURCES = 10

_BLOCKED = frozenset({"ROBOTS_REFUSED", "ADDRESS_REFUSED", "ADDRESS_NOT_OFFERED"})
_BLOCKED_STATUSES = frozenset({401, 403, 429, 451})


@dataclass(frozen=True, slots=True, kw_only=True)
class Research:
    """What an attempt is to find out.

    Attributes:
        subject: Whom it is about.
        questions: What is asked.
        seeds: Where reading begins.
        max_steps: Searches and page reads that each question may take.
        seconds: How long the attempt may take.
    """

    subject: Subject
    questions: Sequence[str]
    seeds: Sequence[str]
    max_steps: int
    seconds: float


def research(asked: Research, ports: Ports, model: Model | None) -> list[str | None]:
    """Research the questions, several at once; give the answers in their order, None where there is none.

    Raises:
        PortError: The model failed; no question ends with an answer that way.
        Interrupted: The run was canceled.
    """
    means = Means(
        search=ports.search,
        pages=ports.pages,
        trace=ports.trace,
        clock=ports.clock,
        deadline=ports.clock.now() + timedelta(seconds=asked.seconds * OF_TIME),
    )
    ids = ports.trace.begin(asked.questions, AT_ONCE)
    answers: list[str | None] = [None] * len(ids)

    def work(place: int) -> None:
        answers[place] = _one(asked, means, model, ids[place], asked.questions[place])

    ports.trace.side_by_side([lambda place=place: work(place) for place in range(len(ids))], AT_ONCE)  # type: ignore[misc]  # mypy does not infer a lambda with a default
    return answers


def _one(asked: Research, means: Means, model: Model | None, question_id: str, question: str) -> str | None:
    tools = Toolbox(means, question_id, asked.seeds, asked.max_steps)
    subject = asked.subject
    task = Task(question=question, subject_name=subject.name, subject=subject.text, max_steps=asked.max_steps)
    finding = checked(_found(task, tools, model), tools.pages, tools.failures)
    sources = [{"url": one.url, "title": one.title, "quote": one.quote} for one in finding.sources]
    with tools.answer({"pagesRead": len(tools.pages)}) as step:
        step.output = {
            "answer": finding.answer,
            "emptyReason": finding.reason.value if finding.reason is not None else None,
            "sources": [dict(one) for one in sources],
        }
    means.trace.end_question(
        question_id,
        status=QuestionStatus.ANSWERED if finding.answer is not None else QuestionStatus.NOT_FOUND,
        answer=finding.answer,
        empty_reason=finding.reason,
        sources=sources,
        usage=finding.usage.as_data(),
    )
    return finding.answer


def _found(task: Task, tools: Toolbox, model: Model | None) -> Finding:
    if model is None:
        return Extractive(task, tools).find()
    try:
        return model.research(task, tools)
    except BudgetUsed as used:
        usage = used.usage if isinstance(used.usage, Usage) else Usage(model=model.name)
        return Finding(usage=usage, reason=EmptyReason.BUDGET)


def checked(finding: Finding, pages: Sequence[Page], failures: Sequence[ExecutionError]) -> Finding:
    """Keep of a finding what is true: the quotes that stand on pages that were read, and an answer with one at least.

    A quote becomes what stands on the page, to the letter. Without an answer there is a reason, and no sources.
    """
    sources = [kept for one in finding.sources if (kept := _kept(one, pages)) is not None]
    answer = (finding.answer or "").strip()[:MAX_ANSWER]
    if answer and sources:
        return replace(finding, answer=answer, sources=sources[:MAX_SOURCES], reason=None)
    reason = finding.reason or _reason(pages, failures)
    return replace(finding, answer=None, sources=(), reason=reason)


def _kept(source: Source, pages: Sequence[Page]) -> Source | None:
    for page in pages:
        place = find_quote(page.text, source.quote) if plain(page.url) == plain(source.url) else None
        if place is not None:
            return replace(source, url=page.url, quote=page.text[slice(*place)], title=page.title or None)
    return None


def _reason(pages: Sequence[Page], failures: Sequence[ExecutionError]) -> EmptyReason:
    """Say why there is no answer, where the agent did not: a page that was read, and failures that left none."""
    if any(page.text for page in pages) or not failures:
        return EmptyReason.NOT_FOUND
    return EmptyReason.BLOCKED if all(_blocks(one) for one in failures) else EmptyReason.TOOL_ERROR


def _blocks(error: ExecutionError) -> bool:
    status = (error.detail or {}).get("status")
    return error.code in _BLOCKED or (error.code == "PAGE_STATUS" and status in _BLOCKED_STATUSES)
