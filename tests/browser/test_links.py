"""Addresses: where they lead, and those that lead nowhere."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.servers import Server
from tests.browser.axe import assert_usable
from tests.browser.ends import run_to_its_end
from tests.browser.workflows import HUNDRED


def test_an_address_leads_to_an_activity_in_an_iteration_after_an_event(page: Page, server: Server) -> None:
    run_id = run_to_its_end(server, server.api.create("A hundred turns, linked", HUNDRED))
    page.goto(f"/runs/{run_id}/activities/share?in=each:3&seq=40")
    travel = page.get_by_role("group", name="Time travel")
    expect(travel).to_contain_text("event 40 of")
    expect(
        page.get_by_role("article", name="Activity Share").get_by_role("region", name="Value")
    ).to_contain_text("-0.07")
    expect(page.get_by_role("banner")).to_contain_text("Running")
    expect(page.get_by_role("button", name="Cancel run")).to_have_count(0)
    assert_usable(page)
    travel.get_by_role("button", name="Now").click()
    expect(page.get_by_role("banner")).to_contain_text("Completed")
    expect(page).to_have_url(re.compile(r"/activities/share\?in=each:3$"))
    travel.get_by_role("button", name="One event back").click()
    expect(page).to_have_url(re.compile(r"seq=\d+$"))
    expect(page.get_by_role("banner")).to_contain_text("Running")


@pytest.mark.parametrize(
    ("path", "what"), [("/runs/run_00000000000000000000000000000000", "run"), ("/workflows/wf_0", "workflow")]
)
def test_what_is_not_there_is_said_not_to_be(page: Page, path: str, what: str) -> None:
    page.goto(path)
    expect(page.get_by_role("heading", name=f"There is no such {what}")).to_be_visible()
    assert_usable(page)


@pytest.mark.parametrize(
    "path", ["/workflows/", "/workflows/wf_1/elsewhere", "/runs/", "/runs/run_1/elsewhere"]
)
def test_an_address_that_leads_nowhere_says_so_and_leads_home(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    assert_usable(page)
    page.get_by_role("link", name="Go to the workflows").click()
    expect(page.get_by_role("link", name="Review a sector")).to_be_visible()
