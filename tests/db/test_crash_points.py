import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from db import crash_points
from db.crash_points import PLACES
from playhead.settings import Settings, SettingsError
from tests.crashing import POINTS, ROOT, CrashingSettings, crashing_environment, striking

PRODUCT = ("db", "live", "workers", "resolvers", "schema", "playhead")


def test_each_point_is_told_of_and_passed_somewhere() -> None:
    sources = [path.read_text() for folder in PRODUCT for path in Path(ROOT, folder).rglob("*.py")]
    passed = {found for source in sources for found in re.findall(r'crash_points\.reach\("(\w+)"\)', source)}

    assert passed == set(POINTS) == set(PLACES)


def test_a_point_that_nothing_is_armed_for_is_passed() -> None:
    assert crash_points._armed is None

    crash_points.reach("W5")


def test_it_strikes_at_the_pass_that_was_asked_for_and_at_its_point_alone() -> None:
    deaths: list[str] = []
    strike = striking("W5", 3, lambda: deaths.append("died"))
    seen = []

    for point in ("W5", "W6", "W5", "W7", "W5", "W5"):
        strike(point)
        seen.append(len(deaths))

    assert seen == [0, 0, 0, 0, 1, 1]


def test_a_process_of_the_test_build_kills_itself() -> None:
    program = """
from db.crash_points import reach
from tests.crashing import CrashingSettings
CrashingSettings.load()
reach("W4")
print("passed once", flush=True)
reach("W4")
print("passed twice", flush=True)
"""
    ended = subprocess.run(
        [sys.executable, "-P", "-c", program],
        check=False,
        env=crashing_environment({}, "W4", 2),
        capture_output=True,
        text=True,
    )

    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, "passed once\n")


def test_the_real_settings_refuse_the_variable(no_settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYHEAD_CRASH_AT", "W4:1")

    with pytest.raises(SettingsError, match="PLAYHEAD_CRASH_AT: there is no such setting"):
        Settings.load()


@pytest.mark.parametrize("wrong", ["W9:1", "W4", "W4:0", "W4:x", "W4:-1", ":1"])
def test_a_place_that_does_not_exist_is_refused(
    no_settings: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv("PLAYHEAD_CRASH_AT", wrong)

    with pytest.raises(
        SettingsError, match=r"PLAYHEAD_CRASH_AT: got .*, takes POINT:N, where POINT is one of A1"
    ):
        CrashingSettings.load()
