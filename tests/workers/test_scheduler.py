import signal
import subprocess
import sys

import pytest


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_scheduler_does_all_its_duties_until_it_is_told_to_stop(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "tests.workers.fake_scheduler"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(10)]
        assert lines.count("sweep\n") >= 3 and lines.count("fold\n") >= 3
        process.send_signal(number)
        assert process.wait(10) == 0
