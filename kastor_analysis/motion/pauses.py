"""Pauses in a distance over time: those the file tells of, those its gaps give away, and the standing still in them.

Conventions: pauses are spans in seconds, shape (k, 2); distance is cumulative metres at sample times.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..quantities.ordered import median, quantile

FloatArray = NDArray[np.float64]

RUNNING_MPS = 1.6
"""Slower is a walk."""
NOT_ON_FOOT_MPS = 7.5
"""Nobody runs so fast for minutes (the world record over 1500 m is 7.28 m/s): this is a bicycle or a car."""
PAUSE_LASTS_S = 3.0
"""A shorter one is a slip of the thumb."""
EVERY_SECOND_S = 1.0
"""The beat of a recorder that leaves nothing out."""
UNTOLD_PAUSE_S, UNTOLD_PAUSE_BEATS, UNTOLD_PAUSE_SHARE = 10.0, 4.0, 0.5
"""A gap of so long, and of so many beats of the recorder, is a pause where the runner gained less than this share of
the ground that the usual speed makes."""


def lasting(pauses_s: FloatArray) -> FloatArray:
    """Return the pauses that are a rest and no slip of the thumb."""
    return pauses_s[pauses_s[:, 1] - pauses_s[:, 0] >= PAUSE_LASTS_S]


def paused_until(times_s: FloatArray, pauses_s: FloatArray) -> FloatArray:
    """Return the seconds paused until each time."""
    paused_s = np.zeros(times_s.size)
    for start_s, end_s in pauses_s:
        paused_s += np.clip(times_s - start_s, 0.0, end_s - start_s)
    return paused_s


def untold(all_time_s: FloatArray, time_s: FloatArray, distance_m: FloatArray, pauses_s: FloatArray) -> FloatArray:
    """Return the gaps in which the watch was plainly stopped, though the file tells of no pause.

    A recorder with a steady beat leaves out many beats where its timer stands still, and where it has no fix; over the
    latter the runner gains as much ground as before it.
    """
    gap_s = np.diff(all_time_s)
    if gap_s.size < 60:
        return np.empty((0, 2))
    least_s = max(UNTOLD_PAUSE_S, UNTOLD_PAUSE_BEATS * float(quantile(gap_s, 0.98)))
    rows = np.flatnonzero(gap_s >= least_s)
    spans = np.column_stack([all_time_s[rows], all_time_s[rows + 1]])
    gained_m = np.diff(np.interp(spans, time_s, distance_m), axis=1)[:, 0]
    steps_s = np.minimum(np.diff(time_s), least_s)
    moving = np.diff(distance_m) > RUNNING_MPS * steps_s
    if not moving.any():
        return np.empty((0, 2))
    usual_mps = float(np.diff(distance_m)[moving].sum() / steps_s[moving].sum())
    stopped = gained_m < UNTOLD_PAUSE_SHARE * usual_mps * (spans[:, 1] - spans[:, 0])
    told = ((spans[:, None, 0] < pauses_s[None, :, 1]) & (spans[:, None, 1] > pauses_s[None, :, 0])).any(axis=1)
    # Up to the stop the runner ran on past the last sample, and was off again before the next.
    ran_on_s = np.minimum(gained_m / usual_mps, max(float(median(gap_s)) - EVERY_SECOND_S, 0.0))
    return (spans + 0.5 * np.outer(ran_on_s, (1.0, -1.0)))[stopped & ~told]


def stood(time_s: FloatArray, distance_m: FloatArray, pauses_s: FloatArray) -> FloatArray:
    """Return the distance less what positions gained while the watch stood: the runner moved, its timer did not."""
    lasting_s = lasting(pauses_s)
    if not lasting_s.size:
        return distance_m
    steps_s, gained_m = np.diff(time_s), np.diff(distance_m)
    stood_s = np.diff(paused_until(time_s, lasting_s))
    most_m = np.where(stood_s > 0.0, NOT_ON_FOOT_MPS * np.maximum(steps_s - stood_s, 0.0), np.inf)
    return np.concatenate([[0.0], np.cumsum(np.minimum(gained_m, most_m))])


def with_edges(
    time_s: FloatArray, distance_m: FloatArray, x_m: FloatArray, y_m: FloatArray, pauses_s: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Insert a sample at each pause's start and end, so that a pause stands still.

    Where the last sample lies up to 8 s before the pause the runner is taken to have gone on at its pace until then.
    """
    inserted_t: list[float] = []
    inserted_d: list[float] = []
    for start, end in lasting(pauses_s):
        before = int(np.searchsorted(time_s, start, side="right")) - 1
        after = int(np.searchsorted(time_s, end, side="left"))
        if before < 1 or after >= time_s.size or after - before > 3:
            continue
        pace = (distance_m[before] - distance_m[before - 1]) / (time_s[before] - time_s[before - 1])
        reach = distance_m[before] + pace * min(start - time_s[before], 8.0)
        standing = min(reach, distance_m[after])
        for t in (start, end):
            if np.abs(time_s - t).min() > 0.2:
                inserted_t.append(float(t))
                inserted_d.append(float(standing))
    if not inserted_t:
        return time_s, distance_m, x_m, y_m
    merged_t = np.concatenate([time_s, inserted_t])
    order = np.argsort(merged_t, kind="stable")
    nans = np.full(len(inserted_t), np.nan)
    merged_d = np.maximum.accumulate(np.concatenate([distance_m, inserted_d])[order])
    merged_x = np.concatenate([x_m, nans])[order]
    merged_y = np.concatenate([y_m, nans])[order]
    return merged_t[order], merged_d, merged_x, merged_y
