"""`python -m tests.pictures.making`: writes the logs, and what the server's fold makes of them after each event.

The run viewer folds the same logs (`web/viewer/fold/fixtures.test.ts`): both folds are held against the same files.
"""

import json
import random
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from db.records import RunRecord
from engine.event_record import EventRecord
from engine.events import Event
from engine.folding import Picture
from engine.reading import normalize
from engine.status import RunStatus
from resolvers.graph import overlay
from tests.engine.simulation import Simulation, activity, edge, workflow
from tests.engine.test_random_runs import run_to_the_end

FOLDER = Path(__file__).parent

PLAIN = workflow(
    [
        activity("find"),
        activity("known", "if_else"),
        activity("yes"),
        activity("no"),
        activity("rest", "delay"),
        activity("keep"),
    ],
    [
        edge("trigger", "find"),
        edge("find", "known"),
        edge("known", "yes", "true"),
        edge("known", "no", "false"),
        edge("yes", "rest"),
        edge("rest", "keep"),
        edge("no", "keep"),
    ],
)
LOOPS = workflow(
    [
        activity("outer", "loop", items=[1, 2, 3], mode="parallel", concurrency=2, onFailure="continue"),
        activity("pick", "filter", "outer"),
        activity("inner", "loop", "outer", items=[1, 2]),
        activity("work", parent="inner", retry={"maxAttempts": 2}),
        activity("mend", parent="inner"),
        activity("last", parent="outer"),
        activity("after"),
        activity("never", "filter"),
        activity("end"),
    ],
    [
        edge("trigger", "outer"),
        edge("trigger", "never"),
        edge("outer", "pick", "each"),
        edge("pick", "inner"),
        edge("inner", "work", "each"),
        edge("work", "mend", "error"),
        edge("inner", "last"),
        edge("outer", "after"),
        edge("never", "end"),
        edge("after", "end"),
    ],
)
NOTHING = workflow(
    [activity("each", "loop", items=[]), activity("inside", parent="each"), activity("after")],
    [edge("trigger", "each"), edge("each", "inside", "each"), edge("each", "after")],
)

RUNS: Mapping[str, tuple[Any, int, float, int | None]] = {
    "branch": (PLAIN, 1, 0.0, None),
    "other-branch": (PLAIN, 4, 0.0, None),
    "failed": (PLAIN, 2, 0.5, None),
    "canceled": (PLAIN, 3, 0.0, 4),
    "loops": (LOOPS, 5, 0.0, None),
    "loops-with-failures": (LOOPS, 8, 0.3, None),
    "loops-canceled": (LOOPS, 7, 0.1, 14),
    "nothing-to-loop-over": (NOTHING, 1, 0.0, None),
}
"""By the file's name: a workflow, what chance begins with, the share of attempts that fail, and when it is canceled."""


def made(name: str) -> dict[str, Any]:
    """Gives what a file holds."""
    definition, seed, failures, cancel_at = RUNS[name]
    run = Simulation(definition)
    run_to_the_end(run, random.Random(seed), failures=failures, lost=failures / 3, cancel_at=cancel_at)
    form = normalize(definition)
    picture, shown = Picture(), []
    for event in run.events:
        picture.take(_record(event))
        shown.append(_shown(form, picture, event))
    return {
        "definition": {
            "activities": [
                {"key": one["key"], "name": one["name"], "parent": one.get("parent")}
                for one in form["activities"]
            ],
            "edges": form["edges"],
        },
        "events": [
            {"seq": one.seq, "at": one.at, "type": one.type.value, "data": one.data, "header": one.header}
            for one in run.events
        ],
        "shown": shown,
    }


def text(content: dict[str, Any]) -> str:
    """Gives a file's text: an event, and what is shown after it, to a line."""
    lines = [f'{{"definition": {json.dumps(content["definition"])},\n"events": [']
    lines.append(",\n".join(json.dumps(one) for one in content["events"]))
    lines.append('],\n"shown": [')
    lines.append(",\n".join(json.dumps(one) for one in content["shown"]))
    return "\n".join([*lines, "]}", ""])


def _shown(form: Any, picture: Picture, event: Event) -> dict[str, Any]:
    row = picture.run
    graph = overlay(
        form,
        RunRecord(
            workspace_id="ws_1",
            workflow_id="wf_1",
            version_id="wfv_1",
            seq=picture.seq,
            state=picture.state,
            **{name: value for name, value in row.items() if name not in ("last_seq", "status")},
            status=RunStatus(row["status"]),
        ),
    )
    changed = picture.executions.get(event.subject_id)
    return {
        "seq": picture.seq,
        "activities": [
            [
                one.activity["key"], one.state.value, one.execution_count, one.failure_count, one.credits_used,
                one.latest_execution_id, one.skipped_because,
            ]
            for one in graph.activities
        ],
        "edges": [one.count for one in graph.edges],
        "turns": _turns(picture),
        "execution": None if changed is None else {
            "id": changed["id"],
            "path": changed["path"],
            "status": changed["status"],
            "attempt": changed["attempt"],
            "exit": changed["exit"],
            "creditsUsed": changed["credits_used"],
            "startedAt": _text(changed["started_at"]),
            "endedAt": _text(changed["ended_at"]),
            "error": changed["error"],
        },
    }  # fmt: skip


def _turns(picture: Picture) -> dict[str, list[str]]:
    """Gives the statuses of the turns of each Loop, by what their paths begin with."""
    found: dict[str, list[str]] = {}
    for row in sorted(picture.iterations.values(), key=lambda one: one["index"]):
        found.setdefault(row["path"].rpartition(":")[0], []).append(str(row["status"]))
    return dict(sorted(found.items()))


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _record(event: Event) -> EventRecord:
    return EventRecord(
        run_id="run_1",
        seq=event.seq,
        at=datetime.fromisoformat(event.at),
        type=event.type,
        subject=event.subject,
        subject_id=event.subject_id,
        data=event.data,
        header=event.header,
    )


if __name__ == "__main__":
    for run in RUNS:
        (FOLDER / f"{run}.json").write_text(text(made(run)))
