"""The timeline: the executions by when they were, Loops folded."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.acceptance.servers import Server
from tests.browser.axe import assert_usable
from tests.browser.ends import run_to_its_end
from tests.browser.workflows import HUNDRED, LONG, UNLUCKY


@pytest.fixture(scope="module")
def run_id(shared_server: Server) -> str:
    """A run of a loop with a hundred turns, one of them failed."""
    return run_to_its_end(shared_server, shared_server.api.create("A hundred turns, in time", HUNDRED))


def tree(page: Page) -> Locator:
    return page.get_by_role("tree", name="Executions")


def test_a_loop_is_one_row_and_unfolds_to_its_turns_by_the_keyboard(page: Page, run_id: str) -> None:
    page.goto(f"/runs/{run_id}")
    expect(page.get_by_role("group", name="Iterations of Each number")).to_be_visible()
    page.keyboard.press("t")
    expect(page).to_have_url(re.compile(r"view=timeline"))
    loop = tree(page).get_by_role("treeitem", name="Each number Completed ×100, 1 failed")
    expect(loop).to_have_attribute("aria-expanded", "false")
    expect(tree(page).get_by_role("treeitem")).to_have_count(1)
    tree(page).focus()
    page.keyboard.press("ArrowRight")
    expect(loop).to_have_attribute("aria-expanded", "true")
    first = tree(page).get_by_role("treeitem", name="Iteration 1 Completed")
    expect(first).to_have_attribute("aria-setsize", "100")
    expect(first).to_contain_text("ms")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(
        tree(page).get_by_role("treeitem", name=re.compile("^Share Completed after .* m?s$"))
    ).to_be_visible()
    assert_usable(page)
    page.keyboard.press("End")
    expect(tree(page).get_by_role("treeitem", name="Iteration 100 Completed")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(tree(page).get_by_role("treeitem")).to_have_count(1)


def test_what_is_chosen_in_it_is_shown_in_the_detail_and_on_the_canvas(page: Page, run_id: str) -> None:
    page.goto(f"/runs/{run_id}?view=timeline")
    tree(page).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/activities/each\?in=each:100&view=timeline$"))
    canvas = page.get_by_role("region", name="Canvas of the workflow")
    expect(canvas.get_by_role("textbox", name="Iteration, 1 to 100")).to_have_value("100")
    failed = tree(page).get_by_role("treeitem", name=f"Iteration {UNLUCKY} Failed")
    tree(page).evaluate("(frame, turn) => frame.scrollTo(0, turn * 28)", UNLUCKY - 3)
    failed.click()
    expect(page).to_have_url(re.compile(rf"in=each:{UNLUCKY}"))
    expect(page.get_by_role("article", name="Activity Each number")).to_contain_text(f"Iteration {UNLUCKY}")


def test_it_grows_while_a_run_goes_on_and_draws_only_what_is_in_view(page: Page, server: Server) -> None:
    run_id = server.api.start(server.api.create("Long, in time", LONG), {})
    page.goto(f"/runs/{run_id}?view=timeline")
    row = tree(page).get_by_role("treeitem", name="Each number Running")
    expect(row).to_contain_text(re.compile(r"\b[1-9]\d* of 5,000"))
    before = row.inner_text()
    expect(row).not_to_have_text(before)
    tree(page).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelectorAll('[role=treeitem][aria-level=\"2\"]').length > 10")
    assert tree(page).get_by_role("treeitem").count() < 100
    server.api.cancel(run_id)
    expect(tree(page).get_by_role("treeitem", name="Each number Canceled")).to_have_count(1)
