"""`playhead api-key`: keys for the API."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from db.api_keys import ApiKeyRecord, create_key, keys_page, revoke_key
from db.cursors import MAX_FIRST
from db.roles import Role
from engine.errors import Refused
from playhead.commands.help import group, shown
from playhead.commands.refusal import WrongInput
from playhead.commands.time_option import read_time
from playhead.commands.workspace import OpenWorkspace, WorkspaceOption, open_database, open_workspace
from playhead.settings import Settings

EXAMPLE: Final = "playhead api-key create 'the nightly import' --role editor --expires 90d"
LIST_EXAMPLE: Final = "playhead api-key list"
REVOKE_EXAMPLE: Final = "playhead api-key revoke key_01a202a82e7472eab255ab1d1b478f6c"

_WIDTH: Final = 200  # a list that goes to a file or a pipe has no terminal to fit
_NAMES: Final = {"name": "NAME", "expiresAt": "--expires"}

api_key = group("Keys for the API, where PLAYHEAD_AUTH is keys.", EXAMPLE)


@api_key.command(epilog=shown(EXAMPLE))
def create(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="What the key is for; people see it as the actor.")
    ],
    role: Annotated[
        str,
        typer.Option(
            metavar="viewer|editor|admin",
            help="A viewer reads and subscribes, an editor also starts, cancels and edits, an admin also "
            "makes and revokes keys and sets limits.",
        ),
    ] = "editor",
    expires: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="How long it is good, such as 90d, 12h or 30m; left out, for ever."
        ),
    ] = None,
    workspace: WorkspaceOption = "default",
) -> None:
    """Make a key and print it, once: only its hash is kept."""
    its_role, expires_at = _role(role), _expiry(expires)
    with open_workspace(Settings.load(), workspace) as opened:
        try:
            _, key = create_key(opened.database, opened.id, name, role=its_role, expires_at=expires_at)
        except Refused as refusal:
            raise WrongInput(
                *(f"{_NAMES[problem.path[0]]}: {problem.message}" for problem in refusal.problems)
            ) from refusal
    print(key)


@api_key.command("list", epilog=shown(LIST_EXAMPLE))
def list_all(workspace: WorkspaceOption = "default") -> None:
    """Show the keys of a workspace, the newest first: whose, until when, and when each was last used."""
    table = Table("id", "name", "role", "state", "created", "expires", "last used", box=None, pad_edge=False)
    with open_workspace(Settings.load(), workspace) as opened:
        for key in _all(opened):
            times = (_time(moment) for moment in (key.created_at, key.expires_at, key.last_used_at))
            table.add_row(key.id, key.name, key.role.lower(), _state(key), *times)
    console = Console(highlight=False, markup=False)
    console.width = max(console.width, _WIDTH)
    console.print(table)


@api_key.command(epilog=shown(REVOKE_EXAMPLE))
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="The key's id, as `api-key list` shows it.")],
) -> None:
    """Make a key worthless at once; what it follows live ends within 30 seconds."""
    with open_database(Settings.load()) as database:
        key = revoke_key(database, None, key_id)
    if key is None:
        raise WrongInput(f"ID: there is no key '{key_id}' (see playhead api-key list)")
    print(f"{key.name}: revoked {_time(key.revoked_at)}")


def _role(text: str) -> Role:
    try:
        return Role(text.upper())
    except ValueError:
        raise WrongInput(f"--role: got '{text}', takes viewer, editor or admin") from None


def _expiry(text: str | None) -> datetime | None:
    return None if text is None else datetime.now(UTC) + read_time("--expires", text)


def _all(opened: OpenWorkspace) -> Iterator[ApiKeyRecord]:
    after = None
    while True:
        page = keys_page(opened.database, opened.id, first=MAX_FIRST, after=after)
        yield from page.items
        if not page.has_next:
            return
        after = page.cursors[-1]


def _state(key: ApiKeyRecord) -> str:
    if key.revoked_at is not None:
        return "revoked"
    expired = key.expires_at is not None and key.expires_at <= datetime.now(UTC)
    return "expired" if expired else "good"


def _time(moment: datetime | None) -> str:
    return "never" if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"
