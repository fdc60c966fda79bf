"""FIT files by hand: messages with whatever layout a test needs, sums right unless told otherwise."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

CODES = {"enum": 0, "sint8": 1, "uint8": 2, "sint16": 0x83, "uint16": 0x84, "sint32": 0x85, "uint32": 0x86, "string": 7}
CODES |= {"float32": 0x88, "float64": 0x89, "uint8z": 10, "uint16z": 0x8B, "uint32z": 0x8C, "byte": 13}
CODES |= {"sint64": 0x8E, "uint64": 0x8F, "uint64z": 0x90}
_LETTERS = dict(zip(CODES, "BbBhHiIsfdBHIBqQQ", strict=True))

T0 = 1_000_000_000
"""FIT seconds: 2021-09-08 01:46:40 UTC."""

UNIX0 = T0 + 631_065_600


def crc16(data: bytes) -> int:
    """The format's check sum, bit by bit."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xA001 if crc & 1 else 0)
    return crc


@dataclass
class Fit:
    """A FIT file in the making.

    `layouts` remembers each local message type's (byte order, [(type, count)]), so that `data` takes plain values.
    """

    body: bytearray = field(default_factory=bytearray)
    layouts: dict[int, tuple[str, list[tuple[str, int]]]] = field(default_factory=dict)

    def define(
        self,
        local: int,
        global_num: int,
        fields: Sequence[tuple[int, str] | tuple[int, str, int]],
        *,
        big: bool = False,
        developer: Sequence[tuple[int, int, int, str]] = (),
    ) -> Fit:
        """Define a layout: fields (number, type[, count]), developer fields (number, size in bytes, index, type)."""
        order = ">" if big else "<"
        columns = [(f[1], f[2] if len(f) > 2 else 1) for f in fields]
        self.body += bytes([0x40 | local | (0x20 if developer else 0), 0, big])
        self.body += struct.pack(order + "HB", global_num, len(fields))
        for (num, *_), (kind, count) in zip(fields, columns, strict=True):
            self.body += bytes([num, count * struct.calcsize(_LETTERS[kind]), CODES[kind]])
        if developer:
            self.body += bytes([len(developer)])
            for num, size, index, kind in developer:
                self.body += bytes([num, size, index])
                columns.append((kind, size // struct.calcsize(_LETTERS[kind])))
        self.layouts[local] = (order, columns)
        return self

    def data(self, local: int, *values: object, compressed: int | None = None) -> Fit:
        """Append a data message; arrays as tuples, texts as bytes."""
        order, columns = self.layouts[local]
        self.body.append(local if compressed is None else 0x80 | local << 5 | compressed)
        for (kind, count), value in zip(columns, values, strict=True):
            if kind == "string" or isinstance(value, bytes):
                self.body += struct.pack(f"{count}s", value)
            else:
                items = value if isinstance(value, tuple) else (value,)
                self.body += struct.pack(f"{order}{count}{_LETTERS[kind]}", *items)
        return self

    def file(self, *, size: int | None = None, header: int = 14) -> bytes:
        """Return the file with header and sums."""
        head = struct.pack("<BBHI4s", header, 0x20, 2132, len(self.body) if size is None else size, b".FIT")
        if header >= 14:
            head += struct.pack("<H", crc16(head))
        content = head + bytes(self.body)
        return content + struct.pack("<H", crc16(content))


def run(n: int = 60, *, big: bool = False) -> Fit:
    """A plain run of `n` seconds at 4 m/s, with file_id, timer events, one lap, session and activity."""
    fit = Fit()
    fit.define(0, 0, [(0, "enum"), (1, "uint16"), (2, "uint16"), (4, "uint32")], big=big).data(0, 4, 1, 3992, T0)
    fit.define(1, 21, [(253, "uint32"), (0, "enum"), (1, "enum")], big=big).data(1, T0, 0, 0)
    fit.define(2, 20, [(253, "uint32"), (5, "uint32"), (6, "uint16"), (3, "uint8"), (4, "uint8")], big=big)
    for i in range(n):
        fit.data(2, T0 + i, 400 * i, 4000, 150, 85)
    fit.data(1, T0 + n, 0, 4)
    fit.define(3, 19, [(253, "uint32"), (2, "uint32"), (7, "uint32"), (8, "uint32"), (9, "uint32")], big=big)
    fit.data(3, T0 + n, T0, 1000 * n, 1000 * n, 400 * n)
    fit.define(4, 18, [(253, "uint32"), (2, "uint32"), (7, "uint32"), (5, "enum"), (6, "enum")], big=big)
    fit.data(4, T0 + n, T0, 1000 * n, 1, 4)
    fit.define(5, 34, [(253, "uint32"), (5, "uint32")], big=big).data(5, T0 + n, T0 + n + 7200)
    return fit
