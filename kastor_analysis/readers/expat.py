"""XML as a stream of events, with nothing let in that a recording has no use for.

Conventions: a handler has ``start(name, attributes)``, ``end(name)`` and ``texts``, the pieces of text since the last
start tag (the handler empties it). Names come with the prefix the file writes; `local` takes it off, declared or not.
A DTD is refused, and with it every entity; depth, text and markup are bounded. Text that the rules of XML forbid but
that says what it means (a wrong encoding, a control character, a bare ampersand) is read all the same, and damage is
passed over to the next element that can be read without what was before it (a track, a lap, a point): each with a
warning, unless ``strict``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar
from xml.parsers.expat import ExpatError, ParserCreate, errors

from ..errors import KastorError, LimitError, XmlError
from .encodings import LATIN_1, in_a_known_encoding, is_utf_8
from .limits import Limits

if TYPE_CHECKING:
    from .columns import Columns

NEWLINE = b"\n"
CHUNK_BYTES = 1 << 16
MOST_BREAKS = 1000
"""After so many breaks the rest is given up."""

_REREAD = 4
"""So many times its length, at most, of a damaged file is sent to parsers."""

_NAMED_BREAKS = 3  # more tell a runner nothing; the rest is counted
_EXPECTED_AFTER_A_BREAK = (errors.XML_ERROR_TAG_MISMATCH, errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT)
_FEW_TEXTS = 8  # beside the characters, joining so few costs nothing
_FORBIDDEN = bytes(set(range(32)) - {9, 10, 13})  # by XML 1.0, 2.2: all but tab and line ends
_TO_SPACE = bytes(32 if byte in _FORBIDDEN else byte for byte in range(256))
_BARE_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")


class Handler(Protocol):
    """What `parse` calls."""

    texts: list[str]
    anchors: Mapping[str, Sequence[str]]
    """The elements at which reading can go on, and the elements each lies in, from the root on."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A start tag."""

    def end(self, name: str) -> None:
        """An end tag."""

    def resume(self, anchor: str, parents: Sequence[str]) -> None:
        """Get ready for an anchor after damage: it is about to start, within `parents`, named as the file does."""

    def target(self) -> Columns | None:
        """Return the columns that a point met now belongs to, or None where it belongs to none."""


class Lifter(Protocol):
    """What moves plain points past the parser; `lifting` makes one."""

    opening: bytes
    """How a point begins."""

    @property
    def gave_up(self) -> bool:
        """Whether it is of no further use."""

    def lift(self, data: bytes, at: int, columns: Columns) -> int:
        """Move the points that start at byte `at`, one after the other, to `columns`; return where they end."""


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
    data, encoding, warnings = in_a_known_encoding(data)
    if warnings and strict:
        raise XmlError("is not well-formed XML: it is not in the encoding it declares", where="line 1")
    lifter = new_lifter() if new_lifter is not None else None
    tried: set[str] = set()
    while True:
        handler = new_handler()
        trouble, _ = _Feeder(data, handler, encoding, limits).feed(lifter)
        if trouble is None:
            return handler, warnings
        if strict:
            raise trouble.error(data)
        repair = _repair(data, trouble.reason, tried)
        if repair is None:
            return handler, [*warnings, *_read_on(data, handler, encoding, limits, lifter, trouble)]
        data, encoding, warning = repair[0], repair[1] or encoding, repair[2]
        warnings.append(warning)


class _Break(NamedTuple):
    """Where reading could not go on, and why; `limit` is the error where a limit was the reason."""

    at: int
    reason: str
    limit: LimitError | None = None

    def error(self, data: bytes) -> KastorError:
        return self.limit or XmlError(f"is not well-formed XML: {self.reason}", where=_line(data, self.at))


def _read_on(
    data: bytes, handler: Handler, encoding: str, limits: Limits, lifter: Lifter | None, trouble: _Break | None
) -> list[str]:
    """Read what follows a break, from one element that can be read by itself to the next break; return warnings."""
    names = b"|".join(name.encode() for name in handler.anchors)
    anchors = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?)(" + names + rb")(?=[\s/>])")
    told: list[str] = []
    breaks, after, allowance = 0, 0, _REREAD * len(data)
    while trouble is not None:
        breaks += 1
        found = None
        if breaks <= MOST_BREAKS and allowance > 0 and trouble.reason != errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
            found = anchors.search(data, max(trouble.at, after))
        if found is None and trouble.limit is not None:
            raise trouble.limit
        if breaks <= _NAMED_BREAKS or (found is None and not told):
            told += _sentences(data, trouble, None if found is None else found.start(), is_first=breaks == 1)
        if found is None:
            break
        anchor, prefix = found[2].decode(), found[1].decode()
        parents = [prefix + name for name in handler.anchors[anchor]]
        handler.resume(anchor, parents)
        feeder = _Feeder(data, handler, encoding, limits, start=found.start(), parents=parents)
        trouble, reached = feeder.feed(lifter)
        allowance -= reached - found.start()
        after = found.end()
    if breaks > _NAMED_BREAKS:
        told.append(f"It is damaged in {breaks - _NAMED_BREAKS} more places.")
    return told


def _sentences(data: bytes, trouble: _Break, went_on_at: int | None, *, is_first: bool) -> list[str]:
    place = _line(data, trouble.at)
    if went_on_at is not None:
        return [f"The file is damaged at {place} ({trouble.reason}); it was read on from {_line(data, went_on_at)}."]
    if not is_first and trouble.reason in _EXPECTED_AFTER_A_BREAK:
        return []
    if trouble.reason == errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
        return [f"Something follows the end of the recording at {place}; it was left out."]
    return [f"The file is damaged or breaks off at {place} ({trouble.reason}); what comes before was kept."]


def _line(data: bytes, at: int) -> str:
    return f"line {data.count(NEWLINE, 0, at) + 1}, column {at - data.rfind(NEWLINE, 0, at)}"


class _Feeder:
    """Feeds one document, or what follows a break in it, to one parser, less what is lifted out of it.

    Parameters
    ----------
    start : int
        The byte from which on.
    parents : sequence of str
        The elements it lies in, which the parser has to know of for their ends.
    """

    def __init__(
        self,
        data: bytes,
        handler: Handler,
        encoding: str,
        limits: Limits,
        *,
        start: int = 0,
        parents: Sequence[str] = (),
    ) -> None:
        self._data = data
        self._handler = handler
        self._limits = limits
        self._lifted: list[tuple[int, int]] = []
        self._cdata_at: int | None = None
        self._most_texts = _FEW_TEXTS
        self._parser = parser = ParserCreate(encoding)
        opening = "".join(f"<{name}>" for name in parents).encode()
        parser.Parse(opening, False)
        self._fed, self._before = len(opening), len(opening) - start
        self._start = start
        parser.buffer_text = True
        parser.StartElementHandler = handler.start
        parser.EndElementHandler = handler.end
        parser.CharacterDataHandler = handler.texts.append
        parser.StartDoctypeDeclHandler = _refuse_dtd
        parser.EntityDeclHandler = _refuse_dtd
        parser.StartCdataSectionHandler = self._start_cdata
        parser.EndCdataSectionHandler = self._end_cdata

    def feed(self, lifter: Lifter | None) -> tuple[_Break | None, int]:
        """Send the document; return where and why that ended early, or None, and the byte reached."""
        try:
            self._feed(lifter)
        except ExpatError as error:
            reason = errors.messages.get(error.code, "not well-formed")
            at = self._parser.ErrorByteIndex if self._cdata_at is None else self._cdata_at
            return _Break(self._place(at), reason), self._place(self._fed)
        except _Overlong as error:
            return self._overlong(error.args[0]), self._place(self._fed)
        return None, len(self._data)

    def _feed(self, lifter: Lifter | None) -> None:
        at = self._start
        step = 0
        while lifter is not None and not lifter.gave_up:
            point = self._data.find(lifter.opening, at)
            if point < 0:
                break
            self._parse(at, point)
            at = point
            # Where the parser waits for the end of a comment or of some other markup, or is in CDATA, this is no tag.
            is_tag = self._is_between_tags()
            columns = self._handler.target() if is_tag else None
            if columns is not None:
                at = lifter.lift(self._data, point, columns)
                self._lifted.append((self._fed, at - point))
            if at == point:
                # A parser that waits looks at all it waits with again at each call: it is given more and more.
                step = len(lifter.opening) if is_tag else min(max(2 * step, len(lifter.opening)), CHUNK_BYTES)
                at = min(point + step, len(self._data))
                self._parse(point, at)
        self._parse(at, len(self._data))
        self._parser.Parse(b"", True)

    def _place(self, fed: int) -> int:
        """Return the byte of the document for a byte fed, counting what was lifted out before it."""
        lifted = sum(length for where, length in self._lifted if where <= fed)
        return min(max(fed - self._before + lifted, self._start), len(self._data))

    def _parse(self, start: int, stop: int) -> None:
        limits, parser = self._limits, self._parser
        view = memoryview(self._data)
        width = CHUNK_BYTES
        while start < stop:
            chunk = view[start : min(start + width, stop)]
            parser.Parse(chunk, False)
            start += len(chunk)
            self._fed += len(chunk)
            self._check_texts(start)
            width = max(self._fed - parser.CurrentByteIndex, CHUNK_BYTES)
            if width > limits.xml_tag_bytes + CHUNK_BYTES:
                raise _Overlong(
                    LimitError(f"has a tag or comment of more than {limits.xml_tag_bytes} bytes", where=f"byte {start}")
                )

    def _check_texts(self, at: int) -> None:
        """Raise `LimitError` if the text of one element is too long; looked at when its pieces are twice as many."""
        n = len(self._handler.texts)
        if n <= _FEW_TEXTS:
            self._most_texts = _FEW_TEXTS
        elif n > self._most_texts:
            self._most_texts = 2 * n
            if sum(map(len, self._handler.texts)) > self._limits.xml_text_chars:
                raise LimitError(
                    f"has a text of more than {self._limits.xml_text_chars} characters", where=f"byte {at}"
                )

    def _overlong(self, limit: LimitError) -> _Break:
        """Return the break for markup that is too long: damage where it never ends, a limit where it does."""
        at = self._place(self._parser.CurrentByteIndex)
        for opening, closing in ((b"<!--", b"-->"), (b"<?", b"?>")):
            if self._data.startswith(opening, at) and self._data.find(closing, at) < 0:
                return _Break(at, "markup without an end", limit)
        raise limit

    def _is_between_tags(self) -> bool:
        return self._cdata_at is None and self._parser.CurrentByteIndex == self._fed

    def _start_cdata(self) -> None:
        self._cdata_at = self._parser.CurrentByteIndex

    def _end_cdata(self) -> None:
        self._cdata_at = None


class _Overlong(Exception):
    """Markup that is too long; holds the `LimitError`."""


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


def _repair(data: bytes, reason: str, tried: set[str]) -> tuple[bytes, str | None, str] | None:
    """Return the data mended in one way that was not tried before, the encoding to read it in, and what was done."""
    if reason == errors.XML_ERROR_INVALID_TOKEN and "encoding" not in tried:
        tried.add("encoding")
        if not is_utf_8(data):
            return data, LATIN_1, "The text is not in the encoding it declares; it was read as Latin-1."
    if reason == errors.XML_ERROR_INVALID_TOKEN and "control" not in tried:
        tried.add("control")
        mended = data.translate(_TO_SPACE)
        if mended != data:
            return mended, None, "Control characters, which XML forbids, were read as spaces."
    if reason in (errors.XML_ERROR_INVALID_TOKEN, errors.XML_ERROR_UNDEFINED_ENTITY) and "ampersand" not in tried:
        tried.add("ampersand")
        mended = _BARE_AMPERSAND.sub(b"&amp;", data)
        if mended != data:
            return mended, None, "Ampersands that stand for nothing were read as text."
    return None
