"""Addresses that lead nowhere."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_usable


@pytest.mark.parametrize(
    "path", ["/workflows/", "/workflows/wf_1/elsewhere", "/runs/", "/runs/run_1/elsewhere"]
)
def test_an_address_that_leads_nowhere_says_so_and_leads_home(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    assert_usable(page)
    page.get_by_role("link", name="Go to the workflows").click()
    expect(page.get_by_role("link", name="Review a sector")).to_be_visible()
