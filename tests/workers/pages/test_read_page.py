"""What a reader of a page sees, in order, as text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.passages.page import Block, BlockKind, Link, Page
from workers.pages.read_page import MAX_TEXT, PageUnreadableError, read_page

URL = "https://acme.example/about/"


def read(html: str, content_type: str = "text/html; charset=utf-8") -> Page:
    return read_page(URL, content_type, html.encode())


def said(page: Page) -> list[tuple[str, str]]:
    return [(block.kind.value, page.text[block.start : block.end]) for block in page.blocks]


def test_prose_is_kept_by_paragraphs_with_one_space_for_white_space_and_lines_where_the_page_breaks_them() -> (
    None
):
    page = read("<p>Founded\n  in <b>1987</b>&nbsp;by&#32;two.<p>12 Main Street<br>Springfield")
    assert page.text == "Founded in 1987 by two.\n\n12 Main Street\nSpringfield"
    assert said(page) == [
        ("paragraph", "Founded in 1987 by two."),
        ("paragraph", "12 Main Street\nSpringfield"),
    ]


def test_headings_have_their_levels_and_end_with_their_section() -> None:
    page = read("<h1>Acme</h1><section><h3>Staff</h3><p>250</section><p>After")
    assert page.blocks == (
        Block(BlockKind.HEADING, 0, 4, 1),
        Block(BlockKind.HEADING, 6, 11, 3),
        Block(BlockKind.PARAGRAPH, 13, 16),
        Block(BlockKind.HEADING, 16, 16, 3),
        Block(BlockKind.PARAGRAPH, 18, 23),
    )


def test_a_table_is_rows_of_cells_under_the_row_that_names_its_columns() -> None:
    page = read(
        "<table><tr><th>City<th>Staff<tr><td>Berlin<td>12</tr><tr><th>Paris</th><td>30</td></tr></table>"
    )
    assert page.text == "City\tStaff\nBerlin\t12\nParis\t30"
    assert [kind for kind, _ in said(page)][:3] == ["header row", "row", "row"]


def test_terms_are_rows_and_questions_among_them_are_headings() -> None:
    page = read("<dl><dt>Offices<dd>Berlin<dd>Paris<dt>Do you ship?<dd>Yes, to all of Europe.</dl>")
    assert [one for one in said(page) if one[1]] == [
        ("row", "Offices\tBerlin\tParis"),
        ("heading", "Do you ship?"),
        ("paragraph", "Yes, to all of Europe."),
    ]


def test_items_keep_their_lines_together() -> None:
    page = read(
        "<ul><li><span>250</span><span>employees</span><li><div>12</div><div>offices</div><ul><li>Rome</ul></ul>"
    )
    assert said(page) == [
        ("list item", "250 employees"),
        ("list item", "12\noffices"),
        ("list item", "Rome"),
    ]


def test_a_table_that_lays_a_page_out_is_paragraphs() -> None:
    long = "Something is said here. " * 30
    page = read(f"<table><tr><td>Menu<td>{long}<table><tr><td>Founded<td>1987</table></table>")
    assert [kind for kind, text in said(page) if text] == ["paragraph", "row", "paragraph"]
    assert "Founded\t1987" in page.text


def test_navigation_scripts_forms_and_what_is_hidden_are_left_out_but_the_links_of_navigation_are_kept() -> (
    None
):
    page = read(
        "<nav><a href=/jobs>Jobs</a></nav><script>var a = '<p>no</p>'</script><style>p{}</style>"
        "<div class='cookie-banner'>We use cookies <a href=/privacy>Privacy</a></div>"
        "<p hidden>no<p style='display: none'>no<p aria-hidden=true>no<div style='visibility:hidden'><a href=/trap>no</a></div>"
        "<select><option>no</select><button>no</button><textarea>no</textarea><noscript>no</noscript><p>yes"
    )
    assert page.text == "yes"
    assert page.links == (
        Link("https://acme.example/jobs", "Jobs"),
        Link("https://acme.example/privacy", "Privacy"),
    )


def test_footers_are_kept_apart_from_what_stands_before_them() -> None:
    page = read("<h2>Staff</h2><p>250</p><footer><p>Acme GmbH · HRB 1234</p></footer>")
    assert said(page)[2:4] == [("heading", ""), ("paragraph", "Acme GmbH · HRB 1234")]
    assert page.blocks[2].level == 1


def test_lists_of_nothing_but_links_are_left_out_unless_in_the_main_part() -> None:
    links = "<ul>" + "".join(f"<li><a href=/{name}>{name}</a>" for name in "abcd") + "</ul>"
    assert read(f"{links}<p>x").text == "x"
    assert read(f"<main>{links}<p>x</main>").text == "a\nb\nc\nd\n\nx"


def test_addresses_behind_links_are_said_where_the_link_does_not_show_them() -> None:
    page = read(
        "<p><a href='mailto:info@acme.example?subject=x'>Write to us</a><p><a href='tel:+123'>+1 23</a>"
    )
    assert page.text == "Write to us info@acme.example\n\n+1 23"


def test_the_title_is_the_pages_or_its_first_heading() -> None:
    assert read("<title> Acme &amp; Co </title><h1>About</h1>").title == "Acme & Co"
    assert read("<h1>About</h1><svg><title>icon</title></svg>").title == "About"
    assert read("<p>x").title == ""


def test_links_are_absolute_once_each_and_of_the_web() -> None:
    page = read(
        "<base href='/de/'><a href=team#top>Team</a><a href='team'>Again</a><a href='//other.example/x y'>Other</a>"
        "<a href='javascript:alert(1)'>no</a><a href='mailto:a@b.c'>no</a><a href='http://u:p@h.example/'>no</a>"
        "<a href='http://[::1'>no</a><a>no</a><a href='https://acme.example/img'><img></a>"
    )
    assert page.links == (
        Link("https://acme.example/de/team", "Team"),
        Link("https://other.example/xy", "Other"),
        Link("https://acme.example/img", ""),
    )


def test_characters_that_nobody_sees_are_left_out_and_letters_are_composed() -> None:
    assert (
        read("<p>Un\u00adter\u200bnehmen \u202eabc\u0000 Mu\u0308ller \U000e0041").text
        == "Unternehmen abc Müller"
    )


def test_plain_text_is_read_by_paragraphs() -> None:
    page = read_page(URL, "text/plain", b"Acme\nFounded 1987\n\n\n250 people\n")
    assert (page.text, page.title, page.links) == ("Acme\nFounded 1987\n\n250 people", "", ())


@pytest.mark.parametrize("content_type", ["application/pdf", "image/png", "application/json", "nonsense"])
def test_what_is_no_text_is_refused(content_type: str) -> None:
    with pytest.raises(PageUnreadableError, match="is not read; HTML and plain text are"):
        read_page(URL, content_type, b"x")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<p>Zürich".encode(), "text/html; charset=UTF-8"),
        ("<p>Zürich".encode("latin-1"), "text/html; charset=iso-8859-1"),
        ("<meta charset=latin1><p>Zürich".encode("cp1252"), "text/html"),
        (
            "<?xml version='1.0' encoding='iso-8859-15'?><p>Zürich".encode("iso-8859-15"),
            "application/xhtml+xml",
        ),
        ("<p>Zürich".encode("cp1252"), "text/html"),
        ("<p>Zürich".encode(), "text/html"),
        ("<p>Zürich".encode("utf-16"), "text/html; charset=latin1"),
        ("<meta charset=utf-16><p>Zürich".encode(), "text/html"),
        ("<p>Zürich".encode(), "text/html; charset=rot13"),
        ("<p>Zürich".encode(), "text/html; charset=nonsense"),
    ],
)
def test_the_charset_is_found_as_browsers_do(body: bytes, content_type: str) -> None:
    assert read_page(URL, content_type, body).text == "Zürich"


def test_a_page_is_read_up_to_its_limit() -> None:
    page = read("<p>" + "word " * 200_000)
    assert 0 < len(page.text) <= MAX_TEXT


HOSTILE = {
    "deeply nested": "<div>" * 60_000,
    "thousands of attributes": "<p " + " ".join(f"a{number}=1" for number in range(50_000)) + ">x",
    "comments that do not end": "<!--" * 400_000,
    "tags that do not end": "<a " * 400_000,
    "quotes that do not end": "<a href='" * 200_000,
    "end tags of nothing": "<div>" * 30_000 + "</span>" * 30_000,
    "items never closed": "<div>" * 30_000 + "<li>" * 30_000,
    "links in links": "<a href=/x>" * 40_000,
    "different links": "".join(f"<a href=/{number}>x" for number in range(30_000)),
    "tables in tables": "<table><tr><td>" * 15_000,
    "lists in lists": "<ul><li>" * 20_000,
    "many cells": "<table><tr>" + "<td>x" * 30_000,
    "formatting never closed": "".join(f"<b id={number}><p>" for number in range(30_000)),
    "character references": "&notit;&#" * 150_000,
    "sections in sections": "<section><h2>x" * 15_000,
    "titles": "<title>" * 200_000,
    "less than": "<" * 1_000_000,
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markup_costs_no_more_than_its_length(name: str) -> None:
    page = read(HOSTILE[name])
    assert len(page.text) <= MAX_TEXT
    assert len(page.links) <= 1_000


PIECES = (
    "<", ">", "/", "=", "'", '"', "&", ";", " ", "\n", "<p>", "</p>", "<td>", "<table>", "</table>", "<li>", "<dl><dt>", "<dd>",
    "<h1>", "</h1>", "<a href=x>", "</a>", "<!--", "-->", "<script>", "</script>", "<nav>", "</nav>", "<footer>", "<svg>", "<br>",
    "text", "é", "&amp",
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_whatever_the_markup_blocks_lie_in_order_within_a_clean_text(html: str) -> None:
    page = read(html)
    place = 0
    for block in page.blocks:
        assert place <= block.start <= block.end <= len(page.text)
        text = page.text[block.start : block.end]
        assert text == text.strip("\n ") and "  " not in text and "\r" not in text
        place = block.end
    assert "\x00" not in page.text


@settings(max_examples=50, deadline=None)
@given(
    st.binary(),
    st.sampled_from(["text/html", "text/html; charset=utf-16", "text/plain; charset=shift_jis", ""]),
)
def test_any_bytes_are_read(body: bytes, content_type: str) -> None:
    page = read_page(URL, content_type, body)
    page.text.encode()
