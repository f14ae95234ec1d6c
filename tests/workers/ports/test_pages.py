"""Reading pages of servers on this machine, as the polite guest that research is."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from engine.ports import Interrupted, PortError
from engine.values import JsonValue
from tests.workers.ports.exchange import FakeCancellation, Port, hang, resolve_to
from tests.workers.ports.local_server import Answer, LocalServer, answer, local_server
from workers.ports.http import HttpPort
from workers.ports.pace import Pace
from workers.ports.pages import PagesPort
from workers.ports.robots import USER_AGENT, Robots

HTML = b"<html><head><title>About us</title></head><body><p>Founded in 1987.</p><a href='/more'>More</a></body></html>"
ABOUT = answer(body=HTML, Content_Type="text/html; charset=utf-8")
NOTHING = answer("404 Not Found")

Reader = Callable[..., PagesPort]


@pytest.fixture
def reader(port: Port, server: LocalServer) -> Reader:
    """Makes a port that reads from this machine without pauses."""
    server.answers["/robots.txt"] = NOTHING

    def make(http: HttpPort | None = None, **given: Any) -> PagesPort:
        values: dict[str, Any] = {
            "robots": Robots(),
            "pace": Pace(0.0),
            "interrupted": lambda: False,
            "record": lambda record_id: None,
            **given,
        }
        return PagesPort(http or port(), **values)

    return make


def failure(pages: PagesPort, url: str) -> PortError:
    with pytest.raises(PortError) as caught:
        pages.read(url)
    return caught.value


def robots(text: str) -> Answer:
    return answer(body=text.encode(), Content_Type="text/plain")


def paths(server: LocalServer) -> list[str]:
    return [request.line.split(" ")[1] for request in server.requests]


def test_a_page_is_read_once_an_attempt_by_whoever_asks(reader: Reader, server: LocalServer) -> None:
    server.answers["/about"] = ABOUT
    pages = reader()
    read: list[Any] = []
    threads = [
        threading.Thread(target=lambda: read.append(pages.read(server.url("/about#part")))) for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert paths(server) == ["/robots.txt", "/about"]
    assert len(read) == 5 and all(one is read[0] for one in read)
    assert (read[0].url, read[0].title, read[0].text) == (
        server.url("/about"),
        "About us",
        "Founded in 1987.\n\nMore",
    )
    assert [link.url for link in read[0].links] == [server.url("/more")]


def test_it_says_who_it_is(reader: Reader, server: LocalServer) -> None:
    server.answers["/about"] = ABOUT
    reader().read(server.url("/about"))
    assert {request.headers["user-agent"] for request in server.requests} == {USER_AGENT}
    assert "robots.txt" in USER_AGENT
    assert "cookie" not in server.requests[1].headers and "authorization" not in server.requests[1].headers


@pytest.mark.parametrize(
    ("rules", "read"),
    [
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /private", True),
        ("User-agent: PlayheadResearch\nDisallow: /about\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: PlayheadResearch\nAllow: /about", True),
        ("User-agent: *\nDisallow: /*.html$", True),
        ("User-agent: OtherBot\nDisallow: /", True),
        ("<html>this is no robots.txt</html>", True),
    ],
)
def test_robots_txt_is_honoured(reader: Reader, server: LocalServer, rules: str, read: bool) -> None:
    server.answers |= {"/about": ABOUT, "/robots.txt": robots(rules)}
    pages = reader()
    if read:
        assert pages.read(server.url("/about")).title == "About us"
    else:
        assert failure(pages, server.url("/about")).code == "ROBOTS_REFUSED"
        assert paths(server) == ["/robots.txt"]


@pytest.mark.parametrize("status", ["500 Oh", "503 Busy", "429 Slow down"])
def test_where_robots_txt_cannot_be_had_nothing_is_read(
    reader: Reader, server: LocalServer, status: str
) -> None:
    server.answers |= {"/about": ABOUT, "/robots.txt": answer(status)}
    assert failure(reader(), server.url("/about")).code == "ROBOTS_REFUSED"
    assert paths(server) == ["/robots.txt"]


def test_each_redirect_is_asked_for_as_a_page_of_its_own_site(reader: Reader, server: LocalServer) -> None:
    with local_server() as other:
        other.answers |= {"/robots.txt": robots("User-agent: *\nDisallow: /secret"), "/open": ABOUT}
        server.answers["/to-open"] = answer("302 Found", Location=other.url("/open"))
        server.answers["/to-secret"] = answer("302 Found", Location=other.url("/secret"))
        pages = reader()
        assert pages.read(server.url("/to-open")).url == other.url("/open")
        assert failure(pages, server.url("/to-secret")).code == "ROBOTS_REFUSED"
        assert paths(other) == ["/robots.txt", "/open"]


def test_redirects_come_to_an_end(reader: Reader, server: LocalServer) -> None:
    server.answers["/round"] = answer("302 Found", Location="/round")
    assert failure(reader(), server.url("/round")).code == "TOO_MANY_REDIRECTS"
    assert len(server.requests) == 1 + 6


@pytest.mark.parametrize("target", ["file:///etc/passwd", "gopher://127.0.0.1/", "javascript:alert(1)"])
def test_a_redirect_to_what_is_no_web_page_is_refused(
    reader: Reader, server: LocalServer, target: str
) -> None:
    server.answers["/away"] = answer("302 Found", Location=target)
    assert failure(reader(), server.url("/away")).code == "URL_INVALID"


@pytest.mark.parametrize("kind", ["image/png", "application/pdf", "application/octet-stream", "video/mp4"])
def test_what_is_no_page_is_not_read(reader: Reader, server: LocalServer, kind: str) -> None:
    server.answers["/file"] = answer(body=b"\x00\x01", Content_Type=kind)
    assert failure(reader(), server.url("/file")).code == "PAGE_UNREADABLE"


@pytest.mark.parametrize("status", ["401 No", "404 Not Found", "500 Oh"])
def test_a_status_that_is_no_page_is_a_failure_with_the_status(
    reader: Reader, server: LocalServer, status: str
) -> None:
    server.answers["/about"] = answer(status)
    error = failure(reader(), server.url("/about"))
    assert (error.code, error.detail) == ("PAGE_STATUS", {"status": int(status[:3])})


def test_a_failure_is_not_asked_for_again_in_the_attempt(reader: Reader, server: LocalServer) -> None:
    server.answers["/about"] = answer("500 Oh")
    pages = reader()
    assert failure(pages, server.url("/about")) is failure(pages, server.url("/about"))
    assert paths(server) == ["/robots.txt", "/about"]


def test_a_large_page_is_read_in_part(reader: Reader, server: LocalServer) -> None:
    server.answers["/large"] = answer(body=b"<p>word " * 400_000, Content_Type="text/html")
    assert len(reader().read(server.url("/large")).text) <= 1024 * 1024


def test_maps_and_feeds_are_pages_of_links(reader: Reader, server: LocalServer) -> None:
    site_map = b"<urlset><url><loc>/a</loc></url><url><loc>/b</loc></url></urlset>"
    feed = b"<rss><channel><item><title>News</title><link>/news</link></item></channel></rss>"
    server.answers["/sitemap.xml"] = answer(body=site_map, Content_Type="application/xml")
    server.answers["/feed"] = answer(body=feed, Content_Type="application/rss+xml")
    pages = reader()
    assert [link.url for link in pages.read(server.url("/sitemap.xml")).links] == [
        server.url("/a"),
        server.url("/b"),
    ]
    assert [(link.url, link.text) for link in pages.read(server.url("/feed")).links] == [
        (server.url("/news"), "News")
    ]


def test_the_maps_of_a_site_are_those_that_its_robots_txt_names(reader: Reader, server: LocalServer) -> None:
    pages = reader()
    assert pages.site_maps(server.url("/deep/page")) == (server.url("/sitemap.xml"),)
    named = "https://example.com/maps/1.xml"
    server.answers["/robots.txt"] = robots(f"Sitemap: {named}")
    assert reader().site_maps(server.url("/")) == (named,)


def test_a_record_of_the_workspace_is_a_page(reader: Reader) -> None:
    records: Mapping[str, Mapping[str, JsonValue]] = {
        "rec_1": {"id": "rec_1", "object": "companies", "values": {"name": "Acme", "founded": 1987}}
    }
    pages = reader(record=records.get)
    read = pages.read("record:rec_1")
    assert (read.title, read.text) == ("Acme", "A record of companies\nname: Acme\nfounded: 1987")
    assert failure(pages, "record:rec_2").code == "RECORD_NOT_FOUND"


def test_a_cancel_interrupts_a_page_that_does_not_come(
    reader: Reader, server: LocalServer, cancellation: FakeCancellation
) -> None:
    server.answers["/slow"] = hang
    cancellation.canceled.set()
    with pytest.raises(Interrupted):
        reader().read(server.url("/slow"))


PRIVATE = ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0"]


@pytest.mark.parametrize("host", PRIVATE)
def test_addresses_that_are_not_public_are_refused_and_not_even_asked_for_robots_txt(
    reader: Reader, port: Port, server: LocalServer, host: str
) -> None:
    pages = reader(port(allow_private=False))
    assert failure(pages, f"http://{host}:{server.port}/about").code == "ADDRESS_REFUSED"
    assert server.connections == 0


@pytest.mark.parametrize("path", ["/about", "/robots.txt"])
def test_a_name_that_leads_inside_later_is_refused_later(
    reader: Reader, port: Port, server: LocalServer, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """What a name led to before counts for nothing: each connection looks it up and checks what it found."""
    pages = reader(port(allow_private=False))
    resolve_to(monkeypatch, "127.0.0.1")
    url = f"http://rebinding.example:{server.port}{path}"
    assert failure(pages, url).code == "ADDRESS_REFUSED"
    resolve_to(monkeypatch, "93.184.216.34", "10.0.0.1")
    assert failure(reader(port(allow_private=False)), url).code == "ADDRESS_REFUSED"
    assert server.connections == 0


def test_a_public_page_cannot_lead_inside(
    reader: Reader, port: Port, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first host passes for public; where it redirects to is checked as it was."""
    server.answers["/away"] = answer("302 Found", Location="http://169.254.169.254/latest/meta-data/")
    outside = reader(port())
    url = server.url("/away")
    inner = port(allow_private=False)

    class Gateway:
        """Sends to this server as if it were public, and everything else as the guard does."""

        def send(self, request: Any) -> Any:
            return (port() if request.url.startswith(server.url("/")) else inner).send(request)

    assert failure(reader(Gateway()), url).code == "ADDRESS_REFUSED"
    assert outside is not None and paths(server) == ["/robots.txt", "/away"]
