"""`with_heart_rate_of`: the heart rate of one recording put under the samples of another of the same run.

Conventions: both recordings tell the time, so they are laid over each other by it. How far their clocks disagree (a
watch sets itself by the satellites, a strap's app by the phone) is looked for by correlation: of the two heart rates
where both have one, else of the heart rate with the effort, which it follows by some half a minute. A lag is used only
where it stands out; otherwise the clocks are believed.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..activity import Activity, FloatArray
from ..errors import ReadError

MOST_LAG_S = 90
"""Clocks further apart than this are told, not mended: they are of another run, or of another time zone."""
LEAST_OVERLAP_S = 120.0  # less than a rep and its rest shows no lag
GAP_S = 15.0
"""Heart rate is carried over gaps up to this long."""
FOLLOWS_BY_S = 25
"""By how much heart rate lags behind the effort, where only that can be compared (15 to 40 s in runs)."""
SURE, MARGIN = 0.6, 0.02
"""A lag is used where the heart rates correlate by this much, and better by so much than without it."""
FROM_EFFORT_LEAST_S = 20
"""Against the effort, the lag is known no better than this."""


def with_heart_rate_of(activity: Activity, other: Activity) -> Activity:
    """Return `activity` with the heart rate of `other`; see `Activity.with_heart_rate`."""
    offset_s = (other.start_time - activity.start_time).total_seconds()
    time_s, bpm = _known(other)
    if not bpm.size:
        raise ReadError("holds no heart rate", file=other.source, hint="Name the recording of the strap")
    time_s = time_s + offset_s
    own_s = activity.column("time_s")
    shared_s = min(own_s[-1], time_s[-1]) - max(own_s[0], time_s[0]) if own_s.size else 0.0
    if shared_s < LEAST_OVERLAP_S:
        raise ReadError(
            f"was recorded at another time: the two share {max(shared_s, 0.0):.0f} s",
            file=other.source,
            hint="Both must be of the same run, with clocks that are right",
        )
    lag_s, how = _lag(activity, time_s, bpm)
    taken = _at(own_s, time_s - lag_s, bpm)
    said = [f"The heart rate is that of {other.source}, {how}."]
    missing = 1.0 - np.isfinite(taken).mean()
    if missing > 0.02:
        said.append(f"For {missing:.0%} of the samples it has none; those have none now.")
    return replace(
        activity,
        sample_table=activity.sample_table.with_columns(heart_rate_bpm=taken),
        warnings=(*activity.warnings, *said),
    )


def _known(activity: Activity) -> tuple[FloatArray, FloatArray]:
    bpm = activity.column("heart_rate_bpm")
    known = np.isfinite(bpm) & (bpm > 0)
    return activity.column("time_s")[known], bpm[known]


def _at(at_s: FloatArray, time_s: FloatArray, values: FloatArray) -> FloatArray:
    """Return values at instants, linear between neighbours; NaN in gaps and beyond the ends."""
    after = np.clip(np.searchsorted(time_s, at_s), 1, max(time_s.size - 1, 1))
    if time_s.size < 2:
        return np.full(at_s.shape, np.nan)
    near = time_s[after] - time_s[after - 1] <= GAP_S
    inside = (at_s >= time_s[0] - 1.0) & (at_s <= time_s[-1] + 1.0)
    return np.where(near & inside, np.interp(at_s, time_s, values), np.nan)


def _lag(activity: Activity, time_s: FloatArray, bpm: FloatArray) -> tuple[float, str]:
    """Return by how many seconds the other's clock is ahead, and how that was found, in words."""
    grid_s: FloatArray = np.arange(np.floor(activity.column("time_s")[0]), activity.column("time_s")[-1], 1.0)
    own_time_s, own_bpm = _known(activity)
    if own_bpm.size > LEAST_OVERLAP_S and float(np.std(own_bpm)) > 2.0:
        reference, expected_s, least_s = _at(grid_s, own_time_s, own_bpm), 0, 1
    else:
        reference, expected_s, least_s = _effort(activity, grid_s), FOLLOWS_BY_S, FROM_EFFORT_LEAST_S
    lags = np.arange(-MOST_LAG_S, MOST_LAG_S + 1)
    fits = np.array([_correlation(reference, _at(grid_s + float(lag) + expected_s, time_s, bpm)) for lag in lags])
    if not np.isfinite(fits).any():
        return 0.0, "by the clock"
    best, plain = int(np.nanargmax(fits)), float(fits[MOST_LAG_S])
    lag_s = int(lags[best])
    against = "its own heart rate" if least_s == 1 else "the effort"
    if abs(lag_s) == MOST_LAG_S or fits[best] < SURE or not fits[best] > plain + MARGIN or abs(lag_s) < least_s:
        agrees = np.isfinite(plain) and plain >= SURE
        doubt = "" if agrees else f"; it does not follow {against}, so it may be of another run"
        return 0.0, f"by the clock{doubt}"
    return float(lag_s), f"{abs(lag_s)} s {'later' if lag_s < 0 else 'earlier'} than its clock says, as {against} shows"


def _effort(activity: Activity, grid_s: FloatArray) -> FloatArray:
    """Return the speed, smoothed as a heart would: what its rate follows."""
    distance_m = activity.column("distance_m")
    known = np.isfinite(distance_m)
    if known.sum() < 2:
        return np.full(grid_s.shape, np.nan)
    edges_s = np.append(grid_s, grid_s[-1] + 1.0)
    speed_mps = np.diff(np.interp(edges_s, activity.column("time_s")[known], distance_m[known]))
    window = np.ones(2 * FOLLOWS_BY_S + 1) / (2 * FOLLOWS_BY_S + 1)
    return np.convolve(speed_mps, window, mode="same")


def _correlation(a: FloatArray, b: FloatArray) -> float:
    both = np.isfinite(a) & np.isfinite(b)
    if both.sum() < LEAST_OVERLAP_S:
        return float("nan")
    x, y = a[both] - a[both].mean(), b[both] - b[both].mean()
    spread = float(np.sqrt((x * x).sum() * (y * y).sum()))
    return float((x * y).sum() / spread) if spread > 0 else float("nan")
