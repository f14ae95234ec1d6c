"""A filter that is watched means what the same filter means to the database."""

import itertools
from collections.abc import Iterator
from datetime import timedelta

import pytest

from db.cancel import cancel_run
from db.database import Database
from db.events import events
from db.filters import RunFilter
from db.ids import DEFAULT_WORKSPACE
from db.runs import runs_page
from engine.status import RunStatus
from resolvers.watching import passes
from tests.engine.simulation import activity, edge, workflow
from tests.workers.harness import USER, Harness

CHAIN = workflow([activity("a")], [edge("trigger", "a")])
BROKEN = workflow([activity("a", expression="1 / 0")], [edge("trigger", "a")])
WAIT = workflow([activity("a", "delay", amount=1, unit="hours")], [edge("trigger", "a")])


@pytest.fixture
def harness(database: Database) -> Harness:
    made = Harness(database)
    for definition in (CHAIN, BROKEN, WAIT):
        made.run(definition)
    made.begin(made.publish(CHAIN))
    canceled = made.run(WAIT)
    cancel_run(database, DEFAULT_WORKSPACE, canceled, USER)
    return made


def filters(harness: Harness) -> Iterator[RunFilter]:
    rows = harness.query("SELECT workflow_id FROM run ORDER BY id")
    moments = [
        run.queued_at
        for run in runs_page(harness.database, DEFAULT_WORKSPACE, RunFilter(), first=9, after=None).items
    ]
    middle = sorted(moments)[2]
    choices = {
        "workflow_id": [None, rows[0].workflow_id, "wf_x", "wf_\0"],
        "statuses": [None, (), (RunStatus.COMPLETED, RunStatus.QUEUED), (RunStatus.FAILED,)],
        "trigger_types": [None, (), ("MANUAL",), ("WEBHOOK",)],
        "started_after": [None, middle],
        "started_before": [None, middle, middle + timedelta(microseconds=1)],
        "has_error": [None, True, False],
        "error_code": [None, "DIVISION_BY_ZERO", "FORMULA_INVALID", "X"],
    }
    for one in itertools.product(*choices.values()):
        if sum(value is not None for value in one) <= 2:
            yield RunFilter(**dict(zip(choices, one, strict=True)))


def test_a_filter_that_is_watched_means_what_it_means_to_the_database(harness: Harness) -> None:
    whole = runs_page(harness.database, DEFAULT_WORKSPACE, RunFilter(), first=9, after=None).items
    headers = {
        run.id: events(harness.database, run.id, after=run.seq - 1, limit=1)[0].header for run in whole
    }
    some = 0
    for which in filters(harness):
        page = runs_page(harness.database, DEFAULT_WORKSPACE, which, first=9, after=None)
        found = {run.id for run in page.items}
        assert {run.id for run in whole if passes(which, run, headers[run.id])} == found, which
        some += 0 < len(found) < len(whole)
    assert some > 30
