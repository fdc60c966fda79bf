"""Whatever the layouts, byte orders and the order of messages, the values that were written come back."""

from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kastor_analysis.readers.fit.container import read_files
from kastor_analysis.readers.fit.frames import message_columns
from kastor_analysis.readers.fit.wire import BASE_TYPES

from .fit_bytes import CODES, Fit

INVALID = {base.name: base.invalid for base in BASE_TYPES}
FIRST_NUMBER = 0xFF00  # messages that the profile does not name

WHOLE = {
    "enum": (0, 255),
    "uint8": (0, 255),
    "uint8z": (0, 255),
    "sint8": (-128, 127),
    "uint16": (0, 2**16 - 1),
    "uint16z": (0, 2**16 - 1),
    "sint16": (-(2**15), 2**15 - 1),
    "uint32": (0, 2**32 - 1),
    "uint32z": (0, 2**32 - 1),
    "sint32": (-(2**31), 2**31 - 1),
    "uint64": (0, 2**64 - 1),
    "uint64z": (0, 2**64 - 1),
    "sint64": (-(2**63), 2**63 - 1),
}


def value_of(kind: str) -> st.SearchStrategy[Any]:
    if kind in WHOLE:
        return st.integers(*WHOLE[kind]) | st.just(INVALID[kind])
    return st.floats(width=32 if kind == "float32" else 64)


@st.composite
def recordings(draw: st.DrawFn) -> tuple[Fit, dict[int, list[dict[int, Any]]]]:
    """A file, and by message number what was written: one {field: value} a message."""
    fit = Fit()
    written: dict[int, list[dict[int, Any]]] = {}
    layouts: dict[int, tuple[int, list[tuple[int, str]]]] = {}
    kinds = st.sampled_from([*WHOLE, "float32", "float64"])
    for _ in range(draw(st.integers(1, 12))):
        local = draw(st.integers(0, 3))
        if local not in layouts or draw(st.booleans()):
            nums = draw(st.lists(st.integers(0, 200), max_size=5, unique=True))
            layouts[local] = (FIRST_NUMBER + draw(st.integers(0, 2)), [(num, draw(kinds)) for num in nums])
            fit.define(local, layouts[local][0], layouts[local][1], big=draw(st.booleans()))
        number, fields = layouts[local]
        for _ in range(draw(st.sampled_from([1, 1, 2, 3, 40]))):
            row = {num: draw(value_of(kind)) for num, kind in fields}
            fit.data(local, *row.values())
            kept = {num: as_read(row[num], kind) for num, kind in fields}
            written.setdefault(number, []).append(kept)
    return fit, written


def as_read(value: Any, kind: str) -> float:
    if kind in WHOLE:
        return math.nan if value == INVALID[kind] else float(value)
    value = struct.unpack("<f", struct.pack("<f", value))[0] if kind == "float32" else value
    return value if math.isfinite(value) else math.nan


@settings(max_examples=150)
@given(recordings())
def test_what_is_written_comes_back(made: tuple[Fit, dict[int, list[dict[int, Any]]]]) -> None:
    fit, written = made
    (part,) = read_files(fit.file(), strict=True)
    assert {number: sum(map(len, groups)) for number, groups in part.groups.items()} == {
        number: len(rows) for number, rows in written.items()
    }
    for number, rows in written.items():
        columns, _ = message_columns(part, number)
        for num in {num for row in rows for num in row}:
            np.testing.assert_array_equal(columns[f"unknown_{num}"], [row.get(num, math.nan) for row in rows])


def test_every_base_type_is_tried() -> None:
    assert {*WHOLE, "float32", "float64", "string", "byte"} == set(CODES) == {base.name for base in BASE_TYPES}
