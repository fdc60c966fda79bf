"""Plain points are lifted out of an XML document by a regular expression learned from the document itself.

A recording is thousands of points written alike. Sent through expat, each costs some thirty calls into Python; matched
by one regular expression it costs one. `Lifter` makes that expression from a point it meets: the tags as they stand,
groups where the values are. Conventions: only what is certain to be the same XML is lifted. The sample must be
well-formed by expat's word; a value is ASCII without ``< > &`` or control characters; every point must match from its
first byte to the next point's. Everything else (other layouts, comments, entities, names with accents) is expat's,
which reads on from where lifting stopped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from xml.parsers.expat import ExpatError, ParserCreate

from .columns import BLOCK_POINTS, Columns
from .expat import local

MOST_LAYOUTS = 16  # each is tried on every point that the others do not fit
MOST_FAILURES = 64
"""Points that could not be lifted, after which a document is left to expat alone."""
LONGEST_POINT_BYTES = 4096  # points with all extensions take some 600
SHORTEST_BYTES = 1 << 16
"""Documents below this (some 300 points) are read by expat alone: learning a layout takes a millisecond."""

_SPACE = rb"[ \t\r\n]*+"
_VALUE = rb"[^<>&\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xff]*+"
_ATTRIBUTE = re.compile(rb"""[ \t\r\n]+([A-Za-z_:][\w.:-]*)[ \t\r\n]*=[ \t\r\n]*("[^"<>&]*"|'[^'<>&]*')""")
_TOKEN = re.compile(
    rb"""<(?P<close>/?)(?P<name>[A-Za-z_][\w.:-]*)(?P<attributes>(?:[ \t\r\n]+[A-Za-z_:][\w.:-]*[ \t\r\n]*=[ \t\r\n]*"""
    rb"""(?:"[^"<>&]*"|'[^'<>&]*'))*)[ \t\r\n]*(?P<empty>/?)>|(?P<text>[^<]+)"""
)

FieldOf = Callable[[list[str]], "str | None"]


def worthwhile(data: bytes, lift: bool | None = None) -> bool:
    """Whether to lift: as asked, else where learning a layout costs less than it saves."""
    return len(data) >= SHORTEST_BYTES if lift is None else lift


class _Layout:
    """How one kind of point is written, and the keys its values have."""

    def __init__(self, pattern: bytes, keys: tuple[str, ...]) -> None:
        self.match = re.compile(pattern).match
        self.keys = keys


class Lifter:
    """Lifts the points of one document.

    Parameters
    ----------
    tag : str
        The element that is a point, without a prefix: ``trkpt``.
    attributes : mapping of str to str
        The point's attributes that are values, and their keys.
    field_of : callable
        From the local names on the way to an element, within the point, to its key; None where it is of no use.
    """

    def __init__(self, tag: str, attributes: Mapping[str, str], field_of: FieldOf) -> None:
        self.opening: bytes = b"<" + tag.encode("ascii")
        self._closing = b"</" + tag.encode("ascii")
        self._attributes = attributes
        self._field_of = field_of
        self._layouts: list[_Layout] = []
        self._failures = 0

    @property
    def gave_up(self) -> bool:
        """Whether too many points were of layouts of their own."""
        return self._failures > MOST_FAILURES

    def lift(self, data: bytes, at: int, columns: Columns) -> int:
        """Move the points that start at byte `at`, one after the other, to `columns`; return where they end."""
        start, layouts = at, self._layouts
        n = columns.begin_rows()
        while True:
            for layout in layouts:
                found = layout.match(data, at)
                if found is not None:
                    break
            else:
                if self._learn(data, at) is None:
                    break
                continue
            places, rows = columns.rows(layout.keys)
            match = layout.match
            while found is not None:
                rows.append(found.groups())
                places.append(n)
                n += 1
                at = found.end()
                if n == BLOCK_POINTS:
                    n = columns.end_rows(n)
                    places, rows = columns.rows(layout.keys)
                found = match(data, at)
        columns.end_rows(n)
        self._failures += at == start
        return at

    def _learn(self, data: bytes, at: int) -> _Layout | None:
        """Return the layout of the point at `at`, if it is plain enough."""
        if len(self._layouts) >= MOST_LAYOUTS:
            return None
        closing = data.find(self._closing, at, at + LONGEST_POINT_BYTES)
        end = data.find(b">", closing, closing + 16) + 1 if closing > 0 else 0
        sample = data[at:end]
        if not end or not sample.isascii():
            return None
        try:
            ParserCreate("us-ascii").Parse(sample, True)
        except ExpatError:
            return None
        layout = self._layout(sample)
        if layout is None or layout.match(data, at) is None:
            return None
        self._layouts.append(layout)
        return layout

    def _layout(self, sample: bytes) -> _Layout | None:
        pattern: list[bytes] = []
        keys: list[str] = []
        path: list[str] = []
        at, opened = 0, False
        while at < len(sample):
            token = _TOKEN.match(sample, at)
            if token is None:
                return None
            at = token.end()
            if token["text"] is not None:
                key = self._field_of(path[1:]) if opened and len(path) > 1 else None
                leaf = opened and sample[at : at + 2] == b"</"
                if not token["text"].strip() and not (leaf and key):
                    pattern.append(_SPACE)
                elif not leaf:
                    return None
                elif key:
                    pattern.append(b"(" + _VALUE + b")")
                    keys.append(key)
                else:
                    pattern.append(_VALUE)
                continue
            opened = not token["close"] and not token["empty"]
            if token["close"]:
                path.pop()
            elif opened:
                path.append(local(token["name"].decode("ascii")))
            if len(path) == 1 and opened:
                pattern.append(b"<" + re.escape(token["name"]) + self._attribute_pattern(token["attributes"], keys))
                pattern.append(re.escape(token[0][token.end("attributes") - token.start() :]))
            else:
                pattern.append(re.escape(token[0]))
        if len(set(keys)) < len(keys):
            return None
        return _Layout(b"".join(pattern) + _SPACE, tuple(keys))

    def _attribute_pattern(self, attributes: bytes, keys: list[str]) -> bytes:
        pattern = b""
        for found in _ATTRIBUTE.finditer(attributes):
            name, quoted = found[1], found[2]
            quote = quoted[:1]
            value = rb"[^<>&\x00-\x1f\x7f-\xff" + quote + rb"]*+"
            key = self._attributes.get(name.decode("ascii"))
            if key is not None:
                keys.append(key)
                value = b"(" + value + b")"
            pattern += re.escape(found[0][: -len(quoted)]) + quote + value + quote
        return pattern
