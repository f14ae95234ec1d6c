"""What an attempt brought after it had been given to another worker."""

import pytest
from playwright.sync_api import Page, expect

from db.database import Database
from db.late_results import keep_late_result
from tests.acceptance.servers import Server
from tests.acceptance.workflows import DIVIDE
from tests.browser.axe import assert_usable
from tests.browser.ends import run_to_its_end


@pytest.fixture
def run_id(shared_server: Server) -> str:
    """A run that completed, one of whose executions has a late result."""
    api = shared_server.api
    run_id = run_to_its_end(shared_server, api.create("Divide, too late", DIVIDE), {"by": 3})
    database = Database(f"sqlite:///{shared_server.data_dir / 'playhead.db'}")
    late = {"execution_id": api.executions(run_id)[0]["id"], "attempt": 1, "worker": "elsewhere:7:a",
            "status": "COMPLETED", "exit": "next", "outputs": {"value": 4}}  # fmt: skip
    assert keep_late_result(database, run_id, late)
    database.dispose()
    return run_id


def test_a_result_that_came_too_late_is_shown_as_one(page: Page, run_id: str) -> None:
    page.goto(f"/runs/{run_id}/activities/divide")
    late = page.get_by_role("region", name="Came too late")
    expect(late).to_contain_text("it changed nothing and cost nothing")
    expect(late).to_contain_text("came at")
    expect(late).to_contain_text("elsewhere:7:a")
    expect(late.get_by_role("group", name="what attempt 1 gave")).to_contain_text("value4")
    assert_usable(page)
