"""Which addresses an activity may reach: those of the public internet, by a list of our own.

The standard library's `is_global` lets some through that lead inside, and differs between versions.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_REFUSED_V4 = {
    IPv4Network("0.0.0.0/8"): "this host",
    IPv4Network("10.0.0.0/8"): "a private network",
    IPv4Network("100.64.0.0/10"): "a provider's shared network",
    IPv4Network("127.0.0.0/8"): "this machine (loopback)",
    IPv4Network("169.254.0.0/16"): "the local link, where clouds keep their metadata",
    IPv4Network("172.16.0.0/12"): "a private network",
    IPv4Network("192.0.0.0/24"): "reserved for protocols",
    IPv4Network("192.0.2.0/24"): "for documentation only",
    IPv4Network("192.88.99.0/24"): "a relay between IPv6 and IPv4",
    IPv4Network("192.168.0.0/16"): "a private network",
    IPv4Network("198.18.0.0/15"): "for benchmarks only",
    IPv4Network("198.51.100.0/24"): "for documentation only",
    IPv4Network("203.0.113.0/24"): "for documentation only",
    IPv4Network("224.0.0.0/4"): "multicast",
    IPv4Network("240.0.0.0/4"): "reserved",
}

_PUBLIC_V6 = IPv6Network("2000::/3")
"""What is public in IPv6 lies in here; everything else is refused without being named."""

_REFUSED_V6 = {
    IPv6Network("2001::/23"): "reserved for protocols",
    IPv6Network("2001:db8::/32"): "for documentation only",
    IPv6Network("2002::/16"): "a tunnel to IPv4 (6to4)",
    IPv6Network("3fff::/20"): "for documentation only",
}

_NAMES_V6 = {
    IPv6Network("::/128"): "this host",
    IPv6Network("::1/128"): "this machine (loopback)",
    IPv6Network("64:ff9b:1::/48"): "a local translation to IPv4",
    IPv6Network("fc00::/7"): "a private network",
    IPv6Network("fe80::/10"): "the local link",
    IPv6Network("fec0::/10"): "a private network (site-local)",
    IPv6Network("ff00::/8"): "multicast",
}

_TRANSLATED = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))
"""IPv4 written as IPv6, and the way to IPv4 through NAT64: judged by the IPv4 address at their end."""


def refusal(address: str) -> str | None:
    """Say what an address is that is not public, such as "a private network"; None where it is public.

    Args:
        address: As the resolver gave it: IPv4 in four decimal parts, or IPv6, perhaps with a zone.

    Raises:
        ValueError: It is no address.
    """
    parsed = ip_address(address.partition("%")[0])
    return _refusal_v4(parsed) if isinstance(parsed, IPv4Address) else _refusal_v6(parsed)


def _refusal_v4(address: IPv4Address) -> str | None:
    return next((name for network, name in _REFUSED_V4.items() if address in network), None)


def _refusal_v6(address: IPv6Address) -> str | None:
    if any(address in network for network in _TRANSLATED):
        return _refusal_v4(IPv4Address(int(address) & 0xFFFF_FFFF))
    if address in _PUBLIC_V6:
        return next((name for network, name in _REFUSED_V6.items() if address in network), None)
    return next((name for network, name in _NAMES_V6.items() if address in network), "not a public address")
