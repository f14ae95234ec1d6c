"""`playhead prune`."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from typer.testing import CliRunner, Result

from db.cancel import cancel_run
from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.pruning import Pruned
from db.rows import EVENT, RUN
from playhead.cli import app
from playhead.commands import prune as command
from tests.engine.simulation import activity, edge, workflow
from tests.workers.harness import USER, Harness


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, ("prune", *arguments), prog_name="playhead")


@pytest.fixture
def migrated(no_settings: Path, monkeypatch: pytest.MonkeyPatch, migrated_sqlite_url: str) -> Database:
    """The database that the settings name."""
    monkeypatch.setenv("PLAYHEAD_DATABASE_URL", migrated_sqlite_url)
    return Database(migrated_sqlite_url)


def old_runs(database: Database, count: int) -> None:
    """Runs that ended a hundred days ago, each with five events or more."""
    harness = Harness(database)
    workflow_id = harness.publish(workflow([activity("a")], [edge("trigger", "a")]))
    for _ in range(count):
        run_id = harness.begin(workflow_id).run.id
        harness.work()
        cancel_run(database, DEFAULT_WORKSPACE, run_id, USER)
    then = database.now() - timedelta(days=100)
    with database.write() as session:
        session.execute(update(RUN).values(queued_at=then, ended_at=then))


def count(database: Database, table: object = RUN) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


def test_a_dry_run_says_what_would_go_and_removes_nothing(migrated: Database) -> None:
    old_runs(migrated, 2)
    result = invoke("--older-than", "90d", "--dry-run")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("Would remove 2 runs that ended before 2")
    assert count(migrated) == 2


def test_it_removes_what_is_old_enough_and_says_how_much(migrated: Database) -> None:
    old_runs(migrated, 2)
    would = invoke("--older-than", "90d", "--dry-run").stdout
    result = invoke("--older-than", "90d")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == would.replace("Would remove", "Removed")
    assert (count(migrated), count(migrated, EVENT)) == (0, 0)


def test_where_nothing_is_old_enough_it_says_so(migrated: Database) -> None:
    old_runs(migrated, 1)
    result = invoke("--older-than", "101d")
    assert (result.exit_code, count(migrated)) == (0, 1)
    assert result.stdout.startswith("No run ended before 2")
    assert result.stdout.endswith(" UTC: there is nothing to remove\n")


def test_a_person_who_stops_it_is_told_that_it_can_go_on(
    migrated: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_runs(migrated, 1)

    def stopped(*_: object) -> object:
        yield Pruned(runs=1200, rows=9)
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "removing", stopped)
    result = invoke("--older-than", "90d")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "playhead: stopped after 1,200 runs: the same command goes on from there\n"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "Missing option '--older-than'. (see playhead prune --help)"),
        (
            ["--older-than", "soon"],
            "--older-than: got 'soon', takes a time such as 90d, 12h or 30m, 36500d at most",
        ),
        (
            ["--older-than", "0d"],
            "--older-than: got '0d', takes a time such as 90d, 12h or 30m, 36500d at most",
        ),
    ],
)
def test_a_wrong_age_is_refused_in_one_line(migrated: Database, arguments: list[str], line: str) -> None:
    result = invoke(*arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"playhead: {line}\n")
