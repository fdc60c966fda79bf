"""What FIT bytes mean: base types, file headers, definition messages.

Conventions: offsets are bytes from the start of the content unless said otherwise. Facts of the format are those of
the public FIT protocol description (header, record headers, definition messages, base types).
"""

from __future__ import annotations

from typing import NamedTuple

FIT_EPOCH_S = 631_065_600
"""Unix time of the FIT epoch, 1989-12-31 00:00:00 UTC."""

RELATIVE_BELOW = 0x1000_0000
"""A timestamp below this counts seconds since the device was switched on."""

SIGNATURE = b".FIT"

TIMESTAMP = 253
"""The number of the timestamp in every message that has one."""


class BaseType(NamedTuple):
    """One of the format's base types; `dtype` is NumPy's code less its byte order."""

    name: str
    dtype: str
    size: int
    invalid: int | None


BASE_TYPES: tuple[BaseType, ...] = (
    BaseType("enum", "u1", 1, 0xFF),
    BaseType("sint8", "i1", 1, 0x7F),
    BaseType("uint8", "u1", 1, 0xFF),
    BaseType("sint16", "i2", 2, 0x7FFF),
    BaseType("uint16", "u2", 2, 0xFFFF),
    BaseType("sint32", "i4", 4, 0x7FFF_FFFF),
    BaseType("uint32", "u4", 4, 0xFFFF_FFFF),
    BaseType("string", "u1", 1, 0),
    BaseType("float32", "f4", 4, None),
    BaseType("float64", "f8", 8, None),
    BaseType("uint8z", "u1", 1, 0),
    BaseType("uint16z", "u2", 2, 0),
    BaseType("uint32z", "u4", 4, 0),
    BaseType("byte", "u1", 1, 0xFF),
    BaseType("sint64", "i8", 8, 0x7FFF_FFFF_FFFF_FFFF),
    BaseType("uint64", "u8", 8, 0xFFFF_FFFF_FFFF_FFFF),
    BaseType("uint64z", "u8", 8, 0),
)
"""By base type number; an invalid float is NaN already."""

STRING, BYTE = 7, 13  # base types, by the FIT protocol


_BY_CODE = tuple(BASE_TYPES[code & 0x1F] if code & 0x1F < len(BASE_TYPES) else BASE_TYPES[BYTE] for code in range(256))


def base_type(code: int) -> BaseType:
    """Return the base type of a definition's code; an unknown one is read as bytes."""
    return _BY_CODE[code & 0xFF]


class FieldLayout(NamedTuple):
    """Where a field stands in its message.

    `offset` counts from the message's header byte. `developer` is the developer data index, or None for a field of
    the profile. A size that is no multiple of its type's is kept as it is: the next field starts after it.
    """

    num: int
    offset: int
    size: int
    base: BaseType
    developer: int | None = None


class Definition:
    """The layout of the data messages that follow under one local message type.

    Compared by identity: equal definitions of a file are one object. The fields are parsed when first asked for;
    most messages of a watch nobody asks for.

    Parameters
    ----------
    content : bytes
        The definition message, header byte included.
    """

    __slots__ = ("_by_num", "_content", "_fields", "_timestamp_offset", "big_endian", "global_num", "size")

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._fields: tuple[FieldLayout, ...] | None = None
        self._by_num: dict[int, FieldLayout] | None = None
        self._timestamp_offset: int | None = None
        self.big_endian: bool = bool(content[2] & 1)
        self.global_num: int = int.from_bytes(content[3:5], "big" if self.big_endian else "little")
        first_developer = 6 + 3 * content[5]
        # Of each three bytes (number, size, type) the second; the message's own header byte counts too.
        self.size: int = 1 + sum(content[7:first_developer:3]) + sum(content[first_developer + 2 :: 3])

    @property
    def fields(self) -> tuple[FieldLayout, ...]:
        """The fields, in order, those of developers last."""
        if self._fields is None:
            self._fields = self._parsed()
        return self._fields

    @property
    def timestamp_offset(self) -> int:
        """Where the timestamp stands, counted from the header byte; 0 where there is none of four bytes."""
        if self._timestamp_offset is None:
            field = self.field(TIMESTAMP)
            self._timestamp_offset = field.offset if field is not None and field.size == 4 else 0
        return self._timestamp_offset

    def field(self, num: int) -> FieldLayout | None:
        """Return the layout of the profile's field `num`; the first, where it is defined twice."""
        if self._by_num is None:
            self._by_num = {field.num: field for field in reversed(self.fields) if field.developer is None}
        return self._by_num.get(num)

    def _parsed(self) -> tuple[FieldLayout, ...]:
        content = self._content
        first_developer = 6 + 3 * content[5]
        offset = 1
        fields = []
        for at in range(6, first_developer, 3):
            num, size, code = content[at : at + 3]
            fields.append(FieldLayout(num, offset, size, _BY_CODE[code]))
            offset += size
        for at in range(first_developer + 1, len(content), 3):
            num, size, index = content[at : at + 3]
            fields.append(FieldLayout(num, offset, size, BASE_TYPES[BYTE], index))
            offset += size
        return tuple(fields)


def definition_length(data: bytes, pos: int, end: int) -> int:
    """Return the length of the definition message at `pos`, header byte included; 0 where it does not fit."""
    if pos + 6 > end:
        return 0
    length = 6 + 3 * data[pos + 5]
    if data[pos] & 0x20:
        if pos + length + 1 > end:
            return 0
        length += 1 + 3 * data[pos + length]
    return length if pos + length <= end else 0


class FileSpan(NamedTuple):
    """One FIT file of the content (several may be chained): its messages are at [start, end), the next at `after`."""

    header: int
    start: int
    end: int
    after: int


def is_header(data: bytes, pos: int) -> bool:
    """Tell whether a FIT file header stands at `pos`."""
    return data[pos + 8 : pos + 12] == SIGNATURE and 12 <= data[pos] <= 64
