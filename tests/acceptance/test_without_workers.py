"""With every worker gone the server says so, runs wait, and nothing of them is lost."""

import signal
from pathlib import Path

import httpx2

from tests.acceptance.workflows import DIVIDE
from tests.faults.parts import Shape, deployed
from tests.waiting import wait_until


def test_with_every_worker_gone_readyz_says_so_and_runs_wait(
    redis_on_path: None, tmp_path: Path, sqlite_url: str
) -> None:
    with deployed(tmp_path, sqlite_url, Shape(webs=1, workers=1)) as parts:
        (web,), (api,), (worker,) = parts.webs, parts.apis, parts.workers

        def ready() -> httpx2.Response:
            return httpx2.get(f"{web.url}/readyz", trust_env=False)

        wait_until(lambda: ready().status_code == 200, 60)
        worker.end(signal.SIGKILL)
        wait_until(lambda: ready().json()["reasons"] == ["workers: none is running"], 30)
        assert ready().status_code == 503

        run_id = api.start(api.create("Divide", DIVIDE), {"by": 4})
        assert api.run(run_id)["status"] == "QUEUED"
        worker.launch()
        wait_until(lambda: api.run(run_id)["status"] == "COMPLETED", 60)
        wait_until(lambda: ready().status_code == 200, 30)
