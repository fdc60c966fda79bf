"""Gzipped recordings. What comes out is counted as it comes: the size that a stream states is a claim.

Where a stream is damaged, what inflates before it is kept, and reading goes on at the next place at which inflating can
start afresh: the next member, or a flush that forgot what came before it (parallel compressors make both).
"""

from __future__ import annotations

from io import BytesIO

from ..errors import LimitError, ReadError
from .limits import Limits
from .packed import Inflate, check_expansion
from .sources import Unpacked

MAGIC = b"\x1f\x8b"
DAMAGE = "The gzip file is cut off or damaged; what it still held was read"

_MEMBER, _BARE = 31, -15
_SUMS_BYTES = 8  # RFC 1952: checksum and length end a member
_STARTS = {b"\x1f\x8b\x08": (_MEMBER, 0), b"\x00\x00\xff\xff": (_BARE, 4)}
"""What tells of a fresh start: how inflating goes on there, and after how many bytes."""

_MOST_MEMBERS, _MOST_TRIES = 100_000, 2000
_TRIED_BYTES, _LEAST_BYTES = 1 << 12, 64
"""A fresh start is believed where this much inflates without fault, to so much: chance bytes hardly ever do."""


def gunzip(data: bytes, limits: Limits) -> Unpacked:
    """Return what a gzip file holds, of several members all, and whether it was whole and its check sums right.

    Raises
    ------
    LimitError
        If more comes out than the limits allow.
    ReadError
        If nothing can be read at all.
    """
    view = memoryview(data)
    content = BytesIO()
    end = len(data.rstrip(b"\x00"))  # a tape's blocks are filled up with zeros; a member's sum may end in some, too
    at, wbits, damaged = 0, _MEMBER, False
    starts = _FreshStarts(data)
    members = 0
    while at < end:
        members += 1
        if members > _MOST_MEMBERS:
            raise LimitError(f"is a gzip file of more than {_MOST_MEMBERS} pieces", hint="Unpack it first")
        stream = Inflate(wbits)
        for piece in stream.feed(view[at:]):
            content.write(piece)
            check_expansion(content.tell(), at + stream.taken, limits)
        at += stream.taken
        if stream.eof:
            at += _SUMS_BYTES if wbits == _BARE else 0
            wbits = _MEMBER
            if at >= end or data.startswith(MAGIC, at):
                continue
        damaged = True
        start = starts.after(at)
        if start is None:
            break
        at, wbits = start
    if damaged and not content.tell():
        raise ReadError("is a damaged gzip file", hint="Copy or download it again")
    return Unpacked(content.getvalue(), DAMAGE if damaged else None)


class _FreshStarts:
    """The places in a gzip file at which inflating can start afresh, looked for from the front, each once."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._next = dict.fromkeys(_STARTS, -1)
        self._tries = _MOST_TRIES

    def after(self, at: int) -> tuple[int, int] | None:
        """Return the first place from `at` on and how inflating goes on there, or None."""
        while self._tries:
            self._tries -= 1
            for mark, place in self._next.items():
                if place < at:
                    found = self._data.find(mark, at)
                    self._next[mark] = found if found >= 0 else len(self._data)
            mark = min(self._next, key=self._next.__getitem__)
            at = self._next[mark] + 1
            if at > len(self._data):
                break
            wbits, behind = _STARTS[mark]
            place = at - 1 + behind
            trial = Inflate(wbits)
            size = sum(map(len, trial.feed(memoryview(self._data)[place : place + _TRIED_BYTES])))
            if size >= _LEAST_BYTES and not trial.damaged:
                return place, wbits
        return None


def unpacked(data: bytes, limits: Limits) -> Unpacked:
    """Return the content of a gzipped recording."""
    once = gunzip(data, limits)
    # Downloads are gzipped twice where a server compresses what is compressed.
    twice = gunzip(once.data, limits) if once.data[:2] == MAGIC else once
    if not twice.data:
        raise ReadError("is a gzip file with nothing in it", hint="Copy or download it again")
    return Unpacked(twice.data, once.damage or twice.damage)
