"""Documents are read once, and say which of their operations is meant."""

from collections.abc import Callable
from typing import Any

import pytest
from graphql import OperationType

from schema import documents
from schema.documents import operation_type
from schema.root import schema
from tests.schema.api import Api
from tests.schema.test_limits import pages

pytestmark = pytest.mark.anyio


async def test_a_document_is_parsed_and_validated_once(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def counting(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            calls.append(name)
            return original(*args, **kwargs)

        return call

    for name in ("parse", "complexity", "validate_document"):
        monkeypatch.setattr(documents, name, counting(name, getattr(documents, name)))
    document = "query Once($n: Int) { workflows(first: $n) { edges { cursor } } }"
    for n in (1, 2, 3, 101):
        await api.answer(document, n=n)
    assert calls == ["parse", "complexity", "validate_document"]
    faulty = "query Once { nothing }"
    first, second = await api.refusal(faulty), await api.refusal(faulty)
    assert first == second and len(calls) == 6


async def test_a_long_document_is_not_kept(api: Api) -> None:
    document = "{ __typename }" + " " * documents.LONGEST_KEPT
    before = documents._kept.cache_info().currsize
    await api.ask(document)
    assert documents._kept.cache_info().currsize == before


async def test_of_several_operations_only_the_one_that_is_meant_counts(api: Api) -> None:
    document = f"query Large {{ {pages(19)} }} query Small {{ runs {{ edges {{ cursor }} }} }}"
    for name, refused in (("Large", True), ("Small", False)):
        answer = await schema.execute(document, context_value=api.context(), operation_name=name)
        assert (answer.errors is not None) is refused
    error = await api.refusal(document)
    assert error["message"] == "The document has several operations: 'operationName' says which is meant"


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("{ a }", None, OperationType.QUERY),
        ("mutation M { a }", "M", OperationType.MUTATION),
        ("query Q { a } subscription S { b }", "S", OperationType.SUBSCRIPTION),
        ("query Q { a } subscription S { b }", None, None),
        ("query Q { a }", "R", None),
        ("fragment A on Run { id }", None, None),
        ("{", None, None),
        ("", None, None),
    ],
)
def test_the_kind_of_an_operation_is_known_where_one_is_meant(
    text: str, name: str | None, kind: OperationType | None
) -> None:
    assert operation_type(schema, text, name) is kind
