"""A workflow: its canvas, its statistics, its runs, and starting one."""

import re

from playwright.sync_api import Page, expect

from tests.acceptance.servers import Server
from tests.acceptance.workflows import DIVIDE, PAUSE
from tests.browser.axe import assert_usable
from tests.browser.ends import run_to_its_end


def test_a_run_is_started_by_a_form_made_from_the_inputs(page: Page, server: Server) -> None:
    workflow_id = server.api.create("Divide, by a form", DIVIDE)
    page.goto(f"/workflows/{workflow_id}")
    expect(page.get_by_role("heading", name="It has not run yet")).to_be_visible()
    assert_usable(page)
    page.get_by_role("button", name="Start run").click()
    dialog = page.get_by_role("dialog", name="Run Divide, by a form")
    by = dialog.get_by_role("textbox", name="by")
    by.fill("three")
    dialog.get_by_role("button", name="Start").click()
    expect(by).to_have_attribute("aria-invalid", "true")
    assert_usable(page)
    by.fill("3")
    dialog.get_by_role("button", name="Start").click()
    expect(page).to_have_url(re.compile(r"/runs/\w+$"))
    expect(page.get_by_role("banner")).to_contain_text("Completed")
    page.get_by_role("button", name="Divide Formula Completed").click()
    expect(page.get_by_role("region", name="Value")).to_contain_text("4")


def test_the_latest_run_is_open_and_all_are_listed_live(page: Page, server: Server) -> None:
    workflow_id = server.api.create("Divide, listed", DIVIDE)
    failed = run_to_its_end(server, workflow_id, {"by": 0})
    page.goto(f"/workflows/{workflow_id}")
    runs = page.get_by_role("list", name="Runs, newest first").get_by_role("link")
    expect(runs).to_have_count(1)
    expect(page.get_by_role("button", name="Divide Formula, Failed")).to_be_visible()
    completed = server.api.start(workflow_id, {"by": 2})
    expect(runs).to_have_count(2)
    expect(runs.first).to_contain_text("Completed")
    expect(runs.first).to_have_attribute("href", f"/runs/{completed}")
    expect(page.get_by_role("button", name="Divide Formula Completed")).to_be_visible()
    statistics = page.get_by_role("region", name="Statistics")
    expect(statistics).to_contain_text("Success50 %")
    expect(statistics).to_contain_text("Runs2")
    assert_usable(page)
    runs.first.focus()
    tooltip = page.get_by_role("tooltip")
    expect(tooltip).to_contain_text("Cost1 credit")
    page.get_by_role("combobox", name="State").select_option("Failed")
    expect(runs).to_have_count(1)
    expect(runs.first).to_have_attribute("href", f"/runs/{failed}")
    page.get_by_role("combobox", name="State").select_option("Canceled")
    expect(page.get_by_role("heading", name="No run is like this")).to_be_visible()


def test_it_can_be_read_on_a_phone(page: Page, server: Server) -> None:
    workflow_id = server.api.create("Pause, on a phone", PAUSE)
    run_id = server.api.start(workflow_id, {})
    page.set_viewport_size({"width": 390, "height": 844})
    for path in (f"/workflows/{workflow_id}", f"/runs/{run_id}", f"/runs/{run_id}/activities/pause"):
        page.goto(path)
        expect(page.get_by_role("button", name="Pause Delay Waiting")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        assert_usable(page)
    server.api.cancel(run_id)
