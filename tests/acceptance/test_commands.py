"""The command line, against a server that runs and without one."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import playhead
from playhead.instance import find_instance
from tests.acceptance.servers import Server, environment, serving
from tests.acceptance.workflows import DIVIDE, PAUSE
from tests.waiting import wait_until

EXAMPLE = Path(playhead.__file__).parent / "examples" / "review-a-sector.json"
SECONDS = 180
ANSI = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-P", "-m", "playhead", *map(str, arguments)]


def call(env: dict[str, str], folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), env=env, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def written(folder: Path, name: str, definition: dict[str, Any]) -> Path:
    path = folder / f"{name}.json"
    path.write_text(json.dumps({"name": name, **definition}))
    return path


@pytest.fixture
def env(sqlite_server: Server) -> dict[str, str]:
    """Leads a command to a server that runs."""
    return sqlite_server.environment


def test_run_shows_a_run_on_the_server_that_runs_and_exits_0(
    sqlite_server: Server, env: dict[str, str], tmp_path: Path
) -> None:
    done = call(env, tmp_path, "run", EXAMPLE, "--payload", '{"sector": "Energy"}')
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert re.fullmatch(rf"Run run_\w+ on {sqlite_server.api.url}", lines[0])
    assert lines[1] == "Find the sector's companies: started"
    assert "For each company: 21/21" in lines
    assert re.fullmatch(r"Average age: completed in .+, 1 credit", lines[-2])
    assert re.fullmatch(r"Completed in .+, \d+ credits", lines[-1])


def test_in_a_terminal_run_draws_a_tree(env: dict[str, str], tmp_path: Path) -> None:
    master, slave = pty.openpty()
    arguments = command("run", EXAMPLE, "--payload", '{"sector": "Energy"}')
    with subprocess.Popen(
        arguments, env={**env, "TERM": "xterm", "COLUMNS": "120"}, cwd=tmp_path, stdout=slave, stderr=slave
    ) as process:
        os.close(slave)
        text = ANSI.sub("", b"".join(iter(lambda: read(master), b"")).decode())
    os.close(master)
    assert process.returncode == 0
    assert "├── ✓ Find the sector's companies " in text
    assert re.search(r"├── ✓ For each company ━{24} 21/21 .+ credits\s+└── ✓ Average age ", text)
    assert re.search(r"Completed in .+, \d+ credits\s*$", text)


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # nobody writes to it any more
        return b""


def test_run_exits_1_for_a_run_that_fails_and_makes_a_version_only_where_the_file_differs(
    sqlite_server: Server, env: dict[str, str], tmp_path: Path
) -> None:
    path = written(tmp_path, "Divide", DIVIDE)
    failed = call(env, tmp_path, "run", path, "--payload", '{"by": 0}')
    assert (failed.returncode, failed.stderr) == (1, "")
    assert "Divide: failed: FORMULA_INVALID: " in failed.stdout
    assert failed.stdout.splitlines()[-1].startswith("Failed at 'Divide': FORMULA_INVALID: ")
    payload = tmp_path / "payload.json"
    payload.write_text('{"by": 3}')
    assert call(env, tmp_path, "run", path, "--payload", payload).returncode == 0
    assert published(sqlite_server, "Divide") == 1
    written(tmp_path, "Divide", {**DIVIDE, "activities": [{**DIVIDE["activities"][0], "name": "Share"}]})  # type: ignore[index]
    assert "Share: completed" in call(env, tmp_path, "run", path, "--payload", payload).stdout
    assert published(sqlite_server, "Divide") == 2


def published(server: Server, name: str) -> int:
    document = "query ($id: ID!) { workflow(id: $id) { published { number } } }"
    data = server.api.execute(document, id=server.api.workflow(name))
    return int(data["workflow"]["published"]["number"])


def test_run_exits_2_for_a_payload_that_is_refused(env: dict[str, str], tmp_path: Path) -> None:
    done = call(env, tmp_path, "run", EXAMPLE, "--payload", '{"oldFrom": "many"}')
    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert [line.split(": ")[1] for line in lines] == ["payload.sector", "payload.oldFrom"]
    assert all(line.endswith(" (PAYLOAD_INVALID)") for line in lines)


def test_ctrl_c_cancels_the_run_shows_the_receipt_and_exits_130(
    sqlite_server: Server, env: dict[str, str], tmp_path: Path
) -> None:
    path = written(tmp_path, "Pause", PAUSE)
    with subprocess.Popen(
        command("run", path), env=env, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        run_id = process.stdout.readline().split()[1]
        wait_until(lambda: sqlite_server.api.run(run_id)["status"] == "WAITING", SECONDS)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=SECONDS)
    assert (process.returncode, errors) == (130, "")
    assert "Canceling the run; Ctrl-C again leaves it to itself\n" in output
    assert output.splitlines()[-2:] == [
        "In flight at the cancel: nothing; charged since: 0 credits",
        "Prevented: 0 activity executions that had not started",
    ]
    assert sqlite_server.api.run(run_id)["status"] == "CANCELED"


def test_run_goes_on_showing_its_run_when_the_api_is_killed(
    sqlite_server: Server, env: dict[str, str], tmp_path: Path
) -> None:
    example = EXAMPLE.with_name("remind-me.json")
    payload = '{"text": "Bread", "seconds": 3}'
    with subprocess.Popen(
        command("run", example, "--payload", payload),
        env=env,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        while process.stdout.readline() != "run waits\n":
            pass
        web = next(pid for pid, line in sqlite_server.children().items() if "playhead web" in line)
        os.kill(web, signal.SIGKILL)
        output, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert re.search(r"^Keep the reminder: completed in .+, 1 credit\nCompleted in", output, re.MULTILINE)


def test_import_adds_records_to_the_server_that_runs(
    sqlite_server: Server, env: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "people.csv").write_text("name,born\nAda,1815\nAlan,1912\n")
    done = call(env, tmp_path, "import", "people", "people.csv", "--key", "name")
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "people: 2 created, 0 updated, 0 unchanged\n",
        "",
    )
    assert sqlite_server.api.records("people") == [
        {"name": "Ada", "born": "1815"},
        {"name": "Alan", "born": "1912"},
    ]


def test_run_brings_up_a_server_of_its_own_also_where_keys_are_needed(
    redis_on_path: None, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    env = environment(data_dir, auth="keys", workers="1")
    done = call(env, tmp_path, "run", written(tmp_path, "Divide", DIVIDE), "--payload", '{"by": 3}')
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"Completed in .+, 1 credit", done.stdout.splitlines()[-1])
    assert find_instance(data_dir) is None


def test_a_second_start_serves_what_was_there_and_loads_nothing_again(
    redis_on_path: None, tmp_path: Path
) -> None:
    with serving(tmp_path / "data") as first:
        run_id = first.api.start(first.api.workflow("Company digest"), {})
        wait_until(lambda: first.api.run(run_id)["status"] == "COMPLETED", SECONDS)
        first.stop()
    with serving(tmp_path / "data") as second:
        assert len(second.api.records("companies")) == 503
        assert second.api.run(run_id)["status"] == "COMPLETED"
        second.stop()
