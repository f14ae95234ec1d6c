import pytest

from tests.workers.ports.exchange import (
    Port,
    failure,
    request,
    resolve_to,
)
from tests.workers.ports.local_server import LocalServer, answer


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "0x7f.1",
        "2130706433",
        "017700000001",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
    ],
)
def test_no_way_to_name_this_machine_leads_to_it(port: Port, server: LocalServer, host: str) -> None:
    error = failure(lambda: port(allow_private=False).send(request(server.url(host=host))))
    assert (error.code, error.retryable) == ("ADDRESS_REFUSED", False)
    assert "PLAYHEAD_ALLOW_PRIVATE_ADDRESSES" in str(error.hint)
    assert server.connections == 0


def test_a_refusal_says_what_the_host_leads_to(port: Port, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "10.0.0.5")
    error = failure(lambda: port(allow_private=False).send(request("https://intranet.example/")))
    assert error.message == "'intranet.example' leads to 10.0.0.5, which is not public: a private network"
    assert error.detail == {"host": "intranet.example", "address": "10.0.0.5"}


def test_one_address_inside_refuses_a_host_with_public_ones(
    port: Port, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(monkeypatch, "93.184.215.14", "127.0.0.1")
    assert failure(lambda: port(allow_private=False).send(request(server.url(host="x.example")))).code == (
        "ADDRESS_REFUSED"
    )
    assert server.connections == 0


def test_what_was_checked_is_what_is_connected_to(
    port: Port, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    resolve_to(monkeypatch, "127.0.0.1", calls=calls)
    port().send(request(server.url(host="rebinding.example")))
    assert calls == ["rebinding.example"]


def test_a_redirect_inside_is_refused(
    port: Port, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workers.ports import network

    monkeypatch.setattr(network, "refusal", lambda one: "a private network" if one == "127.0.0.2" else None)
    server.answers["/a"] = answer("302 Found", Location=f"http://127.0.0.2:{server.port}/")
    error = failure(lambda: port(allow_private=False).send(request(server.url("/a"))))
    assert (error.code, server.connections) == ("ADDRESS_REFUSED", 1)


def test_leave_for_private_addresses_lifts_no_other_rule(port: Port) -> None:
    assert failure(lambda: port().send(request("file:///etc/passwd"))).code == "URL_INVALID"


def test_proxies_of_the_environment_are_not_used(
    port: Port, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert port().send(request(server.url())).status == 200
