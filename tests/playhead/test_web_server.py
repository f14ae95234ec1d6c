"""How a web process ends: it says so first."""

from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from playhead.closing import Closing
from playhead.settings import Settings
from tests.playhead.web_process import serving
from tests.waiting import wait_until


async def ready(_request: Request) -> JSONResponse:
    return JSONResponse({"ready": True, "reasons": []})


def test_a_process_that_ends_says_that_it_is_not_ready_and_still_answers(
    no_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playhead.web_server.SECONDS_TO_BE_NOTICED", 2.0)
    closing = Closing()
    app = Starlette(routes=[Route("/readyz", closing.readiness(ready)), Route("/else", ready)])
    with serving(app, closing, Settings.load(data_dir=no_settings)) as running:

        def answers() -> tuple[int, int]:
            address = f"http://127.0.0.1:{running.port}"
            with httpx2.Client(trust_env=False) as client:
                return client.get(f"{address}/readyz").status_code, client.get(f"{address}/else").status_code

        assert answers() == (200, 200)
        running.server.should_exit = True
        wait_until(lambda: closing.begun)
        assert answers() == (503, 200)
        running.end()
        with pytest.raises(httpx2.ConnectError):
            answers()
