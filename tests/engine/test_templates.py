from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.expression import ExpressionError
from engine.expression.budget import CONFIG_STEPS
from engine.templates import has_template, parse_template, references, render, syntax_errors

SCOPE: dict[str, Any] = {
    "trigger": {"payload": {"n": 3, "name": "Ada", "tags": ["a", "é"], "none": None, "record": {"a": 1.0}}},
    "big": ["x" * 100_000] * 8,
}


def fault(text: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        parse_template(text)
    assert caught.value.code == "TEMPLATE_SYNTAX"
    return caught.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{{ trigger.payload.n }}", 3),
        ("{{trigger.payload.n*2}}", 6),
        ("{{ trigger.payload.tags }}", ["a", "é"]),
        ("{{ trigger.payload.none }}", None),
        ("{{ trigger.payload.record }}", {"a": 1.0}),
        ("{{ 1 > 2 }}", False),
        ("{{ 'text' }}", "text"),
        ("{{ 6 / 4 }}", 1.5),
        (" {{ trigger.payload.n }}", " 3"),
        ("{{ trigger.payload.n }}\n", "3\n"),
        ("{{ trigger.payload.n }}{{ trigger.payload.n }}", "33"),
        ("Hi {{ trigger.payload.name }}!", "Hi Ada!"),
        ("a{{ trigger.payload.none }}b", "ab"),
        ("x {{ 1 > 2 }} {{ true }}", "x false true"),
        ("x {{ 3.0 }} {{ 0.5 }} {{ 6 / 2 }} {{ 1e300 }}", "x 3 0.5 3 1e+300"),
        ("x {{ trigger.payload.tags }}", 'x ["a","é"]'),
        ("x {{ trigger.payload.record }}", 'x {"a":1.0}'),
        ("no template } }} { {", "no template } }} { {"),
        ("", ""),
        ("{{ '}}' }}", "}}"),
        ('{{ "{{" }}x', "{{x"),
        (r"{{ 'it\'s }}' }} ok", "it's }} ok"),
        ("{{\n  trigger.payload.n\n}}", 3),
        ("a }} {{ 1 }}", "a }} 1"),
    ],
)
def test_a_lone_expression_keeps_its_type_and_others_fill_text(text: str, value: object) -> None:
    result = parse_template(text).evaluate(SCOPE)

    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ("Hello {{ name", "'{{' is not closed (column 7)", 7),
        ("{{ 'a }} b", "'{{' is not closed: a text in it has no closing ' (column 1)", 1),
        ("x {{ }} y", "There is no expression here (column 6)", 6),
        ("{{}}", "There is no expression here (column 3)", 3),
        ("Hello {{ 1 + }}", "The expression ends where a value should stand (column 13)", 13),
        ("{{ 1 }} and {{  2 2 }}", "'2' stands where the expression should end (column 19)", 19),
        ("{{{ x }}}", "'{' has no meaning here (column 3)", 3),
        ("{{ a {{ b }} }}", "'{' has no meaning here (column 6)", 6),
        ("{{ 1 " + " " * 5_000, "'{{' is not closed within 4,096 characters (column 1)", 1),
    ],
)
def test_a_fault_is_counted_in_the_whole_text(text: str, message: str, position: int) -> None:
    error = fault(text)

    assert (str(error), error.position) == (message, position)
    assert error.detail["position"] == position
    assert error.detail["template"] == (text if len(text) <= 1_000 else f"{text[:1_000]}…")


def test_a_value_that_is_missing_is_counted_in_the_whole_text_too() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_template("Hello {{ trigger.payload.nam }}").evaluate(SCOPE)

    assert str(caught.value) == (
        "'nam' is missing here: there are n, name, none, record, tags (trigger.payload.nam, column 26)"
    )
    assert caught.value.detail == {
        "template": "Hello {{ trigger.payload.nam }}",
        "expression": "trigger.payload.nam",
        "position": 26,
        "path": "trigger.payload.nam",
        "missing": "nam",
        "available": ["n", "name", "none", "record", "tags"],
    }


def test_a_configuration_is_filled_in_everywhere_but_in_its_keys() -> None:
    config = {
        "object": "reviews",
        "values": {
            "{{ key }}": "{{ trigger.payload.n }}",
            "list": ["{{ trigger.payload.name }}", 1, None, True],
        },
    }

    rendered = render(config, SCOPE)

    assert rendered.errors == []
    assert rendered.value == {"object": "reviews", "values": {"{{ key }}": 3, "list": ["Ada", 1, None, True]}}


def test_what_was_filled_in_is_not_filled_in_again() -> None:
    scope = {"text": "{{ secret }}", "secret": "s"}

    assert render(["{{ text }}", "a {{ text }}"], scope).value == ["{{ secret }}", "a {{ secret }}"]


def test_what_fails_is_marked_and_the_rest_is_filled_in() -> None:
    config = {"a": "{{ trigger.payload.n }}", "b": [{"c": "x {{ gone }}"}, "{{ 1 / 0 }}"], "d": "{{ 1 + }}"}

    rendered = render(config, SCOPE)

    assert rendered.value == {
        "a": 3,
        "b": [{"c": {"$error": "VALUE_MISSING"}}, {"$error": "DIVISION_BY_ZERO"}],
        "d": {"$error": "TEMPLATE_SYNTAX"},
    }
    assert [(path, error.code) for path, error in rendered.errors] == [
        (("b", 0, "c"), "VALUE_MISSING"),
        (("b", 1), "DIVISION_BY_ZERO"),
        (("d",), "TEMPLATE_SYNTAX"),
    ]


def test_all_that_is_filled_in_together_is_bounded() -> None:
    rendered = render(["{{ big }}"] * 100, SCOPE)

    assert [error.code for _, error in rendered.errors] == ["VALUE_TOO_LARGE"] * 95
    assert isinstance(rendered.value, list)
    assert rendered.value[4:6] == [SCOPE["big"], {"$error": "VALUE_TOO_LARGE"}]


def test_all_steps_taken_together_are_bounded() -> None:
    scope = {"list": list(range(50_000))}

    rendered = render(["{{ SUM(list) }}"] * 100, scope)

    assert [error.code for _, error in rendered.errors] == ["EXPRESSION_TOO_LARGE"] * (
        100 - CONFIG_STEPS // 5_002
    )


def test_text_beyond_a_mebi_is_refused_before_it_comes_to_be() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_template("x" + "{{ big[0] }}" * 1_000).evaluate(SCOPE)

    assert caught.value.code == "EXPRESSION_TOO_LARGE"


def test_references_are_those_of_all_templates_that_are_in_order() -> None:
    config = {"a": "{{ activities.x.value }}", "b": ["t {{ loop.index }} {{ run.id }}", "{{ 1 + }}"], "c": 5}

    assert references(config) == {("activities", "x", "value"), ("loop", "index"), ("run", "id")}
    assert references("plain") == frozenset()


def test_syntax_errors_are_all_listed_with_their_places() -> None:
    config = {"a": "{{ 1 + }}", "b": {"c": ["{{ 1 }}", "x {{"]}, "d": 1}

    assert [(path, str(error)) for path, error in syntax_errors(config)] == [
        (("a",), "The expression ends where a value should stand (column 7)"),
        (("b", "c", 1), "'{{' is not closed (column 3)"),
    ]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("{{ trigger.payload.n }}", ("trigger", "payload", "n")),
        ("{{ a[0]['b c'] }}", ("a", 0, "b c")),
        ("x {{ a }}", None),
        ("{{ a }} ", None),
        ("{{ a + 1 }}", None),
        ("{{ a }}{{ b }}", None),
        ("a", None),
        ("", None),
    ],
)
def test_a_bare_path_stands_alone(text: str, path: tuple[object, ...] | None) -> None:
    assert parse_template(text).bare_path == path


def test_a_text_is_a_template_where_braces_open() -> None:
    assert has_template("a {{ b }}")
    assert has_template("a {{")
    assert not has_template("a } }} { b")


@given(st.text())
def test_text_without_braces_is_left_as_it_is(text: str) -> None:
    plain = text.replace("{{", "{")

    if not has_template(plain):
        assert render({"a": [plain]}, {}).value == {"a": [plain]}


@given(
    st.lists(
        st.sampled_from(["{{", "}}", "{", "}", "'", '"', "\\", " ", "a", "1", "+", "é", "\n"]), max_size=20
    )
)
def test_any_text_is_filled_in_or_marked_and_nothing_else(pieces: list[str]) -> None:
    text = "".join(pieces)

    rendered = render(text, {"a": 1})

    if rendered.errors:
        assert rendered.value == {"$error": rendered.errors[0][1].code}
        assert syntax_errors(text) == [] or 1 <= (rendered.errors[0][1].position or 0) <= len(text) + 1
    else:
        assert syntax_errors(text) == []
