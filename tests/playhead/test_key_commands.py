"""`playhead api-key` and `playhead workspace`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner, Result

from db.api_keys import ApiKeyRecord, find_key, note_use
from db.database import Database
from db.ids import DEFAULT_WORKSPACE
from db.roles import Role
from db.rows import API_KEY, RECORD
from db.workspaces import workspace_id_of
from playhead.cli import app


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, prog_name="playhead")


@pytest.fixture
def migrated(no_settings: Path, monkeypatch: pytest.MonkeyPatch, migrated_sqlite_url: str) -> Database:
    """The database that the settings name, at the newest revision."""
    monkeypatch.setenv("PLAYHEAD_DATABASE_URL", migrated_sqlite_url)
    return Database(migrated_sqlite_url)


def made(database: Database, *arguments: str) -> ApiKeyRecord:
    result = invoke("api-key", "create", *arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    found = find_key(database, result.stdout.strip())
    assert found is not None
    return found


def listed(*arguments: str) -> list[list[str]]:
    """The rows of the list, without its head."""
    lines = invoke("api-key", "list", *arguments).stdout.splitlines()
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines[1:]]


def test_a_new_key_is_printed_once_and_opens_the_workspace(migrated: Database) -> None:
    result = invoke("api-key", "create", "ci")
    assert result.exit_code == 0
    found = find_key(migrated, result.stdout.strip())
    assert found is not None
    assert (found.name, found.workspace_id) == ("ci", DEFAULT_WORKSPACE)
    assert (found.role, found.expires_at) == (Role.EDITOR, None)
    with migrated.read() as session:
        assert result.stdout.strip() not in str(session.execute(select(API_KEY)).all())


def test_a_key_has_the_role_the_time_and_the_workspace_that_are_asked_for(migrated: Database) -> None:
    assert invoke("workspace", "create", "research").exit_code == 0
    key = made(migrated, "ci", "--role", "admin", "--expires", "90d", "--workspace", "research")
    assert (key.role, key.workspace_id) == (Role.ADMIN, workspace_id_of(migrated, "research"))
    assert key.expires_at is not None
    assert abs(key.expires_at - datetime.now(UTC) - timedelta(days=90)) < timedelta(minutes=1)


@pytest.mark.parametrize(("text", "lasts"), [("30m", 1800), ("12h", 43_200), ("36500d", 3_153_600_000)])
def test_a_time_has_a_unit(migrated: Database, text: str, lasts: int) -> None:
    key = made(migrated, "ci", "--expires", text)
    assert key.expires_at is not None
    assert round((key.expires_at - key.created_at).total_seconds()) == lasts


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([" "], "NAME: A key's name has 1 to 200 characters."),
        (["a", "--role", "god"], "--role: got 'god', takes viewer, editor or admin"),
        *[
            (
                ["a", "--expires", text],
                f"--expires: got '{text}', takes a time such as 90d, 12h or 30m, 36500d at most",
            )
            for text in ("soon", "90", "0d", "-1d", "36501d", "999999999d", "1.5d", "")
        ],
        (["a", "--workspace", "x"], "--workspace: there is no workspace 'x'; there is default"),
    ],
)
def test_what_a_key_cannot_be_is_refused_in_one_line(
    migrated: Database, arguments: list[str], line: str
) -> None:
    result = invoke("api-key", "create", *arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"playhead: {line}\n")
    with migrated.read() as session:
        assert session.execute(select(API_KEY)).all() == []


def test_a_revoked_key_is_worthless_and_stays_in_the_list(migrated: Database) -> None:
    result = invoke("api-key", "create", "the nightly import")
    (row,) = listed()
    assert row[1:4] == ["the nightly import", "editor", "good"] and row[5:] == ["never", "never"]
    revoked = invoke("api-key", "revoke", row[0])
    assert (revoked.exit_code, revoked.stdout.split(" 2")[0]) == (0, "the nightly import: revoked")
    assert find_key(migrated, result.stdout.strip()) is None
    assert listed()[0][3] == "revoked"


def test_nothing_is_revoked_by_an_unknown_id(migrated: Database) -> None:
    result = invoke("api-key", "revoke", "key_1")
    assert (result.exit_code, result.stderr) == (
        2,
        "playhead: ID: there is no key 'key_1' (see playhead api-key list)\n",
    )


def test_the_list_shows_the_newest_first_and_their_times(migrated: Database) -> None:
    old, new = made(migrated, "old", "--role", "viewer"), made(migrated, "new", "--expires", "1h")
    moment = datetime(2026, 1, 2, 12, 30, tzinfo=UTC)
    note_use(migrated, {old.id}, moment)
    with migrated.write() as session:
        session.execute(update(API_KEY).where(API_KEY.c.id == new.id).values(expires_at=moment))
    created = f"{old.created_at:%Y-%m-%d %H:%M} UTC"
    assert listed() == [
        [new.id, "new", "editor", "expired", created, "2026-01-02 12:30 UTC", "never"],
        [old.id, "old", "viewer", "good", created, "never", "2026-01-02 12:30 UTC"],
    ]


def test_a_list_of_more_than_a_page_is_whole_and_of_one_workspace(migrated: Database) -> None:
    invoke("workspace", "create", "research")
    for number in range(101):
        made(migrated, f"key {number}", "--workspace", "research")
    made(migrated, "other")
    assert [row[1] for row in listed("--workspace", "research")] == [f"key {n}" for n in range(100, -1, -1)]
    assert [row[1] for row in listed()] == ["other"]


def test_a_new_workspace_is_there_and_its_id_is_printed(migrated: Database) -> None:
    result = invoke("workspace", "create", "research")
    assert (result.exit_code, result.stdout.strip()) == (0, workspace_id_of(migrated, "research"))
    assert invoke("workspace", "list").stdout == "default\nresearch\n"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (" ", "NAME: A workspace's name has 1 to 200 characters."),
        ("default", "NAME: There is a workspace 'default' already."),
    ],
)
def test_a_workspace_needs_a_name_of_its_own(migrated: Database, name: str, line: str) -> None:
    result = invoke("workspace", "create", name)
    assert (result.exit_code, result.stderr) == (2, f"playhead: {line}\n")


def test_records_are_imported_into_the_workspace_that_is_named(migrated: Database) -> None:
    invoke("workspace", "create", "research")
    Path("a.csv").write_text("name\nAcme\n")
    assert invoke("import", "companies", "a.csv", "--workspace", "research").exit_code == 0
    with migrated.read() as session:
        found = session.scalars(select(RECORD.c.workspace_id)).all()
    assert found == [workspace_id_of(migrated, "research")]
