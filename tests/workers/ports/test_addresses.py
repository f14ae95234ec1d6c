import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.ports.addresses import refusal

REFUSED = [
    ("0.0.0.0", "this host"),
    ("0.1.2.3", "this host"),
    ("10.0.0.1", "a private network"),
    ("10.255.255.255", "a private network"),
    ("100.64.0.1", "a provider's shared network"),
    ("100.127.255.255", "a provider's shared network"),
    ("127.0.0.1", "this machine (loopback)"),
    ("127.255.255.254", "this machine (loopback)"),
    ("169.254.169.254", "the local link, where clouds keep their metadata"),
    ("172.16.0.1", "a private network"),
    ("172.31.255.255", "a private network"),
    ("192.0.0.8", "reserved for protocols"),
    ("192.0.0.170", "reserved for protocols"),
    ("192.0.2.1", "for documentation only"),
    ("192.88.99.1", "a relay between IPv6 and IPv4"),
    ("192.168.1.1", "a private network"),
    ("198.18.0.1", "for benchmarks only"),
    ("198.19.255.255", "for benchmarks only"),
    ("198.51.100.1", "for documentation only"),
    ("203.0.113.1", "for documentation only"),
    ("224.0.0.1", "multicast"),
    ("239.255.255.250", "multicast"),
    ("240.0.0.1", "reserved"),
    ("255.255.255.255", "reserved"),
    ("::", "this host"),
    ("::1", "this machine (loopback)"),
    ("::127.0.0.1", "not a public address"),
    ("::8.8.8.8", "not a public address"),
    ("::ffff:127.0.0.1", "this machine (loopback)"),
    ("::ffff:10.0.0.1", "a private network"),
    ("::ffff:169.254.169.254", "the local link, where clouds keep their metadata"),
    ("::ffff:0:127.0.0.1", "not a public address"),
    ("64:ff9b::7f00:1", "this machine (loopback)"),
    ("64:ff9b::10.0.0.1", "a private network"),
    ("64:ff9b:1::7f00:1", "a local translation to IPv4"),
    ("100::1", "not a public address"),
    ("2001::1", "reserved for protocols"),
    ("2001:2::1", "reserved for protocols"),
    ("2001:10::1", "reserved for protocols"),
    ("2001:db8::1", "for documentation only"),
    ("2002:7f00:1::", "a tunnel to IPv4 (6to4)"),
    ("2002:0808:0808::1", "a tunnel to IPv4 (6to4)"),
    ("3fff::1", "for documentation only"),
    ("5f00::1", "not a public address"),
    ("fc00::1", "a private network"),
    ("fd12:3456:789a::1", "a private network"),
    ("fe80::1", "the local link"),
    ("fe80::1%eth0", "the local link"),
    ("fec0::1", "a private network (site-local)"),
    ("ff02::1", "multicast"),
]

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.1",
    "192.167.255.255",
    "223.255.255.255",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
]

BYPASSES = [
    "127.1",
    "127.0.1",
    "0x7f.1",
    "0x7f000001",
    "0177.0.0.1",
    "2130706433",
    "017700000001",
    "0",
    "localhost",
    "3232235777",
    "0xa9fea9fe",
    "2852039166",
    "::ffff:7f00:1",
    "0:0:0:0:0:ffff:7f00:1",
    "0:0:0:0:0:0:0:1",
]
"""Names that a resolver takes for addresses inside."""


@pytest.mark.parametrize(("address", "why"), REFUSED)
def test_what_is_not_public_is_refused_and_said_what_it_is(address: str, why: str) -> None:
    assert refusal(address) == why


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is_allowed(address: str) -> None:
    assert refusal(address) is None


@pytest.mark.parametrize("name", BYPASSES)
def test_every_way_to_write_an_address_inside_resolves_to_one_that_is_refused(name: str) -> None:
    found = {place[4][0] for place in socket.getaddrinfo(name, 80, type=socket.SOCK_STREAM)}
    assert found
    assert all(refusal(str(address)) is not None for address in found)


@given(st.ip_addresses())
def test_nothing_that_the_standard_library_calls_private_is_allowed(
    address: IPv4Address | IPv6Address,
) -> None:
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    if not (inner or address).is_global:
        assert refusal(str(address)) is not None


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_the_same_however_it_is_written(address: IPv4Address) -> None:
    why = refusal(str(address))
    assert refusal(f"::ffff:{address}") == why
    assert refusal(f"64:ff9b::{address}") == why
    assert refusal(f"::{address}") is not None
    assert refusal(str(ip_address((0x2002 << 112) | (int(address) << 80)))) is not None


def test_what_is_no_address_is_an_error() -> None:
    with pytest.raises(ValueError, match="example"):
        refusal("example.com")
