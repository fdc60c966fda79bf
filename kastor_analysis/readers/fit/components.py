"""Fields that pack several values: bits taken apart, and counters that wrapped around continued upward."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .clock import accumulate
from .groups import Columns, FloatArray
from .profile import Component
from .wire import FieldLayout

COMPRESSED_SPEED_DISTANCE = 8  # a field of the FIT profile


def unpack(raw: NDArray[np.generic], field: FieldLayout, component: Component) -> FloatArray | None:
    """Return a component's bits as float64, shape (n,): unscaled, NaN where the field is invalid.

    Returns None where the field is too short to hold it, or of a type without bits.
    """
    _, _, n_bits, first, _, _, _ = component
    if raw.dtype.kind not in "iu" or first + n_bits > 8 * field.size or n_bits > 32:
        return None
    little = np.ascontiguousarray(raw.astype(raw.dtype.newbyteorder("<")))
    octets = little.view(np.uint8).reshape(len(raw), -1)
    lo, hi = first // 8, (first + n_bits + 7) // 8
    packed = np.zeros(len(raw), dtype=np.uint64)
    for i in range(lo, hi):
        packed |= octets[:, i].astype(np.uint64) << np.uint64(8 * (i - lo))
    values = ((packed >> np.uint64(first - 8 * lo)) & np.uint64((1 << n_bits) - 1)).astype(np.float64)
    invalid = raw == field.base.invalid
    values[invalid if invalid.ndim == 1 else invalid.all(axis=1)] = np.nan
    return values


def continued(values: FloatArray, n_bits: int) -> FloatArray:
    """Return a counter of `n_bits`, continued upward where it wrapped around; NaN stays NaN and disturbs nothing."""
    told = np.flatnonzero(np.isfinite(values))
    out = np.full(values.shape, np.nan)
    out[told] = accumulate(values[told].astype(np.int64), n_bits, np.zeros(told.size, dtype=bool))
    return out


def unpack_speed_distance(records: Columns) -> tuple[FloatArray, FloatArray]:
    """Return (speed_mps, distance_m) of ``compressed_speed_distance``: 12 bits each, the distance's continued."""
    _, _, _, _, _, parts, _ = records.profile[COMPRESSED_SPEED_DISTANCE]
    out = []
    for component in parts:
        _, _, n_bits, _, scale, _, accumulated = component
        columns = []
        for group in records.groups:
            field = group.definition.field(COMPRESSED_SPEED_DISTANCE)
            values = None if field is None or not field.size else unpack(group.raw(field), field, component)
            columns.append(np.full(len(group), np.nan) if values is None else values)
        merged = records.ordered(columns)
        out.append((continued(merged, n_bits) if accumulated else merged) / scale)
    return out[0], out[1]
