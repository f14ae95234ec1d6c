import contextlib
import io
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from playhead import supervisor
from playhead.instance import find_instance, sole_instance
from playhead.processes import Child
from playhead.settings import Settings
from tests.waiting import has_ended, wait_until

WEB = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *args):
        pass
HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
PATIENT = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("patient is there\\n", end="", flush=True)
time.sleep(60)
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_IGN)
print("stubborn is there\\n", end="", flush=True)
time.sleep(60)
"""
SHORT = "import sys; sys.exit(3)"


class Up:
    """A running `fake_up.py`: what it printed so far, and which processes it has."""

    def __init__(self, data_dir: Path, drain: float, programs: dict[str, str]) -> None:
        self.data_dir = data_dir
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("fake_up.py")), str(drain)]
            + [f"{name}={program}" for name, program in programs.items()],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "PLAYHEAD_DATA_DIR": str(data_dir), "PLAYHEAD_PORT": "0"},
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            self.lines.extend(line.rstrip("\n") for line in output)

    def sees(self, pattern: str, times: int = 1) -> re.Match[str]:
        """Waits until so many lines match, and returns the last match."""
        try:
            wait_until(lambda: len(self._matches(pattern)) >= times, 60)
        except AssertionError as error:
            raise AssertionError(f"{times} x {pattern!r} is not in {self.lines}") from error
        return self._matches(pattern)[times - 1]

    def _matches(self, pattern: str) -> list[re.Match[str]]:
        return [match for line in list(self.lines) if (match := re.fullmatch(pattern, line))]

    def pid_of(self, part: str) -> int:
        return int(self.sees(rf"{part}: started \(process (\d+)\)")[1])

    def end(self) -> int:
        """Waits for the end; returns the exit code."""
        code = self.process.wait(60)
        self._reader.join()
        return code


@pytest.fixture
def up(tmp_path: Path, no_settings: Path, redis_on_path: None) -> Iterator[Callable[..., Up]]:
    """Starts supervisors; at the end kills those that a failed test left."""
    started: list[Up] = []

    def start(drain: float = 20, **programs: str) -> Up:
        named = {name.replace("_", " "): program for name, program in programs.items()}
        started.append(Up(tmp_path / "data", drain, named))
        return started[-1]

    yield start
    for one in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(one.process.pid, signal.SIGKILL)
        one.end()


def everything_of(one: Up) -> list[int]:
    return [
        one.process.pid,
        *(child.pid for child in psutil.Process(one.process.pid).children(recursive=True)),
    ]


def test_it_starts_all_says_what_it_does_and_leaves_nothing_at_sigterm(up: Callable[..., Up]) -> None:
    one = up(web=WEB, worker_1=PATIENT)
    url = one.sees(r"Playhead is ready: (http://127\.0\.0\.1:\d+)")[1]
    one.sees("patient is there")
    pids = everything_of(one)
    assert len(pids) == 4
    instance = find_instance(one.data_dir)
    assert instance is not None
    assert (instance.pid, instance.url) == (one.process.pid, url)
    one.process.terminate()
    assert one.end() == 0
    assert re.fullmatch(r"Redis: a private one \(.*, process \d+\)", one.lines[0])
    said = [re.sub(r"process \d+", "process N", line) for line in one.lines[1:]]
    assert [line for line in said if line != "patient is there"] == [
        f"Database: SQLite in {one.data_dir}/playhead.db",
        f"demo for {url}",
        "web: started (process N)",
        "worker 1: started (process N)",
        f"Playhead is ready: {url}",
        "Stopping: what executes may finish. Ctrl-C again kills it.",
    ]
    assert all(has_ended(pid) for pid in pids)
    assert not (one.data_dir / "redis" / "redis.sock").exists()
    assert find_instance(one.data_dir) is None


def test_ctrl_c_which_reaches_the_whole_group_leaves_nothing_either(up: Callable[..., Up]) -> None:
    one = up(web=WEB, worker_1=PATIENT)
    one.sees("Playhead is ready: .*")
    pids = everything_of(one)
    os.killpg(one.process.pid, signal.SIGINT)
    assert one.end() == 0
    assert all(has_ended(pid) for pid in pids)


def test_a_worker_that_is_killed_is_told_of_at_once_and_starts_again(up: Callable[..., Up]) -> None:
    one = up(web=WEB, worker_1=PATIENT, worker_2=PATIENT)
    one.sees("Playhead is ready: .*")
    pid = one.pid_of("worker 2")
    os.kill(pid, signal.SIGKILL)
    one.sees(f"told of worker {pid}")
    one.sees(rf"worker 2: process {pid} ended \(killed by SIGKILL\), starts again in 0\.1 s")
    again = int(one.sees(r"worker 2: started \(process (\d+)\)", times=2)[1])
    assert again != pid
    assert not has_ended(again)


def test_redis_that_is_killed_starts_again_on_the_same_socket(up: Callable[..., Up]) -> None:
    one = up(web=WEB)
    one.sees("Playhead is ready: .*")
    pid = int(one.sees(r"Redis: a private one \(.*, process (\d+)\)")[1])
    os.kill(pid, signal.SIGKILL)
    one.sees(rf"redis: process {pid} ended \(killed by SIGKILL\), starts again in 0\.1 s")
    again = int(one.sees(r"redis: started \(process (\d+)\)")[1])
    address = str(one.data_dir / "redis" / "redis.sock")

    def answers() -> bool:
        with socket.socket(socket.AF_UNIX) as client, contextlib.suppress(OSError):
            client.connect(address)
            client.sendall(b"PING\r\n")
            return client.recv(7) == b"+PONG\r\n"
        return False

    wait_until(answers)
    one.process.terminate()
    assert one.end() == 0
    assert has_ended(again)


def test_what_dies_again_and_again_waits_longer_each_time_and_is_not_told_as_ready(
    up: Callable[..., Up],
) -> None:
    one = up(web=SHORT, scheduler=PATIENT)
    for pause in ("0.1", "0.2", "0.4"):
        one.sees(rf"web: process \d+ ended \(exit code 3\), starts again in {pause} s")
    one.process.terminate()
    assert one.end() == 0
    assert not any("ready" in line for line in one.lines)


def test_a_worker_that_does_not_finish_in_time_is_killed_and_told_of(up: Callable[..., Up]) -> None:
    one = up(drain=0.3, web=WEB, worker_1=STUBBORN)
    one.sees("stubborn is there")
    one.process.terminate()
    assert one.end() == 0
    pid = one.pid_of("worker 1")
    assert one.lines[-2:] == ["worker 1: still there, killed", f"told of worker {pid}"]


def test_a_second_ctrl_c_kills_at_once_and_a_second_sigterm_does_not(up: Callable[..., Up]) -> None:
    one = up(web=WEB, worker_1=STUBBORN)
    one.sees("stubborn is there")
    one.sees("Playhead is ready: .*")
    pids = everything_of(one)
    one.process.terminate()
    one.sees("Stopping: .*")
    one.process.terminate()
    one.process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert one.process.poll() is None
    one.process.send_signal(signal.SIGINT)
    assert one.end() == 130
    assert "worker 1: still there, killed" in one.lines
    assert all(has_ended(pid) for pid in pids)


def test_when_the_supervisor_itself_is_killed_nothing_lives_on(up: Callable[..., Up]) -> None:
    one = up(web=WEB, worker_1=STUBBORN)
    one.sees("stubborn is there")
    one.sees("Playhead is ready: .*")
    pids = everything_of(one)
    one.process.kill()
    wait_until(lambda: all(has_ended(pid) for pid in pids))
    next_one = up(web=WEB)
    next_one.sees("Playhead is ready: .*")


def test_a_stop_while_it_starts_leaves_nothing(up: Callable[..., Up]) -> None:
    one = up(web=WEB)
    redis_pid = int(one.sees(r"Redis: a private one \(.*, process (\d+)\)")[1])
    one.process.terminate()
    one.end()
    assert has_ended(redis_pid)
    assert not (one.data_dir / "redis" / "redis.sock").exists()


def refused(capsys: pytest.CaptureFixture[str], **given: object) -> str:
    """Runs the real supervisor, which must refuse to start; returns its one line."""
    code = supervisor.run(Settings.load(**given), demo=None, on_worker_death=lambda _: None)
    said = capsys.readouterr()
    assert (code, said.out) == (1, "")
    return said.err


def test_a_port_in_use_is_one_line_before_anything_starts(
    no_settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        line = refused(capsys, port=taken.getsockname()[1])
    assert re.fullmatch(
        r"playhead: cannot listen on http://127\.0\.0\.1:\d+ \(Address already in use\): .*\n", line
    )
    assert list(no_settings.iterdir()) == []


def test_a_second_server_on_the_same_folder_is_one_line(
    no_settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with sole_instance(no_settings / ".playhead", url="http://h:1", redis_url="x"):
        line = refused(capsys, port=0)
    assert line.startswith(
        f"playhead: Playhead already runs on {no_settings}/.playhead, at http://h:1 (process "
    )
    assert line.count("\n") == 1


def test_a_redis_that_does_not_answer_is_one_line(
    no_settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = refused(capsys, port=0, redis_url=f"unix://{no_settings}/no.sock")
    assert line.startswith("playhead: PLAYHEAD_REDIS_URL: no Redis can be used there (")
    assert line.count("\n") == 1


def test_a_database_that_does_not_answer_is_one_line_and_stops_redis(
    no_settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"postgresql://a:secret@/d?host={no_settings}"
    code = supervisor.run(Settings.load(port=0, database_url=url), demo=None, on_worker_death=lambda _: None)
    line = capsys.readouterr().err
    assert code == 1
    assert line.startswith("playhead: PLAYHEAD_DATABASE_URL: the database cannot be used (")
    assert line.count("\n") == 1
    assert "secret" not in line
    assert not (no_settings / ".playhead" / "redis" / "redis.sock").exists()


def test_the_signals_are_as_before_after_it_ran(
    no_settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    refused(capsys, port=0, redis_url="unix:///no/such.sock")
    assert before == [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]


def test_a_part_that_cannot_be_started_is_tried_again_and_that_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    now, tries = [0.0], list[float]()

    def start() -> subprocess.Popen[bytes]:
        tries.append(now[0])
        if len(tries) < 3:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        return subprocess.Popen([sys.executable, "-c", ""])

    child = Child("worker 1", start, clock=lambda: now[0])
    now[0] += child.plan_restart()
    for pause in (0.2, 0.4, 0.0):
        supervisor._mend(child)
        now[0] += pause

    assert len(tries) == 3 and child.pid is not None
    child.stop(10)
    lines = capsys.readouterr().out.splitlines()
    why = "worker 1: cannot be started ([Errno 11] Resource temporarily unavailable), tries again in"
    assert lines == [f"{why} 0.2 s", f"{why} 0.4 s", f"worker 1: started (process {child_pid(lines)})"]


def child_pid(lines: list[str]) -> str:
    return lines[-1].rpartition(" ")[2].rstrip(")")


def test_a_line_is_written_at_once_that_no_other_process_writes_into(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []

    class Unbuffered(io.StringIO):
        def write(self, text: str) -> int:
            written.append(text)
            return len(text)

    monkeypatch.setattr(sys, "stdout", Unbuffered())
    supervisor.say("web: started (process 7)")
    assert [text for text in written if text] == ["web: started (process 7)\n"]
