"""Runs that a test needs at their end."""

from tests.acceptance.servers import Server
from tests.waiting import wait_until

FINAL = {"COMPLETED", "FAILED", "CANCELED"}
SECONDS = 120.0


def run_to_its_end(server: Server, workflow_id: str, payload: dict[str, object] | None = None) -> str:
    """Starts a run and waits for its end; gives its id."""
    run_id = server.api.start(workflow_id, payload or {})
    wait_until(lambda: server.api.run(run_id)["status"] in FINAL, SECONDS)
    return run_id
