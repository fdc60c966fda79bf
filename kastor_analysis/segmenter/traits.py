"""Whether repeats are a session at all, and not a run with stops, hills, strides or a few surges.

What tells them apart, over real sessions and real runs: reps are faster than the recording's easy running, they stand
out from their rests, there are few kinds of them, and they come in a rhythm. What is weak in one must be strong in
another. The numbers separate 57 real sessions from 58 real runs, each as recorded and as bare GPX.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite, nan

import numpy as np
from numpy.typing import NDArray

from .candidates import Candidates, easy_speed

FloatArray = NDArray[np.float64]

FEWEST_REPS = 3
LEAST_REP_MPS = 2.2
LEAST_REST_SHARE = 0.22
STANDING_MPS = 1.7
LONG_REST_S = 240.0
LONG_REST_RATIO = 3.0
"""A rest beyond both is one between sets: it breaks no rhythm."""
LOOSE_RHYTHM = 0.5
TIGHT_RHYTHM = 0.3
STRICT_RHYTHM = 0.2
LADDER_RHYTHM = 0.1
CLOCK_RHYTHM = 0.05
LONGEST_SPRINT_S = 25.0
"""Shorter reps with jogged recoveries are strides in an easy run."""
KIND_DISTANCE = 0.08
KIND_DURATION = 0.05
KIND_BLUR_S = 1.5
FASTER = 1.22
MUCH_FASTER = 1.3
LADDER_FASTER = 1.35
CLEAR_LOG_CONTRAST = 0.42
DEEP_LOG_CONTRAST = 0.8
PLAINLY_PARTED = 0.95
"""Reps that stand out so far (log ratio) from rests that keep time need no easy running to be compared with: where only
the main set was recorded, there is none."""
FAINTLY_PARTED = 0.16
LONGEST_FAINT_REST = 1.6
"""What hardly stands out from jogged rests is a set by the clock, or a run over hills."""
PARTED_SHARE = 0.25
PARTING_REST_SHARE = 0.3
"""Red lights part a run as plainly, but not for so long."""
NO_SLOWER_THAN_EASY = 1.1
LONG_RESTS = 4.0
"""Bouts that hardly stand out, so many times their own length apart, are hills or surges."""
FEW_KINDS, SOME_KINDS = 0.34, 0.6
"""Kinds over reps: a plain set with a rep or two unlike it; a pyramid or mixed set."""
MOST_KINDS = 5
"""However many reps: more kinds are a run with many surges, or the noise of a bad reception."""

# The mean log odds that the reps must have, by what else speaks for them; the less that is, the more.
ODDS_PLANNED = 1.5
ODDS_LADDER, ODDS_SLOW_LADDER = 1.0, 2.5
ODDS_ONE_KIND_IN_RHYTHM = 2.0
ODDS_MUCH_FASTER = 2.6
ODDS_FASTER = 3.3
ODDS_HARDLY_FASTER = 3.6
ODDS_THREE_REPS = 3.6
ODDS_SOME_KINDS = 4.0
ODDS_SHORT_RESTS = 4.0
ODDS_NO_RHYTHM = 4.2


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


def is_session(t: Traits, *, expected: bool = False) -> bool:
    """Return whether repeats with these traits are a session.

    `expected` says that they are about as many, and about what, a plan asks for: then less will do.
    """
    if t.n < FEWEST_REPS or t.rep_mps < LEAST_REP_MPS:
        return False
    faster = t.faster if isfinite(t.faster) else 1.0
    if expected and faster >= 1.1 and t.odds >= ODDS_PLANNED and t.rhythm < LOOSE_RHYTHM:
        return True
    clear = faster >= FASTER and t.log_contrast >= CLEAR_LOG_CONTRAST
    if t.rest_s < LEAST_REST_SHARE * t.work_s:
        # Cruise intervals: a breath between long reps. Stops in a run keep no time and part no equal stretches.
        even = t.n > FEWEST_REPS and t.kinds == 1 and t.rhythm < STRICT_RHYTHM
        return even and clear and t.odds >= ODDS_SHORT_RESTS
    if plainly_parted(t):
        return True
    if t.work_s < LONGEST_SPRINT_S and not (t.standing and t.n >= 4 and t.kinds <= max(1.0, 0.4 * t.n)):
        return False
    faint = t.parted < FAINTLY_PARTED and t.log_contrast < CLEAR_LOG_CONTRAST
    by_the_clock = t.kinds <= max(1.0, 0.25 * t.n) and t.rhythm < LADDER_RHYTHM
    if faint and not (by_the_clock and t.rest_s < LONGEST_FAINT_REST * t.work_s):
        return False
    if t.n == FEWEST_REPS:
        to_the_clock = t.kinds == 1 and t.rhythm < CLOCK_RHYTHM and faster >= MUCH_FASTER
        in_rhythm = t.kinds < t.n and t.rhythm < TIGHT_RHYTHM and clear
        return (to_the_clock or in_rhythm) and t.odds >= ODDS_THREE_REPS
    if t.rhythm >= (LOOSE_RHYTHM if t.n >= 5 else TIGHT_RHYTHM):
        few = t.n >= 6 and t.kinds <= min(1 + 0.4 * t.n, MOST_KINDS)
        return few and faster >= MUCH_FASTER and t.odds >= ODDS_NO_RHYTHM
    if t.kinds == 1 and t.n >= 5 and t.rhythm < STRICT_RHYTHM and faster >= FASTER:
        return t.odds >= ODDS_ONE_KIND_IN_RHYTHM
    if faster < FASTER:
        return t.kinds <= max(1.0, 0.25 * t.n) and t.odds >= ODDS_HARDLY_FASTER
    plain = clear or t.rhythm < TIGHT_RHYTHM
    if t.kinds <= min(FEW_KINDS * t.n, MOST_KINDS):
        hills = t.log_contrast < CLEAR_LOG_CONTRAST and t.rest_s > LONG_RESTS * t.work_s
        needed = ODDS_MUCH_FASTER if faster >= MUCH_FASTER else ODDS_FASTER
        return not hills and t.odds >= (needed if plain else ODDS_SOME_KINDS)
    few_or_strict = t.kinds <= MOST_KINDS or t.rhythm < STRICT_RHYTHM
    # What suffices for three suffices for more.
    needed = ODDS_THREE_REPS if clear and t.rhythm < TIGHT_RHYTHM else ODDS_SOME_KINDS
    if plain and few_or_strict and t.kinds <= SOME_KINDS * t.n and t.odds >= needed:
        return True
    # A ladder: no two reps alike, but each plainly a rep, with a rest one stands or walks in.
    ladder = t.standing and t.log_contrast >= DEEP_LOG_CONTRAST and t.rhythm < TIGHT_RHYTHM
    return ladder and t.odds >= (ODDS_LADDER if faster >= LADDER_FASTER else ODDS_SLOW_LADDER)


def plainly_parted(t: Traits) -> bool:
    """Return whether rests that keep time, stood or walked in, part reps of few kinds, or of a ladder."""
    if t.n < FEWEST_REPS or t.rep_mps < LEAST_REP_MPS or t.rest_s < PARTING_REST_SHARE * t.work_s:
        return False
    kept_time = t.rhythm < TIGHT_RHYTHM and t.kinds <= (SOME_KINDS * t.n if t.n > FEWEST_REPS else t.n - 1)
    as_a_ladder = t.rhythm < LADDER_RHYTHM
    return t.parted >= PLAINLY_PARTED and (kept_time or as_a_ladder) and not t.faster < NO_SLOWER_THAN_EASY


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
