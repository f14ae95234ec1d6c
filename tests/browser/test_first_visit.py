"""What whoever comes first finds, on a server where nothing has run."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.servers import Server, serving
from tests.browser.axe import assert_usable


@pytest.fixture
def server(redis_on_path: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("first") / "data") as running:
        yield running


def test_one_click_runs_the_demo(page: Page, server: Server) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Nothing has run yet")).to_be_visible()
    assert_usable(page)
    page.get_by_role("button", name="Run the demo").click()
    expect(page).to_have_url(re.compile(r"/runs/\w+$"))
    page.goto("/")
    expect(page.get_by_role("row", name="Review a sector")).to_contain_text("Completed")
    expect(page.get_by_role("heading", name="Nothing has run yet")).to_have_count(0)
