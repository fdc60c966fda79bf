"""`Columns`: points as dicts of text -> float64 columns, a block at a time, so that the text is never all in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import LimitError
from .instants import Instants
from .limits import Limits

FloatArray = NDArray[np.float64]

BLOCK_POINTS = 1024


class Columns:
    """Columns of one recording in the making.

    Parameters
    ----------
    names : mapping of str to str
        The keys of a point that are kept, and the column each becomes; the key ``time`` is read as an instant.
    instants : Instants
        Shared by all recordings of a file.
    limits : Limits
        For the number of points.
    """

    def __init__(self, names: Mapping[str, str], instants: Instants, limits: Limits) -> None:
        self.points: list[dict[str, str]] = []
        self.n_points = 0
        self.n_unreadable = 0
        self._names = names
        self._instants = instants
        self._limits = limits
        self._blocks: dict[str, list[tuple[int, FloatArray]]] = {}
        self._rows: list[tuple[tuple[str, ...], int, list[tuple[bytes, ...]]]] = []
        self._n_rows = 0

    def add(self, point: dict[str, str]) -> None:
        """Append one point."""
        if self._rows:
            self.flush()
        self.points.append(point)
        if len(self.points) >= BLOCK_POINTS:
            self.flush()

    def add_rows(self, keys: tuple[str, ...], rows: list[tuple[bytes, ...]]) -> None:
        """Append points as tuples of values, which have the keys `keys`."""
        if self.points:
            self.flush()
        self._rows.append((keys, self._n_rows, rows))
        self._n_rows += len(rows)
        if self._n_rows >= BLOCK_POINTS:
            self.flush()

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
        self._rows = []
        self._n_rows = 0
        if self.n_points > self._limits.points:
            raise LimitError(f"has more than {self._limits.points} points", hint="Pass limits= for more")

    def _flush_rows(self) -> None:
        layouts = dict.fromkeys(keys for keys, _, _ in self._rows)
        columns: dict[str, FloatArray] = {}
        for layout in layouts:
            runs = [(start, rows) for keys, start, rows in self._rows if keys == layout]
            rows = runs[0][1] if len(runs) == 1 else [row for _, run in runs for row in run]
            places = [place for start, run in runs for place in range(start, start + len(run))]
            for key, texts in zip(layout, zip(*rows, strict=True), strict=True):
                values = self._values(key, texts)
                if len(layouts) == 1:
                    columns[key] = values
                    continue
                columns.setdefault(key, np.full(self._n_rows, np.nan))[places] = values
        for key, values in columns.items():
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

    def _values(self, key: str, texts: Sequence[str | bytes | None]) -> FloatArray:
        return self._instants.read(texts) if key == "time" else self._numbers(texts)

    def _numbers(self, texts: Sequence[str | bytes | None]) -> FloatArray:
        try:
            return np.fromiter(map(float, texts), dtype=np.float64, count=len(texts))  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return np.array([self._number(text) for text in texts], dtype=np.float64)

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
