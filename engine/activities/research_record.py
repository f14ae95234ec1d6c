"""Research record: an agent reads the web about a record, question by question."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from engine.activity import ActivityContext, ActivityType, Category, Completed, Failed
from engine.config import Config, Outputs, RecordReference, WholeNumber
from engine.errors import ExecutionError
from engine.research.questions import Research, research
from engine.research.subject import subject_of

SECONDS = 600.0

QuestionText = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
StartUrl = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


class ResearchRecordConfig(Config):
    """What to find out, about whom, and where to begin."""

    record: RecordReference = Field(
        description="Whom it is about: the id of a record, or a record. Its website is read where an attribute names it."
    )
    questions: list[QuestionText] = Field(
        min_length=1, max_length=10, description="What to find out, one to ten questions."
    )
    start_urls: list[StartUrl] = Field(
        default_factory=list, max_length=20, description="Pages to begin with, before the record's own site."
    )
    max_steps: WholeNumber = Field(
        default=20, ge=1, le=100, description="How many searches and page reads each question may take."
    )


class ResearchRecordOutputs(Outputs):
    """What was found out."""

    answers: list[str | None] = Field(
        description="One for each question, in their order; null where none was found."
    )


def perform(config: ResearchRecordConfig, context: ActivityContext) -> Completed | Failed:
    """Research the questions about the record."""
    record = context.ports.records.get(config.record)
    if record is None:
        return Failed(error=_no_record(config.record))
    subject = subject_of(record)
    asked = Research(
        subject=subject,
        questions=config.questions,
        seeds=tuple(dict.fromkeys([*config.start_urls, *subject.sites])),
        max_steps=config.max_steps,
        seconds=context.timeout_seconds,
    )
    answers: list[Any] = [*research(asked, context.ports, context.ports.models.model())]
    return Completed(outputs={"answers": answers})


def _no_record(record_id: str) -> ExecutionError:
    return ExecutionError(
        code="RECORD_NOT_FOUND",
        message=f"There is no record {record_id} in this workspace.",
        detail={"id": record_id},
        hint="It may have been removed; check what the workflow gives as `record`.",
    )


RESEARCH_RECORD = ActivityType(
    type="research_record",
    title="Research record",
    description="Reads the web about a record, question by question, and answers with what stands there and where, "
    "or not at all. Each step is shown while it is made.",
    category=Category.AI,
    config=ResearchRecordConfig,
    outputs=ResearchRecordOutputs,
    perform=perform,
    units=lambda outputs: len(outputs["answers"]),
    unit="question",
    max_attempts=3,
    timeout_seconds=SECONDS,
)
