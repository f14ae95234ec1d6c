import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from playhead.processes import Child
from playhead.redis_server import RedisServer, socket_path
from playhead.start_error import StartError
from tests.waiting import has_ended, wait_until

Start = Callable[[Path], tuple[RedisServer, Child]]


@pytest.fixture
def start(redis_on_path: None) -> Iterator[Start]:
    """Starts the Redis of a data folder and waits for it; stops all at the end."""
    children: list[Child] = []

    def started(data_dir: Path) -> tuple[RedisServer, Child]:
        server = RedisServer(data_dir)
        server.prepare(print)
        child = Child("redis", server.spawn)
        children.append(child)
        child.start()
        server.wait_until_ready(lambda: child.running)
        return server, child

    yield started
    for child in children:
        child.stop(5)


def asked(url: str, *command: str) -> object:
    with redis.Redis.from_url(url) as client:
        return client.execute_command(*command)


def test_it_listens_on_a_private_socket_and_on_no_port(tmp_path: Path, start: Start) -> None:
    server, _ = start(tmp_path)
    assert server.url == f"unix://{tmp_path}/redis/redis.sock?db=0"
    assert server.socket.stat().st_mode & 0o777 == 0o700
    assert server.socket.parent.stat().st_mode & 0o777 == 0o700
    assert asked(server.url, "CONFIG", "GET", "port") == {b"port": b"0"}


def test_it_writes_all_to_a_file_and_evicts_nothing(tmp_path: Path, start: Start) -> None:
    server, _ = start(tmp_path)
    for name, value in {b"appendonly": b"yes", b"save": b"", b"maxmemory-policy": b"noeviction"}.items():
        assert asked(server.url, "CONFIG", "GET", name.decode()) == {name: value}


def test_what_it_held_is_there_after_a_stop_and_a_start(tmp_path: Path, start: Start) -> None:
    server, child = start(tmp_path)
    asked(server.url, "SET", "key", "value")
    assert child.stop(5) is True
    server.remove_socket()
    assert asked(start(tmp_path)[0].url, "GET", "key") == b"value"


def test_it_is_the_leader_of_a_session_of_its_own(tmp_path: Path, start: Start) -> None:
    _, child = start(tmp_path)
    assert child.pid is not None
    assert os.getsid(child.pid) == child.pid


def test_a_socket_that_a_killed_server_left_is_no_hindrance(tmp_path: Path, start: Start) -> None:
    server, child = start(tmp_path)
    child.send(signal.SIGKILL)
    wait_until(lambda: not child.running)
    assert server.socket.exists()
    assert asked(start(tmp_path)[0].url, "PING") is True


def test_a_server_that_an_earlier_start_left_is_ended_first(tmp_path: Path, start: Start) -> None:
    _, left = start(tmp_path)
    pid = left.pid
    assert pid is not None
    second, _ = start(tmp_path)
    assert has_ended(pid)
    assert asked(second.url, "PING") is True


@pytest.mark.parametrize("letter", ["d", "ü"])
def test_a_long_path_moves_the_socket_to_a_private_folder_that_is_always_the_same(
    tmp_path: Path, start: Start, letter: str
) -> None:
    data_dir = tmp_path / (letter * 100)
    server, child = start(data_dir)
    assert len(os.fsencode(server.socket)) <= 100
    assert not server.socket.is_relative_to(data_dir)
    assert server.socket.parent.stat().st_mode & 0o777 == 0o700
    assert socket_path(data_dir) == server.socket
    assert socket_path(tmp_path / ("e" * 100)) != server.socket
    assert asked(server.url, "PING") is True
    child.stop(5)
    server.remove_socket()
    assert not server.socket.parent.exists()


def test_a_folder_with_odd_characters_in_its_name_is_fine(tmp_path: Path, start: Start) -> None:
    server, _ = start(tmp_path / "a b%20?c#d")
    assert asked(server.url, "PING") is True


def test_a_temporary_folder_of_somebody_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_dir = tmp_path / ("d" * 100)
    folder = socket_path(data_dir).parent
    folder.symlink_to(tmp_path)
    try:
        with pytest.raises(StartError) as refused:
            RedisServer(data_dir).prepare(print)
    finally:
        folder.unlink()
    line = f"{folder} belongs to another user: remove it, or set another PLAYHEAD_DATA_DIR"
    assert str(refused.value) == line


def a_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    program = tmp_path / "bin" / "redis-server"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


def test_a_server_that_does_not_start_is_one_line_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: Start
) -> None:
    log = tmp_path / "redis" / "redis.log"
    a_program(tmp_path, monkeypatch, f"echo 'Bad file format' > {log}; exit 1")
    with pytest.raises(StartError) as refused:
        start(tmp_path)
    assert str(refused.value) == (
        f"Redis ({tmp_path}/bin/redis-server) did not start: Bad file format (log: {log})"
    )


def test_a_server_that_is_too_old_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = RedisServer(tmp_path)
    a_program(tmp_path, monkeypatch, "")
    server.prepare(print)
    monkeypatch.setattr(server, "_version", lambda: "6.0.16")
    with pytest.raises(StartError, match=r"is 6\.0\.16; Playhead needs 6\.2 or newer$"):
        server.wait_until_ready(lambda: True)


def test_a_foreign_file_in_the_place_of_the_socket_is_replaced(tmp_path: Path, start: Start) -> None:
    (tmp_path / "redis").mkdir()
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(tmp_path / "redis" / "redis.sock"))
    assert asked(start(tmp_path)[0].url, "PING") is True
