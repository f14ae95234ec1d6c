from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.activities import ACTIVITY_TYPES
from engine.validation import validate
from playhead.block_docs import EXAMPLES, block_docs

PAGE = Path(__file__).parents[2] / "docs" / "blocks.md"


def test_the_page_is_what_the_registered_types_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == block_docs(), (
        "run: python -m playhead.block_docs > docs/blocks.md"
    )


def test_every_type_and_every_key_stands_on_it() -> None:
    page = block_docs()
    for kind in ACTIVITY_TYPES.values():
        assert f"## {kind.title}\n\n`{kind.type}`: {kind.description}\n" in page
        for model in (kind.config, kind.outputs):
            assert all(
                f"| `{name}` |" in page for name in model.model_json_schema(by_alias=True)["properties"]
            )


@pytest.mark.parametrize(("kind", "config"), EXAMPLES.items())
def test_each_example_can_be_published(kind: str, config: Mapping[str, Any]) -> None:
    one = {"key": "it", "type": kind, "config": config}
    data = {"trigger": {"type": "MANUAL"}, "activities": [one], "edges": [{"from": "trigger", "to": "it"}]}
    assert validate(data) == []


def test_there_is_an_example_of_every_type() -> None:
    assert list(EXAMPLES) == list(ACTIVITY_TYPES)
