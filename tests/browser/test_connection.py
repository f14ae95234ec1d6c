"""The server goes away and comes back, and the page is not loaded again."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.servers import Server, serving
from tests.acceptance.workflows import PAUSE
from tests.browser.watching import SERVER_IS_GONE, Watch


class Restarting:
    """A server that can be stopped and started again at its address."""

    def __init__(self, stack: ExitStack, data_dir: Path) -> None:
        self._stack = stack
        self._data_dir = data_dir
        self.running = stack.enter_context(serving(data_dir))

    def start_again(self) -> None:
        port = urlsplit(self.running.api.url).port
        assert port is not None
        self.running = self._stack.enter_context(serving(self._data_dir, port))


@pytest.fixture
def restarting(redis_on_path: None, tmp_path: Path) -> Iterator[Restarting]:
    with ExitStack() as stack:
        yield Restarting(stack, tmp_path / "data")


@pytest.fixture
def server(restarting: Restarting) -> Server:
    return restarting.running


def test_a_page_goes_on_by_itself_once_the_server_is_back(
    page: Page, restarting: Restarting, watch: Watch
) -> None:
    watch.forgive(SERVER_IS_GONE)
    api = restarting.running.api
    run_id = api.start(api.create("Pause, through an outage", PAUSE), {})
    page.goto(f"/runs/{run_id}")
    expect(page.get_by_role("banner")).to_contain_text("Waiting")
    page.evaluate("window.neverLoadedAgain = true")
    restarting.running.stop()
    expect(page.get_by_text("The connection to the server is lost.")).to_be_visible()
    expect(page.get_by_role("banner")).to_contain_text("Waiting")
    restarting.start_again()
    expect(page.get_by_text("Connected again")).to_be_visible()
    restarting.running.api.cancel(run_id)
    expect(page.get_by_role("banner")).to_contain_text("Canceled")
    expect(page.get_by_text("The connection to the server is lost.")).to_have_count(0)
    assert page.evaluate("window.neverLoadedAgain")
