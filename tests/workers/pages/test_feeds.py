import pytest

from engine.passages.page import Link
from workers.pages.feeds import MAX_ENTRIES, read_feed

URL = "https://acme.example/feed"


def test_rss_gives_its_items() -> None:
    body = b"""<?xml version="1.0"?><rss xmlns:media="x" xmlns:atom="y"><channel><title>Acme</title><link>https://acme.example/</link>
    <atom:link href="https://acme.example/feed" rel="self"/>
    <item><title><![CDATA[Acme & Co open a <b>plant</b>]]></title><media:title>no</media:title><link>
    https://acme.example/1 </link><description>&lt;p&gt;x</description></item>
    <item><title>Second</title><link>/2</link></item><item><title>No link</title></item></channel></rss>"""
    assert read_feed(URL, body) == (
        Link("https://acme.example/1", "Acme & Co open a <b>plant</b>"),
        Link("https://acme.example/2", "Second"),
    )


def test_atom_gives_its_entries() -> None:
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Acme</title><link href="/"/>
    <entry><title>One &amp; only</title><link rel="self" href="/self"/><link href="/1"/><source><title>no</title></source></entry>
    <entry><link rel="alternate" href="/2"/></entry></feed>"""
    assert read_feed(URL, body) == (
        Link("https://acme.example/1", "One & only"),
        Link("https://acme.example/2", ""),
    )


@pytest.mark.parametrize(
    "body", [b"", b"<html><title>x</title>", b"\xff\xfe", b"<item><link>javascript:x</link></item>"]
)
def test_what_is_no_feed_has_no_entries(body: bytes) -> None:
    assert read_feed(URL, body) == ()


def test_a_huge_feed_is_read_up_to_its_limit() -> None:
    body = "".join(f"<item><a><a><a><link>/{number}</link></item>" for number in range(1_000))
    assert read_feed(URL, body.encode()) == ()
    body = "".join(f"<item><link>/{number}</link></item>" for number in range(1_000))
    assert len(read_feed(URL, body.encode())) == MAX_ENTRIES
