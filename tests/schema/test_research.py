"""Research as clients see it: the trace of an attempt, now, live and as it was."""

from typing import Any

import pytest

from db.ids import DEFAULT_WORKSPACE
from engine.status import EmptyReason
from resolvers.context import Caller, Context
from schema.root import schema
from tests.schema.api import ANN, Api
from tests.schema.test_statements import Inline, count
from tests.workers.researching import BROKEN, SOURCE, USAGE, Researching

pytestmark = pytest.mark.anyio

STEP = "id seq index kind title input output error { code } startedAt endedAt question { id }"
QUESTION = f"""id index attempt seq usage question answer emptyReason status creditsUsed execution {{ id }}
  sources {{ url title quote }} steps {{ {STEP} }}"""
TRACE = f"""query($id: ID!, $seq: Int, $attempt: Int) {{ run(id: $id, atSeq: $seq) {{ activityExecutions {{ edges {{ node {{
  id key research(attempt: $attempt) {{ {QUESTION} }} }} }} }} }} }}"""


async def trace(api: Api, run_id: str, **which: Any) -> list[dict[str, Any]]:
    found = await api.ask(TRACE, id=run_id, **which)
    node: dict[str, Any] = found["run"]["activityExecutions"]["edges"][0]["node"]
    research: list[dict[str, Any]] = node["research"]
    return research


async def test_the_trace_is_shown_while_it_grows(api: Api) -> None:
    look = Researching(api.worker)
    first, second = look.ask("When was it founded?", "Who leads it?", at_once=1)
    step = look.begin(first, title="Read example.com/about")
    (one, two) = await trace(api, look.run_id)
    assert [one["status"], two["status"]] == ["RUNNING", "PENDING"]
    assert one["steps"] == [
        {
            "id": step,
            "seq": 7,
            "index": 1,
            "kind": "READ_PAGE",
            "title": "Read example.com/about",
            "input": {"url": "x"},
            "output": None,
            "error": None,
            "startedAt": one["steps"][0]["startedAt"],
            "endedAt": None,
            "question": {"id": first},
        }
    ]
    look.end(first, step, BROKEN)
    look.answer(first)
    look.step(second)
    look.nothing(second, EmptyReason.BLOCKED)
    (one, two) = await trace(api, look.run_id)
    assert (one["answer"], one["emptyReason"], one["sources"]) == ("1999", None, [SOURCE])
    assert one["steps"][0]["error"] == {"code": "CONNECTION_FAILED"}
    assert (two["answer"], two["emptyReason"], two["status"]) == (None, "BLOCKED", "NOT_FOUND")
    assert one["usage"] == two["usage"] == USAGE
    assert one["execution"] == {"id": look.held.id}


async def test_a_question_costs_its_share_once_its_execution_has_completed(api: Api) -> None:
    look = Researching(api.worker)
    (asked,) = look.ask("When?")
    look.answer(asked)
    assert [one["creditsUsed"] for one in await trace(api, look.run_id)] == [0]
    look.complete()
    assert [one["creditsUsed"] for one in await trace(api, look.run_id)] == [1]


async def test_the_trace_of_an_attempt_that_failed_can_be_asked_for(api: Api) -> None:
    look = Researching(api.worker)
    (lost,) = look.ask("When?")
    look.begin(lost)
    look.fail()
    assert [one["id"] for one in await trace(api, look.run_id)] == [lost]
    (one,) = await trace(api, look.run_id, attempt=1)
    assert (one["status"], one["steps"][0]["error"], one["creditsUsed"]) == (
        "FAILED",
        {"code": "CONNECTION_FAILED"},
        0,
    )
    assert await trace(api, look.run_id, attempt=2) == []


async def test_each_message_carries_the_question_or_the_step_as_it_was_then(api: Api) -> None:
    look = Researching(api.worker)
    (asked,) = look.ask("When?")
    step = look.step(asked)
    look.answer(asked)
    look.complete()
    document = """subscription($id: ID!) { runUpdates(runId: $id, after: 3) { seq type data change { __typename
      ... on ResearchQuestion { id questionStatus: status answer seq creditsUsed sources { quote } }
      ... on ResearchStep { id kind output seq endedAt question { id } } } } }"""
    messages = [one for one in await api.messages(document, id=look.run_id) if "Research" in one["type"]]
    assert [(one["type"], one["change"]["id"]) for one in messages] == [
        ("ResearchQuestionStarted", asked),
        ("ResearchStepStarted", step),
        ("ResearchStepEnded", step),
        ("ResearchQuestionEnded", asked),
    ]
    assert all(one["change"]["seq"] == one["seq"] for one in messages)
    began, ended = messages[0]["change"], messages[3]["change"]
    assert (began["questionStatus"], began["answer"]) == ("RUNNING", None)
    assert (ended["questionStatus"], ended["answer"], ended["sources"]) == (
        "ANSWERED",
        "1999",
        [{"quote": "Founded in 1999."}],
    )
    assert (messages[1]["change"]["output"], messages[2]["change"]["output"]) == (None, {"characters": 12})
    assert messages[1]["change"]["endedAt"] is None


async def test_the_trace_as_it_was_is_what_was_shown_then(api: Api) -> None:
    look = Researching(api.worker)
    shown: dict[int, Any] = {}

    async def see() -> None:
        shown[look.session.state.seq] = await trace(api, look.run_id)

    first, second = look.ask("When?", "Who?", at_once=1)
    await see()
    step = look.begin(first)
    await see()
    look.end(first, step)
    look.answer(first)
    look.step(second)
    await see()
    look.nothing(second)
    look.complete()
    for seq, then in shown.items():
        assert await trace(api, look.run_id, seq=seq) == _marked(then, seq)
    document = """query($id: ID!) { node(id: $id) { __typename id ... on ResearchQuestion { status }
      ... on ResearchStep { endedAt } } }"""
    began = list(shown)[1]
    found = [(await api.ask(document, id=f"{one}@{began}"))["node"] for one in (first, step)]
    assert found == [
        {"__typename": "ResearchQuestion", "id": f"{first}@{began}", "status": "RUNNING"},
        {"__typename": "ResearchStep", "id": f"{step}@{began}", "endedAt": None},
    ]
    assert await api.ask(document, id=f"{step}@3") == {"node": None}
    assert (await api.ask(document, id=first))["node"]["status"] == "ANSWERED"


def _marked(shown: Any, seq: int) -> Any:
    if isinstance(shown, list):
        return [_marked(one, seq) for one in shown]
    if isinstance(shown, dict):
        return {
            name: f"{value}@{seq}" if name == "id" else _marked(value, seq) for name, value in shown.items()
        }
    return shown


async def test_the_number_of_statements_does_not_grow_with_the_trace(api: Api) -> None:
    inside = f"activityExecutions {{ edges {{ node {{ research {{ {QUESTION} }} }} }} }}"
    document = f"{{ runs(first: 3) {{ edges {{ node {{ {inside} }} }} }} }}"

    def fill(questions: int, steps: int) -> None:
        look = Researching(api.worker)
        for asked in look.ask(*(f"Question {number}?" for number in range(questions))):
            for _ in range(steps):
                look.step(asked)
            look.answer(asked)
        look.complete()

    fill(1, 1)
    few = await count(api, document, Inline)
    fill(5, 4)
    fill(3, 2)
    assert await count(api, document, Inline) == few
    assert await count(api, document, Context) <= 9


async def test_what_research_an_event_tells_of_is_of_the_past_where_the_run_is(api: Api) -> None:
    look = Researching(api.worker)
    (asked,) = look.ask("When?")
    step = look.step(asked)
    look.answer(asked)
    seq = look.session.state.seq
    look.complete()
    document = """query($id: ID!, $seq: Int) { run(id: $id, atSeq: $seq) { events { change {
      ... on ResearchStep { id question { id status } } } } } }"""
    context = Context(api.services, Caller(workspace_id=DEFAULT_WORKSPACE, actor=ANN, role=api._caller.role))
    result = await schema.execute(
        document, variable_values={"id": look.run_id, "seq": seq}, context_value=context
    )
    assert result.errors is None and result.data is not None
    changes = [one["change"] for one in result.data["run"]["events"] if one["change"]]
    question = {"id": f"{asked}@{seq}", "status": "ANSWERED"}
    assert changes == [{"id": f"{step}@{seq}", "question": question}] * 2
