"""Which changes of the schema must be told."""

from pathlib import Path

import pytest
from graphql import build_schema

from schema.root import sdl
from tools import schema_changes
from tools.schema_changes import untold

BEFORE = "type Query { run(id: ID!): String  old: String } enum State { ON OFF }"
NOTHING_TOLD = (
    "# Changelog\n\n## [Unreleased]\n\n### Added\n- More.\n\n## [0.1.0]\n- Field Query.old was removed.\n"
)


def test_what_is_added_breaks_nobody() -> None:
    after = (
        "type Query { run(id: ID!, at: ID): String  old: String  new: Boolean } enum State { ON OFF HALF }"
    )
    assert untold(BEFORE, after, NOTHING_TOLD) == []


@pytest.mark.parametrize(
    ("after", "change"),
    [
        ("type Query { run(id: ID!): String } enum State { ON OFF }", "Field Query.old was removed."),
        ("type Query { run(id: ID!): Int  old: String } enum State { ON OFF }",
         "Field Query.run changed type from String to Int."),
        ("type Query { run(id: ID!, at: ID!): String  old: String } enum State { ON OFF }",
         "A required argument Query.run(at:) was added."),
        ("type Query { run(id: ID!): String  old: String } enum State { ON }", "Enum value State.OFF was removed."),
    ],
)  # fmt: skip
def test_what_breaks_clients_is_to_be_told_in_these_words(after: str, change: str) -> None:
    assert untold(BEFORE, after, NOTHING_TOLD) == [change]
    wrapped = change.replace(" was", "\n  was")
    told = NOTHING_TOLD.replace("- More.", f"- More.\n\n### Breaking\n- {wrapped} Use `run`.")
    assert untold(BEFORE, after, told) == []


def test_a_changelog_without_an_unreleased_section_is_a_fault() -> None:
    with pytest.raises(ValueError, match="Unreleased"):
        untold(BEFORE, BEFORE, "# Changelog\n\n## [0.1.0]\n")


def test_the_released_schema_is_one_and_what_differs_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    released = (Path(schema_changes.ROOT) / "schema.released.graphql").read_text()
    assert build_schema(released).query_type is not None
    assert untold(released, sdl(), (schema_changes.ROOT / "CHANGELOG.md").read_text()) == []
    assert schema_changes.main() == 0 and capsys.readouterr().out == ""
