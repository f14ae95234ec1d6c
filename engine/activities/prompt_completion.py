"""Prompt completion: what a model answers to a prompt, as text or as a value that fits a schema."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from engine.activity import ActivityContext, ActivityType, Category, Completed, Failed
from engine.config import Config, Outputs
from engine.errors import ExecutionError, Problem
from engine.json_schema import SchemaFault, schema_faults
from engine.model import Prompt
from engine.ports import PortError
from engine.templates import holds_template

SCHEMA = "outputSchema"

MODEL_REQUIRED = PortError(
    "MODEL_REQUIRED",
    "Prompt completion needs a model, and none is set up",
    hint="Who runs this server sets PLAYHEAD_MODEL to a model's name, such as openai:gpt-4o or ollama:llama3.",
)


class PromptCompletionConfig(Config):
    """What to ask whom."""

    prompt: str = Field(min_length=1, max_length=200_000, description="What the model is asked.")
    system: str = Field(
        default="", max_length=50_000, description="How it is to answer, said before the prompt."
    )
    model: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="The model's name, such as openai:gpt-4o; the operator's where it is left out.",
    )
    output_schema: dict[str, Any] | None = Field(
        default=None, description="A JSON Schema that the answer must fit; it is then `value`."
    )


class PromptCompletionOutputs(Outputs):
    """What the model answered."""

    text: str = Field(description="The answer as text.")
    value: Any = Field(description="The answer as a value that fits `outputSchema`; null without one.")


def perform(config: PromptCompletionConfig, context: ActivityContext) -> Completed | Failed:
    """Ask the model."""
    schema = config.output_schema
    faults = schema_faults(schema) if schema is not None else []
    if faults:
        return Failed(error=ExecutionError(code="CONFIG_INVALID", message=_named(faults[0])))
    model = context.ports.models.model(config.model)
    if model is None:
        return Failed(error=MODEL_REQUIRED.as_error())
    completion = model.complete(
        Prompt(text=config.prompt, system=config.system or None, schema=config.output_schema)
    )
    return Completed(
        outputs={"text": completion.text, "value": completion.value},
        result={"text": completion.text, "usage": completion.usage.as_data()},
    )


def check(config: Mapping[str, Any]) -> list[Problem]:
    """Find what is wrong with a schema that holds no template."""
    schema = config.get(SCHEMA)
    if not isinstance(schema, dict) or holds_template(schema):
        return []
    return [
        Problem("CONFIG_INVALID", _named(fault), (SCHEMA, *fault.path)) for fault in schema_faults(schema)
    ]


def _named(fault: SchemaFault) -> str:
    return fault.message.replace("'schema", f"'{SCHEMA}", 1)


PROMPT_COMPLETION = ActivityType(
    type="prompt_completion",
    title="Prompt completion",
    description="Asks a model, and gives its answer as text or as a value that fits a schema.",
    category=Category.AI,
    config=PromptCompletionConfig,
    outputs=PromptCompletionOutputs,
    perform=perform,
    check=check,
    max_attempts=3,
    timeout_seconds=600.0,
)
