"""Messages of one kind as columns: all of one definition are gathered at once.

A group whose messages stand at a constant stride is read in place through strided views; any other is gathered into
one block first. Values come out as the file means them: scaled, NaN where invalid, in the order of the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .profile import MESSAGES, Field
from .walk import IntArray, Trail
from .wire import BASE_TYPES, STRING, Definition, FieldLayout

FloatArray = NDArray[np.float64]


class Group:
    """All messages of a file under one definition.

    Parameters
    ----------
    data : bytes
        The content.
    definition : Definition
        Their layout.
    positions : ndarray of int64, shape (n,)
        Where their header bytes stand, ascending.
    compressed : bool
        Whether any of the headers holds a compressed timestamp.
    """

    __slots__ = ("_buffer", "_start", "_stride", "compressed", "data", "definition", "positions")

    def __init__(self, data: bytes, definition: Definition, positions: IntArray, compressed: bool) -> None:
        self.data: bytes = data
        self.definition: Definition = definition
        self.positions: IntArray = positions
        self.compressed: bool = compressed
        self._buffer: bytes | NDArray[np.uint8] | None = None
        self._start = 0
        self._stride = definition.size

    def __len__(self) -> int:
        return self.positions.size

    def _locate(self) -> None:
        positions, size = self.positions, self.definition.size
        n = positions.size
        first = int(positions[0])
        stride = int(positions[1]) - first if n > 1 else size
        if n < 3 or (int(positions[-1]) - first == stride * (n - 1) and bool((np.diff(positions) == stride).all())):
            self._buffer, self._start, self._stride = self.data, first, stride
            return
        # One void item a byte offset, overlapping: indexing it copies whole messages.
        windows: NDArray[np.void] = np.ndarray(
            (len(self.data) - size + 1,), dtype=np.dtype((np.void, size)), buffer=self.data, strides=(1,)
        )
        self._buffer = windows[positions].view(np.uint8)

    def raw(self, field: FieldLayout) -> NDArray[np.generic]:
        """Return a field as it stands: shape (n,), or (n, k) where it holds k > 1 values; a view where it can be."""
        if self._buffer is None:
            self._locate()
        n, base = self.positions.size, field.base
        count, rest = divmod(field.size, base.size)
        if rest:
            base, count = BASE_TYPES[13], field.size
        dtype = np.dtype((">" if self.definition.big_endian else "<") + base.dtype)
        if count == 1:
            return np.ndarray((n,), dtype, self._buffer, self._start + field.offset, (self._stride,))
        return np.ndarray((n, count), dtype, self._buffer, self._start + field.offset, (self._stride, base.size))

    def headers(self) -> NDArray[np.uint8]:
        """Return the header bytes."""
        return np.frombuffer(self.data, dtype=np.uint8)[self.positions]


def group_messages(data: bytes, trail: Trail) -> dict[int, list[Group]]:
    """Return the groups of a walk by global message number, each list in order of the groups' first messages."""
    positions = trail.positions()
    if not positions.size:
        return {}
    headers = np.frombuffer(data, dtype=np.uint8)[positions]
    packed = headers & 0x80
    any_packed = bool(packed.any())
    local = np.where(packed, (headers >> 5) & 3, headers & 15) if any_packed else headers & 15
    order = np.argsort(local, kind="stable")
    by_local = positions[order]
    starts = np.searchsorted(local[order], np.arange(17))
    marks: dict[int, list[tuple[int, Definition]]] = {}
    for position, number, definition in trail.marks:
        marks.setdefault(number, []).append((position, definition))
    pieces: dict[int, tuple[Definition, list[IntArray]]] = {}
    for number, defined in marks.items():
        mine = by_local[starts[number] : starts[number + 1]]
        if not mine.size:
            continue
        cuts = [*np.searchsorted(mine, [position for position, _ in defined]).tolist(), mine.size]
        for (_, definition), lo, hi in zip(defined, cuts[:-1], cuts[1:], strict=True):
            if hi > lo:
                pieces.setdefault(id(definition), (definition, []))[1].append(mine[lo:hi])
    groups: dict[int, list[Group]] = {}
    for definition, parts in pieces.values():
        joined = parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts))
        group = Group(data, definition, joined, False)
        group.compressed = any_packed and bool((group.headers() & 0x80).any())
        groups.setdefault(definition.global_num, []).append(group)
    for found in groups.values():
        found.sort(key=lambda group: int(group.positions[0]))
    return groups


def numbers(raw: NDArray[np.generic], field: FieldLayout, scale: float, offset: float) -> FloatArray:
    """Return raw values as float64 of the same shape: raw / scale - offset, NaN where invalid."""
    if field.base.invalid is None:
        with np.errstate(invalid="ignore"):  # a float's bits may be a signalling NaN
            values = raw.astype(np.float64)
        missing = ~np.isfinite(values)
    else:
        values = raw.astype(np.float64)
        missing = raw == field.base.invalid
    if scale != 1:
        values /= scale
    if offset:
        values -= offset
    if missing.any():
        values[missing] = np.nan
    return values


def text(raw: NDArray[np.generic]) -> list[str | None]:
    """Return strings, each up to its first zero byte; None where empty."""
    rows = raw.reshape(len(raw), -1)
    out: list[str | None] = []
    for row in rows:
        value = row.tobytes().split(b"\0", 1)[0].decode("utf-8", "replace").strip()
        out.append(value or None)
    return out


@cache
def named_fields(global_num: int) -> dict[str, tuple[int, float, float]]:
    """Return (number, scale, offset) of the profile's fields of a message, by name."""
    _, fields = MESSAGES[global_num]
    return {entry[0]: (num, entry[2], entry[3]) for num, entry in fields.items()}


class Columns:
    """All messages of one global number, over its groups, in the order of the file."""

    __slots__ = ("_names", "_order", "groups", "n", "profile")

    def __init__(self, global_num: int, groups: Sequence[Group]) -> None:
        self.groups: Sequence[Group] = groups
        self.n: int = sum(len(group) for group in groups)
        self.profile: dict[int, Field] = MESSAGES[global_num][1]
        self._names = named_fields(global_num)
        self._order: IntArray | None = None
        if any(a.positions[-1] > b.positions[0] for a, b in pairwise(groups)):
            self._order = np.argsort(np.concatenate([group.positions for group in groups]), kind="stable")

    def __len__(self) -> int:
        return self.n

    def positions(self) -> IntArray:
        """Return where the messages stand, in the order of the file."""
        if not self.groups:
            return np.empty(0, dtype=np.int64)
        return np.sort(np.concatenate([group.positions for group in self.groups]))

    def has(self, name: str) -> bool:
        """Tell whether any definition holds the field."""
        num = self._names[name][0]
        return any(group.definition.field(num) is not None for group in self.groups)

    def number(self, name: str) -> FloatArray:
        """Return a field as float64, shape (n,); NaN where invalid or not in the message; the first of an array."""
        num, scale, offset = self._names[name]
        parts = []
        for group in self.groups:
            field = group.definition.field(num)
            if field is None or not field.size or field.size % field.base.size or field.base is BASE_TYPES[STRING]:
                parts.append(np.full(len(group), np.nan))
                continue
            raw = group.raw(field)
            parts.append(numbers(raw if raw.ndim == 1 else raw[:, 0], field, scale, offset))
        return self.ordered(parts)

    def strings(self, name: str) -> list[str | None]:
        """Return a text field, None where empty or not in the message."""
        num = self._names[name][0]
        parts: list[str | None] = []
        for group in self.groups:
            field = group.definition.field(num)
            if field is None or field.base is not BASE_TYPES[STRING] or not field.size:
                parts += [None] * len(group)
            else:
                parts += text(group.raw(field))
        return parts if self._order is None else [parts[i] for i in self._order]

    def ordered(self, parts: Sequence[FloatArray]) -> FloatArray:
        """Return one array a group as one array in the order of the file."""
        if not parts:
            return np.empty(0)
        joined = parts[0] if len(parts) == 1 else np.concatenate(parts)
        return joined if self._order is None else joined[self._order]
