"""Whatever has an id, by the record that it is made of."""

from collections.abc import Callable, Mapping

from db.api_keys import ApiKeyRecord
from db.evaluation_queries import EvaluationRecord
from db.records import (
    ExecutionRecord,
    IterationRecord,
    QuestionRecord,
    RecordRecord,
    RunRecord,
    StepRecord,
    VersionRecord,
    WorkflowRecord,
)
from resolvers.nodes import Was
from schema.api_key import ApiKey
from schema.execution import ActivityExecution, LoopIteration
from schema.node import Node
from schema.record import Record
from schema.research import ResearchQuestion, ResearchStep
from schema.run import Run
from schema.trigger_evaluation import TriggerEvaluation
from schema.version import WorkflowVersion
from schema.workflow import Workflow

_SHOWN: Mapping[type, Callable[..., Node]] = {
    WorkflowRecord: Workflow.of,
    VersionRecord: WorkflowVersion.of,
    RunRecord: Run.of,
    ExecutionRecord: ActivityExecution.of,
    IterationRecord: LoopIteration.of,
    QuestionRecord: ResearchQuestion.of,
    StepRecord: ResearchStep.of,
    RecordRecord: Record.of,
    EvaluationRecord: TriggerEvaluation.of,
    ApiKeyRecord: ApiKey.of,
}

NODE_TYPES = (
    Workflow,
    WorkflowVersion,
    Run,
    ActivityExecution,
    LoopIteration,
    ResearchQuestion,
    ResearchStep,
    Record,
    TriggerEvaluation,
    ApiKey,
)
"""The types that implement Node, for the schema to know them all."""


def show(record: object) -> Node | None:
    """Show a record as the type that it is made for, where there is one."""
    if isinstance(record, Was):
        return _SHOWN[type(record.record)](record.record, past=record.past)
    return None if record is None else _SHOWN[type(record)](record)
