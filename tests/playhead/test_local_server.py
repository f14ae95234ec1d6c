from pathlib import Path

import pytest

from playhead.local_server import LocalServer, NoServerError
from playhead.settings import Settings


def test_a_server_that_cannot_start_says_why(no_settings: Path) -> None:
    settings = Settings.load(redis_url=f"unix://{no_settings}/none.sock")
    with LocalServer(settings) as server, pytest.raises(NoServerError) as caught:
        server.url()
    assert str(caught.value).startswith(
        "the server did not start: PLAYHEAD_REDIS_URL: no Redis can be used there ("
    )


def test_one_that_was_never_needed_is_never_started(no_settings: Path) -> None:
    with LocalServer(Settings.load()):
        pass
    assert not (no_settings / ".playhead").exists()
