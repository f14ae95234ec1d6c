"""Documents at a limit and beyond it, and what is asked of a document with variables."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    SelectionSetNode,
    get_introspection_query,
    parse,
)
from hypothesis import given
from hypothesis import strategies as st

from schema import budget
from schema.limits import (
    MAX_ALIASES,
    MAX_DEPTH,
    MAX_DIRECTIVES,
    MAX_FIELDS,
    MAX_FRAGMENTS,
    MAX_OBJECTS,
    MAX_TOKENS,
    complexity,
)
from schema.root import schema
from tests.schema.api import Api
from tests.schema.workflows import CHAIN, run

pytestmark = pytest.mark.anyio

CORE = schema._schema


def bomb(fragments: int) -> str:
    """A small valid document: each fragment spreads the next one twice."""
    parts = [f"fragment A{n} on Query {{ ...A{n + 1} ...A{n + 1} }}" for n in range(fragments - 1)]
    return (
        "{ ...A0 } "
        + " ".join(parts)
        + f" fragment A{fragments - 1} on Query {{ runs {{ edges {{ cursor }} }} }}"
    )


def nested(levels: int) -> str:
    """A document of so many levels of fields."""
    path = ["run(id: 1)", *["workflow", "latestRun"] * MAX_DEPTH]
    return "{ " + " { ".join(path[: levels - 1]) + " { id " + "}" * levels


def spread(count: int) -> str:
    parts = [f"fragment F{n} on Query {{ __typename }}" for n in range(count)]
    return "{ " + " ".join(f"...F{n}" for n in range(count)) + " } " + " ".join(parts)


def aliases(count: int) -> str:
    return "{ " + " ".join(f"a{n}: run(id: 1) {{ id }}" for n in range(count)) + " }"


def directives(count: int) -> str:
    return "{ " + "__typename @skip(if: false) " * count + "}"


def tokens(count: int) -> str:
    """A document of so many tokens, most of them the names that GraphQL can take most quickly."""
    return "query Q { " + "__typename " * (count - 4) + "}"


@pytest.mark.parametrize(
    ("make", "limit", "what"),
    [
        (nested, MAX_DEPTH, "levels of fields"),
        (spread, MAX_FRAGMENTS, "fragments"),
        (aliases, MAX_ALIASES, "aliases"),
        (directives, MAX_DIRECTIVES, "directives"),
    ],
)
async def test_a_document_is_served_up_to_a_limit_and_refused_beyond(
    api: Api, make: Callable[[int], str], limit: int, what: str
) -> None:
    assert (await api.answer(make(limit))).errors is None
    error = await api.refusal(make(limit + 1))
    assert error["message"] == f"The document has {limit + 1} {what}; at most {limit} are served"
    assert error["extensions"] == {"code": "TOO_COMPLEX"}


async def test_a_document_has_two_thousand_tokens_at_most(api: Api) -> None:
    assert (MAX_TOKENS, complexity(CORE, parse(tokens(MAX_TOKENS), max_tokens=MAX_TOKENS)).faults) == (
        2_000,
        (),
    )
    error = await api.refusal(tokens(MAX_TOKENS + 1))
    assert error["message"] == "Document contains more than 2000 tokens. Parsing aborted."
    assert error["extensions"] == {"code": "TOO_COMPLEX"}


@pytest.mark.parametrize("fragments", [15, 20])
async def test_a_bomb_of_fragments_is_refused_in_less_than_fifty_milliseconds(
    api: Api, fragments: int
) -> None:
    seconds = []
    for attempt in range(3):
        document = f"# {attempt}\n{bomb(fragments)}"
        began = time.process_time()
        error = await api.refusal(document)
        seconds.append(time.process_time() - began)
        assert error["extensions"] == {"code": "TOO_COMPLEX"}
    count = 3 * 2 ** (fragments - 1)
    told = (
        f"The document has {count:,} fields once its fragments are spread; at most {MAX_FIELDS:,} are served"
    )
    assert error["message"] == told
    assert min(seconds) < 0.05


@pytest.mark.parametrize(
    "document",
    [
        "{" + "... {" * 150 + " __typename " + "}" * 151,
        "{" + "a {" * 150 + " b " + "}" * 151,
        "{" + "a {" * 300 + " b " + "}" * 301,
        "{ run(id: " + "[" * 300 + "]" * 300 + ") { id } }",
        " ".join(f"fragment A{n} on __Type {{ ofType {{ ...A{n + 1} }} }}" for n in range(150))
        + " { ...A0 }",
    ],
    ids=["inline fragments", "fields", "too deep to parse", "too deep a value", "fragments of introspection"],
)
async def test_what_nests_too_deeply_to_be_looked_at_is_refused(api: Api, document: str) -> None:
    error = await api.refusal(document)
    assert error["extensions"] == {"code": "TOO_COMPLEX"}


@pytest.mark.parametrize(
    "document",
    [
        "{ ...A } fragment A on Query { ...A }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A runs { edges { cursor } } }",
        "{ ...Nothing }",
        "{ nothing { at { all } } runs { nothing } }",
        "fragment A on Nothing { a } { ...A ... on Nowhere { b } }",
        "{ __schema { nothing { x } } __nothing { y } }",
        "{ runs(first: $nobody) { edges { cursor } } }",
    ],
)
async def test_what_does_not_fit_the_schema_is_for_the_validation_to_say(api: Api, document: str) -> None:
    errors = (await api.answer(document)).errors
    assert errors and all((error.extensions or {}).get("code") is None for error in errors)


# Introspection


async def test_introspection_counts_towards_tokens_only(api: Api) -> None:
    whole = get_introspection_query(
        descriptions=True, input_value_deprecation=True, specified_by_url=True, directive_is_repeatable=True
    )
    found = await api.ask(whole)
    assert len(found["__schema"]["types"]) > 50
    deep = "{ __schema { types { " + "ofType { " * 20 + "name" + " }" * 23
    many = "{ __schema { " + " ".join(f"a{n}: queryType {{ name }}" for n in range(40)) + " } }"
    parts = " ".join(f"fragment T{n} on __Type {{ name }}" for n in range(30))
    spreading = "{ __schema { queryType { " + " ".join(f"...T{n}" for n in range(30)) + " } } } " + parts
    for document in (deep, many, spreading):
        assert (await api.answer(document)).errors is None


async def test_a_bomb_in_introspection_is_refused(api: Api) -> None:
    levels = [
        f"fragment A{n} on __Type {{ a: ofType {{ ...A{n + 1} }} b: ofType {{ ...A{n + 1} }} }}"
        for n in range(15)
    ]
    document = "{ __schema { types { ...A0 } } } " + " ".join(levels) + " fragment A15 on __Type { name }"
    assert (await api.refusal(document))["extensions"] == {"code": "TOO_COMPLEX"}


# Objects


def pages(first: object) -> str:
    """A field that asks for 100 runs, so many executions of each, and the attempts of each of these."""
    below = f"activityExecutions(first: {first}) {{ edges {{ node {{ attempts {{ number }} }} }} }}"
    return f"runs(first: 100) {{ edges {{ node {{ {below} }} }} }}"


@pytest.mark.parametrize(
    ("document", "variables", "count"),
    [
        ("{ runs(first: 100) { edges { node { activityExecutions(first: 100) { edges { cursor } } } } } }", {}, None),
        (f"{{ {pages(18)} }}", {}, None),
        (f"{{ {pages(19)} }}", {}, 21_000),
        (f"{{ {pages(5000)} }}", {}, 110_100),
        (f"query ($n: Int) {{ {pages('$n')} }}", {"n": 18}, None),
        (f"query ($n: Int) {{ {pages('$n')} }}", {"n": 19}, 21_000),
        (f"query ($n: Int) {{ {pages('$n')} }}", {"n": -5}, 110_100),
        (f"query ($n: Int = 18) {{ {pages('$n')} }}", {}, None),
        (f"query ($n: Int = 20) {{ {pages('$n')} }}", {}, 22_100),
        (f"query ($n: Int = 20) {{ {pages('$n')} }}", {"n": 2}, None),
        (f"query ($n: Int) {{ {pages('$n')} }}", {}, None),
        ("{ workflows { edges { node { runs { edges { node { activityExecutions { edges { node { key } } } } } } } } } }",
         {}, None),
        (f"{{ ...A ...A }} fragment A on Query {{ {pages(10)} }}", {}, 22_200),
    ],
)  # fmt: skip
async def test_a_document_asks_for_twenty_thousand_objects_at_most(
    api: Api, document: str, variables: dict[str, Any], count: int | None
) -> None:
    errors = (await api.answer(document, **variables)).errors or []
    told = [error.message for error in errors if (error.extensions or {}).get("code") == "TOO_COMPLEX"]
    if count is None:
        assert told == []
    else:
        assert told == [
            f"The document asks for up to {count:,} objects; at most {MAX_OBJECTS:,} are served. Ask for smaller pages"
        ]


async def test_an_answer_holds_no_more_than_that_even_where_the_estimate_was_low(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        run(api, CHAIN, {"n": 1})
    document = "{ runs { edges { node { id activityExecutions { edges { node { key } } } } } } }"
    monkeypatch.setattr(budget, "MAX_OBJECTS", 9)
    assert (await api.answer(document)).errors is None
    monkeypatch.setattr(budget, "MAX_OBJECTS", 8)
    error = await api.refusal(document)
    assert error["message"] == "The answer holds more than 8 objects. Ask for smaller pages"
    assert error["extensions"] == {"code": "TOO_COMPLEX"}


async def test_each_message_of_a_subscription_may_hold_as_many(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = run(api, CHAIN, {"n": 1})
    monkeypatch.setattr(budget, "MAX_OBJECTS", 2)
    document = """subscription($id: ID!) { runUpdates(runId: $id, after: 0) {
      seq run { activityExecutions { edges { node { key } } } } } }"""
    assert len(await api.messages(document, id=run_id)) == 9


# The measure


def naive(document: DocumentNode, selections: SelectionSetNode) -> int:
    """The number of fields, counted by walking every spread."""
    fragments = {
        one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
    }
    count = 0
    for selection in selections.selections:
        if isinstance(selection, FragmentSpreadNode):
            count += naive(document, fragments[selection.name.value].selection_set)
        else:
            below = getattr(selection, "selection_set", None)
            count += isinstance(selection, FieldNode) + (naive(document, below) if below else 0)
    return count


@given(
    st.lists(
        st.lists(st.sampled_from(["id", "status", "workflow { name }", "SPREAD"]), min_size=1, max_size=4),
        min_size=1,
        max_size=9,
    )
)
def test_the_fields_are_those_that_a_walk_over_every_spread_finds(bodies: list[list[str]]) -> None:
    parts = []
    for number, body in enumerate(bodies):
        last = number == len(bodies) - 1
        inner = [
            "seq" if last and one == "SPREAD" else one.replace("SPREAD", f"...F{number + 1}") for one in body
        ]
        parts.append(f"fragment F{number} on Run {{ {' '.join(inner)} }}")
    text = "{ run(id: 1) { ...F0 } } " + " ".join(parts)
    document = parse(text)
    operation: Any = document.definitions[0]
    count = naive(document, operation.selection_set)
    told = [fault.message for fault in complexity(CORE, document).faults]
    assert (told != []) == (count > MAX_FIELDS)
    assert told == [] or told[0].startswith(f"The document has {count:,} fields")
