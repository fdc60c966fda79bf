"""When messages happened: full timestamps, compressed ones, and those of a device that did not yet know the time.

Conventions: instants are Unix seconds (UTC) as float64, NaN where a message tells none. A compressed timestamp is the
low five bits of the time, counted from the last timestamp of *any* message before it. A timestamp below 0x10000000
counts from when the device was switched on; it is moved onto the calendar by the file's own first change from one
kind to the other, or else by the file's creation time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .groups import FloatArray, Group, numbers
from .wire import FIT_EPOCH_S, RELATIVE_BELOW, TIMESTAMP


def accumulate(values: NDArray[np.int64], bits: int, anchors: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return values of which only the low `bits` were written, continued upward from the last anchor.

    Parameters
    ----------
    values : ndarray of int64, shape (n,)
        Full where `anchors`, the low bits elsewhere.
    bits : int
        How many were written.
    anchors : ndarray of bool, shape (n,)
        Where the full value is known. Before the first, counting starts at the first value itself.
    """
    if not values.size:
        return values
    low = values & ((1 << bits) - 1)
    growth = np.zeros_like(values)
    growth[1:] = (low[1:] - low[:-1]) & ((1 << bits) - 1)
    total = np.cumsum(growth)
    last = np.maximum.accumulate(np.where(anchors, np.arange(values.size), 0))
    return values[last] + total - total[last]


class Clock:
    """The timestamps of a file's messages."""

    __slots__ = ("_compressed", "_created_s", "_groups", "_offset_s", "relative")

    def __init__(self, groups: list[Group], created_s: float) -> None:
        self._groups = groups
        self._created_s = created_s
        self._offset_s: float | None = None
        self._compressed: dict[int, FloatArray] | None = None
        self.relative: str = ""
        """What became of timestamps that count from when the device was switched on; empty where there are none."""

    def times(self, group: Group) -> FloatArray:
        """Return the instants of a group's messages, shape (n,)."""
        return self.absolute(self._written(group))

    def absolute(self, fit_s: FloatArray) -> FloatArray:
        """Return FIT seconds as Unix seconds, relative ones moved onto the calendar where that can be told."""
        below = fit_s < RELATIVE_BELOW
        if below.any():
            if self._offset_s is None:
                self._offset_s = self._find_offset()
                self.relative = (
                    "the watch did not know the time at first: those samples were moved onto the calendar"
                    if self._offset_s
                    else "the watch did not know the date: the times count from when it was switched on"
                )
            fit_s = np.where(below, fit_s + self._offset_s, fit_s)
        return fit_s + FIT_EPOCH_S

    def _written(self, group: Group) -> FloatArray:
        if group.compressed:
            if self._compressed is None:
                self._compressed = self._decompress()
            return self._compressed[id(group)]
        return full_timestamps(group)

    def _decompress(self) -> dict[int, FloatArray]:
        groups = self._groups
        position = np.concatenate([group.positions for group in groups])
        headers = np.concatenate([group.headers() for group in groups])
        full = np.concatenate([full_timestamps(group) for group in groups])
        packed = (headers & 0x80) != 0
        used = np.flatnonzero(packed | np.isfinite(full))
        used = used[np.argsort(position[used], kind="stable")]
        anchors = ~packed[used]
        values = np.where(anchors, np.nan_to_num(full[used]), headers[used] & 31).astype(np.int64)
        result = np.full(position.size, np.nan)
        result[used] = accumulate(values, 5, anchors)
        # Before any full timestamp a compressed one tells nothing.
        result[used[: int(np.argmax(anchors)) if anchors.any() else used.size]] = np.nan
        cuts = np.cumsum([len(group) for group in groups])[:-1]
        return {id(group): part for group, part in zip(groups, np.split(result, cuts), strict=True)}

    def _find_offset(self) -> float:
        position = np.concatenate([group.positions for group in self._groups])
        written = np.concatenate([self._written(group) for group in self._groups])
        order = np.argsort(position, kind="stable")
        ordered = written[order]
        ordered = ordered[np.isfinite(ordered)]
        relative = ordered < RELATIVE_BELOW
        change = np.flatnonzero(relative[:-1] != relative[1:])
        if change.size:
            at = int(change[0])
            before, after = float(ordered[at]), float(ordered[at + 1])
            return after - before if relative[at] else before - after
        if self._created_s >= RELATIVE_BELOW and ordered.size:
            return self._created_s - float(ordered[0])
        return 0.0


def full_timestamps(group: Group) -> FloatArray:
    """Return a group's timestamps as written (FIT seconds), NaN where it has none or only compressed ones."""
    field = group.definition.field(TIMESTAMP)
    if field is None or field.size != 4 or field.base.size != 4 or field.base.dtype == "f4":
        return np.full(len(group), np.nan)
    return numbers(group.raw(field), field, 1, 0)
