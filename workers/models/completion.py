"""A text that a model answers, once or until what it answers fits a schema."""

import json
from typing import Any

from pydantic_ai import Agent, ModelRetry, StructuredDict, UsageLimits
from pydantic_ai.exceptions import AgentRunError, UserError
from pydantic_ai.models import Model
from pydantic_ai.usage import RunUsage

from engine.json_schema import document_faults
from engine.model import Completion, Prompt, Usage
from engine.ports import PortError
from workers.models.failures import failure_of

OUTPUT_RETRIES = 2
"""How often a model is told what does not fit, before its answer counts as invalid."""

_WRAPPED = "value"
"""Where a value stands that is no object: models answer objects."""


def _agent(model: Model, prompt: Prompt) -> Agent[None, Any]:
    if prompt.schema is None:
        return Agent(model, output_type=str, system_prompt=prompt.system or (), retries=OUTPUT_RETRIES)
    try:
        output = StructuredDict(_as_object(prompt.schema))
    except UserError as error:
        raise PortError(
            "CONFIG_INVALID",
            f"A model cannot be held to this schema: {str(error)[:300]}",
            hint="Schemas that refer to themselves cannot be used here.",
        ) from error
    agent: Agent[None, Any] = Agent(
        model, output_type=output, system_prompt=prompt.system or (), retries=OUTPUT_RETRIES
    )
    _enforce(agent, prompt.schema)
    return agent


async def complete(model: Model, name: str, prompt: Prompt) -> Completion:
    """Have a text answered.

    Raises:
        PortError: See `engine.model.Model`.
    """
    agent = _agent(model, prompt)
    usage = RunUsage()
    try:
        async with agent.run_stream_events(
            prompt.text, usage=usage, usage_limits=UsageLimits(request_limit=OUTPUT_RETRIES + 1)
        ) as events:
            result = None
            async for event in events:
                result = getattr(event, "result", result)
    except AgentRunError as error:
        failure = failure_of(error, name)
        if failure is None:
            raise
        raise failure from error
    if result is None:
        raise RuntimeError("a run of the model ended without a result")
    return _completion(result.output, prompt, used(usage, name))


def used(usage: RunUsage, name: str) -> Usage:
    """Give what was asked of a model."""
    return Usage(
        model=name,
        requests=usage.requests,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
    )


def _completion(output: Any, prompt: Prompt, usage: Usage) -> Completion:
    if prompt.schema is None:
        return Completion(text=str(output), value=None, usage=usage)
    value = dict(output) if _is_object(prompt.schema) else output[_WRAPPED]
    return Completion(text=json.dumps(value, ensure_ascii=False), value=value, usage=usage)


def _enforce(agent: Agent[None, Any], schema: Any) -> None:
    @agent.output_validator
    def fits(output: dict[str, Any]) -> dict[str, Any]:
        value: Any = dict(output)
        if not _is_object(schema):
            if _WRAPPED not in value:
                raise ModelRetry(f"There is no `{_WRAPPED}` in the answer.")
            value = value[_WRAPPED]
        found = [one.message for one in document_faults(schema, value)]
        if found:
            raise ModelRetry("The answer does not fit: " + "; ".join(found[:5]))
        return output


def _as_object(schema: Any) -> dict[str, Any]:
    if _is_object(schema):
        return dict(schema)
    return {"type": "object", "properties": {_WRAPPED: dict(schema)}, "required": [_WRAPPED]}


def _is_object(schema: Any) -> bool:
    return bool(schema.get("type") == "object")
