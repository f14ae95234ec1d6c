import pytest

from engine.ports import HttpResponse, PortError
from workers.ports.robots import KEPT_AFTER_FAILURE, KEPT_SECONDS, Robots

SITE = "https://example.com"


class Site:
    """Answers with this, and counts."""

    def __init__(self, status: int = 200, body: bytes = b"", error: PortError | None = None) -> None:
        self.status, self.body, self.error, self.asked = status, body, error, list[str]()

    def __call__(self, url: str) -> HttpResponse:
        self.asked.append(url)
        if self.error is not None:
            raise self.error
        return HttpResponse(status=self.status, headers={}, body=self.body, truncated=False)


def test_a_site_is_asked_once_an_hour() -> None:
    now = [0.0]
    robots, site = Robots(lambda: now[0]), Site(body=b"User-agent: *\nDisallow: /x\nCrawl-delay: 3")
    for moment, asked in [(0.0, 1), (KEPT_SECONDS - 1, 1), (KEPT_SECONDS, 2)]:
        now[0] = moment
        rules = robots.of(SITE, site)
        assert len(site.asked) == asked
    assert site.asked[0] == "https://example.com/robots.txt"
    assert (rules.allow(f"{SITE}/x/1"), rules.allow(f"{SITE}/y"), rules.pause) == (False, True, 3.0)


@pytest.mark.parametrize("site", [Site(503), Site(error=PortError("TIMEOUT", "No.", retryable=True))])
def test_a_site_that_cannot_say_is_asked_again_soon_and_not_read_until_then(site: Site) -> None:
    now = [0.0]
    robots = Robots(lambda: now[0])
    assert not robots.of(SITE, site).allow(f"{SITE}/")
    now[0] = KEPT_AFTER_FAILURE
    site.status, site.error = 404, None
    assert robots.of(SITE, site).allow(f"{SITE}/")


def test_a_site_that_may_not_be_asked_is_not_remembered_as_one_that_says_no() -> None:
    with pytest.raises(PortError, match="inside"):
        Robots().of(SITE, Site(error=PortError("ADDRESS_REFUSED", "It leads inside.")))


def test_sites_do_not_fill_the_memory() -> None:
    robots = Robots()
    for number in range(2_100):
        robots.of(f"https://{number}.example", Site())
    assert len(robots._known) == 2_000


@pytest.mark.parametrize(
    "body", [b"\xff\xfe\x00", b"\x00" * 1000, b"Crawl-delay: x", b"User-agent: *\nDisallow: %%%"]
)
def test_any_bytes_are_rules_of_some_kind(body: bytes) -> None:
    assert Robots().of(SITE, Site(body=body)).pause is None
