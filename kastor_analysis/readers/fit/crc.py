"""The CRC-16 of FIT (polynomial x^16 + x^15 + x^2 + 1, reflected, initial value 0), computed in parallel lanes.

The content is cut into lanes of equal length that advance together, two bytes a step, by one table look-up on a whole
array; the lanes' remainders are then folded in pairs. Zeros in front do not change a CRC that starts at 0, so the
first lane is filled up with them. The remainder of two pieces laid end to end is the first's, carried over as many
zero bytes as the second is long, xor the second's.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

_POLYNOMIAL = 0xA001
_MIN_LANES = 16


@cache
def _word_table() -> NDArray[np.uint16]:
    """Return the remainder of every 16-bit word followed by nothing: one step over two bytes."""
    table = np.arange(1 << 16, dtype=np.uint16)
    for _ in range(16):
        table = (table >> np.uint16(1)) ^ np.where(table & np.uint16(1), np.uint16(_POLYNOMIAL), np.uint16(0))
    return table


def _carried(remainders: NDArray[np.uint16], basis: list[int]) -> NDArray[np.uint16]:
    """Return the linear image of each remainder; `basis` holds the image of each of its 16 bits."""
    out = np.zeros_like(remainders)
    for bit, image in enumerate(basis):
        out ^= ((remainders >> np.uint16(bit)) & np.uint16(1)) * np.uint16(image)
    return out


def _composed(basis: list[int]) -> list[int]:
    """Return the basis of the map applied twice: twice the zeros."""
    images = _carried(np.array(basis, dtype=np.uint16), basis)
    return [int(image) for image in images]


def crc16(data: bytes | memoryview) -> int:
    """Return the FIT CRC of `data`, as it stands in the two bytes after a file's messages (little-endian)."""
    n = len(data)
    if n == 0:
        return 0
    n_words = (n + 1) // 2
    lanes = _MIN_LANES
    while lanes * lanes * 16 < n_words:
        lanes *= 2
    steps = -(-n_words // lanes)
    padded = np.zeros(lanes * steps * 2, dtype=np.uint8)
    padded[padded.size - n :] = np.frombuffer(data, dtype=np.uint8)
    words = np.ascontiguousarray(padded.view("<u2").reshape(lanes, steps).T)
    table = _word_table()
    state = np.zeros(lanes, dtype=np.uint16)
    for word in words:
        state = table[state ^ word]
    basis = [1 << bit for bit in range(16)]
    images = np.array(basis, dtype=np.uint16)
    for _ in range(steps):
        images = table[images]
    basis = [int(image) for image in images]
    while state.size > 1:
        state = _carried(state[0::2], basis) ^ state[1::2]
        basis = _composed(basis)
    return int(state[0])
