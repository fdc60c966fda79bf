"""What encoding an XML file is in, and the file in one that the parser reads itself: UTF-8 or Latin-1.

Conventions: a byte order mark, or the zeros of UTF-16 without one, go before what the file declares. Only names of
character sets that recordings are written in are known; a codec of Python's that is none (``hex``, ``unicode_escape``)
is as unknown as any other word.
"""

from __future__ import annotations

import codecs
import re
from io import BytesIO

from ..errors import XmlError
from ..files.reading import MIB

UTF_8, LATIN_1 = "utf-8", "iso-8859-1"

_DECLARATION = re.compile(rb"<\?xml\s([^>]*?)\?>")
_ENCODING = re.compile(rb"""\bencoding\s*=\s*["']([^"']*)["']""")
_LONGEST_DECLARATION_BYTES = 1 << 16  # a real one has some fifty
_NAME = re.compile(rb"[A-Za-z][A-Za-z0-9._-]{0,39}")

_READ_AS_THEY_ARE = {"utf-8": UTF_8, "ascii": UTF_8, "iso8859-1": LATIN_1}
_KNOWN = frozenset(  # those of files that apps wrote, by their standards' numbers
    {f"iso8859-{part}" for part in (*range(2, 12), *range(13, 17))}
    | {f"cp125{part}" for part in range(9)}
    | {"cp866", "cp874", "koi8-r", "koi8-u", "mac-roman", "shift_jis", "cp932", "euc_jp", "gb2312", "gbk", "gb18030"}
    | {"big5", "cp950", "euc_kr", "cp949", "utf-16", "utf-16-le", "utf-16-be"}
)
_LARGE_MARKS = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"<\x00\x00\x00", b"\x00\x00\x00<")
_REPLACED = "\ufffd".encode()


def in_a_known_encoding(data: bytes) -> tuple[bytes, str, list[str]]:
    """Return XML in an encoding the parser reads, that encoding, and warnings.

    Raises
    ------
    XmlError
        If it declares an encoding that is not known here.
    """
    if data[:4] in _LARGE_MARKS:
        raise _unknown("UTF-32")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _recoded(data, "utf-16")
    if data[:1] == b"\x00" and data[1:2] == b"<" and data[2:3] == b"\x00":
        return _recoded(data, "utf-16-be")
    data = from_the_start(data)
    if data[:1] == b"<" and data[1:2] == b"\x00":
        return _recoded(data, "utf-16-le")
    declaration = _DECLARATION.match(data, 0, _LONGEST_DECLARATION_BYTES)
    declared = _ENCODING.search(declaration[1]) if declaration else None
    if declared is None:
        return data, UTF_8, []
    name = declared[1].strip()
    try:
        codec = codecs.lookup(name.decode("ascii")).name if _NAME.fullmatch(name) else ""
    except LookupError:
        codec = ""
    if codec in _READ_AS_THEY_ARE:
        return data, _READ_AS_THEY_ARE[codec], []
    if codec not in _KNOWN:
        raise _unknown(repr(name.decode("latin-1")[:40]))
    if codec.startswith("utf-16"):
        # The declaration itself is readable, which in UTF-16 it would not be.
        return data, UTF_8, ["The text is not in the encoding it declares; it was read as UTF-8."]
    return _recoded(data, codec)


def from_the_start(data: bytes) -> bytes:
    """Return the data from its first markup on: exports put byte order marks and blank lines before it."""
    first = data.find(b"<", 0, _LONGEST_DECLARATION_BYTES)
    if first > 0 and not data[:first].replace(b"\xef\xbb\xbf", b"").strip(b" \t\r\n\x00"):
        return data[first:]
    return data


def is_utf_8(data: bytes) -> bool:
    """Whether the data can be read as UTF-8."""
    decoder = codecs.getincrementaldecoder(UTF_8)()
    view = memoryview(data)
    try:
        for at in range(0, len(data), MIB):
            decoder.decode(view[at : at + MIB])
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _recoded(data: bytes, codec: str) -> tuple[bytes, str, list[str]]:
    """Return the data as UTF-8, a piece at a time: as Python's text it can take four times the memory."""
    view = memoryview(data)
    decoder = codecs.getincrementaldecoder(codec)("replace")
    out = BytesIO()
    for at in range(0, len(data), MIB):
        out.write(decoder.decode(bytes(view[at : at + MIB])).encode())
    out.write(decoder.decode(b"", True).encode())
    text = out.getvalue()
    if _REPLACED in text:
        return from_the_start(text), UTF_8, [f"Some letters are none in its encoding, {codec}; they were left out."]
    return from_the_start(text), UTF_8, []


def _unknown(name: str) -> XmlError:
    return XmlError(
        f"declares the encoding {name}, which is not known here",
        where="line 1",
        hint="If it is plain text, write UTF-8 in its place; or export the activity again",
    )
