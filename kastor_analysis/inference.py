"""Which plan repeats speak of, where none was given: Kastor's, or one inferred from what was run.

Conventions: arrays hold one value a rep as run, in order; unknown is NaN. It lies with the values, beside `Plan`,
because both the segmenter (for `Session.plan`) and the scorer ask it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import numpy as np
from numpy.typing import NDArray

from .naming import distances_name, durations_name
from .plan import KASTOR_DISTANCE_M, Plan

FloatArray = NDArray[np.float64]

KASTOR_MIN_REPS = 12
"""From this many reps of 400 m on, the repeats are plainly Kastor's."""

COMMON_DISTANCES_M = (100, 150, 200, 300, 400, 500, 600, 800, 1000, 1200, 1600, 2000, 2400, 3000, 4000, 5000)

_WATCH_400_M = (378.0, 435.0)
"""What watches integrate over 400 m of track: 389 to 431 m in recordings with lap presses, and a little more."""
_KASTOR_SHARE = 0.8
"""The share of the repeats that must be 400 m."""
_ROUND_WITHIN = 0.045
"""A distance is taken for a common one when the median of its fellows is within this share of it."""
_SAME_WITHIN = 0.12
_ODD_FROM = 0.08
"""What is this far from the median of its fellows is told as it was measured: a watch is good to 1 or 2 per cent."""
_ROUND_S = 15.0
_ROUND_SLACK_S = 0.75
_ROUNDER_S = 30.0
_ROUNDER_SLACK_S = 1.25
"""A runner who watches the clock and presses lap is up to a second late; whole half minutes are less likely chance."""
_LATE_S = 2.25
_ON_TIME_SHARE = 0.5
_LATE_SPREAD = 0.03
"""Where many are later than that, speeds that scatter by more tell that the clock was kept and not the distance."""
_TIMED_SHARE = 0.7
_ODD_S_WITHIN = 0.10
"""One rep that is off by up to this share from what the others share was meant as they were: the press came late."""


def infer_plan(
    durations_s: Sequence[float] | FloatArray,
    nominal_distances_m: Sequence[float] | FloatArray,
    watch_distances_m: Sequence[float] | FloatArray,
    rests_s: Sequence[float] | FloatArray,
) -> Plan | None:
    """Return the plan that repeats speak of.

    Parameters
    ----------
    durations_s : array_like, shape (n_reps,)
        Elapsed time of each rep as run.
    nominal_distances_m : array_like, shape (n_reps,)
        What each rep was where the evidence tells (the marked track, a round distance).
    watch_distances_m : array_like, shape (n_reps,)
        As the watch integrated it.
    rests_s : array_like, shape (n_reps,) or (n_reps - 1,)
        From the end of each rep to the start of the next. They are not turned into targets: an inferred plan asks
        for no rest, for how long it was meant to be is not known.

    Returns
    -------
    Plan or None
        Kastor's (``source == "recipe"``) where at least `KASTOR_MIN_REPS` reps, and four in five of all, are 400 m;
        else one with ``source == "inferred"``; None for fewer than two repeats.

    Raises
    ------
    ValueError
        If the arrays do not fit each other.
    """
    durations = np.asarray(durations_s, dtype=np.float64)
    nominal = np.asarray(nominal_distances_m, dtype=np.float64)
    watch = np.asarray(watch_distances_m, dtype=np.float64)
    n = durations.size
    if not (nominal.shape == watch.shape == (n,)) or np.size(rests_s) not in (n, max(n - 1, 0)):
        raise ValueError(
            f"{n} durations, {nominal.size} nominal and {watch.size} watch distances, {np.size(rests_s)} rests"
        )
    if n < 2:
        return None
    timed = _is_timed(durations, nominal, watch)
    is_400 = np.where(
        np.isfinite(nominal),
        np.abs(nominal - KASTOR_DISTANCE_M) < 10.0,
        (watch >= _WATCH_400_M[0]) & (watch <= _WATCH_400_M[1]),
    )
    if not timed and is_400.sum() >= KASTOR_MIN_REPS and is_400.sum() >= _KASTOR_SHARE * n:
        return Plan.kastor()
    if timed or not (np.isfinite(nominal) | np.isfinite(watch)).all():
        rounded = _round_durations(durations) if timed else tuple(durations)
        return Plan(
            reps=n,
            duration_s=tuple(float(np.clip(d, 3.0, 3 * 3600.0)) for d in rounded),
            rest_ratio=nan,
            name=durations_name(rounded) if timed else f"{n} repeats",
            source="inferred",
        )
    distances = np.clip(_round_distances(nominal, watch), 20.0, 50_000.0)
    return Plan(
        reps=n,
        distance_m=tuple(float(d) for d in distances),
        rest_ratio=nan,
        name=distances_name(distances.tolist()),
        source="inferred",
    )


def _is_timed(durations: FloatArray, nominal: FloatArray, watch: FloatArray) -> bool:
    """Whether the reps were run by the clock: durations round and distances not."""
    if np.isfinite(nominal).mean() > 0.5:
        return False
    off, half_off = (durations - every * np.round(durations / every) for every in (_ROUND_S, _ROUNDER_S))
    is_round = (np.abs(off) <= _ROUND_SLACK_S) | (np.abs(half_off) <= _ROUNDER_SLACK_S)
    is_late = (half_off > 0.0) & (half_off <= _LATE_S)
    kept_time = bool(is_round.mean() >= _TIMED_SHARE)
    pressed_late = is_round.mean() >= _ON_TIME_SHARE and (is_round | is_late).mean() >= _TIMED_SHARE
    if not (kept_time or pressed_late) or durations.min() < _ROUND_S / 2:
        return False
    known = np.isfinite(watch)
    if known.sum() < 2:
        return kept_time
    # Four reps of 90 s that a watch saw as 400 m are 400 m reps, unless the distances scatter more than the times.
    spread_m = float(np.std(np.log(watch[known] / durations[known])))
    spread_s = float(np.std(np.log(durations / (_ROUND_S * np.round(durations / _ROUND_S)))))
    if not kept_time:
        return spread_m > max(_LATE_SPREAD, 3.0 * spread_s)
    near = np.array([min(abs(w / c - 1.0) for c in COMMON_DISTANCES_M) for w in watch[known]])
    return bool(np.median(near) > _ROUND_WITHIN or spread_m > max(0.02, 3.0 * spread_s))


def _round_durations(durations: FloatArray) -> tuple[float, ...]:
    """Round times by the clock, and give one that is near what most share the same."""
    rounded = _ROUND_S * np.round(durations / _ROUND_S)
    values, counts = np.unique(rounded, return_counts=True)
    usual = float(values[np.argmax(counts)])
    if counts.max() >= _TIMED_SHARE * rounded.size:
        rounded[np.abs(rounded / usual - 1.0) <= _ODD_S_WITHIN] = usual
    return tuple(float(s) for s in rounded)


def _round_distances(nominal: FloatArray, watch: FloatArray) -> FloatArray:
    """Round watch distances by groups of fellows, and leave alone what no common distance explains."""
    distances = np.where(np.isfinite(nominal), nominal, watch).astype(np.float64)
    rounded = np.where(np.isfinite(nominal), nominal, np.nan)
    for i in np.flatnonzero(np.isnan(rounded)):
        fellows = distances[np.abs(np.log(distances / distances[i])) < _SAME_WITHIN]
        centre = float(np.median(fellows))
        nearest = min(COMMON_DISTANCES_M, key=lambda c: abs(np.log(centre / c)))
        supported = abs(centre / nearest - 1.0) <= _ROUND_WITHIN and abs(distances[i] / nearest - 1.0) <= _SAME_WITHIN
        is_odd = abs(distances[i] / centre - 1.0) > _ODD_FROM
        rounded[i] = nearest if supported else round(float(distances[i]) if is_odd else centre, -1)
    return rounded
