"""`Columns`: points as dicts of text -> float64 columns, a block at a time, so that the text is never all in memory."""

from __future__ import annotations

from collections.abc import Mapping

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

    def add(self, point: dict[str, str]) -> None:
        """Append one point."""
        self.points.append(point)
        if len(self.points) >= BLOCK_POINTS:
            self.flush()

    def __len__(self) -> int:
        return self.n_points + len(self.points)

    def flush(self) -> None:
        """Turn the points gathered so far into numbers."""
        points = self.points
        if not points:
            return
        for key in set().union(*points):
            column = self._names.get(key)
            if column is not None:
                texts = [point.get(key) for point in points]
                values = self._instants.read(texts) if key == "time" else self._numbers(texts)
                self._blocks.setdefault(column, []).append((self.n_points, values))
        self.n_points += len(points)
        self.points = []
        if self.n_points > self._limits.points:
            raise LimitError(f"has more than {self._limits.points} points", hint="Pass limits= for more")

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

    def _numbers(self, texts: list[str | None]) -> FloatArray:
        try:
            return np.fromiter(map(float, texts), dtype=np.float64, count=len(texts))  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return np.array([self._number(text) for text in texts], dtype=np.float64)

    def _number(self, text: str | None) -> float:
        if text is None:
            return float("nan")
        try:
            return float(text.replace(",", "."))
        except ValueError:
            if text.strip():
                self.n_unreadable += 1
            return float("nan")
