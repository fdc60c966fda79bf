"""XML as a stream of events, with nothing let in that a recording has no use for.

Conventions: a handler has ``start(name, attributes)``, ``end(name)`` and ``texts``, the pieces of text since the last
start tag (the handler empties it). Names come with the prefix the file writes; `local` takes it off, declared or not.
A DTD is refused, and with it every entity; depth, text and markup are bounded. Text that the rules of XML forbid but
that says what it means (a wrong encoding, a control character, a bare ampersand) is read all the same, with a warning,
unless ``strict``.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar
from xml.parsers.expat import ExpatError, ParserCreate, errors

from ..errors import KastorError, LimitError, XmlError
from .limits import Limits

if TYPE_CHECKING:
    from .columns import Columns
    from .lifting import Lifter

UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
NEWLINE = b"\n"
CHUNK_BYTES = 1 << 16
_ENCODING_ERRORS = (errors.XML_ERROR_UNKNOWN_ENCODING, errors.XML_ERROR_INCORRECT_ENCODING)
_FORBIDDEN = bytes(set(range(32)) - {9, 10, 13})
_TO_SPACE = bytes(32 if byte in _FORBIDDEN else byte for byte in range(256))
_DECLARED_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_PARSER_ENCODINGS = frozenset({"utf-8", "utf-16", "utf-16le", "utf-16be", "iso-8859-1", "us-ascii"})
_EAST_ASIAN = frozenset(
    {"gb2312", "gbk", "gb18030", "big5", "cp950", "shift_jis", "cp932", "euc_jp", "euc_kr", "cp949"}
)
_EVERY_BYTE = bytes(range(256))
_BARE_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")


class Handler(Protocol):
    """What `parse` calls."""

    texts: list[str]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A start tag."""

    def end(self, name: str) -> None:
        """An end tag."""

    def target(self) -> Columns | None:
        """Return the columns that a point met now belongs to, or None where it belongs to none."""


AnyHandler = TypeVar("AnyHandler", bound=Handler)


def local(name: str) -> str:
    """Return a name without its prefix, in lower case."""
    return name.rpartition(":")[2].lower()


def parse(
    data: bytes,
    new_handler: Callable[[], AnyHandler],
    *,
    strict: bool,
    limits: Limits,
    new_lifter: Callable[[], Lifter] | None = None,
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
    new_lifter : callable, optional
        Makes what moves plain points past the parser.

    Raises
    ------
    XmlError
        If there is a DTD, or, when strict, anything not well-formed.
    LimitError
        If a limit is exceeded.
    """
    data = _from_the_start(data)
    warnings: list[str] = []
    data, encoding, known = _in_a_known_encoding(data)
    if not known:
        if strict:
            raise XmlError("declares an encoding that does not exist", where="line 1")
        warnings.append("The encoding it declares does not exist; it was read as UTF-8.")
    tried: set[str] = set()
    while True:
        handler = new_handler()
        try:
            feeder = _Feeder(data, handler, encoding, limits)
            feeder.feed(new_lifter() if new_lifter is not None else None)
            return handler, warnings
        except ExpatError as error:
            reason = errors.messages.get(error.code, "not well-formed")
            where = feeder.place(error)
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


class _Feeder:
    """Feeds one document to one parser, less what is lifted out of it."""

    def __init__(self, data: bytes, handler: Handler, encoding: str | None, limits: Limits) -> None:
        self._data = data
        self._handler = handler
        self._limits = limits
        self._fed = 0
        self._lifted: list[tuple[int, int]] = []
        self._in_cdata = False
        parser = ParserCreate(encoding)
        parser.buffer_text = True
        parser.StartElementHandler = handler.start
        parser.EndElementHandler = handler.end
        parser.CharacterDataHandler = handler.texts.append
        parser.StartDoctypeDeclHandler = _refuse_dtd
        parser.EntityDeclHandler = _refuse_dtd
        parser.StartCdataSectionHandler = lambda: self._set_cdata(True)
        parser.EndCdataSectionHandler = lambda: self._set_cdata(False)
        self._parser = parser

    def feed(self, lifter: Lifter | None) -> None:
        """Send the whole document."""
        at = 0
        while lifter is not None and not lifter.gave_up:
            point = self._data.find(lifter.opening, at)
            if point < 0:
                break
            self._parse(at, point)
            at = point
            # Where the parser waits for the end of a comment or of some other markup, or is in CDATA, this is no tag.
            columns = self._handler.target() if self._is_between_tags() else None
            if columns is not None:
                at = lifter.lift(self._data, point, columns)
                self._lifted.append((self._fed, at - point))
            if at == point:
                at = min(point + len(lifter.opening), len(self._data))
                self._parse(point, at)
        self._parse(at, len(self._data))
        self._parser.Parse(b"", True)

    def place(self, error: ExpatError) -> str:
        """Return where in the document an error is, counting what was lifted out before it."""
        index = self._parser.ErrorByteIndex
        index += sum(length for fed, length in self._lifted if fed <= index)
        if self._data[:2] in UTF_16_MARKS:
            return f"line {error.lineno}, column {error.offset + 1}"
        line = self._data.count(NEWLINE, 0, index) + 1
        return f"line {line}, column {index - self._data.rfind(NEWLINE, 0, index)}"

    def _parse(self, start: int, stop: int) -> None:
        texts, limits, parser = self._handler.texts, self._limits, self._parser
        view = memoryview(self._data)
        for at in range(start, stop, CHUNK_BYTES):
            chunk = view[at : min(at + CHUNK_BYTES, stop)]
            parser.Parse(chunk, False)
            self._fed += len(chunk)
            if len(texts) > 8 and sum(map(len, texts)) > limits.xml_text_chars:
                raise LimitError(f"has a text of more than {limits.xml_text_chars} characters", where=f"byte {at}")
            if self._fed - parser.CurrentByteIndex > limits.xml_tag_bytes:
                raise LimitError(f"has a tag or comment of more than {limits.xml_tag_bytes} bytes", where=f"byte {at}")

    def _is_between_tags(self) -> bool:
        return not self._in_cdata and self._parser.CurrentByteIndex == self._fed

    def _set_cdata(self, inside: bool) -> None:
        self._in_cdata = inside


def _refuse_dtd(*_: object) -> None:
    raise document_type()


def document_type(file: str | None = None) -> XmlError:
    """Return the error for a document type declaration, which alone can declare entities."""
    return XmlError(
        "declares a document type (DTD), which no recording needs and which can hide an attack",
        file=file,
        hint="Export the activity again from the site or watch it came from",
    )


def too_deep(limits: Limits) -> KastorError:
    """Return the error for elements nested beyond the limit."""
    return LimitError(f"nests elements more than {limits.xml_depth} deep")


def _from_the_start(data: bytes) -> bytes:
    """Return the data from its first markup on: exports put byte order marks and blank lines before it."""
    if data[:2] in UTF_16_MARKS:
        return data
    first = data.find(b"<")
    if first > 0 and not data[:first].replace(b"\xef\xbb\xbf", b"").strip(b" \t\r\n\x00"):
        return data[first:]
    return data


def _in_a_known_encoding(data: bytes) -> tuple[bytes, str | None, bool]:
    """Return the data such that the parser can read it, the encoding to override its own, and whether that is known.

    The parser knows UTF-8, UTF-16, Latin-1 and any encoding of one byte a letter; East Asian ones are turned to UTF-8.
    """
    found = _DECLARED_ENCODING.match(data)
    if found is None:
        return data, None, True
    declared = found[1].decode("ascii")
    if declared.lower() in _PARSER_ENCODINGS:
        return data, None, True
    try:
        name = codecs.lookup(declared).name
        if name in _EAST_ASIAN:
            return data.decode(name, "replace").encode("utf-8"), "utf-8", True
        if len(_EVERY_BYTE.decode(name, "replace")) == len(_EVERY_BYTE):
            return data, None, True
    except (LookupError, ValueError):
        pass
    return data, "utf-8", False


def _repair(data: bytes, reason: str, tried: set[str]) -> tuple[bytes, str | None, str] | None:
    """Return the data mended in one way that was not tried before, the encoding to read it in, and what was done."""
    utf_16 = data[:2] in UTF_16_MARKS
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
