import gzip

import pytest

from workers.pages.sitemaps import MAX_ENTRIES, Sitemap, read_sitemap

URL = "https://acme.example/sitemap.xml"
MAP = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc> https://acme.example/a?x=1&amp;y=2 </loc>
<image:image><image:loc>https://acme.example/i.png</image:loc></image:image></url>
<url><lastmod>2026</lastmod><loc><![CDATA[/b]]></loc></url><url><loc>/b</loc></url><url><loc>ftp://no</loc></url></urlset>"""
PAGES = ("https://acme.example/a?x=1&y=2", "https://acme.example/b")


def test_a_map_names_pages_each_once() -> None:
    assert read_sitemap(URL, MAP) == Sitemap(PAGES, ())


def test_a_map_may_be_packed_or_text() -> None:
    assert read_sitemap(URL, gzip.compress(MAP)) == Sitemap(PAGES, ())
    assert read_sitemap(URL, b"https://acme.example/a\nhttps://acme.example/b\n").pages == (
        "https://acme.example/a",
        "https://acme.example/b",
    )


def test_an_index_names_further_maps() -> None:
    body = b"<sitemapindex><sitemap><loc>/pages.xml.gz</loc></sitemap><sitemap><loc>/news.xml</loc></sitemap></sitemapindex>"
    assert read_sitemap(URL, body) == Sitemap(
        (), ("https://acme.example/pages.xml.gz", "https://acme.example/news.xml")
    )


NO_MAPS = {
    "nothing": b"",
    "a page": b"<html><p>Not found</p></html>",
    "damaged": b"\x1f\x8bdamaged",
    "cut": gzip.compress(MAP)[:40],
    "begun": b"<url>",
}


@pytest.mark.parametrize("name", NO_MAPS)
def test_what_is_no_map_has_no_entries(name: str) -> None:
    assert read_sitemap(URL, NO_MAPS[name]) == Sitemap((), ())


def test_a_bomb_of_entities_stays_as_it_is_written() -> None:
    declared = "".join(f'<!ENTITY e{n} "&e{n - 1};&e{n - 1};&e{n - 1};&e{n - 1};">' for n in range(1, 40))
    body = f'<!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">{declared}]><urlset><url><loc>/x&e39</loc></url></urlset>'
    assert read_sitemap(URL, body.encode()).pages == ("https://acme.example/x&e39",)


def test_a_bomb_of_gzip_is_unpacked_up_to_the_limit() -> None:
    bomb = gzip.compress(b"<url><loc>/x</loc></url>" + b" " * 60_000_000, compresslevel=1)
    assert read_sitemap(URL, bomb).pages == ("https://acme.example/x",)


def test_a_huge_map_is_read_up_to_its_limit() -> None:
    body = "<urlset>" + "".join(f"<url><loc>/{number}</loc></url>" for number in range(6_000))
    assert len(read_sitemap(URL, body.encode()).pages) == MAX_ENTRIES
