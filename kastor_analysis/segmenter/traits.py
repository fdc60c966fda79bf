"""What a set of repeats looks like as a whole: pace, rests, rhythm, kinds, and how plainly the reps stand out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite, nan

import numpy as np
from numpy.typing import NDArray

from .candidates import Candidates, easy_speed

FloatArray = NDArray[np.float64]

STANDING_MPS = 1.7
LONG_REST_S = 240.0
LONG_REST_RATIO = 3.0
"""A rest beyond both is one between sets: it breaks no rhythm."""
KIND_DISTANCE = 0.08
KIND_DURATION = 0.05
KIND_BLUR_S = 1.5
PARTED_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Traits:
    """What a set of repeats looks like as a whole.

    Attributes
    ----------
    n : int
        How many reps.
    work_s, rest_s : float
        Median time of a rep and of a rest.
    rep_mps : float
        Median speed.
    faster : float
        Median speed over the recording's easy running; NaN where there is none to compare with, or where what was
        taken for it is faster.
    standing : bool
        Whether most rests hold standing or walking.
    kinds : int
        How many different distances (or times, if fewer) there are.
    rhythm : float
        How unevenly the rests follow, as a share; rests between sets left out.
    parted : float
        By how much (log ratio) three reps in four at the least stand out from what surrounds them, at whatever level.
    log_contrast : float
        Median log ratio of a rep's speed to what is run just before and after it.
    odds : float
        Mean log odds of the reps.
    """

    n: int
    work_s: float
    rest_s: float
    rep_mps: float
    faster: float
    standing: bool
    kinds: int
    rhythm: float
    parted: float
    log_contrast: float
    odds: float

    @property
    def over_easy(self) -> float:
        """`faster`, or 1 where that is not known."""
        return self.faster if isfinite(self.faster) else 1.0


def traits(found: Candidates, rows: Sequence[int], odds: float, grid_s: FloatArray, speed_mps: FloatArray) -> Traits:
    """Return the traits of at least two repeats, in order of time, of the mean log odds `odds`."""
    reps = [found.bouts[i] for i in rows]
    work_s = np.array([b.duration_s for b in reps])
    work_m = np.array([b.distance_m for b in reps])
    rests_s = np.array([b.start_s - a.end_s for a, b in pairwise(reps)])
    rest_mps = [_slow_part(grid_s, speed_mps, a.end_s, b.start_s) for a, b in pairwise(reps)]
    easy_mps = easy_speed(grid_s, speed_mps, reps)
    rep_mps = float(np.median([b.speed_mps for b in reps]))
    blur = KIND_BLUR_S / float(np.median(work_s))
    within_set = rests_s <= np.maximum(LONG_REST_S, LONG_REST_RATIO * np.median(rests_s))
    rest_ratio = rests_s / work_s[:-1]
    return Traits(
        n=len(reps),
        work_s=float(np.median(work_s)),
        rest_s=float(np.median(rests_s)),
        rep_mps=rep_mps,
        faster=rep_mps / easy_mps if rep_mps >= easy_mps else nan,
        standing=float(np.median(rest_mps)) < STANDING_MPS,
        kinds=min(_kinds(work_m, max(KIND_DISTANCE, blur)), _kinds(work_s, max(KIND_DURATION, blur))),
        rhythm=min(_unevenness(rests_s[within_set]), _unevenness(rest_ratio[within_set])),
        parted=float(np.quantile(np.minimum(found.log_c[rows], found.log_p[rows]), PARTED_SHARE)),
        log_contrast=float(np.median(found.log_c[rows])),
        odds=odds,
    )


def _kinds(values: FloatArray, within: float) -> int:
    """Return how many different values there are, counting those within a share of each other once."""
    count, anchor = 0, -inf
    for value in np.sort(np.log(values)).tolist():
        if value - anchor > 2.0 * within:
            count, anchor = count + 1, value
    return count


def _slow_part(grid_s: FloatArray, speed_mps: FloatArray, start_s: float, end_s: float) -> float:
    inside = speed_mps[np.searchsorted(grid_s, start_s) : np.searchsorted(grid_s, end_s)]
    return float(np.percentile(inside, 20.0)) if inside.size else inf


def _unevenness(values: FloatArray) -> float:
    """Return how far values lie from their median, as a share of it: robustly where there are many."""
    if not values.size:
        return inf
    off = np.abs(values - np.median(values)) / max(float(np.median(values)), 1.0e-3)
    return float(1.4826 * np.median(off) if values.size >= 5 else off.mean())
