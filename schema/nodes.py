"""Whatever has an id, by the record that it is made of."""

from collections.abc import Callable, Mapping
from typing import Any

from db.records import (
    ExecutionRecord,
    IterationRecord,
    RecordRecord,
    RunRecord,
    VersionRecord,
    WorkflowRecord,
)
from schema.execution import ActivityExecution, LoopIteration
from schema.node import Node
from schema.record import Record
from schema.run import Run
from schema.version import WorkflowVersion
from schema.workflow import Workflow

_SHOWN: Mapping[type, Callable[[Any], Node]] = {
    WorkflowRecord: Workflow.of,
    VersionRecord: WorkflowVersion.of,
    RunRecord: Run.of,
    ExecutionRecord: ActivityExecution.of,
    IterationRecord: LoopIteration.of,
    RecordRecord: Record.of,
}

NODE_TYPES = (Workflow, WorkflowVersion, Run, ActivityExecution, LoopIteration, Record)
"""The types that implement Node, for the schema to know them all."""


def show(record: object) -> Node | None:
    """Show a record as the type that it is made for, where there is one."""
    return None if record is None else _SHOWN[type(record)](record)
