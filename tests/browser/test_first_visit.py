"""What whoever comes first finds, on a server where nothing has run."""

import os
import re
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.servers import Server, serving
from tests.browser.axe import assert_usable


@pytest.fixture
def server(redis_on_path: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("first") / "data") as running:
        yield running


def test_one_click_runs_the_demo_and_shows_it_live_to_its_end(page: Page, server: Server) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Nothing has run yet")).to_be_visible()
    assert_usable(page)
    signal_workers(server, signal.SIGSTOP)  # or the run were over before the page is there
    page.get_by_role("button", name="Run the demo").click()
    expect(page).to_have_url(re.compile(r"/runs/\w+$"))
    page.evaluate("window.neverLoadedAgain = true")
    banner = page.get_by_role("banner")
    expect(banner).to_contain_text("Queued")
    assert page.get_by_role("group", name="Iterations of For each company").count() == 0
    signal_workers(server, signal.SIGCONT)
    expect(banner).to_contain_text("Completed")
    loop = page.get_by_role("group", name="Iterations of For each company")
    expect(loop.get_by_role("textbox")).to_have_value("59")
    assert page.evaluate("window.neverLoadedAgain")
    run = server.api.run(page.url.rsplit("/", 1)[-1])
    facts = page.get_by_role("article", name="The run").get_by_role("region", name="Run")
    expect(facts).to_contain_text(f"Cost{run['creditsUsed']} credits")
    expect(page.get_by_role("group", name="Time travel")).to_contain_text(
        f"event {run['seq']} of {run['seq']}"
    )
    assert_usable(page)
    page.get_by_role("link", name="Playhead: all workflows").click()
    expect(page.get_by_role("row", name="Review a sector")).to_contain_text("Completed")
    expect(page.get_by_role("heading", name="Nothing has run yet")).to_have_count(0)


def signal_workers(server: Server, number: signal.Signals) -> None:
    for pid, line in server.children().items():
        if "playhead worker" in line:
            os.kill(pid, number)
