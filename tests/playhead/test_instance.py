import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from playhead import instance
from playhead.instance import Instance, find_instance, refuse_second, sole_instance
from playhead.start_error import StartError

HOLDER = """
import sys, time
from pathlib import Path
from playhead.instance import sole_instance
with sole_instance(Path(sys.argv[1]), url="http://h:1", redis_url="unix:///s"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_where_nothing_runs_nothing_is_found_and_nothing_made(tmp_path: Path) -> None:
    assert find_instance(tmp_path / "data") is None
    refuse_second(tmp_path / "data")
    assert list(tmp_path.iterdir()) == []


def test_who_holds_the_folder_is_found_until_it_lets_go(tmp_path: Path) -> None:
    with sole_instance(tmp_path / "a" / "b", url="http://h:1", redis_url="unix:///s"):
        assert find_instance(tmp_path / "a" / "b") == Instance(os.getpid(), "http://h:1", "unix:///s")
        assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    assert find_instance(tmp_path / "a" / "b") is None


def test_a_second_server_is_refused_and_told_where_the_first_is(tmp_path: Path) -> None:
    line = (
        f"Playhead already runs on {tmp_path}, at http://h:1 (process {os.getpid()}): "
        "stop it, or set another PLAYHEAD_DATA_DIR"
    )
    with sole_instance(tmp_path, url="http://h:1", redis_url="unix:///s"):
        with pytest.raises(StartError) as refused:
            refuse_second(tmp_path)
        assert str(refused.value) == line
        with pytest.raises(StartError) as refused, sole_instance(tmp_path, url="http://h:2", redis_url="x"):
            pass
        assert str(refused.value) == line


def test_the_lock_ends_with_a_process_that_is_killed(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    with holder.stdout:
        assert holder.stdout.readline() == b"held\n"
    assert find_instance(tmp_path) == Instance(holder.pid, "http://h:1", "unix:///s")
    holder.kill()
    holder.wait()
    assert json.loads((tmp_path / "playhead.lock").read_text())["pid"] == holder.pid
    assert find_instance(tmp_path) is None
    with sole_instance(tmp_path, url="http://h:3", redis_url="x"):
        assert find_instance(tmp_path) == Instance(os.getpid(), "http://h:3", "x")


def test_a_server_that_has_not_written_its_address_yet_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "SECONDS_TO_SETTLE", 0.1)
    with sole_instance(tmp_path, url="http://h:1", redis_url="x"):
        (tmp_path / "playhead.lock").write_text("")
        begun = time.monotonic()
        assert find_instance(tmp_path) is None
        assert time.monotonic() - begun >= 0.1


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartError) as refused, sole_instance(tmp_path / "file" / "x", url="u", redis_url="r"):
        pass
    assert str(refused.value) == f"PLAYHEAD_DATA_DIR: {tmp_path}/file/x cannot be used (Not a directory)"
