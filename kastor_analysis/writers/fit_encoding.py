"""The frame of a FIT file: header, definition and data messages, checksums. It knows no message by name.

Conventions: little-endian; a field is given as (number, base type); missing values are the base type's invalid value.
Format: Garmin FIT Protocol, revision D00001275.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..readers.fit.crc import crc16

EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
"""FIT time counts whole seconds from here."""

BASE_TYPES: dict[str, tuple[int, str, int]] = {
    "enum": (0x00, "u1", 0xFF),
    "sint8": (0x01, "i1", 0x7F),
    "uint8": (0x02, "u1", 0xFF),
    "sint16": (0x83, "<i2", 0x7FFF),
    "uint16": (0x84, "<u2", 0xFFFF),
    "sint32": (0x85, "<i4", 0x7FFFFFFF),
    "uint32": (0x86, "<u4", 0xFFFFFFFF),
    "uint32z": (0x8C, "<u4", 0),
}
"""Name -> (code in the file, NumPy type, invalid value). Text has the code `STRING_CODE` and a size of its own."""

STRING_CODE, BYTE_CODE = 0x07, 0x0D  # by the FIT protocol
SEMICIRCLES_PER_DEG = 2**31 / 180.0  # by the FIT protocol
DEVELOPMENT = 255  # the maker's number of software that has none
INTENSITIES = {"active": 0, "rest": 1, "warmup": 2, "cooldown": 3, "recovery": 4, "interval": 5, "other": 6}
"""Of a lap or a step, an enum of the FIT profile."""


def fit_seconds(moment: datetime) -> float:
    """Return an aware datetime as FIT time, with its fraction."""
    return (moment - EPOCH).total_seconds()


def stored(values: object, base: str, *, scale: float = 1.0, offset: float = 0.0) -> NDArray[np.generic]:
    """Return physical values as the integers of a FIT field: round((value + offset) * scale), NaN as invalid.

    A value beyond the field's range is stored as invalid: better missing than wrapped.
    """
    _, kind, invalid = BASE_TYPES[base]
    info = np.iinfo(kind)
    number = np.rint((np.asarray(values, dtype=np.float64) + offset) * scale)
    fits = np.isfinite(number) & (number >= info.min) & (number <= info.max)
    return np.where(fits, number, invalid).astype(kind)


class FitEncoder:
    """Builds a FIT file message by message.

    `define` opens a local message type; `write` appends messages of it. `finish` returns the whole file.
    """

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._layouts: dict[int, np.dtype[np.void]] = {}

    def define(
        self,
        local: int,
        number: int,
        fields: Sequence[tuple[int, str]],
        *,
        text_sizes: Sequence[int] = (),
        developer: Sequence[tuple[int, str, int]] = (),
    ) -> None:
        """Declare local message type `local` (0 to 15) as global message `number`.

        Parameters
        ----------
        local, number : int
            Local and global message number.
        fields : sequence of (int, str)
            Field number and base type, a key of `BASE_TYPES` or ``"string"``.
        text_sizes : sequence of int
            Bytes of each ``"string"`` field, its closing zero included, and of each ``"byte"`` field, in order.
        developer : sequence of (int, str, int)
            Number, base type and developer index of developer fields, which follow the others.
        """
        sizes = iter(text_sizes)
        layout: list[tuple[str, str]] = [("header", "u1")]
        body = b""
        for field, base in fields:
            if base in ("string", "byte"):
                size = next(sizes)
                code, kind = STRING_CODE if base == "string" else BYTE_CODE, f"S{size}"
            else:
                code, kind, _ = BASE_TYPES[base]
                size = np.dtype(kind).itemsize
            body += bytes((field, size, code))
            layout.append((f"f{field}", kind))
        header = 0x40 | local
        if developer:
            header |= 0x20
            body += bytes((len(developer),))
            for field, base, index in developer:
                kind = BASE_TYPES[base][1]
                body += bytes((field, np.dtype(kind).itemsize, index))
                layout.append((f"developer{index}_{field}", kind))
        self._layouts[local] = np.dtype(layout)
        self._parts.append(struct.pack("<BBBHB", header, 0, 0, number, len(fields)) + body)

    def rows(self, local: int, *columns: Any) -> NDArray[np.void]:
        """Return messages of type `local` as one structured array, a column (or one value) a field."""
        layout = self._layouts[local]
        names = layout.names or ()
        if len(columns) != len(names) - 1:
            raise ValueError(f"local message {local} has {len(names) - 1} fields, not {len(columns)}")
        n = max((np.size(column) for column in columns), default=1)
        out = np.zeros(n, dtype=layout)
        out["header"] = local
        for name, column in zip(names[1:], columns, strict=True):
            out[name] = column
        return out

    def write(self, local: int, *columns: Any) -> None:
        """Append messages of type `local`."""
        self.append(self.rows(local, *columns))

    def append(self, rows: NDArray[np.void]) -> None:
        """Append rows made by `rows`."""
        self._parts.append(rows.tobytes())

    def body(self) -> bytes:
        """Return the messages alone, without header and checksum."""
        return b"".join(self._parts)

    def finish(self) -> bytes:
        """Return the file: 14-byte header, messages, checksum."""
        body = self.body()
        head = struct.pack("<BBHI4s", 14, 0x20, 2132, len(body), b".FIT")
        head += struct.pack("<H", crc16(head))
        whole = head + body
        return whole + struct.pack("<H", crc16(whole))
