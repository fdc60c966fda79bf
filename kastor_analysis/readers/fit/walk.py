"""The walk over a file's messages: where each stands and under which definition.

A message's place is known only when those before it are: this is the one loop over messages, so it does nothing but
look up a header's message length and step on. Where messages of one kind follow each other the loop is left: a
strided slice of the headers tells at C speed how far the run goes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...errors import LimitError
from .wire import Definition, definition_length

IntArray = NDArray[np.int64]

MAX_MESSAGES = 3_000_000
"""More messages than this are refused: a hundred hours at eight messages a second, and the memory they take."""

MAX_DEFINITIONS = 100_000
MAX_LAYOUTS = 4_000
"""More definition messages, or different ones, than this are refused; real recordings hold some dozens."""

_STRETCH = 1 << 18
"""Bytes after which the positions found so far are packed up: a list of them takes nine times their array's memory."""

_NO_RUN = "This is no recording of a run"


class Break(NamedTuple):
    """Where the walk met what is no message: `pos` is the byte, `what` the reason."""

    pos: int
    what: str


class Trail:
    """What a walk found: positions of the data messages, in order, and the definitions between them."""

    __slots__ = ("_known", "_pieces", "_total", "_undo", "marks", "table")

    def __init__(self) -> None:
        self.marks: list[tuple[int, int, Definition]] = []
        """(position, local message type, definition) of each definition message."""
        self.table: list[Definition | None] = [None] * 16
        self._undo: list[Definition | None] = []
        self._known: dict[bytes, Definition] = {}
        self._pieces: list[IntArray] = []
        self._total = 0

    def define(self, data: bytes, pos: int, length: int) -> Definition:
        """Take the definition message at `pos` in; equal definitions become one object."""
        key = data[pos + 2 : pos + length] + data[pos : pos + 1][: data[pos] & 0x20]
        definition = self._known.get(key)
        if definition is None:
            definition = self._known[key] = Definition(data[pos : pos + length])
            if len(self._known) > MAX_LAYOUTS:
                raise LimitError(f"defines more than {MAX_LAYOUTS} message layouts", hint=_NO_RUN)
        self.resume(pos, data[pos] & 15, definition)
        if len(self.marks) > MAX_DEFINITIONS:
            raise LimitError(f"holds more than {MAX_DEFINITIONS} definition messages", hint=_NO_RUN)
        return definition

    def resume(self, pos: int, local: int, definition: Definition) -> None:
        """Take `definition` to hold from `pos` on: the message that said so is lost."""
        self.marks.append((pos, local, definition))
        self._undo.append(self.table[local])
        self.table[local] = definition

    def undefine(self, n: int) -> None:
        """Take back all definition messages but the first `n`."""
        while len(self.marks) > n:
            _, local, _ = self.marks.pop()
            self.table[local] = self._undo.pop()

    def add(self, positions: IntArray) -> None:
        """Append positions of data messages."""
        self._total += positions.size
        if self._total > MAX_MESSAGES:
            raise LimitError(f"holds more than {MAX_MESSAGES} messages", hint=_NO_RUN)
        self._pieces.append(positions)

    def positions(self) -> IntArray:
        """Return the positions of all data messages, in order."""
        return np.concatenate(self._pieces) if self._pieces else np.empty(0, dtype=np.int64)


def walk(data: bytes, start: int, end: int, trail: Trail) -> Break | None:
    """Walk the messages in [start, end) into `trail`; return where it broke, or None at the end."""
    step = [0] * 256
    for local, definition in enumerate(trail.table):
        if definition is not None:
            _set_step(step, local, definition.size)
    pos = start
    previous = -1
    found: list[int] = []
    append = found.append
    trouble: Break | None = None
    length = 1
    while True:
        stop = min(end, pos + _STRETCH)
        while pos < stop:
            header = data[pos]
            length = step[header]
            if not length:
                break
            if header == previous and data[pos + length : pos + length + 1] == data[pos : pos + 1]:
                count = _run(data, pos, length, end)
                if count > 32:
                    trail.add(np.array(found, dtype=np.int64))
                    trail.add(np.arange(pos, pos + count * length, length))
                    found.clear()
                else:
                    found.extend(range(pos, pos + count * length, length))
                pos += count * length
                previous = -1
                continue
            append(pos)
            pos += length
            previous = header
        if pos > end:
            trouble = Break(found.pop(), "the last message is cut off")
        if pos >= end:
            break
        if length:
            trail.add(np.array(found, dtype=np.int64))
            found.clear()
            continue
        header = data[pos]
        if header & 0xC0 != 0x40:
            trouble = Break(pos, "a message whose layout was never defined")
            break
        length = definition_length(data, pos, end)
        if not length:
            trouble = Break(pos, "the last message is cut off")
            break
        definition = trail.define(data, pos, length)
        _set_step(step, header & 15, definition.size)
        pos += length
        previous = -1
    trail.add(np.array(found, dtype=np.int64))
    return trouble


def _set_step(step: list[int], local: int, size: int) -> None:
    step[local] = size
    if local < 4:
        first = 0x80 | local << 5
        step[first : first + 32] = [size] * 32


def _run(data: bytes, pos: int, length: int, end: int) -> int:
    """Return how many messages of `length` with the header of that at `pos` follow each other (it included)."""
    header = data[pos : pos + 1]
    count = 1
    width = 16
    while True:
        first = pos + count * length
        window = data[first : min(first + width * length, end) : length]
        equal = len(window) - len(window.lstrip(header))
        count += equal
        if equal < width:
            break
        width *= 4
    # The last may be cut off by the end: leave it to the loop, which tells.
    return max(1, min(count, (end - pos) // length))
