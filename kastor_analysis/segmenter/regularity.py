"""What the reps of a session have in common, put to use: reps that the watch itself ended at a set time or distance.

A thumb never presses at 120.0 s five times running, a watch does. Where a group of reps takes the same round time to
within what the kinks can tell, while their distances differ more, the time was set; where, off the track, they cover
the same round distance while their times differ more, the distance was set. Their boundaries are then adjusted, each
by its own uncertainty, to the set value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from ..motion import Motion
from ..quantities.ordered import median
from .spans import PRESSED, RepSpan

FloatArray = NDArray[np.float64]

ALIKE = 0.06
FEWEST = 3
FEWEST_BY_DISTANCE = 4
ROUND_S = (15.0, 20.0)
ROUND_M = (100.0, 1609.344)
TIME_OFF_S, TIME_OFF = 2.2, 0.07
"""How far the median time may lie from a round one (seconds, share): the common error of a session's kinks."""
TIME_SPREAD_S = 1.6
DISTANCE_OFF = 0.025
DISTANCE_SPREAD = 0.02
MORE_SPREAD = 1.6
LEAST_SPREAD = 0.01
"""The other quantity must spread by so much more, and by this share at the least: reps all alike tell nothing."""
LEAST = 1.0e-3
"""A distance may be none at all where the positions stood still."""
OUTLIER_S = 4.0
SET_SD_S = 0.75
SET_DISTANCE_GAIN = 0.4
"""Errors of start and finish are now common to both: their difference keeps this share."""


def regular(motion: Motion, spans: Sequence[RepSpan], *, on_track: bool) -> list[RepSpan]:
    """Return the reps with those that the watch ended at a round time or distance adjusted to it."""
    out = list(spans)
    free = [
        i
        for i, s in enumerate(spans)
        if s.status == "run" and not isfinite(s.nominal_distance_m) and not PRESSED & set(s.sources)
    ]
    if len(free) < FEWEST:
        return out
    time_s = np.array([spans[i].duration_s for i in free])
    distance_m = np.array([motion.gained_m(spans[i].start_s, spans[i].end_s) for i in free])
    for rows in _groups(time_s):
        target = _round_time(time_s[rows], distance_m[rows])
        if target is not None:
            for row in rows:
                out[free[row]] = _set_time(spans[free[row]], target)
    if not on_track:
        not_paused = np.flatnonzero(["pause" not in spans[i].sources for i in free])
        for group in _groups(distance_m[not_paused]):
            rows = not_paused[group]
            target = _round_distance(time_s[rows], distance_m[rows])
            if target is not None:
                for row in rows:
                    out[free[row]] = _set_distance(motion, spans[free[row]], target)
    return out


def _groups(values: FloatArray) -> list[NDArray[np.int64]]:
    """Return the rows of values that lie near a common one, each row in one group."""
    left = np.ones(values.size, dtype=bool)
    groups = []
    log_values = np.log(np.maximum(values, LEAST))
    near = np.abs(log_values[:, None] - log_values) < ALIKE
    while left.any():
        sizes = (near & left).sum(axis=1) * left
        rows = np.flatnonzero(near[int(np.argmax(sizes))] & left)
        left[rows] = False
        if rows.size >= FEWEST:
            groups.append(rows)
    return groups


def _spread(values: FloatArray) -> float:
    return float(1.4826 * median(np.abs(values - median(values))))


def _round_time(time_s: FloatArray, distance_m: FloatArray) -> float | None:
    middle = float(median(time_s))
    target = min((unit * max(round(middle / unit), 1) for unit in ROUND_S), key=lambda t: abs(t - middle))
    if abs(target - middle) > min(TIME_OFF_S, TIME_OFF * middle) or _spread(time_s) > TIME_SPREAD_S:
        return None
    if _spread(distance_m) / median(distance_m) < max(MORE_SPREAD * _spread(time_s) / middle, LEAST_SPREAD):
        return None
    return target


def _round_distance(time_s: FloatArray, distance_m: FloatArray) -> float | None:
    if time_s.size < FEWEST_BY_DISTANCE:
        return None
    middle = float(median(distance_m))
    target = min((unit * max(round(middle / unit), 1) for unit in ROUND_M), key=lambda d: abs(d - middle))
    share = _spread(distance_m) / middle
    if abs(target / middle - 1.0) > DISTANCE_OFF or share > DISTANCE_SPREAD:
        return None
    return target if _spread(time_s) / median(time_s) > max(MORE_SPREAD * share, LEAST_SPREAD) else None


def _set_time(span: RepSpan, target_s: float) -> RepSpan:
    """Return the rep made to last `target_s`, each boundary moved by its share of the variance."""
    excess = span.duration_s - target_s
    if abs(excess) > OUTLIER_S:
        return span
    share = span.start_sd_s**2 / (span.start_sd_s**2 + span.end_sd_s**2)
    sd = span.start_sd_s * span.end_sd_s / float(np.hypot(span.start_sd_s, span.end_sd_s))
    return replace(
        span,
        start_s=span.start_s + share * excess,
        end_s=span.end_s - (1.0 - share) * excess,
        start_sd_s=sd,
        end_sd_s=sd,
        duration_sd_s=SET_SD_S,
        is_held=True,
    )


def _set_distance(motion: Motion, span: RepSpan, target_m: float) -> RepSpan:
    """Return the rep made to cover `target_m` by the watch's count."""
    start_s, end_s = span.start_s, span.end_s
    for _ in range(4):
        excess_m = motion.gained_m(start_s, end_s) - target_m
        v_start = max(motion.mean_speed(start_s - 1.5, start_s + 1.5), 0.3)
        v_end = max(motion.mean_speed(end_s - 1.5, end_s + 1.5), 0.3)
        a, b = (v_start * span.start_sd_s) ** 2, (v_end * span.end_sd_s) ** 2
        start_s += excess_m * a / (a + b) / v_start
        end_s -= excess_m * b / (a + b) / v_end
    if abs(start_s - span.start_s) > OUTLIER_S or abs(end_s - span.end_s) > OUTLIER_S:
        return span
    sd = float(np.hypot(span.start_sd_s, span.end_sd_s)) * SET_DISTANCE_GAIN
    return replace(span, start_s=start_s, end_s=end_s, duration_sd_s=sd, nominal_distance_m=target_m, is_held=True)
