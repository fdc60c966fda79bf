"""What the samples of a recording say about a span: averages, distance, time spent running.

Conventions: spans are half-open seconds on the elapsed clock; a value is NaN where the recording has none there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..activity import Activity
from ..motion import path_of

FloatArray = NDArray[np.float64]

RUNNING_FROM_MPS = 1.6
"""Slower is walking (10:25 min/km)."""

_LONGEST_STEP_S = 15.0
"""Between samples further apart nothing is known, unless the distance grew."""


class Samples:
    """The columns of one activity, with the questions the scorer asks of them."""

    def __init__(self, activity: Activity) -> None:
        self.time_s: FloatArray = activity.column("time_s")
        self.heart_rate_bpm: FloatArray = activity.column("heart_rate_bpm")
        self.cadence_spm: FloatArray = activity.column("cadence_spm")
        self._path_s, self._path_m = path_of(activity)
        self._pauses = np.column_stack([activity.pause_table["start_s"], activity.pause_table["end_s"]])

    def rows(self, start_s: float, end_s: float) -> slice:
        """Return the samples of [start_s, end_s)."""
        first, last = np.searchsorted(self.time_s, [start_s, end_s], side="left")
        return slice(int(first), int(last))

    def mean(self, column: FloatArray, start_s: float, end_s: float) -> float:
        """Return the mean of the known values of a span, each for as long as it holds."""
        rows = self.rows(start_s, end_s)
        values, times = column[rows], self.time_s[rows]
        known = np.isfinite(values)
        if not known.any():
            return np.nan
        weights = np.minimum(np.diff(times, append=end_s), _LONGEST_STEP_S)[known]
        total = float(weights.sum())
        return float((values[known] * weights).sum() / total) if total > 0 else float(values[known].mean())

    def peak(self, column: FloatArray, start_s: float, end_s: float) -> float:
        """Return the greatest known value of a span."""
        values = column[self.rows(start_s, end_s)]
        values = values[np.isfinite(values)]
        return float(values.max()) if values.size else np.nan

    def at(self, column: FloatArray, time_s: float, within_s: float = 6.0) -> float:
        """Return the mean of the known values within `within_s` of an instant."""
        values = column[self.rows(time_s - within_s, time_s + within_s)]
        values = values[np.isfinite(values)]
        return float(values.mean()) if values.size else np.nan

    def distance(self, start_s: float, end_s: float) -> float:
        """Return the metres covered in a span; NaN where the recording holds no motion."""
        if not self._path_s.size:
            return np.nan
        ends = np.interp([start_s, end_s], self._path_s, self._path_m)
        return float(ends[1] - ends[0])

    def paused(self, start_s: float, end_s: float) -> float:
        """Return the seconds of a span in which the watch was paused."""
        if not self._pauses.size:
            return 0.0
        overlap = np.minimum(self._pauses[:, 1], end_s) - np.maximum(self._pauses[:, 0], start_s)
        return float(np.maximum(overlap, 0.0).sum())

    def running_time(self, start_s: float, end_s: float) -> float:
        """Return the seconds of a span spent running, faster than a walk; the whole span where nothing tells."""
        if not self._path_s.size:
            return end_s - start_s
        # Ten seconds at a time: positions jitter, and nobody walks for one second.
        edges = np.arange(start_s, end_s, 10.0)
        if edges.size < 2:
            return end_s - start_s if self.distance(start_s, end_s) >= RUNNING_FROM_MPS * (end_s - start_s) else 0.0
        edges = np.append(edges, end_s)
        covered = np.diff(np.interp(edges, self._path_s, self._path_m))
        widths = np.diff(edges)
        return float(widths[covered >= RUNNING_FROM_MPS * widths].sum())
