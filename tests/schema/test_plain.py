"""Plain fields by themselves: an answer is to the letter what it is without that, errors too, and builds less."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from enum import Enum
from types import SimpleNamespace
from typing import Any

import pytest
import strawberry
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.plain import PlainExecutor


@strawberry.enum
class Color(Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.type
class Part:
    number: int
    note: str | None
    color: Color
    made_at: datetime

    @strawberry.field
    def twice(self) -> int:
        return self.number * 2

    @strawberry.field
    async def later(self) -> str | None:
        await asyncio.sleep(0)
        return self.note


@strawberry.type
class Whole:
    name: str
    tags: list[str]
    parts: list[Part]
    maybe: list[Part | None]
    part: Part | None


def part(**other: Any) -> Any:
    made_at = datetime(2026, 11, 27, tzinfo=UTC)
    return SimpleNamespace(**{"number": 1, "note": "a", "color": Color.BLUE, "made_at": made_at, **other})


SOURCES: dict[str, Any] = {
    "sound": part(),
    "nothing to note": part(note=None),
    "null where none may be": part(number=None),
    "not to be written": part(number="many"),
    "no such color": part(color="green"),
    "raises": part(note=ValueError("broken")),
}
del (absent := part(note="b")).note
SOURCES["an attribute is absent"] = absent


def schema_by(executor: type, whole: Any) -> strawberry.Schema:
    @strawberry.type
    class Query:
        @strawberry.field
        def whole(self) -> Whole | None:
            return whole  # type: ignore[no-any-return]  # a stand-in

    return strawberry.Schema(query=Query, execution_context_class=executor)


def executors() -> tuple[type, type]:
    return StrawberryGraphQLCoreExecutionContext, PlainExecutor


DOCUMENT = """query($more: Boolean = true) { whole { __typename name tags
  parts { ...Shown } maybe { ...Shown twice } part { number later note first: number @include(if: $more) } } }
fragment Shown on Part { __typename number also: number note color madeAt @skip(if: $more) }"""


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("more", [True, False])
@pytest.mark.parametrize("place", ["parts", "maybe", "part"])
def test_an_answer_is_the_same_to_the_letter(name: str, more: bool, place: str) -> None:
    odd = SOURCES[name]
    places: dict[str, Any] = {"parts": [part()], "maybe": [part(), None], "part": part(number=7)}
    places[place] = odd if place == "part" else [*places[place], odd, part(number=3)]
    whole = SimpleNamespace(name="w", tags=["x"], **places)
    usual, plain = (
        asyncio.run(schema_by(one, whole).execute(DOCUMENT, variable_values={"more": more}))
        for one in executors()
    )
    assert plain.data == usual.data
    assert [one.formatted for one in plain.errors or ()] == [one.formatted for one in usual.errors or ()]
    if name == "sound":
        assert plain.data is not None and not plain.errors


def test_what_only_resolvers_need_is_built_for_no_plain_field(monkeypatch: pytest.MonkeyPatch) -> None:
    built, alone = list[str](), list[str]()
    build, execute = PlainExecutor.build_resolve_info, PlainExecutor.execute_field

    def count_built(self: Any, field: Any, nodes: Any, *rest: Any) -> Any:
        built.append(nodes[0].name.value)
        return build(self, field, nodes, *rest)

    def count_alone(self: Any, parent: Any, *rest: Any) -> Any:
        alone.append(parent.name)
        return execute(self, parent, *rest)

    monkeypatch.setattr(PlainExecutor, "build_resolve_info", count_built)
    monkeypatch.setattr(PlainExecutor, "execute_field", count_alone)
    whole = SimpleNamespace(name="w", tags=[], parts=[part() for _ in range(20)], maybe=[], part=part())
    found = asyncio.run(schema_by(PlainExecutor, whole).execute(DOCUMENT))
    assert found.errors is None
    assert sorted(built) == ["later", "maybe", "part", "parts", "tags", "whole"]
    # Of the twenty, which are asked for plain fields alone, all fields are read at once.
    assert Counter(alone) == {"Query": 1, "Whole": 6, "Part": 4}
