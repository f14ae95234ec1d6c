"""Finds out in which charset a page is written, as browsers do, and decodes it."""

import codecs
import re
from email.message import Message

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s{0,10}=\s{0,10}["']?\s{0,10}([\w.:-]{1,40})"""
    rb"""|<\?xml[^>]{0,100}?encoding\s{0,10}=\s{0,10}["']([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_LOOKED_THROUGH = 4096
"""Bytes at the beginning in which a page names its charset."""

_WIDER = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs",
}  # fmt: skip
"""What pages name, and what browsers read it as: the larger charset of the same kind."""

_KNOWN = re.compile(r"utf|ascii|iso8859|cp\d|koi8|mac|shift_jis|euc_|gb|big5|tis|johab|iso2022_jp$")


def decode(body: bytes, content_type: str) -> str:
    """Give a page as text: by its byte order mark, else by the charset of its content type, else by what it names itself.

    Where none of them is known it is UTF-8 if it can be, else Windows-1252. What cannot be decoded becomes U+FFFD.

    Args:
        body: As it came.
        content_type: The header, perhaps empty.
    """
    for mark, charset in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, errors="replace")
    for name in (_in_header(content_type), _in_page(body)):
        charset_named = _known(name)
        if charset_named is not None:
            return body.decode(charset_named, errors="replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(body) - error.start < 4:  # cut within a character
            return body.decode("utf-8", errors="replace")
        return body.decode("cp1252", errors="replace")


def _in_header(content_type: str) -> str:
    message = Message()
    message["content-type"] = content_type.replace("\n", " ").replace("\r", " ")
    return message.get_content_charset("") or ""


def _in_page(body: bytes) -> str:
    found = _DECLARED.search(body[:_LOOKED_THROUGH])
    name = (found.group(1) or found.group(2)).decode("ascii", errors="replace") if found else ""
    return (
        "" if name.lower().startswith(("utf-16", "utf-32")) else name
    )  # it was read in characters of one byte


def _known(name: str) -> str | None:
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return _WIDER.get(known, known) if _KNOWN.match(known) else None
