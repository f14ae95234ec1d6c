"""Each test forks in a process of its own: pytest's has threads, and what it holds."""

import subprocess
import sys

from tests.waiting import has_ended, wait_until


def told(program: str) -> str:
    """Runs a program and gives what it and its copies print, a line each."""
    imports = "import os, signal, sys, time\nfrom playhead.forking import Forked, can_fork\n"
    done = subprocess.run(
        [sys.executable, "-c", imports + program], capture_output=True, text=True, check=False, timeout=60
    )
    return done.stdout + done.stderr


def test_its_exit_code_is_that_of_its_exit() -> None:
    assert told("print(Forked('x', list).wait(), Forked('x', lambda: sys.exit(3)).wait())") == "0 3\n"


def test_a_function_that_fails_says_why_and_gives_1() -> None:
    said = told("print(Forked('x', lambda: 1 // 0).wait())")
    assert said.startswith("1\n")
    assert said.endswith("ZeroDivisionError: integer division or modulo by zero\n")


def test_what_it_prints_before_it_ends_is_there() -> None:
    assert told("print('this')\nForked('x', lambda: print('that')).wait()") == "this\nthat\n"


def test_its_command_line_is_its_title() -> None:
    program = "import psutil\nchild = Forked('playhead worker', lambda: time.sleep(60))\n"
    asked = "while (line := psutil.Process(child.pid).cmdline())[0] == sys.executable: time.sleep(0.01)\n"
    assert told(program + asked + "print(' '.join(line).rstrip())") == "playhead worker\n"


def test_it_ends_with_a_parent_that_is_killed() -> None:
    program = (
        "print(Forked('x', lambda: time.sleep(60)).pid, flush=True)\nos.kill(os.getpid(), signal.SIGKILL)"
    )
    pid = int(told(program))
    wait_until(lambda: has_ended(pid))


def test_a_wait_that_lasts_too_long_says_so_and_a_kill_ends_it() -> None:
    said = told("""
import subprocess
child = Forked('x', lambda: time.sleep(60))
try:
    child.wait(0.05)
except subprocess.TimeoutExpired:
    print(child.poll())
child.send_signal(signal.SIGKILL)
print(child.wait(), child.poll())
child.send_signal(signal.SIGKILL)
""")
    assert said == "None\n-9 -9\n"


def test_signals_do_in_it_what_they_do_in_a_new_process() -> None:
    said = told("""
from playhead.signals import Signals
def handlers():
    for name in ('SIGINT', 'SIGTERM', 'SIGCHLD', 'SIGHUP'):
        print(repr(signal.getsignal(getattr(signal, name))))
    print(signal.set_wakeup_fd(-1), signal.pthread_sigmask(signal.SIG_BLOCK, ()))
signal.signal(signal.SIGHUP, signal.SIG_IGN)
with Signals():
    Forked('x', handlers).wait()
""")
    assert said.splitlines() == [
        "<built-in function default_int_handler>",
        "<Handlers.SIG_DFL: 0>",
        "<Handlers.SIG_DFL: 0>",
        "<Handlers.SIG_IGN: 1>",
        "-1 set()",
    ]


def test_a_stop_that_comes_before_it_has_begun_ends_it() -> None:
    said = told("""
from playhead.signals import Signals
os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGTERM))
with Signals() as signals:
    print(Forked('x', lambda: time.sleep(60)).wait(20), signals.stop_requested)
""")
    assert said == "-15 False\n"


def test_signals_reach_its_parent_as_before() -> None:
    said = told("""
Forked('x', list).wait()
print(signal.pthread_sigmask(signal.SIG_BLOCK, ()))
""")
    assert said == "set()\n"


def test_a_process_with_threads_cannot_be_copied() -> None:
    said = told("""
import threading
print(can_fork())
end = threading.Event()
threading.Thread(target=end.wait).start()
print(can_fork())
end.set()
""")
    assert said == f"{sys.platform == 'linux'}\nFalse\n"
