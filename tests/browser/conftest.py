import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.acceptance.servers import Server, serving
from tests.browser.watching import Watch

HERE = Path(__file__).parent
MILLISECONDS = 90_000
"""How long a condition may take to come true: long, for a busy machine; a test that passes waits for none of it."""

REPORT = pytest.StashKey[pytest.TestReport]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[REPORT] = report
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium of the system, which finds no host but this one."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert path is not None, "no Chromium: set CHROMIUM to its path, or apt-get install chromium"
    expect.set_options(timeout=MILLISECONDS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=path,
            args=["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def shared_server(redis_on_path: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the demo workspace, which all tests share that do not need one of their own."""
    with serving(tmp_path_factory.mktemp("browser") / "data") as running:
        yield running
        running.stop()


@pytest.fixture
def server(shared_server: Server) -> Server:
    """The server that the pages of a test come from; a file that needs its own overrides this."""
    return shared_server


@pytest.fixture
def context(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """A browser as a person opens it anew."""
    opened = browser.new_context(base_url=server.api.url, viewport={"width": 1440, "height": 900})
    opened.set_default_timeout(MILLISECONDS)
    opened.grant_permissions(["clipboard-read", "clipboard-write"])
    yield opened
    opened.close()


@pytest.fixture
def watch(context: BrowserContext, server: Server) -> Watch:
    """What the pages do that they should not; `page` fails the test on it."""
    return Watch(context, server.api.url)


@pytest.fixture
def page(
    context: BrowserContext, watch: Watch, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Page]:
    """A page; the test fails on an error in its console, and on a request to another host."""
    opened = context.new_page()
    yield opened
    report = request.node.stash.get(REPORT, None)
    if report is not None and report.failed:
        opened.screenshot(path=tmp_path / "page.png")
        print(f"The page as the test left it: {tmp_path / 'page.png'}")
    context.close()
    assert watch.faults == []
