"""The files that the viewer's fold is held against are what the server's fold gives now."""

import json

import pytest

from tests.pictures.making import FOLDER, RUNS, made, text


@pytest.mark.parametrize("name", RUNS)
def test_the_file_is_what_the_servers_fold_gives(name: str) -> None:
    stored = (FOLDER / f"{name}.json").read_text()
    assert stored == text(made(name)), "python -m tests.pictures.making"


def test_the_files_show_each_state_of_an_activity_and_each_end_of_a_run() -> None:
    states, ends = set(), set()
    for path in FOLDER.glob("*.json"):
        content = json.loads(path.read_text())
        states |= {activity[1] for shown in content["shown"] for activity in shown["activities"]}
        ends.add(content["events"][-1]["type"])
    assert states == {
        "NOT_REACHED", "PENDING", "RUNNING", "WAITING", "COMPLETED", "FAILED", "SKIPPED", "CANCELED",
    }  # fmt: skip
    assert ends == {"RunCompleted", "RunFailed", "RunCanceled"}


def test_no_file_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(RUNS)
