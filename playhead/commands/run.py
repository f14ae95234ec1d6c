"""`playhead run`: a workflow file, run and shown in the terminal."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from db.records import Actor
from db.workflows import ensure_published
from engine.errors import Refused
from playhead.client import Client, Rejected, Unreachable
from playhead.commands.refusal import CommandFailed, WrongInput
from playhead.commands.workspace import OpenWorkspace, WorkspaceOption, open_workspace
from playhead.local_server import LocalServer, NoServerError
from playhead.plain_lines import PlainLines
from playhead.run_picture import RunPicture
from playhead.run_summary import summary
from playhead.settings import Settings
from playhead.temporary_key import temporary_key
from playhead.terminal import LiveTree
from playhead.watch import Watch
from playhead.workflow_file import WorkflowFile, check, read_payload, read_workflow, refused_definition

COMMAND_LINE: Final = Actor(kind="USER", id=None, name="playhead run")
EXIT_CODES: Final = {"COMPLETED": 0, "FAILED": 1, "CANCELED": 130}

_START: Final = """
mutation Start($workflowId: ID!, $payload: JSON!) {
  startRun(input: {workflowId: $workflowId, payload: $payload}) { run { id } errors { code message path } }
}
"""


def run(
    file: Annotated[Path, typer.Argument(metavar="WORKFLOW.json", help="The workflow to run.")],
    payload: Annotated[
        str | None, typer.Option(metavar="FILE or JSON", help="What the run starts with.")
    ] = None,
    workspace: WorkspaceOption = "default",
) -> None:
    """Publish a workflow, start a run of it, and show the run live.

    Uses the server of the data folder where one runs, else brings up its own and stops it at the end. A
    workflow of the same name is reused; it gets a new version only where the definition differs. Ctrl-C
    cancels the run.

    Exit codes: 0 completed, 1 failed, 2 the definition or the payload is refused, 130 canceled.
    """
    settings = Settings.load()
    workflow = check(read_workflow(file), file)
    given = read_payload(payload, workflow)
    try:
        with LocalServer(settings) as server:
            server.url()  # the database is migrated once it answers
            with (
                open_workspace(settings, workspace) as opened,
                temporary_key(settings, opened.database, opened.id, "playhead run") as key,
            ):
                workflow_id = _publish(opened, workflow, file)
                status = _show(server, key, workflow.name, _start(server, key, workflow_id, given))
    except (NoServerError, Unreachable, Rejected) as error:
        raise CommandFailed(str(error)) from error
    raise typer.Exit(EXIT_CODES[status])


def _publish(opened: OpenWorkspace, workflow: WorkflowFile, file: Path) -> str:
    try:
        return ensure_published(
            opened.database,
            opened.id,
            COMMAND_LINE,
            name=workflow.name,
            description=workflow.description,
            definition=workflow.definition,
        ).id
    except Refused as refusal:
        raise refused_definition(refusal, file) from refusal


def _start(server: LocalServer, key: str | None, workflow_id: str, payload: Mapping[str, Any]) -> str:
    client = Client(server.url(), key)
    try:
        answer = client.execute(_START, {"workflowId": workflow_id, "payload": payload})["startRun"]
    finally:
        client.close()
    if answer["errors"]:
        raise WrongInput(*(_fault(error) for error in answer["errors"]))
    return str(answer["run"]["id"])


def _fault(error: Mapping[str, Any]) -> str:
    return f"{'.'.join(error['path'])}: {error['message']} ({error['code']})"


def _show(server: LocalServer, key: str | None, workflow: str, run_id: str) -> str:
    """Shows the run to its end; gives its last status."""
    picture, console = RunPicture(workflow), Console(highlight=False)
    with LiveTree(picture, console) if console.is_terminal else PlainLines(picture, _write) as view:
        view.note(f"Run {run_id} on {server.url()}")
        Watch(lambda: Client(server.url(), key), run_id, picture, view).to_the_end()
    for line in summary(picture):
        console.print(line, soft_wrap=True)
    return picture.status


def _write(line: str) -> None:
    print(line, flush=True)
