from typing import Any

import pytest

from engine.model import Completion, Prompt, Usage
from tests.engine.activities.fakes import World, completed, failure
from tests.engine.research.fakes import FakeModel, FakeModels

LABELS = ["billing", "technical", "sales"]
WORDS = "billing: invoice payment refund\ntechnical: error crash login"


def classify(text: Any, world: World | None = None, **config: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    done = completed("classify", {"input": text, "labels": LABELS, **config}, world=world)
    assert done.result is not None
    return dict(done.outputs), dict(done.result)


def asked(*labels: str) -> World:
    usage = Usage(model="fake:model", requests=1, input_tokens=9, output_tokens=2)
    return World(
        models=FakeModels(
            FakeModel(completes=lambda _: Completion(text="", value={"labels": [*labels]}, usage=usage))
        )
    )


def test_without_a_model_the_words_of_the_labels_decide() -> None:
    outputs, result = classify("My invoice is wrong, please refund it", instructions=WORDS)
    assert outputs == {"label": "billing", "labels": ["billing"]}
    assert result == {"text": "billing", "usage": {"model": "extractive"}}


def test_where_no_label_fits_there_is_none() -> None:
    assert classify("Hello there", instructions=WORDS)[0] == {"label": None, "labels": []}


def test_several_may_fit_where_that_is_asked_for() -> None:
    text = "The login page shows an error since my payment"
    outputs, result = classify(text, instructions=WORDS, multiple=True)
    assert outputs["labels"] == ["technical", "billing"] and outputs["label"] == "technical"
    assert result["text"] == "technical, billing"


def test_a_record_is_read_by_its_attributes() -> None:
    record = {
        "id": "rec_1",
        "object": "tickets",
        "values": {"subject": "Invoice", "body": "Refund my payment"},
    }
    assert classify(record, instructions=WORDS)[0]["label"] == "billing"


def test_a_model_chooses_among_the_labels_alone() -> None:
    world = asked("sales")
    outputs, result = classify("Do you have a price list?", world, instructions="sales: who wants to buy")
    assert outputs == {"label": "sales", "labels": ["sales"]}
    assert result["usage"]["inputTokens"] == 9
    (prompt,) = world.models.mine.prompts
    assert isinstance(prompt, Prompt) and prompt.schema is not None
    assert prompt.schema["properties"]["labels"]["items"] == {"enum": LABELS}
    assert prompt.schema["properties"]["labels"]["maxItems"] == 1
    assert prompt.text.startswith("sales: who wants to buy") and prompt.text.endswith(
        "Do you have a price list?"
    )


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"labels": ["a", "a"]}, "takes each label once"),
        ({"labels": []}, "labels"),
        ({"input": 7}, "takes a text or a record"),
        ({"input": {"a": 1}}, "takes a text or a record"),
    ],
)
def test_what_cannot_be_classified_so_is_refused(config: dict[str, Any], message: str) -> None:
    error = failure("classify", {"input": "x", "labels": LABELS, **config})
    assert error.code == "CONFIG_INVALID" and message in error.message
