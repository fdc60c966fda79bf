"""What pictures draw of a recording: speed and heart rate against time, positions in metres.

Conventions: time in seconds on the elapsed clock; a NaN in a drawn column breaks the line, and stands wherever the
recording has a gap, so that no picture draws what was not recorded. Speed and positions are those the reps were found
in (`motion`): a watch's own speed column is late by seconds, and reps drawn over it would look cut wrongly. Charts,
page and notebook all draw these.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..activity import Activity, FloatArray
from ..errors import SegmentError
from ..motion import motion_of

_GAP_S = 20.0
"""Longer than the coarsest 'smart' recording sets its samples apart (about 10 s)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Columns to be drawn; NaN breaks the line.

    Attributes
    ----------
    time_s, speed_mps : ndarray, shape (n,)
        Speed, at regular times.
    heart_time_s, heart_rate_bpm : ndarray, shape (m,)
        Heart rate where one was recorded.
    place_time_s, x_m, y_m, place_speed_mps : ndarray, shape (k,)
        Positions, east and north of a point near their middle, and the speed there.
    """

    time_s: FloatArray
    speed_mps: FloatArray
    heart_time_s: FloatArray
    heart_rate_bpm: FloatArray
    place_time_s: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    place_speed_mps: FloatArray

    @property
    def has_speed(self) -> bool:
        """Whether there is any speed to draw."""
        return bool(np.isfinite(self.speed_mps).any())

    @property
    def has_heart_rate(self) -> bool:
        """Whether any heart rate was recorded."""
        return self.heart_time_s.size > 0

    def within(self, start_s: float, end_s: float) -> NDArray[np.bool_]:
        """Return which positions belong to a span."""
        return (self.place_time_s >= start_s) & (self.place_time_s < end_s) & np.isfinite(self.x_m)


def trace_of(activity: Activity) -> Trace:
    """Return what is drawn of an activity; without any motion in it the columns are empty."""
    heart_time_s, heart_rate_bpm = _heart_rate(activity)
    try:
        motion = motion_of(activity)
    except SegmentError:
        none = np.empty(0)
        return Trace(
            time_s=none, speed_mps=none, heart_time_s=heart_time_s, heart_rate_bpm=heart_rate_bpm,
            place_time_s=none, x_m=none, y_m=none, place_speed_mps=none,
        )  # fmt: skip
    speed_mps = np.where(_recorded(motion.grid_time_s, motion.time_s, motion.pauses_s), motion.grid_speed_mps, np.nan)
    known = np.isfinite(speed_mps)
    fixed = np.isfinite(motion.x_m)
    place_time_s, x_m, y_m = motion.time_s[fixed], motion.x_m[fixed], motion.y_m[fixed]
    place_speed = (
        np.interp(place_time_s, motion.grid_time_s[known], speed_mps[known])
        if known.any()
        else np.full(place_time_s.shape, np.nan)
    )
    place_time_s, x_m, y_m, place_speed = _broken(place_time_s, x_m, y_m, place_speed)
    return Trace(
        time_s=motion.grid_time_s,
        speed_mps=speed_mps,
        heart_time_s=heart_time_s,
        heart_rate_bpm=heart_rate_bpm,
        place_time_s=place_time_s,
        x_m=x_m,
        y_m=y_m,
        place_speed_mps=place_speed,
    )


def _heart_rate(activity: Activity) -> tuple[FloatArray, FloatArray]:
    bpm = activity.column("heart_rate_bpm")
    known = np.isfinite(bpm) & (bpm > 0)
    time_s, broken_bpm = _broken(activity.column("time_s")[known], bpm[known])
    return time_s, broken_bpm


def _recorded(grid_s: FloatArray, time_s: FloatArray, pauses_s: FloatArray) -> NDArray[np.bool_]:
    """Return which grid times lie between samples close enough, or in a pause: a runner who pauses stands."""
    after = np.clip(np.searchsorted(time_s, grid_s), 1, max(time_s.size - 1, 1))
    if time_s.size < 2:
        return np.zeros(grid_s.shape, dtype=bool)
    near = (time_s[after] - time_s[after - 1] <= _GAP_S) & (grid_s >= time_s[0]) & (grid_s <= time_s[-1])
    for start_s, end_s in pauses_s:
        near |= (grid_s >= start_s) & (grid_s < end_s)
    return np.asarray(near, dtype=bool)


def _broken(time_s: FloatArray, *columns: FloatArray) -> tuple[FloatArray, ...]:
    """Return times and columns with a NaN put into every gap of the columns."""
    after = np.flatnonzero(np.diff(time_s) > _GAP_S) + 1
    middle_s = (time_s[after - 1] + time_s[after]) / 2
    return (np.insert(time_s, after, middle_s), *(np.insert(column, after, np.nan) for column in columns))
