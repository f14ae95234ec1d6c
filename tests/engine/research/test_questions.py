"""The research of an attempt: what the agent reads, when it stops, and what of its answer is kept."""

from datetime import timedelta
from typing import Any

import pytest

from engine.model import Finding, Source, Task, Tools, Usage
from engine.ports import Interrupted, PortError
from engine.research.budget import BudgetUsed, ToolFailed
from engine.research.ports import Hit
from engine.status import EmptyReason, QuestionStatus, StepKind
from tests.engine.activities.fakes import World, completed, failure
from tests.engine.research.fakes import FakeModel, FakeModels, FakePages, FakeSearch, page

HOME = "https://acme.example/"
ABOUT = "https://acme.example/about"
FOUNDED = "Acme was founded in 1987 by Jane Doe in Springfield."
RECORD = {"id": "rec_1", "object": "companies", "values": {"name": "Acme", "website": HOME}}
USAGE = Usage(model="fake:model", requests=2, input_tokens=30, output_tokens=4)


def world(**given: Any) -> World:
    return World(record=RECORD, **given)


def site() -> FakePages:
    return FakePages(
        page(HOME, "Acme\nWe make anvils.", ABOUT, "https://acme.example/products", title="Acme"),
        page(ABOUT, f"About us\n{FOUNDED}", title="About Acme"),
        page("https://acme.example/products", "Anvils, and rockets for roadrunners."),
    )


def research(world: World, *questions: str, **config: Any) -> list[str | None]:
    asked = {"record": "rec_1", "questions": list(questions), **config}
    outputs: Any = completed("research_record", asked, world=world).outputs
    return list(outputs["answers"])


def modelled(researches: Any) -> FakeModels:
    return FakeModels(FakeModel(researches=researches))


def test_an_answer_is_the_passage_of_the_records_own_site_with_its_place() -> None:
    asked = world(pages=site())
    (answer,) = research(asked, "When was Acme founded?")
    assert answer is not None and "1987" in answer
    told = asked.trace.questions["q1"]
    assert told["status"] is QuestionStatus.ANSWERED and told["empty_reason"] is None
    assert told["usage"] == {"model": "extractive"}
    (source,) = told["sources"]
    assert (source["url"], source["title"]) == (ABOUT, "About Acme")
    assert source["quote"] in FOUNDED
    kinds = [kind for kind, _ in asked.trace.told()]
    assert kinds[0] == "READ_PAGE" and kinds[-1] == "ANSWER"
    assert ("READ_PAGE", "Read acme.example/about") in asked.trace.told()


def test_a_question_without_an_answer_is_not_found_and_its_activity_completes() -> None:
    asked = world(pages=site())
    assert research(asked, "What is the name of its office dog?") == [None]
    told = asked.trace.questions["q1"]
    assert (told["status"], told["empty_reason"]) == (QuestionStatus.NOT_FOUND, EmptyReason.NOT_FOUND)
    assert (told["answer"], told["sources"]) == (None, [])
    (last,) = [step for step in asked.trace.steps.values() if step.kind is StepKind.ANSWER]
    assert last.output == {"answer": None, "emptyReason": "NOT_FOUND", "sources": []}


def test_every_step_that_began_has_ended() -> None:
    asked = world(pages=site())
    research(asked, "When was Acme founded?", "Who is its auditor?")
    assert all(step.ended for step in asked.trace.steps.values())


def test_the_start_urls_are_read_before_the_records_own_site() -> None:
    asked = world(
        pages=FakePages(
            *[one for one in site().pages.values() if not isinstance(one, Exception)],
            page("https://wiki.example/acme", FOUNDED),
        )
    )
    research(asked, "When was Acme founded?", startUrls=["https://wiki.example/acme"])
    assert asked.pages.asked[:2] == ["https://wiki.example/acme", HOME]


def test_what_a_search_finds_is_read_too() -> None:
    hit = Hit(url="https://news.example/acme", title="Acme", snippet="…")
    asked = World(
        record={**RECORD, "values": {"name": "Acme"}},
        pages=FakePages(page(hit.url, FOUNDED)),
        web_search=FakeSearch(hit),
    )
    (answer,) = research(asked, "When was Acme founded?")
    assert answer is not None
    assert asked.web_search.queries == ["Acme When was Acme founded?"]
    search = next(iter(asked.trace.steps.values()))
    assert (search.title, search.output["provider"]) == ("Searched for “Acme When was Acme founded?”", "fake")
    assert search.output["results"] == [{"url": hit.url, "title": "Acme", "snippet": "…"}]


def test_what_a_search_finds_about_others_answers_nothing() -> None:
    hit = Hit(url="https://news.example/other", title="Other", snippet="…")
    other = page(hit.url, "Other was founded in 1950.", "https://news.example/more", title="Other")
    asked = world(pages=FakePages(page(HOME, "We make anvils."), other), web_search=FakeSearch(hit))
    assert research(asked, "When was Acme founded?") == [None]
    assert asked.pages.asked[-1] == hit.url


def test_no_search_is_made_where_the_records_own_site_answers() -> None:
    asked = world(pages=site(), web_search=FakeSearch(Hit(url="https://x.example/", title="", snippet="")))
    assert research(asked, "When was Acme founded?") != [None]
    assert asked.web_search.queries == []


def test_a_search_that_fails_is_a_step_with_an_error_and_the_agent_goes_on() -> None:
    failing = FakeSearch(failure=PortError("SEARCH_UNAVAILABLE", "It answered 503"))
    asked = world(pages=site(), web_search=failing)
    assert research(asked, "Who is its auditor?") == [None]
    (step,) = [one for one in asked.trace.steps.values() if one.kind is StepKind.SEARCH]
    assert step.error is not None and step.error.code == "SEARCH_UNAVAILABLE"


def test_a_site_that_shows_few_links_is_asked_for_its_map() -> None:
    site_map = "https://acme.example/sitemap.xml"
    pages = FakePages(
        page(HOME, "Welcome."), page(site_map, "", ABOUT), page(ABOUT, FOUNDED), maps={HOME: [site_map]}
    )
    asked = world(pages=pages)
    assert research(asked, "When was Acme founded?") != [None]
    assert asked.pages.asked == [HOME, site_map, ABOUT]


def test_no_more_steps_are_made_than_are_allowed() -> None:
    links = [f"https://acme.example/{number}" for number in range(50)]
    asked = world(pages=FakePages(page(HOME, "Hello.", *links), *(page(one, "Nothing.") for one in links)))
    assert research(asked, "When was Acme founded?", maxSteps=5) == [None]
    assert len(asked.pages.asked) == 5
    assert asked.trace.questions["q1"]["empty_reason"] is EmptyReason.BUDGET


def test_an_answer_that_was_found_before_the_budget_was_used_up_counts() -> None:
    asked = world(pages=FakePages(page(HOME, FOUNDED, ABOUT), page(ABOUT, "More of it.")))
    assert research(asked, "When was Acme founded?", maxSteps=1) != [None]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PortError("ROBOTS_REFUSED", "No."), EmptyReason.BLOCKED),
        (PortError("ADDRESS_REFUSED", "No."), EmptyReason.BLOCKED),
        (PortError("PAGE_STATUS", "No.", detail={"status": 403}), EmptyReason.BLOCKED),
        (PortError("PAGE_STATUS", "No.", detail={"status": 500}), EmptyReason.TOOL_ERROR),
        (PortError("CONNECTION_FAILED", "No."), EmptyReason.TOOL_ERROR),
    ],
)
def test_where_nothing_could_be_read_the_reason_says_so(error: PortError, reason: EmptyReason) -> None:
    pages = FakePages()
    pages.pages[HOME] = error
    asked = world(pages=pages)
    assert research(asked, "When was Acme founded?") == [None]
    assert asked.trace.questions["q1"]["empty_reason"] is reason
    step = next(iter(asked.trace.steps.values()))
    assert step.error is not None and step.error.code == error.code


def test_a_record_that_is_not_there_fails_the_activity() -> None:
    error = failure("research_record", {"record": "rec_9", "questions": ["When?"]}, world=World())
    assert (error.code, error.retryable) == ("RECORD_NOT_FOUND", False)


def test_a_cancel_between_two_steps_ends_the_attempt() -> None:
    asked = world(pages=site())

    def cancel(kind: StepKind, title: str) -> None:
        if len(asked.trace.steps) == 1:
            raise Interrupted

    asked.trace.before_step = cancel
    with pytest.raises(Interrupted):
        research(asked, "When was Acme founded?")
    assert len(asked.pages.asked) == 1


def test_a_model_is_told_of_the_record_and_its_quotes_become_those_of_the_page() -> None:
    seen: list[Task] = []

    def answer(task: Task, tools: Tools) -> Finding:
        seen.append(task)
        tools.read(ABOUT if ABOUT in tools.seeds else HOME)
        tools.read(ABOUT)
        source = Source(url=ABOUT, quote="acme was founded  in 1987 by jane doe")
        return Finding(usage=USAGE, answer=" In 1987. ", sources=[source])

    asked = world(pages=site(), models=modelled(answer))
    assert research(asked, "When was it founded?") == ["In 1987."]
    assert seen[0] == Task(
        question="When was it founded?",
        subject_name="Acme",
        subject=f"A record of companies\nname: Acme\nwebsite: {HOME}",
        max_steps=20,
    )
    told = asked.trace.questions["q1"]
    assert told["sources"] == [
        {"url": ABOUT, "title": "About Acme", "quote": "Acme was founded in 1987 by Jane Doe"}
    ]
    assert told["usage"] == {"model": "fake:model", "requests": 2, "inputTokens": 30, "outputTokens": 4}


@pytest.mark.parametrize(
    "sources",
    [
        [],
        [Source(url=ABOUT, quote="Acme was founded in 1988")],
        [Source(url="https://acme.example/products", quote=FOUNDED)],
        [Source(url="https://other.example/", quote=FOUNDED)],
        [Source(url=ABOUT, quote="")],
    ],
)
def test_an_answer_whose_every_quote_is_dropped_is_no_answer(sources: list[Source]) -> None:
    def answer(task: Task, tools: Tools) -> Finding:
        for url in (HOME, ABOUT, "https://acme.example/products"):
            tools.read(url)
        return Finding(usage=USAGE, answer="1988", sources=sources)

    asked = world(pages=site(), models=modelled(answer))
    assert research(asked, "When was it founded?") == [None]
    assert asked.trace.questions["q1"]["empty_reason"] is EmptyReason.NOT_FOUND


def test_a_quote_that_is_not_there_is_dropped_and_the_others_stay() -> None:
    def answer(task: Task, tools: Tools) -> Finding:
        tools.read(HOME)
        sources = [Source(url=HOME, quote="We make anvils."), Source(url=HOME, quote="We make rockets.")]
        return Finding(usage=USAGE, answer="Anvils", sources=sources)

    asked = world(pages=site(), models=modelled(answer))
    assert research(asked, "What does it make?") == ["Anvils"]
    assert [one["quote"] for one in asked.trace.questions["q1"]["sources"]] == ["We make anvils."]


@pytest.mark.parametrize(
    "made_up",
    [
        "https://evil.example/?name=Acme",
        "https://acme.example/?q=secret",
        "http://169.254.169.254/",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_nobody_named_is_not_read_and_the_step_says_so(made_up: str) -> None:
    failures: list[str] = []

    def answer(task: Task, tools: Tools) -> Finding:
        tools.read(HOME)
        try:
            tools.read(made_up)
        except ToolFailed as failed:
            failures.append(failed.error.code)
        return Finding(usage=USAGE)

    asked = world(pages=site(), models=modelled(answer))
    research(asked, "What does it make?")
    assert failures == ["ADDRESS_NOT_OFFERED"]
    assert asked.pages.asked == [HOME]
    refused = [step for step in asked.trace.steps.values() if step.error is not None]
    assert [step.error.code for step in refused if step.error] == ["ADDRESS_NOT_OFFERED"]


def test_a_model_that_uses_up_its_steps_is_told_and_one_that_uses_up_all_else_ends() -> None:
    def greedy(task: Task, tools: Tools) -> Finding:
        while True:
            tools.read(HOME)

    asked = world(pages=site(), models=modelled(greedy))
    assert research(asked, "What does it make?", maxSteps=3) == [None]
    assert asked.trace.questions["q1"]["empty_reason"] is EmptyReason.BUDGET
    assert len(asked.pages.asked) == 3


def test_a_models_failure_ends_the_attempt_and_the_next_may_succeed() -> None:
    def broken(task: Task, tools: Tools) -> Finding:
        with tools.think("Asked fake:model", {"request": 1}):
            raise PortError("MODEL_UNAVAILABLE", "Nobody answers.", retryable=True, retry_after=7)

    asked = world(pages=site(), models=modelled(broken))
    error = failure("research_record", {"record": "rec_1", "questions": ["When?"]}, world=asked)
    assert (error.code, error.retryable, error.retry_after) == ("MODEL_UNAVAILABLE", True, 7)
    (step,) = asked.trace.steps.values()
    assert step.ended and step.error is not None and step.error.code == "MODEL_UNAVAILABLE"


def test_time_that_is_used_up_ends_the_question_and_not_the_activity(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = world(pages=site())
    start, reads = asked.now(), 0

    def later() -> Any:
        return start + timedelta(seconds=40 * len(asked.pages.asked))

    monkeypatch.setattr(asked, "now", later)
    assert research(asked, "What is the name of its office dog?") == [None]
    assert asked.trace.questions["q1"]["empty_reason"] is EmptyReason.BUDGET
    assert reads < len(asked.pages.asked) <= 2


def test_budgets_carry_what_was_asked_of_the_model_until_then() -> None:
    def hungry(task: Task, tools: Tools) -> Finding:
        raise BudgetUsed("tokens", USAGE)

    asked = world(pages=site(), models=modelled(hungry))
    assert research(asked, "What does it make?") == [None]
    assert asked.trace.questions["q1"]["usage"]["inputTokens"] == 30


def test_a_query_is_short_and_in_one_line() -> None:
    def asks(task: Task, tools: Tools) -> Finding:
        tools.search("a\n" * 1000)
        return Finding(usage=USAGE)

    asked = world(web_search=FakeSearch(Hit(url=HOME, title="", snippet="")), models=modelled(asks))
    research(asked, "What does it make?")
    assert len(asked.web_search.queries[0]) == 400 and "\n" not in asked.web_search.queries[0]


def test_where_the_records_own_pages_answer_nothing_is_searched() -> None:
    asked = world(
        pages=FakePages(page(HOME, FOUNDED)), web_search=FakeSearch(Hit(url=ABOUT, title="", snippet=""))
    )
    assert research(asked, "When was Acme founded?") != [None]
    assert asked.web_search.queries == []


def test_a_record_that_a_search_finds_is_read_and_has_no_site() -> None:
    found = "record:rec_2"
    search = FakeSearch(Hit(url=found, title="Acme's history", snippet=""))
    asked = world(pages=FakePages(page(HOME, "Welcome."), page(found, FOUNDED)), web_search=search)
    assert research(asked, "When was Acme founded?") != [None]
    assert asked.pages.asked == [HOME, found]
    assert asked.trace.questions["q1"]["sources"][0]["url"] == found
