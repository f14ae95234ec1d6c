import json
import logging as stdlib_logging
from collections.abc import Iterator

import pytest
import structlog

from playhead.logging import configure
from playhead.settings import Settings

pytestmark = pytest.mark.usefixtures("no_settings")


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = stdlib_logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_json_entries_carry_the_run_and_the_execution_whichever_library_wrote_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure(Settings.load(log_format="json"))
    with structlog.contextvars.bound_contextvars(run_id="run_1", execution_id="ex_1"):
        extra = {"tries": 2, "color_message": "hello %s in color"}  # uvicorn adds this one
        stdlib_logging.getLogger("a").warning("hello %s", "you", extra=extra)
        structlog.get_logger("b").info("hello", tries=3)
    written = capsys.readouterr()
    entries = [json.loads(line) for line in written.err.splitlines()]
    assert written.out == ""
    assert all(entry.pop("timestamp").endswith("Z") for entry in entries)
    where = {"run_id": "run_1", "execution_id": "ex_1"}
    assert entries == [
        {"event": "hello you", "level": "warning", "logger": "a", "tries": 2, **where},
        {"event": "hello", "level": "info", "logger": "b", "tries": 3, **where},
    ]


def test_text_entries_carry_them_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure(Settings.load())
    with structlog.contextvars.bound_contextvars(run_id="run_1"):
        stdlib_logging.getLogger("a").info("hello")
    line = capsys.readouterr().err
    assert "[info     ] hello" in line
    assert line.endswith("run_id=run_1\n")


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_traceback_is_written_without_the_values_of_variables(
    capsys: pytest.CaptureFixture[str], log_format: str
) -> None:
    configure(Settings.load(log_format=log_format))
    password = "-".join(["the", "secret"])
    try:
        password.index("x")
    except ValueError:
        stdlib_logging.getLogger("a").exception("failed")
    text = capsys.readouterr().err
    assert "ValueError: substring not found" in text
    assert "the-secret" not in text


def test_a_second_call_replaces_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    logger = structlog.get_logger("a")
    configure(Settings.load())
    logger.info("first")
    configure(Settings.load(log_format="json"))
    logger.info("second")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert json.loads(lines[1])["event"] == "second"


def test_a_socket_that_was_refused_is_no_error_of_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    configure(Settings.load())
    logger = stdlib_logging.getLogger("uvicorn.error")
    logger.error("ASGI callable returned without completing handshake.")
    assert capsys.readouterr().err == ""
    logger.error("Exception in ASGI application")
    assert "Exception in ASGI application" in capsys.readouterr().err
