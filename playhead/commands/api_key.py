"""`playhead api-key`: keys for the API."""

from typing import Annotated, Final

import typer

from db.api_keys import create_key
from engine.errors import Refused
from playhead.commands.help import group, shown
from playhead.commands.refusal import WrongInput
from playhead.commands.workspace import WorkspaceOption, open_workspace
from playhead.settings import Settings

EXAMPLE: Final = "playhead api-key create 'the nightly import'"

api_key = group("Keys for the API, where PLAYHEAD_AUTH is keys.", EXAMPLE)


@api_key.command(epilog=shown(EXAMPLE))
def create(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="What the key is for; people see it as the actor.")
    ],
    workspace: WorkspaceOption = "default",
) -> None:
    """Make a key and print it, once: only its hash is kept."""
    with open_workspace(Settings.load(), workspace) as opened:
        try:
            _, key = create_key(opened.database, opened.id, name)
        except Refused as refusal:
            raise WrongInput(*(f"NAME: {problem.message}" for problem in refusal.problems)) from refusal
    print(key)
