"""XML as a stream of events, with nothing let in that a recording has no use for.

Conventions: a handler has ``start(name, attributes)``, ``end(name)`` and ``texts``, the pieces of text since the last
start tag (the handler empties it). Names come with the prefix the file writes; `local` takes it off, declared or not.
A DTD is refused, and with it every entity; depth, text and markup are bounded. Text that the rules of XML forbid but
that says what it means (a wrong encoding, a control character, a bare ampersand) is read all the same, with a warning,
unless ``strict``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol, TypeVar
from xml.parsers.expat import ExpatError, ParserCreate, errors

from ..errors import KastorError, LimitError, XmlError
from .limits import Limits

CHUNK_BYTES = 1 << 16
_ENCODING_ERRORS = (errors.XML_ERROR_UNKNOWN_ENCODING, errors.XML_ERROR_INCORRECT_ENCODING)
_FORBIDDEN = bytes(set(range(32)) - {9, 10, 13})
_TO_SPACE = bytes(32 if byte in _FORBIDDEN else byte for byte in range(256))
_BARE_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")


class Handler(Protocol):
    """What `parse` calls."""

    texts: list[str]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A start tag."""

    def end(self, name: str) -> None:
        """An end tag."""


AnyHandler = TypeVar("AnyHandler", bound=Handler)


def local(name: str) -> str:
    """Return a name without its prefix, in lower case."""
    return name.rpartition(":")[2].lower()


def parse(
    data: bytes, new_handler: Callable[[], AnyHandler], *, strict: bool, limits: Limits
) -> tuple[AnyHandler, list[str]]:
    """Send the events of `data` to a handler; return it and the warnings.

    Where the text is damaged, the handler has what came before the damage.

    Parameters
    ----------
    data : bytes
        The whole file; white space and byte order marks before the declaration are skipped.
    new_handler : callable
        Makes an empty handler, also for a second reading.
    strict : bool
        Raise at the first departure from XML.
    limits : Limits
        For depth, text and markup.

    Raises
    ------
    XmlError
        If there is a DTD, or, when strict, anything not well-formed.
    LimitError
        If a limit is exceeded.
    """
    data = _from_the_start(data)
    encoding: str | None = None
    warnings: list[str] = []
    tried: set[str] = set()
    while True:
        handler = new_handler()
        try:
            _feed(data, handler, encoding, limits)
            return handler, warnings
        except ExpatError as error:
            reason = errors.messages.get(error.code, "not well-formed")
            where = f"line {error.lineno}, column {error.offset + 1}"
            if strict:
                raise XmlError(f"is not well-formed XML: {reason}", where=where) from error
            repair = _repair(data, reason, tried)
            if repair is None:
                if reason != errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
                    warnings.append(
                        f"The file is damaged or breaks off at {where} ({reason}); what comes before was kept."
                    )
                else:
                    warnings.append(f"Something follows the end of the recording at {where}; it was left out.")
                return handler, warnings
            data, encoding, warning = repair[0], repair[1] or encoding, repair[2]
            warnings.append(warning)


def _feed(data: bytes, handler: Handler, encoding: str | None, limits: Limits) -> None:
    parser = ParserCreate(encoding)
    parser.buffer_text = True
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.texts.append
    parser.StartDoctypeDeclHandler = _refuse_dtd
    parser.EntityDeclHandler = _refuse_dtd
    texts = handler.texts
    view = memoryview(data)
    for at in range(0, len(data), CHUNK_BYTES):
        parser.Parse(view[at : at + CHUNK_BYTES], False)
        if len(texts) > 8 and sum(map(len, texts)) > limits.xml_text_chars:
            raise LimitError(f"has a text of more than {limits.xml_text_chars} characters", where=f"byte {at}")
        if at - parser.CurrentByteIndex > limits.xml_tag_bytes:
            raise LimitError(f"has a tag or comment of more than {limits.xml_tag_bytes} bytes", where=f"byte {at}")
    parser.Parse(b"", True)


def _refuse_dtd(*_: object) -> None:
    raise XmlError(
        "declares a document type (DTD), which no recording needs and which can hide an attack",
        hint="Export the activity again from the site or watch it came from",
    )


def too_deep(limits: Limits) -> KastorError:
    """Return the error for elements nested beyond the limit."""
    return LimitError(f"nests elements more than {limits.xml_depth} deep")


def _from_the_start(data: bytes) -> bytes:
    """Return the data from its first markup on: exports put byte order marks and blank lines before it."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data
    first = data.find(b"<")
    if first > 0 and not data[:first].replace(b"\xef\xbb\xbf", b"").strip(b" \t\r\n\x00"):
        return data[first:]
    return data


def _repair(data: bytes, reason: str, tried: set[str]) -> tuple[bytes, str | None, str] | None:
    """Return the data mended in one way that was not tried before, the encoding to read it in, and what was done."""
    utf_16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if "encoding" not in tried and (
        reason in _ENCODING_ERRORS or (reason == errors.XML_ERROR_INVALID_TOKEN and not utf_16)
    ):
        tried.add("encoding")
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            return data, "iso-8859-1", "The text is not in the encoding it declares; it was read as Latin-1."
        if reason in _ENCODING_ERRORS:
            return data, "utf-8", "The text is not in the encoding it declares; it was read as UTF-8."
    if reason == errors.XML_ERROR_INVALID_TOKEN and "control" not in tried and not utf_16:
        tried.add("control")
        mended = data.translate(_TO_SPACE)
        if mended != data:
            return mended, None, "Control characters, which XML forbids, were read as spaces."
    if reason in (errors.XML_ERROR_INVALID_TOKEN, errors.XML_ERROR_UNDEFINED_ENTITY) and "ampersand" not in tried:
        tried.add("ampersand")
        mended = _BARE_AMPERSAND.sub(b"&amp;", data)
        if mended != data and not utf_16:
            return mended, None, "Ampersands that stand for nothing were read as text."
    return None
