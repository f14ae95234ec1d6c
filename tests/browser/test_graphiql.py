"""GraphiQL, as it opens from the viewer."""

import re

from playwright.sync_api import Page, expect


def test_it_opens_from_the_viewer_and_runs_a_query(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="GraphiQL").click()
    expect(page).to_have_url(re.compile(r"/graphiql$"))
    # Its button does nothing before both of its editors are there.
    expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text("latestRun")
    expect(page.locator(".graphiql-response .monaco-editor")).to_be_visible()
    page.get_by_role("button", name="Execute query").click()
    expect(page.locator(".graphiql-response .view-lines")).to_contain_text('"latestRun":')
