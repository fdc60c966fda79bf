"""DEFLATE, bzip2 and LZMA, unpacked a bounded piece at a time, and kept up to the first damage.

Conventions: an unpacker is fed blocks and yields pieces, of which none is larger than some MiB, whatever packed them.
It raises nothing: where its input makes no sense it has yielded what came before, and `damaged` is true.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any, Protocol

from ..errors import LimitError
from ..files.reading import MIB
from .limits import MORE, Limits

STEP_BYTES = 1 << 14
"""DEFLATE makes at most 1032 times as much of it: 16 MiB."""
SHORT_STEP_BYTES = 1 << 8  # of packings that expand more than that
PIECE_BYTES = MIB

_LZMA_HEAD_BYTES, _LZMA_FACTS_BYTES = 4, 5  # by PKWARE's APPNOTE, 5.8.8


class Unpacker(Protocol):
    """What undoes one packing."""

    @property
    def damaged(self) -> bool:
        """Whether the input makes no sense from some byte on."""

    @property
    def eof(self) -> bool:
        """Whether the end was reached."""

    def feed(self, block: bytes | memoryview) -> Iterator[bytes]:
        """Yield what a further block of the packed bytes gives."""


class Stored:
    """Bytes that were not packed at all."""

    def __init__(self) -> None:
        self.damaged = self.eof = False

    def feed(self, block: bytes | memoryview) -> Iterator[bytes]:
        """Yield the block itself."""
        yield bytes(block)


class Inflate:
    """DEFLATE.

    `wbits` is as of `zlib.decompressobj`: 31 for a gzip member, -15 for the bare stream.
    """

    def __init__(self, wbits: int) -> None:
        self._stream = zlib.decompressobj(wbits)
        self.damaged: bool = False
        self.taken: int = 0
        """Bytes fed that belong to the stream."""

    @property
    def eof(self) -> bool:
        """Whether its end was reached."""
        return self._stream.eof

    def feed(self, block: bytes | memoryview) -> Iterator[bytes]:
        """Yield what a further block gives."""
        for at in range(0, len(block), STEP_BYTES):
            step = block[at : at + STEP_BYTES]
            before = self._stream.copy()
            try:
                piece = self._stream.decompress(step)
            except zlib.error:
                self.damaged = True
                yield from self._up_to_the_damage(before, step)
                return
            self.taken += len(step) - len(self._stream.unused_data)
            yield piece
            if self._stream.eof:
                return

    def _up_to_the_damage(self, stream: Any, step: bytes | memoryview) -> Iterator[bytes]:
        """Yield what comes before the byte at which a step cannot be inflated; zlib gives nothing of a failed call."""
        width, at = STEP_BYTES, 0
        while width := width // 2:
            trial = stream.copy()
            try:
                piece = trial.decompress(step[at : at + width])
            except zlib.error:
                continue
            yield piece
            stream = trial
            at += width
        self.taken += at


class Streamed:
    """Bzip2 or LZMA, by a decompressor of the standard library that can be told how much to give.

    It gives nothing of a call in which it meets damage: hence the short steps.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.damaged: bool = False

    @property
    def eof(self) -> bool:
        """Whether its end was reached."""
        return bool(self._stream.eof)

    def feed(self, block: bytes | memoryview) -> Iterator[bytes]:
        """Yield what a further block gives."""
        for at in range(0, len(block), SHORT_STEP_BYTES):
            step = block[at : at + SHORT_STEP_BYTES]
            while True:
                try:
                    piece = self._stream.decompress(step, PIECE_BYTES)
                except Exception:  # OSError, EOFError, ValueError, LZMAError: it makes no sense from here on
                    self.damaged = True
                    return
                yield piece
                if self._stream.eof:
                    return
                if self._stream.needs_input:
                    break
                step = b""


class LzmaMember:
    """LZMA as zips have it: two bytes of version, the length of the stream's facts, these, the stream.

    Parameters
    ----------
    size : int
        What is stated to come out: the stream need not mark its end.
    most_bytes : int
        What its dictionary may take of memory: as much as may come out.
    """

    def __init__(self, size: int, most_bytes: int) -> None:
        self.damaged: bool = False
        self.eof: bool = False
        self._left = size
        self._most_bytes = most_bytes
        self._head = b""
        self._stream: Streamed | None = None

    def feed(self, block: bytes | memoryview) -> Iterator[bytes]:
        """Yield what a further block gives."""
        if self._stream is None:
            self._head += block
            if len(self._head) < _LZMA_HEAD_BYTES + _LZMA_FACTS_BYTES:
                return
            block = self._head[_LZMA_HEAD_BYTES + _LZMA_FACTS_BYTES :]
            self._stream = self._opened()
        if self._stream is None:
            self.damaged = True
            return
        for piece in self._stream.feed(block):
            yield piece[: self._left]
            self._left -= min(len(piece), self._left)
            if not self._left:
                break
        self.damaged = self._stream.damaged and self._left > 0
        self.eof = not self._left or self._stream.eof

    def _opened(self) -> Streamed | None:
        import lzma

        facts = self._head[_LZMA_HEAD_BYTES:]
        if int.from_bytes(self._head[2:4], "little") != _LZMA_FACTS_BYTES:
            return None
        rest, literal_context = divmod(facts[0], 9)
        position, literal_position = divmod(rest, 5)
        dictionary = max(min(int.from_bytes(facts[1:5], "little"), self._most_bytes), 1 << 12)
        chain = {"id": lzma.FILTER_LZMA1, "dict_size": dictionary}
        chain |= {"lc": literal_context, "lp": literal_position, "pb": position}
        try:
            return Streamed(lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[chain]))
        except (lzma.LZMAError, ValueError, OverflowError):
            return None


def check_expansion(count: int, packed: int, limits: Limits, most_bytes: int | None = None) -> None:
    """Raise `LimitError` if `count` bytes are too many for what they were packed in, or altogether.

    Parameters
    ----------
    count, packed : int
        Bytes that came out so far, of the bytes that went in.
    limits : Limits
        For the ratio, and for `most_bytes` where that is not given.
    most_bytes : int, optional
        The most that may come out.
    """
    most_bytes = limits.expanded_bytes if most_bytes is None else most_bytes
    if count > most_bytes:
        raise LimitError(f"holds more than {most_bytes / MIB:.0f} MiB once decompressed", hint=MORE)
    if count > limits.expansion_free_bytes and count > limits.expansion_ratio * max(packed, 1):
        raise LimitError(f"swells to more than {limits.expansion_ratio:.0f} times its size, as an attack would")
