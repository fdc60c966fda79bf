"""What the heart says of the candidates: how high it beats where each ends, and by how much it rose.

Conventions: one value a candidate, as a share of the range that the heart rate has in this recording, so that neither
age nor fitness matters; NaN where it was not recorded. The heart lags by some ten seconds and wrist sensors slip, so it
is one witness among many, and tells of likeness rather than of effort.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..activity import Activity
from ..quantities.ordered import quantile, to_nearest
from .candidates import Candidates, FloatArray

RANGE = (0.05, 0.95)
"""Shares of the recording between which its range of heart rates is taken."""
LEAST_RANGE_BPM = 15.0
"""A heart that varies less tells nothing."""
START_S, END_S = (-6.0, 4.0), (-3.0, 9.0)
"""About the start, and just after the end, the rate is averaged over so long: it lags."""
SILENT_S = 20.0
"""So far from any value the heart rate is not known."""


class Heart(NamedTuple):
    """Of each candidate, shape (n,) each: the heart rate at its end, and by how much it rose from the start on."""

    at_end: FloatArray
    rise: FloatArray


def unknown(found: Candidates) -> Heart:
    """Return what is said where no heart rate was recorded."""
    nothing = np.full(found.n, np.nan)
    return Heart(nothing, nothing)


def heart_of(activity: Activity, found: Candidates) -> Heart:
    """Return what the heart rate of a recording says of its candidates."""
    rate, time_s = activity.column("heart_rate_bpm"), activity.column("time_s")
    known = np.isfinite(rate)
    if np.count_nonzero(known) < 2 or not found.n:
        return unknown(found)
    rate, time_s = rate[known], time_s[known]
    low, high = quantile(rate, np.array(RANGE))
    if high - low < LEAST_RANGE_BPM:
        return unknown(found)
    grid_s: FloatArray = np.arange(found.total.size - 1, dtype=np.float64) + 0.5
    share = np.interp(grid_s, time_s, (rate - low) / (high - low))
    share[to_nearest(grid_s, time_s) > SILENT_S] = np.nan
    total = np.concatenate([[0.0], np.cumsum(np.nan_to_num(share))])
    counted = np.concatenate([[0], np.cumsum(np.isfinite(share))])

    def mean(about_s: FloatArray, reach_s: tuple[float, float]) -> FloatArray:
        first, last = (np.clip(np.round(about_s + by), 0, grid_s.size).astype(np.int64) for by in reach_s)
        values = counted[last] - counted[first]
        return np.where(values > 0, (total[last] - total[first]) / np.maximum(values, 1), np.nan)

    at_end = mean(found.end, END_S)
    return Heart(at_end, at_end - mean(found.start, START_S))
