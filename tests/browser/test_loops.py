"""Loops: walking through their turns, and everything inside following."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.acceptance.servers import Server
from tests.browser.axe import assert_usable
from tests.browser.ends import run_to_its_end
from tests.browser.workflows import GRID, HUNDRED, ITEMS, LONG, STEPS, UNLUCKY, WIDE


@pytest.fixture(scope="module")
def run_id(shared_server: Server) -> str:
    """A run of a loop with a hundred turns, one of them failed."""
    return run_to_its_end(shared_server, shared_server.api.create("A hundred turns", HUNDRED))


def canvas(page: Page) -> Locator:
    return page.get_by_role("region", name="Canvas of the workflow")


def position(page: Page) -> Locator:
    return canvas(page).get_by_role("textbox", name=f"Iteration, 1 to {ITEMS}")


def test_it_opens_where_a_turn_failed_and_walks_from_there(page: Page, run_id: str) -> None:
    page.goto(f"/runs/{run_id}")
    expect(position(page)).to_have_value(str(UNLUCKY))
    expect(canvas(page).get_by_role("button", name="Share Formula, Failed")).to_be_visible()
    expect(canvas(page).get_by_role("button", name="Large? If / else, Skipped")).to_be_visible()
    assert_usable(page)
    canvas(page).get_by_role("button", name="Next iteration").click()
    expect(position(page)).to_have_value(str(UNLUCKY + 1))
    expect(canvas(page).get_by_role("button", name="Double Formula Completed")).to_be_visible()
    page.keyboard.press("]")
    expect(position(page)).to_have_value(str(UNLUCKY + 2))
    page.keyboard.press("[")
    page.keyboard.press("[")
    page.keyboard.press("[")
    expect(position(page)).to_have_value(str(UNLUCKY - 1))
    skipped = canvas(page).get_by_role("button", name="Double Formula, Skipped 'Large?' took 'false'")
    expect(skipped).to_be_visible()
    canvas(page).get_by_role("button", name="Next failed iteration").click()
    expect(position(page)).to_have_value(str(UNLUCKY))


def test_a_position_that_is_typed_is_gone_to_and_the_detail_follows(page: Page, run_id: str) -> None:
    page.goto(f"/runs/{run_id}")
    position(page).fill("44")
    position(page).press("Enter")
    expect(page).to_have_url(re.compile(r"in=each:44"))
    canvas(page).get_by_role("button", name="Share Formula Completed").click()
    detail = page.get_by_role("article", name="Activity Share")
    expect(detail.get_by_role("region", name="Value")).to_contain_text("22")
    detail.get_by_role("button", name="Next iteration").click()
    expect(detail.get_by_role("region", name="Value")).to_contain_text("15")
    assert_usable(page)
    position(page).fill("100")
    position(page).press("Enter")
    expect(canvas(page).get_by_role("button", name="Next iteration")).to_be_disabled()
    position(page).fill("no number")
    position(page).press("Enter")
    expect(position(page)).to_have_value("100")


def test_a_loop_tells_of_its_turns_and_their_items(page: Page, run_id: str) -> None:
    page.goto(f"/runs/{run_id}/activities/each?in=each:7")
    turns = page.get_by_role("article", name="Activity Each number").get_by_role("region", name="Iterations")
    expect(turns).to_contain_text("Items100")
    expect(turns).to_contain_text("Failed1")
    expect(turns.get_by_role("group", name="the item of iteration 7")).to_contain_text("7")
    assert_usable(page)


def test_what_is_in_a_loop_in_a_loop_follows_both(page: Page, server: Server) -> None:
    run_id = run_to_its_end(server, server.api.create("A grid", GRID))
    page.goto(f"/runs/{run_id}/activities/product?in=row:2,column:1")
    detail = page.get_by_role("article", name="Activity Product")
    expect(detail.get_by_role("region", name="Value")).to_contain_text("8")
    rows = canvas(page).get_by_role("group", name="Iterations of Each row")
    columns = canvas(page).get_by_role("group", name="Iterations of Each column")
    columns.get_by_role("button", name="Next iteration").click()
    expect(detail.get_by_role("region", name="Value")).to_contain_text("10")
    rows.get_by_role("button", name="Next iteration").click()
    expect(detail.get_by_role("region", name="Value")).to_contain_text("15")
    expect(page).to_have_url(re.compile(r"in=row:3,column:2"))


def test_a_turn_shows_more_activities_than_a_page_holds(page: Page, shared_server: Server) -> None:
    run_id = run_to_its_end(shared_server, shared_server.api.create("A wide loop", WIDE))
    page.goto(f"/runs/{run_id}/activities/{STEPS[-1]}?in=each:1")
    detail = page.get_by_role("article", name=f"Activity {STEPS[-1]}")
    expect(detail.get_by_role("region", name="Value")).to_contain_text("130")
    expect(canvas(page).get_by_role("button", name=f"{STEPS[-1]} Formula Completed")).to_be_attached()
    page.keyboard.press("]")
    expect(detail.get_by_role("region", name="Value")).to_contain_text("140")


def test_the_position_follows_a_run_under_way(page: Page, server: Server) -> None:
    run_id = server.api.start(server.api.create("Long, followed", LONG), {})
    page.goto(f"/runs/{run_id}")
    followed = page.get_by_role("group", name="Iterations of Each number").get_by_role("textbox")
    expect(followed).to_have_value(re.compile(r"^\d+$"))
    early = followed.input_value()
    expect(followed).not_to_have_value(early)
    expect(page.get_by_role("banner")).to_contain_text("Running")
    server.api.cancel(run_id)
    expect(page.get_by_role("banner")).to_contain_text("Canceled")
