"""The list of workflows."""

import re

from playwright.sync_api import Page, expect

from tests.acceptance.servers import Server
from tests.acceptance.workflows import DIVIDE
from tests.browser.axe import assert_usable


def test_it_lists_every_workflow_with_its_state(page: Page) -> None:
    page.goto("/")
    row = page.get_by_role("row", name="Review a sector")
    expect(row).to_contain_text("Live")
    expect(row.get_by_role("link", name="Review a sector")).to_have_attribute(
        "href", re.compile(r"^/workflows/\w+$")
    )
    assert_usable(page)


def test_a_run_that_begins_and_fails_elsewhere_shows_without_a_reload(page: Page, server: Server) -> None:
    workflow = server.api.create("Divide, watched", DIVIDE)
    page.goto("/")
    row = page.get_by_role("row", name="Divide, watched")
    expect(row).to_contain_text("Never ran")
    run_id = server.api.start(workflow, {"by": 0})
    link = row.get_by_role("link", name="Failed")
    expect(link).to_have_attribute("href", f"/runs/{run_id}")
    expect(row.get_by_role("cell").nth(3)).to_have_text("1")
    expect(row.get_by_role("cell").nth(4)).to_have_text("1")
    assert_usable(page)


def test_the_search_narrows_the_list_and_says_where_nothing_is_found(page: Page) -> None:
    page.goto("/")
    rows = page.get_by_role("row")
    expect(page.get_by_role("row", name="Take an order")).to_be_visible()
    page.keyboard.press("/")
    search = page.get_by_role("searchbox", name="Search the workflows")
    expect(search).to_be_focused()
    search.fill("sector")
    expect(page.get_by_role("row", name="Take an order")).to_have_count(0)
    expect(page.get_by_role("row", name="Review a sector")).to_be_visible()
    search.fill("nothing of that name")
    expect(page.get_by_role("heading", name="No workflow holds")).to_be_visible()
    assert_usable(page)
    page.get_by_role("button", name="Show all").click()
    expect(page.get_by_role("row", name="Take an order")).to_be_visible()
    assert rows.count() > 2


def test_it_can_be_read_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")
    expect(page.get_by_role("link", name="Review a sector")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert_usable(page)


def test_the_theme_that_is_chosen_stays(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.goto("/")
    page.get_by_role("button", name="Switch to dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_keyboard_is_explained_and_the_help_closes(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("link", name="Review a sector")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    assert_usable(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard")).to_have_count(0)
