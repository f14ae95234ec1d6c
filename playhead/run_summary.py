"""What `playhead run` says last: how the run ended, what it cost, why it failed, what a cancel did."""

from collections.abc import Iterator

from rich.text import Text

from playhead.plain_lines import describe
from playhead.run_picture import RunPicture
from playhead.terminal import count, duration

_STYLES = {"COMPLETED": "bold green", "FAILED": "bold red", "CANCELED": "bold yellow"}


def summary(picture: RunPicture) -> Iterator[Text]:
    """Gives the lines about a run that has ended."""
    run = picture.run
    took, cost = duration(run["durationMs"] or 0.0), count(run["creditsUsed"], "credit")
    yield Text(f"{picture.status.capitalize()} in {took}, {cost}", _STYLES[picture.status])
    if run["error"]:
        at = f"'{run['failedExecution']['name']}': " if run["failedExecution"] else ""
        yield Text(f"Failed at {at}{describe(run['error'])}", "red")
    if receipt := run["cancellation"]:
        names = ", ".join(execution["name"] for execution in receipt["inFlight"]) or "nothing"
        charged = count(receipt["creditsAfterRequest"], "credit")
        yield Text(f"In flight at the cancel: {names}; charged since: {charged}")
        yield Text(f"Prevented: {count(receipt['prevented'], 'activity execution')} that had not started")
