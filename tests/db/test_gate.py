import multiprocessing
import os
import threading
import time
from pathlib import Path

import pytest

from db.gate import WriteGate


@pytest.fixture
def gate(tmp_path: Path) -> WriteGate:
    return WriteGate(tmp_path / "playhead.db")


def wait_until_queued(gate: WriteGate, count: int) -> None:
    deadline = time.monotonic() + 10
    while gate.waiting < count:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def started(gate: WriteGate, name: str, order: list[str], *, urgent: bool = False) -> threading.Thread:
    def enter() -> None:
        with gate.hold(urgent=urgent):
            order.append(name)

    thread = threading.Thread(target=enter)
    before = gate.waiting
    thread.start()
    wait_until_queued(gate, before + 1)
    return thread


def test_writers_go_in_the_order_they_came_and_the_urgent_first(gate: WriteGate) -> None:
    order: list[str] = []
    with gate.hold():
        threads = [started(gate, name, order) for name in "ab"]
        threads += [started(gate, name, order, urgent=True) for name in "uv"]
    for thread in threads:
        thread.join()
    assert order == ["u", "v", "a", "b"]


def test_only_one_thread_is_inside(gate: WriteGate) -> None:
    inside: list[int] = []
    most = 0

    def work() -> None:
        nonlocal most
        for _ in range(50):
            with gate.hold():
                inside.append(1)
                most = max(most, len(inside))
                time.sleep(0)
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_holding_it_twice_is_an_error_and_not_a_deadlock(gate: WriteGate) -> None:
    with gate.hold():
        with pytest.raises(RuntimeError, match="holds the write gate already"), gate.hold():
            pass
        assert gate.waiting == 0
    with gate.hold():
        pass


def test_a_failure_inside_lets_the_next_one_in(gate: WriteGate) -> None:
    with pytest.raises(KeyError), gate.hold():
        raise KeyError
    with gate.hold():
        pass


def add_often(path: Path, counter: Path) -> None:
    gate = WriteGate(path)
    for _ in range(200):
        with gate.hold():
            counter.write_text(str(int(counter.read_text()) + 1))


def test_processes_exclude_each_other(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")
    context = multiprocessing.get_context("spawn")
    arguments = (tmp_path / "playhead.db", counter)
    processes = [context.Process(target=add_often, args=arguments) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert counter.read_text() == "400"


def test_the_lock_of_a_process_that_died_in_the_gate_is_free(gate: WriteGate) -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with gate.hold():
            os.write(writing, b"in")
            time.sleep(60)
        os._exit(0)
    assert os.read(reading, 2) == b"in"
    os.kill(child, 9)
    os.waitpid(child, 0)
    with gate.hold():
        pass
    os.close(reading)
    os.close(writing)
