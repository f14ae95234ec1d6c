"""Unpacks what was packed by gzip, up to a limit: a bomb gives no more than a stone."""

import zlib

_GZIP = b"\x1f\x8b"


def inflated(body: bytes, limit: int) -> bytes:
    """Give a body unpacked, at most `limit` bytes of it; one that isn't packed as it is, cut likewise.

    What is damaged or cut gives what comes before the damage.
    """
    if not body.startswith(_GZIP):
        return body[:limit]
    unpacking = zlib.decompressobj(wbits=31)
    found, place = b"", 0
    try:
        while place < len(body) and len(found) < limit and not unpacking.eof:
            found += unpacking.decompress(body[place : place + 65_536], limit - len(found))
            place += 65_536
    except zlib.error:
        return found
    return found
