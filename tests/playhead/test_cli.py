import json
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from db.database import Database
from db.migrations import is_current
from db.rows import RECORD
from playhead.cli import COMMANDS, app
from schema.root import sdl

WORKFLOW = {
    "name": "One",
    "trigger": {"type": "MANUAL"},
    "activities": [{"key": "one", "type": "formula", "config": {"expression": "1 +"}}],
    "edges": [{"from": "trigger", "to": "one"}],
}


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, prog_name="playhead")


@pytest.fixture
def migrated(no_settings: Path, monkeypatch: pytest.MonkeyPatch, migrated_sqlite_url: str) -> Database:
    """The database that the settings name, at the newest revision; the test stands in an empty folder."""
    monkeypatch.setenv("PLAYHEAD_DATABASE_URL", migrated_sqlite_url)
    return Database(migrated_sqlite_url)


def records(database: Database) -> list[tuple[str, object]]:
    with database.read() as session:
        rows = session.execute(select(RECORD.c.object, RECORD.c["values"]).order_by(RECORD.c.id))
        return [(row[0], row[1]) for row in rows]


def test_without_a_command_it_shows_its_help() -> None:
    result = invoke()
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.output == invoke("--help").output
    assert [
        line.split()[0] for line in result.output.split("Commands:\n")[1].splitlines()[: len(COMMANDS)]
    ] == [*COMMANDS]


SUBCOMMANDS = [
    ["api-key", "create"],
    ["api-key", "list"],
    ["api-key", "revoke"],
    ["workspace", "create"],
    ["workspace", "list"],
]


@pytest.mark.parametrize("command", [[name] for name in COMMANDS] + SUBCOMMANDS)
def test_every_command_has_help_with_an_example(command: list[str]) -> None:
    result = invoke(*command, "--help")
    assert result.exit_code == 0
    assert "Example:\n    " in result.output
    assert f"playhead {' '.join(command)}" in result.output.split("Example:")[1]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ("fly", "No such command 'fly'. (see playhead --help)"),
        ("up --port many", "Invalid value for '--port': Input should be a valid integer, unable to parse string "
         "as an integer (see playhead up --help)"),
        ("up --port 70000", "--port: got '70000', takes a whole number from 0 (any free port) to 65535"),
        ("up --workers 0", "--workers: got '0', takes a whole number of worker processes, 1 to 64"),
        ("up --bogus", "No such option: --bogus (Possible options: --host) (see playhead up --help)"),
        ("up extra", "Got unexpected extra argument(s) (extra) (see playhead up --help)"),
        ("run", "Missing argument 'WORKFLOW.json'. (see playhead run --help)"),
        ("run none.json", "none.json: cannot be read (No such file or directory)"),
        ("run bad.json", "bad.json: activities.0.config.expression: "),
        ("run good.json --payload [1]", "--payload: [1]: cannot be read (No such file or directory)"),
        ("run good.json --payload {", "--payload: is no JSON: Expecting property name enclosed in double quotes "
         "(line 1, column 2)"),
        ("import companies", "Missing argument 'FILE'. (see playhead import --help)"),
        ("import companies none.csv", "none.csv: cannot be read (No such file or directory)"),
        ("import companies bad.csv", "bad.csv, line 3: has 1 fields, the header has 2"),
        ("api-key create", "Missing argument 'NAME'. (see playhead api-key create --help)"),
        ("api-key create ci --workspace other", "--workspace: there is no workspace 'other'; there is default"),
        ("import companies good.csv --workspace other", "--workspace: there is no workspace 'other'; there is default"),
        ("web", "PLAYHEAD_REDIS_URL: is not set; a part alone takes redis://HOST:PORT/DB "
         "(`playhead up` brings its own Redis)"),
        ("worker", "PLAYHEAD_REDIS_URL: is not set; a part alone takes redis://HOST:PORT/DB "
         "(`playhead up` brings its own Redis)"),
        ("scheduler", "PLAYHEAD_REDIS_URL: is not set; a part alone takes redis://HOST:PORT/DB "
         "(`playhead up` brings its own Redis)"),
        ("migrate now", "Got unexpected extra argument(s) (now) (see playhead migrate --help)"),
        ("export-schema --as json", "No such option: --as (see playhead export-schema --help)"),
    ],
)  # fmt: skip
def test_wrong_input_is_one_line_and_changes_nothing(migrated: Database, arguments: str, line: str) -> None:
    Path("bad.json").write_text(json.dumps(WORKFLOW))
    Path("good.json").write_text(json.dumps({**WORKFLOW, "activities": [], "edges": []}))
    Path("bad.csv").write_text("name,size\nAcme,5\nBolt\n")
    Path("good.csv").write_text("name\nAcme\n")
    result = invoke(*arguments.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"playhead: {line}")
    assert result.stderr.count("\n") == 1
    assert records(migrated) == []


def test_a_wrong_setting_is_one_line_of_any_command(
    no_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYHEAD_WORKERS", "many")
    for command in ("up", "web", "worker", "scheduler", "migrate", "import a a.csv", "api-key create ci"):
        result = invoke(*command.split())
        assert (result.exit_code, result.stdout) == (2, "")
        assert (
            result.stderr
            == "playhead: PLAYHEAD_WORKERS: got 'many', takes a whole number of worker processes, 1 to 64\n"
        )


def test_commands_that_need_the_database_say_how_it_comes_to_be(no_settings: Path) -> None:
    Path("good.csv").write_text("name\nAcme\n")
    for command in ("import companies good.csv", "api-key create ci"):
        result = invoke(*command.split())
        assert result.exit_code == 1
        assert result.stderr == (
            f"playhead: there is no database at {no_settings}/.playhead/playhead.db: `playhead migrate` makes it\n"
        )
    assert not Path(".playhead").exists()


def test_migrate_makes_the_database_and_may_be_repeated(no_settings: Path) -> None:
    for _ in range(2):
        result = invoke("migrate")
        assert (result.exit_code, result.stdout) == (0, "The database is at the newest revision\n")
    assert is_current(Database(f"sqlite:///{no_settings}/.playhead/playhead.db"))


def test_a_database_that_cannot_be_reached_is_one_line(
    no_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYHEAD_DATABASE_URL", f"postgresql://nobody@/none?host={no_settings}")
    result = invoke("migrate")
    assert result.exit_code == 1
    assert result.stderr.startswith("playhead: PLAYHEAD_DATABASE_URL: the database cannot be used (")
    assert result.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_used_is_one_line(no_settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("file").touch()
    monkeypatch.setenv("PLAYHEAD_DATABASE_URL", "sqlite:///none/playhead.db")
    result = invoke("migrate")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"playhead: PLAYHEAD_DATABASE_URL: the folder of the database file '{no_settings}/none/playhead.db' "
        "does not exist\n"
    )
    monkeypatch.setenv("PLAYHEAD_DATA_DIR", "file/data")
    result = invoke("migrate")
    assert result.exit_code == 1
    assert (
        result.stderr
        == f"playhead: PLAYHEAD_DATA_DIR: {no_settings}/file/data cannot be used (Not a directory)\n"
    )


def test_import_creates_records_and_with_a_key_updates_them(migrated: Database) -> None:
    Path("a.csv").write_text("name,size\nAcme,5\nBolt,\n")
    Path("b.jsonl").write_text(
        '{"name": "Acme", "size": 7}\n{"name": "Bolt", "size": null}\n{"name": "Cog"}\n'
    )
    first = invoke("import", "companies", "a.csv")
    second = invoke("import", "companies", "b.jsonl", "--key", "name")
    assert first.stdout == "companies: 2 created, 0 updated, 0 unchanged\n"
    assert second.stdout == "companies: 1 created, 1 updated, 1 unchanged\n"
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert records(migrated) == [
        ("companies", {"name": "Acme", "size": 7}),
        ("companies", {"name": "Bolt", "size": None}),
        ("companies", {"name": "Cog"}),
    ]


def test_a_record_that_the_database_refuses_undoes_its_batch_and_says_what_was_written(
    migrated: Database,
) -> None:
    Path("a.csv").write_text("name\n" + "".join(f"company {n}\n" for n in range(149)) + "Twin\n")
    Path("twins.csv").write_text("name\nTwin\nTwin\n")
    invoke("import", "companies", "twins.csv")
    result = invoke("import", "companies", "a.csv", "--key", "name")
    assert result.exit_code == 2
    assert result.stderr.startswith("playhead: a.csv, line 151: ")
    assert result.stderr.endswith(" (100 created, 0 updated, 0 unchanged, nothing from line 102 on)\n")
    assert len(records(migrated)) == 102


def test_export_schema_prints_the_sdl() -> None:
    result = invoke("export-schema")
    assert (result.exit_code, result.stdout) == (0, sdl())
