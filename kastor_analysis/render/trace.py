"""What pictures draw of a recording: speed and heart rate against time, positions in metres.

Conventions: time in seconds on the elapsed clock; a NaN in a drawn column breaks the line, and stands wherever the
recording has a gap, so that no picture draws what was not recorded. Charts, page and notebook all draw these.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..activity import Activity, FloatArray
from ..geodesy import local_metres

_GAP_S = 20.0
"""Longer than the coarsest 'smart' recording sets its samples apart (about 10 s)."""
_FASTEST_MPS = 13.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Columns to be drawn, shape (n,) each: NaN breaks the line."""

    time_s: FloatArray
    speed_mps: FloatArray
    heart_rate_bpm: FloatArray
    x_m: FloatArray
    y_m: FloatArray

    @property
    def has_heart_rate(self) -> bool:
        """Whether any heart rate was recorded."""
        return bool(np.isfinite(self.heart_rate_bpm).any())

    @property
    def has_positions(self) -> bool:
        """Whether any position was recorded."""
        return bool(np.isfinite(self.x_m).any())


def trace_of(activity: Activity) -> Trace:
    """Return what is drawn of an activity.

    Speed is the recorded one where there is any, else it comes from the recorded distance, else from the positions.
    Positions are east and north of their median, in metres.
    """
    time_s = activity.column("time_s")
    x_m, y_m = about_median_m(activity.column("lat_deg"), activity.column("lon_deg"))
    speed_mps = _speed(activity, x_m, y_m)
    speed_mps = np.where((speed_mps >= 0) & (speed_mps <= _FASTEST_MPS), speed_mps, np.nan)
    after = np.flatnonzero(np.diff(time_s) > _GAP_S) + 1
    middle_s = (time_s[after - 1] + time_s[after]) / 2

    def broken(column: FloatArray) -> FloatArray:
        return np.insert(column, after, np.nan)

    return Trace(
        time_s=np.insert(time_s, after, middle_s),
        speed_mps=broken(speed_mps),
        heart_rate_bpm=broken(activity.column("heart_rate_bpm")),
        x_m=broken(x_m),
        y_m=broken(y_m),
    )


def about_median_m(lat_deg: FloatArray, lon_deg: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return metres east and north of the median position, shape (n,) each."""
    known = np.isfinite(lat_deg) & np.isfinite(lon_deg)
    if not known.any():
        return np.full(lat_deg.shape, np.nan), np.full(lat_deg.shape, np.nan)
    middle = (float(np.median(lat_deg[known])), float(np.median(lon_deg[known])))
    return local_metres(np.where(known, lat_deg, np.nan), np.where(known, lon_deg, np.nan), *middle)


def _speed(activity: Activity, x_m: FloatArray, y_m: FloatArray) -> FloatArray:
    time_s = activity.column("time_s")
    recorded = activity.column("speed_mps")
    if np.isfinite(recorded).sum() * 2 > recorded.size:
        return recorded
    if time_s.size < 2:
        return np.full(time_s.shape, np.nan)
    distance_m = activity.column("distance_m")
    if np.isfinite(distance_m).sum() < 2:
        known = np.isfinite(x_m)
        if known.sum() < 2:
            return np.full(time_s.shape, np.nan)
        x_m, y_m = (np.interp(time_s, time_s[known], column[known]) for column in (x_m, y_m))
        distance_m = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x_m), np.diff(y_m)))])
    known = np.isfinite(distance_m)
    run_m = np.interp(time_s, time_s[known], distance_m[known])
    # Over five seconds: a metre of rounding in a second's distance would be 1 m/s of noise.
    ahead = np.interp(time_s + 2.5, time_s, run_m) - np.interp(time_s - 2.5, time_s, run_m)
    span_s = np.minimum(time_s + 2.5, time_s[-1]) - np.maximum(time_s - 2.5, time_s[0])
    return np.asarray(ahead / np.maximum(span_s, 1e-9), dtype=np.float64)
