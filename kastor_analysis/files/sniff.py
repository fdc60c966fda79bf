"""What content is, told by the content: names lie, and exports often have none."""

from __future__ import annotations

import re

FIRST_BYTES, HEAD_BYTES = 1 << 11, 1 << 16  # what tells a format, and what tells one behind a long preamble
_CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r"))  # letters that no text holds
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_FOREIGN = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"%PDF", "a PDF document"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive, which cannot be opened here"),
    (b"Rar!", "a RAR archive, which cannot be opened here"),
    (b"BZh", "a bzip2 archive, which cannot be opened here"),
    (b"\xfd7zXZ", "an xz archive, which cannot be opened here"),
    (b"SQLite format 3", "a database"),
)
_KNOWN_XML = {"kml": "a KML map", "html": "a web page", "svg": "a picture", "healthdata": "an Apple Health summary"}


def sniff(head: bytes) -> str | None:
    """Return ``fit``, ``gpx``, ``tcx``, ``gzip``, ``zip`` or None for the first bytes of some content."""
    return next((kind for kind, is_of_it in _SIGNS.items() if is_of_it(head)), None)


def is_gzip(head: bytes) -> bool:
    """Whether content is gzipped."""
    return head[:2] == b"\x1f\x8b"


def is_zip(head: bytes) -> bool:
    """Whether content is a zip archive."""
    return head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def is_fit(head: bytes) -> bool:
    """Whether content is FIT."""
    return head[8:12] == b".FIT" or (head[:1] in (b"\x0c", b"\x0e") and b".FIT" in head[:16])


def is_gpx(head: bytes) -> bool:
    """Whether content is GPX."""
    return _root(head) == "gpx"


def is_tcx(head: bytes) -> bool:
    """Whether content is TCX."""
    return _root(head) in ("trainingcenterdatabase", "activities")


_SIGNS = {"gzip": is_gzip, "zip": is_zip, "fit": is_fit, "gpx": is_gpx, "tcx": is_tcx}


def _root(head: bytes) -> str | None:
    """Return the name of an XML document's root in lower case; None where there is none."""
    for size in (FIRST_BYTES, HEAD_BYTES):
        text = _text(head[:size])
        found = None if text is None else _ROOT.search(_without_prolog(text))
        if found is not None:
            return found.group(1).lower()
    return None


def described(head: bytes) -> str:
    """Return what content that is no recording is, in a runner's words."""
    for start, words in _FOREIGN:
        if head.startswith(start):
            return words
    text = _text(head[:HEAD_BYTES])
    if text is None:
        return "not a recording of any kind known here"
    plain = text.lstrip("\ufeff \t\r\n")
    if plain[:14].lower().startswith(("<!doctype html", "<html")):
        return "a web page"
    if plain.startswith("<"):
        root = _ROOT.search(_without_prolog(plain))
        name = root.group(1) if root else "?"
        return _KNOWN_XML.get(name.lower(), f"XML of another kind (<{name}>)")
    if plain.startswith(("{", "[")):
        return "JSON data"
    return "a text file"


def _text(head: bytes) -> str | None:
    """Return the head as text, or None where it is binary."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", "replace")
    if head[:4].replace(b"\x00", b"") in (b"<?", b"<g", b"<T") and b"\x00" in head[:4]:
        return head.replace(b"\x00", b"").decode("latin-1")
    sample = head[:1024]
    strange = len(sample) - len(sample.translate(None, _CONTROL))
    return head.decode("utf-8", "replace") if strange * 20 <= len(sample) else None


def _without_prolog(text: str) -> str:
    """Return the text without the comments and instructions in front of the root."""
    return re.sub(r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", " ", text, flags=re.DOTALL)
