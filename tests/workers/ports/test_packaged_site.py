import pytest

from engine.ports import HttpRequest, HttpResponse
from workers.ports.packaged_site import PackagedSite, WithPackagedSite

SITE = PackagedSite("site.invalid", {"index.html": b"<p>Root", "a/index.html": b"<p>A", "a/x y.txt": b"X"})


class Outside:
    """Notes what leaves this process."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def send(self, request: HttpRequest) -> HttpResponse:
        self.asked.append(request.url)
        return HttpResponse(status=204, headers={}, body=b"", truncated=False)


def request(url: str, method: str = "GET") -> HttpRequest:
    return HttpRequest(method=method, url=url, headers={}, query=(), body=None, timeout_seconds=1)


@pytest.mark.parametrize(
    ("url", "status", "content_type", "body"),
    [
        ("http://site.invalid", 200, "text/html; charset=utf-8", b"<p>Root"),
        ("https://SITE.invalid:8443/?x=1#top", 200, "text/html; charset=utf-8", b"<p>Root"),
        ("http://site.invalid/a/", 200, "text/html; charset=utf-8", b"<p>A"),
        ("http://site.invalid/a/x%20y.txt", 200, "text/plain; charset=utf-8", b"X"),
        ("http://site.invalid/a", 404, "text/plain; charset=utf-8", b"There is no such page on this site."),
        (
            "http://site.invalid/a/../index.html",
            404,
            "text/plain; charset=utf-8",
            b"There is no such page on this site.",
        ),
        (
            "http://site.invalid//index.html",
            404,
            "text/plain; charset=utf-8",
            b"There is no such page on this site.",
        ),
    ],
)
def test_its_host_is_answered_from_its_files_and_nothing_leaves(
    url: str, status: int, content_type: str, body: bytes
) -> None:
    outside = Outside()
    answer = WithPackagedSite(outside, SITE).send(request(url))
    assert (answer.status, answer.headers, answer.body) == (status, {"content-type": content_type}, body)
    assert outside.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://site.invalid.example/",
        "http://asite.invalid/",
        "http://site.invalid@example.com/",
        "http://example.com/site.invalid/",
        "http://[::1",
        "site.invalid",
    ],
)
def test_every_other_host_is_asked_as_ever(url: str) -> None:
    outside = Outside()
    assert WithPackagedSite(outside, SITE).send(request(url)).status == 204
    assert outside.asked == [url]


def test_it_can_only_be_read() -> None:
    assert WithPackagedSite(Outside(), SITE).send(request("http://site.invalid/", "POST")).status == 405
