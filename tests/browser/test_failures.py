"""A run that failed: where, why, and what helps."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.servers import Server
from tests.acceptance.workflows import DIVIDE
from tests.browser.axe import assert_usable
from tests.browser.ends import run_to_its_end


@pytest.fixture(scope="module")
def run_id(shared_server: Server) -> str:
    """A run that failed."""
    return run_to_its_end(shared_server, shared_server.api.create("Divide, looked at", DIVIDE), {"by": 0})


def test_the_failed_activity_is_opened_from_the_canvas_and_says_why(page: Page, run_id: str) -> None:
    page.goto(f"/runs/{run_id}")
    node = page.get_by_role("button", name="Divide Formula, Failed '/' divides by zero")
    expect(node).to_be_visible()
    node.click()
    expect(page).to_have_url(re.compile(rf"/runs/{run_id}/activities/divide$"))
    failure = page.get_by_role("article", name="Activity Divide").get_by_role(
        "group", name="The failure", exact=True
    )
    expect(failure).to_contain_text("'/' divides by zero (column 4)")
    expect(failure).to_contain_text("FORMULA_INVALID")
    expect(failure).to_contain_text("leaves zero out")
    detail = failure.get_by_role("group", name="the failure's detail")
    expect(detail).to_contain_text("12 / trigger.payload.by")
    assert_usable(page)
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(rf"/runs/{run_id}$"))
    page.go_back()
    expect(failure).to_be_visible()


def test_the_run_says_where_it_failed_and_leads_there(page: Page, run_id: str) -> None:
    page.goto(f"/runs/{run_id}")
    expect(page.get_by_role("article", name="The run")).to_contain_text("Failed at Divide")
    assert_usable(page)
    page.get_by_role("button", name="Open the failed activity").click()
    expect(page.get_by_role("article", name="Activity Divide")).to_be_visible()


def test_its_values_and_their_paths_can_be_searched_and_copied(page: Page, run_id: str) -> None:
    page.goto(f"/runs/{run_id}/activities/divide")
    detail = page.get_by_role("group", name="the failure's detail")
    detail.get_by_role("searchbox").fill("trigger.payload.by")
    expect(detail).to_contain_text("hit")
    detail.get_by_role("searchbox").fill("")
    detail.get_by_role("button", name="Copy the path error.detail.cause").click()
    assert page.evaluate("navigator.clipboard.readText()") == "error.detail.cause"
    detail.get_by_role("button", name="Copy the value of error.detail.cause").click()
    page.wait_for_function("() => navigator.clipboard.readText().then((text) => text === 'DIVISION_BY_ZERO')")
