"""`Columns`: points as dicts of text -> float64 columns, a block at a time, so that the text is never all in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..errors import LimitError
from ..words import counted
from .instants import Instants
from .limits import MORE, Limits

FloatArray = NDArray[np.float64]

BLOCK_POINTS = 4096
MOST = 1e15
"""No unit is so small that a run had more of it: such a number, as an infinite one, is none."""

Rows = tuple[list[int], list[tuple[bytes, ...]]]


class Columns:
    """Columns of one recording in the making.

    `names` are the keys of a point that are kept, and the column each becomes; ``time`` is read as an instant.
    """

    def __init__(self, names: Mapping[str, str], instants: Instants, limits: Limits) -> None:
        self.points: list[dict[str, str]] = []
        self.n_points: int = 0
        self.n_unreadable: int = 0
        self._names = names
        self._instants = instants
        self._limits = limits
        self._blocks: dict[str, list[tuple[int, FloatArray]]] = {}
        self._rows: dict[tuple[str, ...], Rows] = {}
        self._n_rows = 0

    def add(self, point: dict[str, str]) -> None:
        """Append one point."""
        if self._rows:
            self.flush()
        self.points.append(point)
        if len(self.points) >= BLOCK_POINTS:
            self.flush()

    def begin_rows(self) -> int:
        """Prepare for points as tuples of values; return the place of the first in the present block."""
        if self.points:
            self.flush()
        return self._n_rows

    def rows(self, keys: tuple[str, ...]) -> Rows:
        """Return the places and values of the points with just these keys, to append to until `end_rows`."""
        return self._rows.setdefault(keys, ([], []))

    def end_rows(self, n: int) -> int:
        """Note that the block now has `n` points; return the place of the next (0 in a new block)."""
        self._n_rows = n
        if n >= BLOCK_POINTS:
            self.flush()
        return self._n_rows

    def __len__(self) -> int:
        return self.n_points + len(self.points) + self._n_rows

    def flush(self) -> None:
        """Turn the points gathered so far into numbers."""
        points = self.points
        for key in set().union(*points):
            if key in self._names:
                self._append(key, self._values(key, [point.get(key) for point in points]))
        self._flush_rows()
        self.n_points += len(points) + self._n_rows
        self.points = []
        self._rows = {}
        self._n_rows = 0
        if self.n_points > self._limits.points:
            raise LimitError(f"has more than {self._limits.points} points", hint=MORE)

    def _flush_rows(self) -> None:
        """Turn the rows into numbers: a key at a time, whatever else the points had that have it."""
        told: dict[str, tuple[list[int], list[bytes]]] = {}
        for keys, (places, rows) in self._rows.items():
            for key, texts in zip(keys, zip(*rows, strict=True), strict=bool(rows)):
                all_places, all_texts = told.setdefault(key, ([], []))
                all_places += places
                all_texts += texts
        for key, (where, written) in told.items():
            values = self._values(key, written)
            if len(self._rows) > 1:
                together, values = values, np.full(self._n_rows, np.nan)
                values[where] = together
            self._append(key, values)

    def _append(self, key: str, values: FloatArray) -> None:
        self._blocks.setdefault(self._names[key], []).append((self.n_points, values))

    def arrays(self) -> dict[str, FloatArray]:
        """Return the columns, NaN where a point has no value."""
        self.flush()
        result = {}
        for column in list(self._blocks):
            values = np.full(self.n_points, np.nan)
            for start, block in self._blocks.pop(column):
                values[start : start + block.size] = block
            result[column] = values
        return result

    def doubts(self) -> list[str]:
        """Return sentences on what was read so far and was no number, no time, or a time of no zone."""
        instants, said = self._instants, []
        if self.n_unreadable:
            said.append(f"{counted(self.n_unreadable, 'value')} left out: no number.")
        if instants.n_without_zone:
            said.append("The times name no zone; they were taken as UTC.")
        if instants.n_unreadable:
            said.append(f"{counted(instants.n_unreadable, 'time')} left out: not to be read.")
        return said

    def _values(self, key: str, texts: Sequence[str | bytes | None]) -> FloatArray:
        return self._instants.read(texts) if key == "time" else self._numbers(texts)

    def _numbers(self, texts: Sequence[str | bytes | None]) -> FloatArray:
        try:
            values = np.fromiter(map(float, texts), dtype=np.float64, count=len(texts))  # type: ignore[arg-type]
        except (TypeError, ValueError):
            values = np.array([self._number(text) for text in texts], dtype=np.float64)
        endless = np.abs(values) > MOST
        if endless.any():
            self.n_unreadable += int(endless.sum())
            values[endless] = np.nan
        return values

    def _number(self, text: str | bytes | None) -> float:
        if text is None:
            return float("nan")
        if isinstance(text, bytes):
            text = text.decode("latin-1")
        try:
            return float(text.replace(",", "."))
        except ValueError:
            if text.strip():
                self.n_unreadable += 1
            return float("nan")


def between_segments(times_s: FloatArray, starts: list[int]) -> FloatArray:
    """Return the spans between segments, in whatever order these and their points are, shape (n, 2)."""
    spans = []
    for start, stop in pairwise([0, *starts, times_s.size]):
        timed = times_s[start:stop][np.isfinite(times_s[start:stop])]
        if timed.size:
            spans.append((float(timed.min()), float(timed.max())))
    spans.sort()
    return np.array([(a[1], b[0]) for a, b in pairwise(spans)], dtype=np.float64).reshape(-1, 2)
