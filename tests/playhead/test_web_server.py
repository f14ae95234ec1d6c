"""How a web process ends: it says so first."""

import threading
from pathlib import Path

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from playhead.closing import Closing
from playhead.settings import Settings
from tests.playhead.web_process import serving


async def ready(_request: Request) -> JSONResponse:
    return JSONResponse({"ready": True, "reasons": []})


def test_a_process_that_ends_says_that_it_is_not_ready_and_still_answers(no_settings: Path) -> None:
    closing = Closing()
    app = Starlette(routes=[Route("/readyz", closing.readiness(ready)), Route("/else", ready)])
    met: list[tuple[int, int]] = []
    with serving(app, closing, Settings.load(data_dir=no_settings)) as server:
        address = f"http://127.0.0.1:{server.port}"

        def ask() -> None:
            with httpx2.Client(trust_env=False, headers={"connection": "close"}) as client:
                while True:
                    try:
                        met.append(
                            (
                                client.get(f"{address}/readyz").status_code,
                                client.get(f"{address}/else").status_code,
                            )
                        )
                    except httpx2.HTTPError:
                        return

        asking = threading.Thread(target=ask)
        asking.start()
        server.end()
        asking.join(10)
    assert [one for at, one in enumerate(met) if at == 0 or met[at - 1] != one] == [(200, 200), (503, 200)]
