"""Speed at every second, from a distance over time: prompt where the samples allow it, steady where the runner was.

Conventions: grid times are seconds, one apart; speeds are m/s over the second centred on each.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .pauses import NOT_ON_FOOT_MPS, RUNNING_MPS
from .witnesses import FASTEST_MPS

FloatArray = NDArray[np.float64]

NOT_ON_FOOT_S = 181
"""Three minutes, odd so that they have a middle: nobody runs at `NOT_ON_FOOT_MPS` for so long."""
CARRIED_EDGE_S = 91
"""A ride's edges, where half of the three minutes lie outside it, belong to it."""
KNOT_GAP_S, KNOT_STEP_MPS, KNOT_SLOPE_S = 6.0, 1.0, 4.0
"""A gap from so long on has a knot where the speed on its two sides, each taken over so long, differs by so much."""
STEADY_REACH_S, STEADY_WITHIN = 10.0, 0.12
"""A runner is steady where, so far to both sides, the fastest smoothed speed is so little over the slowest."""
NO_STEPS_S, NO_STEPS_SHARE, NO_STEPS_MPS = 601, 0.9, 4.5
"""Ten minutes, of which in so much not one step was made, at a mean speed that few run and all ride."""
STEPS_SPM = 100.0
"""Who runs makes more steps."""
SILENT_S = 30.0
"""Longer without a value is time that a column does not know."""


def with_knots(time_s: FloatArray, distance_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return times and distances with a knot in every long gap in which the speed changed.

    A recorder that writes only now and then may leave 20 s without a sample about a start: half of them stood, half of
    them run. The speeds on both sides are known, so the instant of the change is where they make up the distance;
    a straight line over the gap would smear the start over all of it.
    """
    gaps = np.flatnonzero(np.diff(time_s) >= KNOT_GAP_S)
    knots_s, knots_m = [], []
    for i in gaps.tolist():
        before, after = _slope(time_s, distance_m, i, -1), _slope(time_s, distance_m, i + 1, 1)
        length_s, gained_m = time_s[i + 1] - time_s[i], distance_m[i + 1] - distance_m[i]
        mean = gained_m / length_s
        if abs(after - before) < KNOT_STEP_MPS or not min(before, after) < mean < max(before, after):
            continue
        at_new_s = (gained_m - before * length_s) / (after - before)
        knots_s.append(time_s[i + 1] - at_new_s)
        knots_m.append(distance_m[i + 1] - after * at_new_s)
    if not knots_s:
        return time_s, distance_m
    rows = np.searchsorted(time_s, knots_s)
    return np.insert(time_s, rows, knots_s), np.insert(distance_m, rows, knots_m)


def _slope(time_s: FloatArray, distance_m: FloatArray, row: int, step: int) -> float:
    """Return the speed over some seconds before (`step` -1) or after (1) a sample, not across a gap; 0 at the end."""
    other = row + step
    while 0 <= other < time_s.size and abs(time_s[other] - time_s[row]) < KNOT_SLOPE_S:
        if abs(time_s[other] - time_s[other - step]) >= KNOT_GAP_S and other != row + step:
            other -= step
            break
        other += step
    other = min(max(other, 0), time_s.size - 1)
    if other == row:
        return 0.0
    return float((distance_m[other] - distance_m[row]) / (time_s[other] - time_s[row]))


def on_wheels(speed_mps: FloatArray) -> NDArray[np.bool_]:
    """Return where a grid of speeds is a bicycle's or a car's: faster than anybody runs for three minutes."""
    half = NOT_ON_FOOT_S // 2
    capped = np.pad(np.minimum(speed_mps, FASTEST_MPS), half)
    too_fast = box(capped, NOT_ON_FOOT_S)[half : half + speed_mps.size] > NOT_ON_FOOT_MPS
    return box(too_fast.astype(np.float64), CARRIED_EDGE_S) > 0.0


def without_steps(
    speed_mps: FloatArray, grid_s: FloatArray, time_s: FloatArray, cadence_spm: FloatArray
) -> NDArray[np.bool_]:
    """Return where a grid of speeds is a ride's: minutes of good speed without a step, by a sensor that counts them.

    A sensor falls silent in a run, too, but not for so long at such a speed.
    """
    known = np.isfinite(cadence_spm)
    nowhere = np.zeros(speed_mps.size, dtype=bool)
    if not known.any() or speed_mps.size < NO_STEPS_S:
        return nowhere
    cadence = np.interp(grid_s, time_s[known], cadence_spm[known])
    running = cadence > STEPS_SPM
    if np.count_nonzero(running) < NO_STEPS_S:
        return nowhere
    half = NO_STEPS_S // 2
    rode = (speed_mps > RUNNING_MPS) & ~running
    riding = (box(rode.astype(np.float64), NO_STEPS_S) > NO_STEPS_SHARE) & (
        box(np.minimum(speed_mps, FASTEST_MPS), NO_STEPS_S) > NO_STEPS_MPS
    )
    riding[:half] = riding[-half:] = False  # the window must be whole
    return np.asarray((box(riding.astype(np.float64), NO_STEPS_S) > 0.0) & ~running)


def within_steady(
    prompt: FloatArray, grid_s: FloatArray, time_s: FloatArray, speed_mps: FloatArray, still: NDArray[np.bool_]
) -> FloatArray:
    """Return prompt speeds held near the speed column wherever that stays steady for a while.

    The column is smoothed and late, but it leans on the arm's swing and does not jump with the positions: where it
    hardly changes for 20 s, a dip or a burst of the prompt speed is an error of position, not the runner's. Where it
    has no values, in a gap of the recording or before its first sample, it tells nothing.
    """
    known = np.isfinite(speed_mps)
    if known.sum() < 0.8 * time_s.size or known.sum() < 10:
        return prompt
    moving = (prompt > RUNNING_MPS) & ~still
    if moving.sum() < 60:
        return prompt
    lags = np.arange(0.0, 9.0)
    shifted = [np.interp(grid_s + lag, time_s[known], speed_mps[known]) for lag in lags]
    smooth = shifted[int(np.argmin([np.abs(s - prompt)[moving].mean() for s in shifted]))]
    reach = int(STEADY_REACH_S)
    padded = np.pad(smooth, reach, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)[:, ::2]
    low, high = windows.min(axis=1), windows.max(axis=1)
    near_rest = box(still.astype(np.float64), 2 * reach + 1) > 0.0
    told_s = time_s[known]
    after = np.searchsorted(told_s, grid_s)
    gap_s = np.diff(told_s, prepend=-np.inf, append=np.inf)[after]
    steady = (low > RUNNING_MPS) & (high < (1.0 + STEADY_WITHIN) * low) & ~near_rest & (gap_s < SILENT_S)
    held = np.clip(prompt, (1.0 - STEADY_WITHIN) * smooth, (1.0 + STEADY_WITHIN) * smooth)
    return np.where(steady, held, prompt)


def box(values: FloatArray, width: int) -> FloatArray:
    """Return the centred running mean over `width` (odd) grid points, shorter at the ends."""
    half = width // 2
    total = np.concatenate([[0.0], np.cumsum(values)])
    i = np.arange(values.size)
    low, high = np.maximum(i - half, 0), np.minimum(i + half + 1, values.size)
    return np.asarray((total[high] - total[low]) / (high - low))
