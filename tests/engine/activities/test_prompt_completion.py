from typing import Any

import pytest

from engine.model import Completion, Usage
from engine.ports import PortError
from engine.validation import validate
from tests.engine.activities.fakes import World, completed, failure
from tests.engine.research.fakes import FakeModel, FakeModels
from tests.engine.simulation import edge, workflow

USAGE = Usage(model="fake:model", requests=1, input_tokens=3, output_tokens=2)
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


def test_without_a_model_it_fails_and_says_how_to_set_one() -> None:
    error = failure("prompt_completion", {"prompt": "Hello"})
    assert (error.code, error.retryable) == ("MODEL_REQUIRED", False)
    assert error.hint is not None and "PLAYHEAD_MODEL" in error.hint


def test_the_answer_is_a_text_or_a_value_and_the_usage_is_kept() -> None:
    model = FakeModel(completes=lambda prompt: Completion(text='{"n":7}', value={"n": 7}, usage=USAGE))
    models = FakeModels(model)
    config = {"prompt": "A number", "system": "Be brief", "model": "openai:gpt-4o", "outputSchema": SCHEMA}
    done = completed("prompt_completion", config, world=World(models=models))
    assert done.outputs == {"text": '{"n":7}', "value": {"n": 7}}
    assert done.result == {"text": '{"n":7}', "usage": USAGE.as_data()}
    assert models.asked == ["openai:gpt-4o"]
    (prompt,) = model.prompts
    assert (prompt.text, prompt.system, prompt.schema) == ("A number", "Be brief", SCHEMA)


def test_a_models_failure_is_the_activitys() -> None:
    def fails(_: Any) -> Completion:
        raise PortError("MODEL_UNAVAILABLE", "Busy", retryable=True, retry_after=3.0)

    error = failure(
        "prompt_completion", {"prompt": "x"}, world=World(models=FakeModels(FakeModel(completes=fails)))
    )
    assert (error.code, error.retryable, error.retry_after) == ("MODEL_UNAVAILABLE", True, 3.0)


@pytest.mark.parametrize("schema", [{"type": "nothing"}, {"properties": 7}])
def test_a_schema_that_is_none_is_refused_when_it_is_published(schema: dict[str, Any]) -> None:
    one = {"key": "it", "type": "prompt_completion", "config": {"prompt": "x", "outputSchema": schema}}
    (fault, *_) = validate(workflow([one], [edge("trigger", "it")]))
    assert fault.code == "CONFIG_INVALID"
    assert fault.path[:5] == ("definition", "activities", "0", "config", "outputSchema")
    assert "'outputSchema" in fault.message


def test_a_schema_that_templates_made_wrong_fails_the_attempt() -> None:
    config = {"prompt": "x", "outputSchema": {"type": "{{ trigger.payload.kind }}"}}
    error = failure("prompt_completion", config, {"trigger": {"payload": {"kind": "nothing"}}}, World())
    assert error.code == "CONFIG_INVALID" and "outputSchema" in error.message
