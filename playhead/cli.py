"""The command line: which commands there are, and how each says that it could not do what was asked."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

import typer
from sqlalchemy.exc import SQLAlchemyError
from typer.core import TyperGroup

from db.engines import DatabaseUrlError
from playhead.commands.help import group, shown
from playhead.commands.refusal import CommandFailed, WrongInput
from playhead.settings import SettingsError

EXIT_FAILED: Final = 1
EXIT_WRONG_INPUT: Final = 2


@dataclass(frozen=True, slots=True)
class Listed:
    """A command: the module of `playhead.commands` and the function that it is, and an example."""

    module: str
    function: str
    example: str


_REDIS: Final = "PLAYHEAD_REDIS_URL=redis://localhost:6379/0"
_POSTGRES: Final = "PLAYHEAD_DATABASE_URL=postgresql://playhead@localhost/playhead"
_HEALTH_CARE: Final = """--payload '{"sector": "Health Care"}'"""

COMMANDS: Final[Mapping[str, Listed]] = {
    "up": Listed("up", "up", "playhead up --demo --port 8000"),
    "web": Listed("parts", "web", f"{_REDIS} playhead web"),
    "worker": Listed("parts", "worker", f"{_REDIS} playhead worker"),
    "scheduler": Listed("parts", "scheduler", f"{_REDIS} playhead scheduler"),
    "migrate": Listed("migrate", "migrate", f"{_POSTGRES} playhead migrate"),
    "run": Listed("run", "run", f"playhead run examples/review-a-sector.json {_HEALTH_CARE}"),
    "import": Listed(
        "import_records", "import_records", "playhead import companies companies.csv --key symbol"
    ),
    "export-schema": Listed("export_schema", "export_schema", "playhead export-schema > schema.graphql"),
    "api-key": Listed("api_key", "api_key", "playhead api-key create 'the nightly import'"),
    "prune": Listed("prune", "prune", "playhead prune --older-than 90d --dry-run"),
    "workspace": Listed("workspace", "workspace", "playhead workspace create research"),
}


class Commands(TyperGroup):
    """The commands, each loaded when it is asked for: the parts of a server share one machine's start."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the signature is Typer's
        """Gives the names of the commands, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - the signature is Typer's
        """Gives a command by its name, None where there is no such command."""
        listed = COMMANDS.get(cmd_name)
        if listed is None:
            return None
        found = getattr(import_module(f"playhead.commands.{listed.module}"), listed.function)
        if isinstance(found, typer.Typer):  # a group of commands
            return typer.main.get_command(found)
        holder = typer.Typer(add_completion=False, rich_markup_mode=None)
        holder.command(cmd_name, epilog=shown(listed.example))(found)
        return typer.main.get_command(holder)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: ARG002 - the signature is Typer's; the exit code is chosen here
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Runs a command and exits: 2 for wrong input, 1 for what could not be done, else its own code.

        What a person got wrong is a line on stderr, never a traceback.
        """
        try:
            sys.exit(super().main(args, prog_name, complete_var, False, windows_expand_args, **extra))
        except WrongInput as error:
            _leave(EXIT_WRONG_INPUT, *error.lines)
        except SettingsError as error:
            _leave(EXIT_WRONG_INPUT, str(error))
        except DatabaseUrlError as error:
            _leave(EXIT_WRONG_INPUT, f"PLAYHEAD_DATABASE_URL: {error}")
        except typer.TyperException as error:
            _leave(EXIT_WRONG_INPUT, _usage_fault(error))
        except CommandFailed as error:
            _leave(EXIT_FAILED, str(error))
        except SQLAlchemyError as error:
            _leave(EXIT_FAILED, f"PLAYHEAD_DATABASE_URL: the database cannot be used ({_first_line(error)})")


def _leave(code: int, *lines: str) -> None:
    for line in lines:
        print(f"playhead: {line}", file=sys.stderr)
    sys.exit(code)


def _usage_fault(error: typer.TyperException) -> str:
    """What is wrong with the arguments, in one line that says where help is."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "playhead"
    return f"{' '.join(error.format_message().split())} (see {command} --help)"


def _first_line(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]


app = group("Playhead runs workflows and shows each run live.", "playhead up --demo", Commands)
