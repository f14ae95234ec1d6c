"""Canceling a run from its page."""

from playwright.sync_api import Page, expect

from tests.acceptance.servers import Server
from tests.acceptance.workflows import PAUSE
from tests.browser.axe import assert_usable
from tests.browser.workflows import LONG


def cancel(page: Page) -> None:
    page.get_by_role("button", name="Cancel run").click()
    dialog = page.get_by_role("dialog", name="Cancel this run?")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Cancel run").click()
    expect(dialog).to_have_count(0)


def test_a_run_under_way_is_canceled_after_one_confirmation(page: Page, server: Server) -> None:
    run_id = server.api.start(server.api.create("Long, canceled", LONG), {})
    page.goto(f"/runs/{run_id}")
    expect(page.get_by_role("button", name="Draw Random number Completed").first).to_be_visible()
    cancel(page)
    expect(page.get_by_role("banner")).to_contain_text("Canceled")
    receipt = page.get_by_role("region", name="Receipt of the cancel")
    expect(receipt.get_by_role("heading", name="Canceled")).to_be_visible()
    told = server.api.run(run_id)["cancellation"]
    assert f"Prevented{told['prevented']} " in receipt.inner_text().replace("\n", "")
    expect(page.get_by_role("button", name="Afterwards Formula, Skipped")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel run")).to_have_count(0)
    assert_usable(page)


def test_the_question_is_answered_with_no_and_nothing_happens(page: Page, server: Server) -> None:
    run_id = server.api.start(server.api.create("Pause, kept", PAUSE), {})
    page.goto(f"/runs/{run_id}")
    expect(page.get_by_role("banner")).to_contain_text("Waiting")
    page.get_by_role("button", name="Cancel run").click()
    assert_usable(page)
    page.get_by_role("button", name="Keep it running").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert server.api.run(run_id)["cancellation"] is None
    cancel(page)
    expect(page.get_by_role("region", name="Receipt of the cancel")).to_contain_text("Prevented0 activities")
    expect(page.get_by_role("button", name="Pause Delay Canceled")).to_be_visible()
