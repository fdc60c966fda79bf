"""What a recording tells of the ground covered: the distance column, the positions, the speed column.

Conventions: a witness is a cumulative distance in metres at the samples at which it says anything, whatever it is that
it counts by (`Witness.total_m` may be in kilometres, or summed from miles an hour: that is for `compare` to find out).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..activity import Activity
from ..quantities.geodesy import local_metres
from ..quantities.ordered import median, quantile

FloatArray = NDArray[np.float64]
Name = Literal["device", "positions", "speed"]

WORDS: dict[Name, str] = {"device": "distance", "positions": "positions", "speed": "speed"}

FASTEST_MPS = 11.0
"""No runner is faster; a step that asks for more is a bad fix."""
RESET_M = 20.0
"""A distance that falls by more has been counted anew; a smaller fall is a correction."""
FEWEST_SAMPLES = 3
"""Of fewer there is no speed."""
MISSING_S = 6.0
"""A longer gap is no point missing from the beat but a stop of the recording."""
DENSE_S, SLOW_BEAT = 1.6, 2.5
"""Denser positions are smoothed; in a slower recording anybody may turn back within a step of up to so many beats."""
LEAP_M, LEAP_MPS = 30.0, 40.0
"""Further in a step nobody gets, on wheels neither: a mean over it would make three leaps of one."""
TURN_SEEN_S = 4
"""The way to a turn, and the way back, are looked at over so long where the samples are dense."""
TURNED_BACK = -0.7
"""Cosine between two directions from which on one is the way back."""
AT_SPEED_MPS = 2.0
"""At less, positions turn back by their own noise."""
ALIKE = 1.4
"""Factor within which the speeds before and after a turn are one."""
HELD_S = 10.0
"""A speed holds for so long after its sample."""


class Witness(NamedTuple):
    """One account of the ground covered.

    Attributes
    ----------
    name : str
        ``device`` (the distance column), ``positions`` or ``speed``.
    rows : ndarray of bool, shape (n_samples,)
        The samples at which it says something.
    time_s, total_m : ndarray, shape (k,)
        Their times, and what it has counted until then.
    """

    name: Name
    rows: NDArray[np.bool_]
    time_s: FloatArray
    total_m: FloatArray

    def at(self, times_s: FloatArray) -> FloatArray:
        """Return what it has counted until any times, linear between samples."""
        return np.asarray(np.interp(times_s, self.time_s, self.total_m))

    def gained(self, start_s: float, end_s: float) -> float:
        """Return what it counts over a span."""
        start, end = self.at(np.array([start_s, end_s]))
        return float(end - start)

    def divided(self, factor: float) -> Witness:
        """Return the same account in units `factor` times as large."""
        return self._replace(total_m=self.total_m / factor)

    def told_s(self, silent_s: float) -> float:
        """Return the seconds that it tells of, when it is silent after `silent_s` without a word."""
        return float(np.minimum(np.diff(self.time_s), silent_s).sum())


def witnesses_of(activity: Activity) -> dict[Name, Witness]:
    """Return the witnesses of a recording by name, in the order in which they are believed.

    A distance that the reader only summed along the positions, jitter and all, is none of the watch's.
    """
    time_s = activity.column("time_s")
    distance_m, speed_mps = activity.column("distance_m"), activity.column("speed_mps")
    lat_deg, lon_deg = activity.column("lat_deg"), activity.column("lon_deg")
    known: dict[Name, NDArray[np.bool_]] = {
        "device": np.isfinite(distance_m),
        "positions": np.isfinite(lat_deg) & np.isfinite(lon_deg),
        "speed": np.isfinite(speed_mps),
    }
    if "distance_m" in activity.derived:
        del known["device"]
    found: dict[Name, Witness] = {}
    for name, rows in known.items():
        if np.count_nonzero(rows) < FEWEST_SAMPLES:
            continue
        at_s = time_s[rows]
        if name == "device":
            total_m = _counted_on(distance_m[rows])
        elif name == "positions":
            total_m = _along(at_s, *local(lat_deg[rows], lon_deg[rows]))
        else:
            total_m = _summed(at_s, speed_mps[rows])
        found[name] = Witness(name=name, rows=rows, time_s=at_s, total_m=total_m)
    return found


def local(lat_deg: FloatArray, lon_deg: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return metres east and north of the middle of the positions; NaN where there are none."""
    fixed = np.isfinite(lat_deg) & np.isfinite(lon_deg)
    if not fixed.any():
        return np.full(lat_deg.size, np.nan), np.full(lat_deg.size, np.nan)
    return local_metres(lat_deg, lon_deg, float(median(lat_deg[fixed])), float(median(lon_deg[fixed])))


def _summed(time_s: FloatArray, speed_mps: FloatArray) -> FloatArray:
    """Return the distance that a speed adds up to."""
    return np.cumsum(speed_mps * np.minimum(np.diff(time_s, prepend=time_s[0]), HELD_S))


def _counted_on(distance_m: FloatArray) -> FloatArray:
    """Return a cumulative distance that never falls: counted on where the watch began anew."""
    fallen = np.minimum(np.diff(distance_m, prepend=distance_m[0]), 0.0)
    began_anew = np.where(fallen < -RESET_M, -fallen, 0.0)
    return np.maximum.accumulate(distance_m + np.cumsum(began_anew))


def _along(time_s: FloatArray, x_m: FloatArray, y_m: FloatArray) -> FloatArray:
    """Return distance along positions, less what their jitter alone would add.

    GPS steps are noisy; over a second the jitter's length is comparable to the step. Positions are smoothed over
    about 3 s first where they are denser than that.
    """
    steps_s = np.diff(time_s)
    if time_s.size <= 5:
        return np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x_m), np.diff(y_m)))])
    is_dense = median(steps_s) < DENSE_S
    if not is_dense:
        steps_m = np.hypot(np.diff(x_m), np.diff(y_m))
    else:
        leap = np.hypot(np.diff(x_m), np.diff(y_m)) > LEAP_M + LEAP_MPS * steps_s
        steps_m = np.hypot(np.diff(_smooth3(time_s, x_m, leap)), np.diff(_smooth3(time_s, y_m, leap)))
    reach = 2 if is_dense else 1
    for row, speed_mps in _turns(time_s, x_m, y_m):
        near = slice(row - reach, row + reach + 1)
        steps_m[near] = np.maximum(steps_m[near], speed_mps * steps_s[near])
    return np.concatenate([[0.0], np.cumsum(steps_m)])


def _turns(time_s: FloatArray, x_m: FloatArray, y_m: FloatArray) -> list[tuple[int, float]]:
    """Return the steps in which a runner turned back at speed, and that speed.

    The straight line over such a step is next to nothing, and in a dense recording so is what smoothing leaves of
    those beside it: both cut the turn off.
    """
    steps_s = np.diff(time_s)
    beat_s = float(quantile(steps_s, 0.1))
    side = int(np.clip(round(TURN_SEEN_S / max(float(median(steps_s)), 1.0)), 1, TURN_SEEN_S))
    rows = np.flatnonzero(steps_s[side:-side] <= max(MISSING_S, SLOW_BEAT * beat_s)) + side
    if not rows.size:
        return []
    before = np.array([x_m[rows] - x_m[rows - side], y_m[rows] - y_m[rows - side]])
    after = np.array([x_m[rows + 1 + side] - x_m[rows + 1], y_m[rows + 1 + side] - y_m[rows + 1]])
    before_mps = np.hypot(*before) / (time_s[rows] - time_s[rows - side])
    after_mps = np.hypot(*after) / (time_s[rows + 1 + side] - time_s[rows + 1])
    back = (before * after).sum(axis=0) < TURNED_BACK * np.hypot(*before) * np.hypot(*after)
    slower, faster = np.minimum(before_mps, after_mps), np.maximum(before_mps, after_mps)
    turned = back & (slower > AT_SPEED_MPS) & (faster < ALIKE * slower)
    return [(int(row), float(speed)) for row, speed in zip(rows[turned], slower[turned], strict=True)]


def _smooth3(time_s: FloatArray, values: FloatArray, leap: NDArray[np.bool_]) -> FloatArray:
    """Return a running mean over three neighbours, not across gaps and leaps."""
    out = values.copy()
    near = (time_s[2:] - time_s[:-2] < 5.0) & ~leap[1:] & ~leap[:-1]
    out[1:-1] = np.where(near, (values[:-2] + values[1:-1] + values[2:]) / 3.0, values[1:-1])
    return out
