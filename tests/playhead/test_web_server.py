"""How a web process begins and ends."""

import gc
from pathlib import Path

import httpx2
import pytest
import typer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from playhead.closing import Closing
from playhead.commands import parts
from playhead.settings import Settings
from playhead.web_server import WebServer
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


def test_the_collector_leaves_alone_what_a_web_process_begins_with(
    no_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYHEAD_DATA_DIR", str(no_settings))
    monkeypatch.setenv("PLAYHEAD_REDIS_URL", "redis://127.0.0.1:1/0")
    frozen: list[int] = []

    def run(server: WebServer) -> None:
        frozen.append(gc.get_freeze_count())
        server.started = True

    monkeypatch.setattr(WebServer, "run", run)
    monkeypatch.setattr("playhead.logging.configure", lambda _: None)
    try:
        with pytest.raises(typer.Exit):
            parts.web()
    finally:
        gc.unfreeze()
    assert frozen[0] > 100_000
