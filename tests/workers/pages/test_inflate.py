import gzip

from workers.pages.inflate import inflated


def test_what_is_packed_is_unpacked_up_to_the_limit() -> None:
    packed = gzip.compress(b"a" * 1_000_000)
    assert inflated(packed, 2_000_000) == b"a" * 1_000_000
    assert inflated(packed, 1_000) == b"a" * 1_000


def test_what_is_not_packed_is_cut_likewise() -> None:
    assert inflated(b"<urlset>", 100) == b"<urlset>"
    assert inflated(b"<urlset>", 4) == b"<url"


def test_what_is_damaged_gives_what_comes_before() -> None:
    packed = gzip.compress(bytes(range(256)) * 2_000, compresslevel=0)
    assert inflated(packed[:100_000] + b"x" * 100_000, 1_000_000)[:256] == bytes(range(256))
