from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Refused
from engine.manual_inputs import INPUT_TYPES, declaration_faults
from engine.payload import check_payload
from tests.engine.json_values import json_values


def refused(config: dict[str, Any], payload: Any) -> list[tuple[tuple[str, ...], str]]:
    with pytest.raises(Refused) as caught:
        check_payload(config, payload)
    assert {problem.code for problem in caught.value.problems} == {"PAYLOAD_INVALID"}
    return [(problem.path, problem.message) for problem in caught.value.problems]


def declare(**inputs: dict[str, Any]) -> dict[str, Any]:
    return {"inputs": inputs}


def test_what_is_not_declared_passes_through() -> None:
    assert check_payload({}, {"a": 1, "b": [None]}) == {"a": 1, "b": [None]}
    assert check_payload(declare(n={"type": "number"}), {"a": 1}) == {"a": 1}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "Ada"), ("text", ""), ("number", 1), ("number", 1.5), ("boolean", False), ("date", "2026-11-22"),
        ("date", "2026-11-22T09:30:00Z"), ("list", []), ("object", {"a": 1}),
    ],
)  # fmt: skip
def test_a_declared_input_of_its_type_is_taken(kind: str, value: Any) -> None:
    assert check_payload(declare(it={"type": kind, "required": True}), {"it": value}) == {"it": value}


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("text", 5, "'it' takes a text, not 5."),
        ("number", "5", "'it' takes a number, not '5'."),
        ("number", True, "'it' takes a number, not true."),
        ("boolean", 1, "'it' takes true or false, not 1."),
        ("date", "soon", "'it' takes an ISO date or timestamp, such as 2026-11-22, not 'soon'."),
        ("date", "2026-02-30", "'it' takes an ISO date or timestamp, such as 2026-11-22, not '2026-02-30'."),
        ("list", {}, "'it' takes a list, not an object."),
        ("object", [], "'it' takes an object, not a list."),
    ],
)
def test_a_declared_input_of_another_type_is_refused(kind: str, value: Any, said: str) -> None:
    assert refused(declare(it={"type": kind}), {"it": value}) == [(("payload", "it"), said)]


def test_a_required_input_that_is_left_out_or_null_is_refused() -> None:
    config = declare(sector={"type": "text", "required": True})
    assert refused(config, {}) == [(("payload", "sector"), "'sector' is required: it takes a text.")]
    assert refused(config, {"sector": None}) == refused(config, {})


def test_a_name_that_is_nearly_right_is_pointed_at() -> None:
    config = declare(sector={"type": "text", "required": True})
    assert refused(config, {"sectr": "Energy"}) == [
        (
            ("payload", "sector"),
            "'sector' is required: it takes a text. There is 'sectr', which is not declared so.",
        )
    ]


def test_a_default_stands_in_for_what_is_left_out_or_null() -> None:
    config = declare(
        n={"type": "number", "default": 10, "required": True}, flag={"type": "boolean", "default": False}
    )
    assert check_payload(config, {}) == {"n": 10, "flag": False}
    assert check_payload(config, {"n": None, "flag": True}) == {"n": 10, "flag": True}


def test_a_default_is_not_shared_between_runs() -> None:
    config = declare(tags={"type": "list", "default": []})
    first = check_payload(config, {})
    assert isinstance(first["tags"], list)
    first["tags"].append("x")
    assert check_payload(config, {}) == {"tags": []}


def test_an_optional_input_without_a_default_stays_as_it_is_given() -> None:
    config = declare(n={"type": "number"})
    assert check_payload(config, {}) == {}
    assert check_payload(config, {"n": None}) == {"n": None}


def test_every_fault_is_told_at_once() -> None:
    config = declare(a={"type": "text"}, b={"type": "number", "required": True}, c={"type": "list"})
    assert [path for path, _ in refused(config, {"a": 1, "c": 2})] == [
        ("payload", "a"),
        ("payload", "b"),
        ("payload", "c"),
    ]


@pytest.mark.parametrize(("payload", "said"), [(None, "null"), ([], "a list"), ("x", "'x'"), (5, "5")])
def test_a_payload_is_an_object(payload: Any, said: str) -> None:
    assert refused({}, payload) == [(("payload",), f"A payload is an object, not {said}.")]


def test_a_payload_has_at_most_1_mib() -> None:
    assert refused({}, {"a": "x" * 1024 * 1024}) == [
        (("payload",), "A payload may have at most 1 MiB as JSON.")
    ]


def test_what_json_cannot_hold_is_refused_where_it_stands() -> None:
    assert refused({}, {"a": [1, float("inf")]}) == [
        (("payload", "a", "1"), "A payload is JSON: inf is no JSON number.")
    ]


@pytest.mark.parametrize(
    ("config", "path", "said"),
    [
        (
            {"input": {}},
            ("input",),
            "There is no key 'input' here; there is only inputs. Did you mean 'inputs'?",
        ),
        ({"inputs": []}, ("inputs",), "'inputs' takes an object of declarations by names, not a list."),
        (
            declare(n={}),
            ("inputs", "n", "type"),
            "'type' is missing; it takes one of text, number, boolean, date, list, object.",
        ),
        (
            declare(n={"type": "txt"}),
            ("inputs", "n", "type"),
            "'type' is 'txt'; it takes one of text, number, boolean, date, list, object. Did you mean 'text'?",
        ),
        (
            {"inputs": {"n": "text"}},
            ("inputs", "n"),
            "'n' takes an object with type, required, default, not 'text'.",
        ),
        (
            declare(n={"type": "text", "required": "yes"}),
            ("inputs", "n", "required"),
            "'required' takes true or false, not 'yes'.",
        ),
        (
            declare(n={"type": "number", "default": "5"}),
            ("inputs", "n", "default"),
            "'default' takes a number, as the input does, not '5'.",
        ),
        (
            declare(n={"type": "text", "defalt": 1}),
            ("inputs", "n", "defalt"),
            "There is no key 'defalt' here; there are type, required, default. Did you mean 'default'?",
        ),
    ],
)
def test_a_faulty_declaration_is_told_where_it_stands(
    config: dict[str, Any], path: tuple[str, ...], said: str
) -> None:
    assert list(declaration_faults(config)) == [(path, said)]


@given(st.dictionaries(st.text(max_size=5), st.sampled_from(list(INPUT_TYPES))), json_values())
def test_a_payload_is_given_back_or_refused(types: dict[str, str], payload: Any) -> None:
    config = {"inputs": {name: {"type": kind} for name, kind in types.items()}}
    assert list(declaration_faults(config)) == []
    try:
        found = check_payload(config, payload)
    except Refused as refusal:
        assert all(problem.path[0] == "payload" for problem in refusal.problems)
    else:
        assert all(
            found.get(name) is None or INPUT_TYPES[kind].fits(found[name]) for name, kind in types.items()
        )


@given(st.dictionaries(st.sampled_from(["inputs", "x"]), json_values()))
def test_any_declaration_can_be_checked(config: dict[str, Any]) -> None:
    assert all(message for _, message in declaration_faults(config))
