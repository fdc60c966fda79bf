"""The CRC-16 of FIT (polynomial x^16 + x^15 + x^2 + 1, reflected, initial value 0), computed in parallel lanes.

A CRC is a remainder of polynomials, so words may be added up (xor) before it is taken, if each is first carried to
the same place. The content, as 16-bit words, is laid in rows of `_LANES[0]` words; each row carries the sum of those
before it one row further by a single table look-up and adds itself. What is left, one row, has the content's CRC; it
is folded the same way into ever shorter rows. Zeros in front do not change a CRC that starts at 0: they fill up the
first row.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

_POLYNOMIAL, _WORD_BITS = 0xA001, 16  # of CRC-16/ARC, reflected: FIT's
_LANES = (4096, 256, 16, 1)  # the largest that holds the content is begun with


def _carried(word: int, images: tuple[int, ...]) -> int:
    """Return the image of a word under the linear map that takes each of its bits to one of `images`."""
    out = 0
    for bit, image in enumerate(images):
        if word >> bit & 1:
            out ^= image
    return out


@cache
def _images(lanes: int) -> tuple[int, ...]:
    """Return where each bit of a word is carried by `lanes` (a power of two) words of zeros behind it."""
    if lanes > 1:
        half = _images(lanes // 2)
        return tuple(_carried(image, half) for image in half)
    images = [1 << bit for bit in range(_WORD_BITS)]
    for _ in range(_WORD_BITS):
        images = [(image >> 1) ^ (_POLYNOMIAL if image & 1 else 0) for image in images]
    return tuple(images)


@cache
def _table(lanes: int) -> NDArray[np.uint16]:
    """Return where every word is carried by `lanes` words of zeros behind it."""
    table = np.zeros(1 << _WORD_BITS, dtype=np.uint16)
    for bit, image in enumerate(_images(lanes)):
        np.bitwise_xor(table[: 1 << bit], np.uint16(image), out=table[1 << bit : 2 << bit])
    return table


def crc16(data: bytes | memoryview) -> int:
    """Return the FIT CRC of `data`: 0 where the last two bytes are the CRC of those before them (little-endian)."""
    n = len(data)
    if not n:
        return 0
    widths = [lanes for lanes in _LANES if 2 * lanes <= n] or [1]
    n_words = -(-n // (2 * widths[0])) * widths[0]
    padded = np.zeros(2 * n_words, dtype=np.uint8)
    padded[padded.size - n :] = np.frombuffer(data, dtype=np.uint8)
    row: NDArray[np.uint16] = padded.view("<u2")
    for lanes in widths:
        rows = row.reshape(-1, lanes)
        table = _table(lanes)
        row = rows[0]
        for following in rows[1:]:
            row = table.take(row)
            row ^= following
    return int(_table(1)[row[0]])
