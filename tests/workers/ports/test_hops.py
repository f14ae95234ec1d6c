import httpx2
import pytest

from engine.ports import PortError
from workers.ports.hops import Hop, follow, is_redirect, read_url, shown

SECRET = (("Authorization", "Bearer x"), ("Cookie", "a=b"), ("X-Trace", "1"))


def hop(method: str = "GET", url: str = "https://example.com/a/b?q=1", body: bytes | None = None) -> Hop:
    return Hop(
        method=method, url=httpx2.URL(url), headers=(*SECRET, ("Content-Type", "text/plain")), body=body
    )


def names(moved: Hop) -> set[str]:
    return {name for name, _ in moved.headers}


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "https://example.com:8443/path?a=b#c",
        "HTTP://EXAMPLE.com",
        "https://user:secret@example.com/",
        "http://[2606:4700::1111]:8080/",
        "http://under_score.example.com/",
        "http://bücher.example/",
        "http://localhost./",
    ],
)
def test_an_address_that_a_request_can_go_to_is_read(url: str) -> None:
    assert read_url(url).raw_host


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "does not begin with http:// or https://"),
        ("example.com", "does not begin with http:// or https://"),
        ("//example.com", "does not begin with http:// or https://"),
        ("ftp://example.com", "does not begin with http:// or https://"),
        ("file:///etc/passwd", "does not begin with http:// or https://"),
        ("gopher://example.com", "does not begin with http:// or https://"),
        ("javascript:alert(1)", "does not begin with http:// or https://"),
        ("http://", "names no host"),
        ("http:///path", "names no host"),
        ("http://exa mple.com/", "names no host"),
        ("http://a..b/", "names no host"),
        (f"http://{'a' * 64}.example/", "names no host"),
        ("http://127.0.0.1%00.example.com/", "names no host"),
        ("http://[fe80::1%25eth0]/", "names no host"),
        ("http://example.com:0/", "a port that does not exist"),
        ("http://example.com:65536/", "a port that does not exist"),
        ("http://example.com:port/", "is no address"),
        ("http://[::1", "is no address"),
        ("http://example.com/\r\nHost: inside", "is no address"),
        ("http://①②⑦.⓪.⓪.①/", "is no address"),
    ],
)
def test_anything_else_is_refused_with_what_is_wrong(url: str, says: str) -> None:
    with pytest.raises(PortError) as caught:
        read_url(url)
    assert caught.value.code == "URL_INVALID"
    assert says in caught.value.message
    assert caught.value.hint == "Give an address such as https://example.com/path"
    assert not caught.value.retryable


def test_parameters_are_added_to_the_query_and_leave_it_as_it_was_written() -> None:
    url = read_url("https://example.com/?sig=a%2Fb", [("q", "x&y = ü"), ("q", "2")])
    assert str(url) == "https://example.com/?sig=a%2Fb&q=x%26y+%3D+%C3%BC&q=2"
    assert str(read_url("https://example.com/a", [("q", "1")])) == "https://example.com/a?q=1"


def test_what_may_be_secret_in_an_address_is_not_shown() -> None:
    assert shown(httpx2.URL("https://me:pw@example.com:8443/a?key=1#f")) == "https://example.com:8443/a"
    assert len(shown(httpx2.URL(f"https://example.com/{'a' * 500}"))) == 200


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_names_a_place(status: int) -> None:
    assert is_redirect(status, "/x")
    assert not is_redirect(status, None)


@pytest.mark.parametrize("status", [200, 201, 300, 304, 305, 400])
def test_other_statuses_redirect_nowhere(status: int) -> None:
    assert not is_redirect(status, "/x")


@pytest.mark.parametrize(
    ("location", "leads_to"),
    [
        ("/x", "https://example.com/x"),
        ("x", "https://example.com/a/x"),
        ("?y=2", "https://example.com/a/b?y=2"),
        ("//other.example/x", "https://other.example/x"),
        ("http://other.example:8080/", "http://other.example:8080/"),
    ],
)
def test_a_place_is_read_as_seen_from_the_one_before(location: str, leads_to: str) -> None:
    assert str(follow(hop(), 302, location).url) == leads_to


@pytest.mark.parametrize(
    ("method", "status", "then"),
    [
        ("POST", 301, "GET"),
        ("POST", 302, "GET"),
        ("POST", 303, "GET"),
        ("POST", 307, "POST"),
        ("POST", 308, "POST"),
        ("PUT", 301, "PUT"),
        ("PUT", 302, "PUT"),
        ("DELETE", 303, "GET"),
        ("GET", 301, "GET"),
        ("HEAD", 302, "HEAD"),
        ("HEAD", 303, "HEAD"),
    ],
)
def test_the_status_decides_about_the_method(method: str, status: int, then: str) -> None:
    moved = follow(hop(method, body=b"data"), status, "/x")
    assert moved.method == then
    changed = then != method
    assert moved.body == (None if changed else b"data")
    assert ("Content-Type" in names(moved)) is not changed


@pytest.mark.parametrize(
    ("url", "location", "kept"),
    [
        ("https://example.com/", "/x", True),
        ("https://example.com/", "https://example.com:443/x", True),
        ("http://example.com/", "https://example.com/x", True),
        ("https://example.com/", "http://example.com/x", False),
        ("https://example.com/", "https://example.com:8443/x", False),
        ("http://example.com:8080/", "https://example.com/x", False),
        ("https://example.com/", "https://www.example.com/x", False),
        ("https://example.com/", "https://example.com.evil.example/x", False),
    ],
)
def test_secrets_go_to_the_same_party_only(url: str, location: str, kept: bool) -> None:
    moved = follow(hop(url=url), 307, location)
    assert ({"Authorization", "Cookie"} <= names(moved)) is kept
    assert "X-Trace" in names(moved)


@pytest.mark.parametrize("location", ["ftp://example.com/", "file:///etc/passwd", "http://", "http://[::1"])
def test_a_redirect_to_nowhere_is_refused(location: str) -> None:
    with pytest.raises(PortError) as caught:
        follow(hop(), 302, location)
    assert caught.value.code == "URL_INVALID"
