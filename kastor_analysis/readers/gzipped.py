"""Gzipped recordings. What comes out is counted as it comes: the size that a stream states is a claim."""

from __future__ import annotations

import zlib

from ..errors import LimitError, ReadError
from .limits import MIB, Limits

CHUNK_BYTES = 1 << 18
MAGIC = b"\x1f\x8b"


def gunzip(data: bytes, limits: Limits) -> tuple[bytes, bool]:
    """Return what a gzip stream holds (of several members, all), and whether it was whole and its check sums right.

    Raises
    ------
    LimitError
        If more comes out than the limits allow.
    ReadError
        If nothing can be read at all.
    """
    pieces: list[bytes] = []
    count = at = 0
    view = memoryview(data)
    complete = False
    try:
        while data[at : at + 2] == MAGIC:
            complete = False
            inflate = zlib.decompressobj(wbits=31)
            block: bytes | memoryview = view[at : at + CHUNK_BYTES]
            fed = at + len(block)
            while not inflate.eof:
                piece = inflate.decompress(block, CHUNK_BYTES)
                pieces.append(piece)
                count += len(piece)
                check_expansion(count, fed, limits)
                block = inflate.unconsumed_tail
                if not block and fed < len(data):
                    block = view[fed : fed + CHUNK_BYTES]
                    fed += len(block)
                elif not block and not piece:
                    break
            if not inflate.eof:
                break
            complete = True
            at = fed - len(inflate.unused_data)
    except zlib.error as error:
        complete = False
        if not count:
            raise ReadError("is a damaged gzip file", hint="Copy or download it again") from error
    return b"".join(pieces), complete


def check_expansion(count: int, compressed: int, limits: Limits, most_bytes: int | None = None) -> None:
    """Raise `LimitError` if `count` bytes are too many for what they were compressed to, or altogether.

    Parameters
    ----------
    count, compressed : int
        Bytes that came out so far, of the bytes that went in.
    limits : Limits
        For the ratio, and for `most_bytes` where that is not given.
    most_bytes : int, optional
        The most that may come out.
    """
    most_bytes = limits.expanded_bytes if most_bytes is None else most_bytes
    if count > most_bytes:
        raise LimitError(f"holds more than {most_bytes / MIB:.0f} MiB once decompressed", hint="Pass limits= for more")
    if count > limits.expansion_free_bytes and count > limits.expansion_ratio * max(compressed, 1):
        raise LimitError(f"swells to more than {limits.expansion_ratio:.0f} times its size, as an attack would")


def unpacked(data: bytes, limits: Limits) -> tuple[bytes, list[str]]:
    """Return the content of a recording that may be gzipped, and warnings."""
    if data[:2] != MAGIC:
        return data, []
    content, complete = gunzip(data, limits)
    if content[:2] == MAGIC:
        # Downloads are gzipped twice where a server compresses what is compressed.
        content, again = gunzip(content, limits)
        complete = complete and again
    if not content:
        raise ReadError("is a gzip file with nothing in it", hint="Copy or download it again")
    return content, [] if complete else ["The gzip file is cut off or damaged; what it still held was read"]
