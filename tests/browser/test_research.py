"""What a research agent found, and how."""

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.servers import Server
from tests.browser.axe import assert_usable
from tests.browser.ends import run_to_its_end


@pytest.fixture(scope="module")
def run_id(shared_server: Server) -> str:
    """A run of the example that researches three companies of the demo site."""
    return run_to_its_end(shared_server, shared_server.api.workflow("Research companies"))


def test_each_question_has_its_answer_or_why_there_is_none(page: Page, run_id: str) -> None:
    page.goto(f"/runs/{run_id}/activities/research?in=company:1")
    research = page.get_by_role("article", name="Activity Find out about it").get_by_role(
        "region", name="Research"
    )
    questions = research.get_by_role("listitem").filter(has=page.get_by_role("heading", level=4))
    expect(questions).to_have_count(3)
    founded = questions.filter(has_text="When was it founded?")
    expect(founded).to_contain_text("1987")
    source = founded.get_by_role("list", name="Sources").get_by_role("link").first
    expect(source).to_have_attribute("href", "http://demo-site.playhead.invalid/aldermoor/about.html")
    expect(source).to_have_attribute("rel", "noreferrer noopener")
    expect(questions.filter(has_text="What is its annual revenue?")).to_contain_text("No answer found")
    assert_usable(page)


def test_the_steps_of_the_agent_are_read_one_by_one(page: Page, run_id: str) -> None:
    page.goto(f"/runs/{run_id}/activities/research?in=company:1")
    research = page.get_by_role("region", name="Research")
    first = research.get_by_role("listitem").filter(has=page.get_by_role("heading", level=4)).first
    first.get_by_text("steps").first.click()
    steps = first.get_by_role("listitem").filter(has=page.get_by_role("img", name="Read"))
    expect(steps.first).to_contain_text("demo-site.playhead.invalid")
    expect(steps.first).to_contain_text("ms")
    steps.first.get_by_text("Details").click()
    expect(steps.first.get_by_role("group", name="step")).to_be_visible()
    assert_usable(page)
