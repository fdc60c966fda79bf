"""What kind of rep each one was: a distance or a time, told from how both recur over the reps of a session.

Conventions: metres and seconds, one value a rep as run, in order; unknown is NaN. Reps of a kind are weighed together.
By distance, what the watch read scatters closely about a round distance (all of it a little long or short, as watches
read) while the times follow the runner's evenness; by time, the times lie close behind a round one, for a thumb is late
and not early, while the distances follow. The two are compared as whole explanations of what was run.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..quantities.lengths import MILE_M
from ..quantities.naming import kind_name
from ..quantities.ordered import median

FloatArray = NDArray[np.float64]

_COMMON_M = {
    60: 0.05, 80: 0.05, 100: 0.5, 120: 0.05, 150: 0.3, 200: 0.8, 250: 0.1, 300: 0.6, 350: 0.05, 400: 1.0, 500: 0.4,
    600: 0.6, 700: 0.05, 800: 0.8, 900: 0.05, 1000: 0.9, 1200: 0.5, 1500: 0.15, 1600: 0.5, MILE_M: 0.4, 2000: 0.4,
    2400: 0.1, 3000: 0.3, 3200: 0.1, 2 * MILE_M: 0.1, 4000: 0.15, 5000: 0.3,
}  # fmt: skip
_COMMON_S = {
    10: 0.1, 15: 0.2, 20: 0.3, 30: 0.7, 40: 0.2, 45: 0.3, 60: 1.0, 75: 0.1, 90: 0.5, 120: 1.0, 150: 0.3, 180: 1.0,
    240: 0.6, 300: 0.7, 360: 0.4, 420: 0.1, 480: 0.3, 600: 0.4, 720: 0.1, 900: 0.2, 1200: 0.2,
}  # fmt: skip
"""How usual a distance or a time is for a rep, beside the others."""
_ODD_S, _ODD_S_WEIGHT = 15.0, 0.03
"""Any other quarter of a minute is possible, too."""
_UNROUND_WEIGHT, _UNROUND_RANGE = 0.4, 4.0
"""A loop or a hill recurs as well without being round: anywhere in so many powers of e."""
_TIMED_LOG_ODDS = -2.0
"""Most repeats are over distances."""
_NEAR = 0.16  # how far (log) a rep may be from the distance it is told as
_FELLOWS_WITHIN = 0.105
"""Neighbours in size that are nearer than this share are of a kind."""
_TIMES_APART, _TIMES_APART_REPS = 0.05, 2
"""Times are finer: two and more that lie this far from two and more others were meant to differ."""
_WATCH_LONG = np.linspace(-0.03, 0.055, 35)
_WATCH_LONG_MEAN, _WATCH_LONG_SD = 0.012, 0.02  # share: watches read a percent long; sessions differ by two
_BY_ODOMETER, _ODOMETER_SD = 0.2, np.array([0.0008])
"""The share of distances that the watch itself ended: those it reads without any bias."""
_WATCH_SDS = np.array([0.002, 0.006, 0.012, 0.018, 0.026])
_WATCH_SD_WEIGHTS = np.array([0.1, 0.2, 0.35, 0.25, 0.1])
_ENDS_SD_M = 4.0
"""Setting off and slowing down cost a watch some metres, however short the rep is."""
_LATE_S = np.linspace(-1.0, 2.0, 25)
_LATE_MEAN_S, _LATE_SD_S, _LATE_VARIES = 0.4, 0.6, 0.5  # of a thumb; of its lateness half is the rep's own
_THUMB_SDS_S = np.array([0.15, 0.4, 0.8, 1.5])
_THUMB_SD_WEIGHTS = np.array([0.3, 0.4, 0.23, 0.07])
_BY_TIMER, _TIMER_SD_S = 0.3, np.array([0.08])
"""The share of times that the watch itself ended."""
_EVENNESS = np.array([0.003, 0.008, 0.016, 0.03, 0.06])
_EVENNESS_WEIGHTS = np.array([0.1, 0.2, 0.3, 0.25, 0.15])
_ODD_DISTANCES, _ODD_TIMES = 0.04, 0.015
"""The shares that are quite another distance or time. Who runs by the clock does not stop early."""
_ODD_SD = 0.15  # of what is quite another distance or time (log)
_ODDEST = 5.0
"""From here on (log) nothing is odder, and so unlikely that no number could say it."""
_SETTLED = 3.0
"""Nats from which a kind's own odds need no help from the other kinds of its session."""


class Kind(NamedTuple):
    """A planned or recurring distance or time; the other of the two is NaN."""

    distance_m: float = nan
    duration_s: float = nan

    @property
    def is_timed(self) -> bool:
        """Whether it is a time."""
        return self.duration_s == self.duration_s

    def __str__(self) -> str:
        return kind_name(self.distance_m, self.duration_s)


def find_kinds(
    durations_s: Sequence[float] | FloatArray,
    nominal_distances_m: Sequence[float] | FloatArray,
    watch_distances_m: Sequence[float] | FloatArray,
) -> tuple[Kind, ...]:
    """Return the kind of every rep.

    Parameters
    ----------
    durations_s, nominal_distances_m, watch_distances_m : array_like, shape (n_reps,)
        Elapsed time; what the rep was where the evidence tells (the marked track), NaN elsewhere; as the watch read it.

    Raises
    ------
    ValueError
        If the arrays do not fit each other.
    """
    durations = np.asarray(durations_s, dtype=np.float64)
    nominal = np.asarray(nominal_distances_m, dtype=np.float64)
    watch = np.asarray(watch_distances_m, dtype=np.float64)
    if not durations.shape == nominal.shape == watch.shape == (durations.size,):
        raise ValueError(f"{durations.size} durations, {nominal.size} nominal and {watch.size} watch distances")
    metres = np.where(np.isfinite(nominal), nominal, np.where(watch > 0, watch, np.nan))
    if not durations.size:
        return ()
    by_metres = np.where(np.isfinite(metres), metres, durations * _usual_speed(durations, metres))
    groupings = (_fellows(by_metres), _fellows(durations, _TIMES_APART))
    kinds, _ = max((_read(durations, nominal, metres, groups) for groups in groupings), key=lambda reading: reading[1])
    return kinds


def _read(
    durations: FloatArray, nominal: FloatArray, metres: FloatArray, groups: Sequence[NDArray[np.intp]]
) -> tuple[tuple[Kind, ...], float]:
    """Return the kinds when these groups are fellows, and how well that explains all of them."""
    weighed = [_weigh(durations[g].tobytes(), nominal[g].tobytes(), metres[g].tobytes()) for g in groups]
    odds_of_all = sum(timed - paced for paced, timed, _, _ in weighed if np.isfinite(timed) and np.isfinite(paced))
    tendency = float(np.clip(odds_of_all, -2.0, 2.0)) * (len(groups) > 1)
    kinds = [Kind()] * durations.size
    total = 0.0
    for group, (by_distance, by_time, distance_m, duration_s) in zip(groups, weighed, strict=True):
        odds = by_time - by_distance
        if abs(odds) < _SETTLED:
            odds += tendency
        kind = Kind(duration_s=duration_s) if odds > 0 or distance_m != distance_m else Kind(distance_m=distance_m)
        total += by_time if kind.is_timed else by_distance
        for i in group:
            kinds[i] = kind
    return tuple(kinds), total


def _usual_speed(durations: FloatArray, metres: FloatArray) -> float:
    known = np.isfinite(metres)
    return float(median(metres[known] / durations[known])) if known.any() else 1.0


def _fellows(sizes: FloatArray, apart: float = np.inf) -> list[NDArray[np.intp]]:
    """Return the groups of like size; `apart` is enough between several and several."""
    order = np.argsort(sizes, kind="stable")
    gaps = np.diff(np.log(np.maximum(sizes[order], 1e-3)))
    groups: list[NDArray[np.intp]] = []
    for group in np.split(np.arange(sizes.size), np.flatnonzero(gaps > _FELLOWS_WITHIN) + 1):
        cuts = np.flatnonzero(gaps[group[:-1]] > apart) + 1
        fewest = np.minimum(cuts, group.size - cuts)
        groups += [np.sort(order[part]) for part in np.split(group, cuts[fewest >= _TIMES_APART_REPS])]
    return groups


def to_ten_metres(metres: float) -> float:
    """Return a measured distance with the digits that a watch supports."""
    return float(round(metres, -1) if metres >= 100.0 else round(metres))


@lru_cache(maxsize=256)
def _weigh(durations_s: bytes, nominal_m: bytes, metres_m: bytes) -> tuple[float, float, float, float]:
    """Return the log likelihoods of one kind by distance and by time, and the distance and the time it would be.

    Of arrays as their bytes: both ways to group reps, and all who ask of the same session, mostly ask of the same.
    """
    durations, nominal, metres = (np.frombuffer(each) for each in (durations_s, nominal_m, metres_m))
    log_s, known = np.log(durations), np.isfinite(metres)
    loose_s = _log_flat(log_s, _EVENNESS, _EVENNESS_WEIGHTS)
    duration_s, tight_s = _best_time(durations)
    if not known.any():
        # Without any distance there is only the time to name it by, round or not.
        return (
            -np.inf,
            max(tight_s, loose_s),
            nan,
            duration_s if tight_s > loose_s else round(float(median(durations))),
        )
    # What merely follows from the clock is read by the same watch as what was measured out.
    watch_sd = np.hypot(_WATCH_SDS[1], _ENDS_SD_M / float(median(metres[known])))
    loose_m = _log_flat(np.log(metres[known]), np.hypot(_EVENNESS, watch_sd), _EVENNESS_WEIGHTS)
    distance_m, tight_m = _best_distance(metres[known])
    named = np.isfinite(nominal)
    if named.sum() > durations.size / 2:
        # The marked track knows better than any likelihood.
        return tight_m + loose_s, -np.inf, float(median(nominal[named])), duration_s
    return tight_m + loose_s, tight_s + loose_m + _TIMED_LOG_ODDS, distance_m, duration_s


def _best_distance(metres: FloatArray) -> tuple[float, float]:
    logs = np.log(metres)
    middle = median(logs)
    weight_sum = sum(_COMMON_M.values())
    prior = -0.5 * ((_WATCH_LONG - _WATCH_LONG_MEAN) / _WATCH_LONG_SD) ** 2
    prior = prior - _log_sum(prior) + np.log(1.0 - _BY_ODOMETER)
    scores: dict[float, float] = {}
    for common, weight in _COMMON_M.items():
        if abs(np.log(common) - middle) > _NEAR:
            continue
        off = logs - np.log(common)
        sds = np.hypot(_WATCH_SDS, _ENDS_SD_M / common)
        pressed = _close(off, _WATCH_LONG, prior, sds, _WATCH_SD_WEIGHTS, _ODD_DISTANCES)
        exact = _close(off, np.zeros(1), np.array([np.log(_BY_ODOMETER)]), _ODOMETER_SD, np.ones(1), _ODD_DISTANCES)
        scores[float(common)] = float(np.log(weight / weight_sum) + np.logaddexp(pressed, exact))
    centre = float(median(metres))
    unround = _log_flat(logs, np.hypot(_WATCH_SDS, _ENDS_SD_M / centre), _WATCH_SD_WEIGHTS) + np.log(
        _UNROUND_WEIGHT / weight_sum
    )
    scores[to_ten_metres(centre)] = max(scores.get(to_ten_metres(centre), -np.inf), float(unround))
    best = max(scores, key=scores.__getitem__)
    return best, _log_sum(np.array(list(scores.values())))


def _best_time(durations: FloatArray) -> tuple[float, float]:
    weight_sum = sum(_COMMON_S.values())
    prior = -0.5 * ((_LATE_S - _LATE_MEAN_S) / _LATE_SD_S) ** 2
    prior = prior - _log_sum(prior) + np.log(1.0 - _BY_TIMER)
    middle = float(median(durations))
    odd = {_ODD_S * n: _ODD_S_WEIGHT for n in range(int(middle / _ODD_S), int(middle / _ODD_S) + 2) if n > 0}
    scores: dict[float, float] = {}
    for common, weight in (odd | _COMMON_S).items():
        if abs(np.log(common / middle)) > _NEAR:
            continue
        # In shares of the time, so that both ways of naming speak of the same quantity.
        off = np.log(durations / common)
        # A thumb that is late by much is not late by the same each time.
        sds = np.hypot(_THUMB_SDS_S, _LATE_VARIES * np.abs(_LATE_S - _LATE_MEAN_S)[:, None]) / common
        pressed = _close(off, _LATE_S / common, prior, sds, _THUMB_SD_WEIGHTS, _ODD_TIMES)
        exact = _close(off, np.zeros(1), np.array([np.log(_BY_TIMER)]), _TIMER_SD_S / common, np.ones(1), _ODD_TIMES)
        scores[float(common)] = float(np.log(weight / weight_sum) + np.logaddexp(pressed, exact))
    if not scores:
        return float(round(middle)), -np.inf
    best = max(scores, key=scores.__getitem__)
    return best, _log_sum(np.array(list(scores.values())))


def _close(
    off: FloatArray, shifts: FloatArray, prior: FloatArray, sds: FloatArray, weights: FloatArray, odd: float
) -> float:
    """Return the log likelihood of offsets about a common shift, a share `odd` of them being anything."""
    z = off[:, None, None] - shifts[None, :, None]
    normal = (1.0 - odd) / sds * np.exp(-0.5 * (z / sds) ** 2)
    anything = odd / _ODD_SD * np.exp(-0.5 * (np.minimum(np.abs(z), _ODDEST) / _ODD_SD) ** 2)
    each = np.log(normal + anything)
    total = _log_sum((each.sum(axis=0) + prior[:, None] + np.log(weights)).ravel())
    return total - 0.5 * off.size * float(np.log(2.0 * np.pi))


def _log_flat(logs: FloatArray, sds: FloatArray, weights: FloatArray) -> float:
    """Return the log likelihood of what scatters about a centre that may lie anywhere in `_UNROUND_RANGE`."""
    shifts = np.linspace(logs.min() - 0.1, logs.max() + 0.1, 61)
    step = shifts[1] - shifts[0]
    return _close(logs, shifts, np.full(shifts.size, np.log(step / _UNROUND_RANGE)), sds, weights, _ODD_DISTANCES)


def _log_sum(values: FloatArray) -> float:
    top = float(values.max())
    return top + float(np.log(np.exp(values - top).sum())) if np.isfinite(top) else top
