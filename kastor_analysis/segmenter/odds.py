"""Hypotheses of what was repeated, and the odds of each bout under one.

A hypothesis says how fast the reps are and which distances and times recur. Under it a bout has a log likelihood ratio
of being a rep against being anything else (easy running, a surge, noise): by its speed, by its likeness to what recurs,
by how it stands out from what surrounds it, and by whether it keeps the set's rhythm. Nothing is tuned to a pace:
speeds are judged against the hypothesis and against the recording's own easy running.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, log, nan

import numpy as np
from numpy.typing import NDArray

from ..motion import RUNNING_MPS
from .candidates import LEAST_EASY_S, Candidates

FloatArray = NDArray[np.float64]

ALIKE_DISTANCE = 0.12
ALIKE_DURATION = 0.07
ALIKE_SPEED = 0.16
"""Largest |log ratio| of two alike bouts. A GPS watch scatters 400 m laps of one track by 2 to 4 %."""
RECURS_DISTANCE = 0.09
RECURS_DURATION = 0.06
FADE_WITH_DISTANCE = 0.08
"""Within a session speed falls as distance^-0.08 (Riegel's exponent for races is 0.06)."""
LONGEST_FADE = 1.6
SPEED_SD = 0.08
FASTER_SD = 0.20
"""Sd of log speed about the hypothesis: reps stray further above it (hammers, short ones) than below."""
SLOWEST = 0.2
"""How far (log) a rep may lie below the speed of the hypothesis at its distance."""
EASY_SD = 0.11
EASY_SHARE = 0.85
"""Share of what is no rep that is run at the speed of easy running."""
DISTANCE_SD = 0.05
DURATION_SD = 0.03
LOG_SPEED_RANGE = 1.7
LOG_DISTANCE_RANGE = 3.9
ALIKE_BY_DISTANCE = 0.85
ALIKE_BY_DURATION = 0.6
UNALIKE = 0.18
"""Share of reps that are like no other of their session."""
PRIOR = -3.5
"""Log odds of a bout to be a rep before anything is known of it."""
IN_RHYTHM = 0.8
RHYTHM_WITHIN = 0.4
SHALLOW_SHARE = 0.2
STOOD_LOG_CONTRAST = 1.1
"""Beside a rest stood in, or paused, whatever is run stands out: a first rep out of the warm-up does so by less."""
MOST_ALIKE = 5
MOST_OF_A_SPEED = 3


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What was repeated: speed at a distance, and the log distances and durations that recur."""

    log_speed: float
    log_distance: float
    log_distances: FloatArray
    log_durations: FloatArray
    rows: tuple[int, ...]


def hypotheses(found: Candidates, speed_mps: FloatArray, expected_m: Sequence[float]) -> list[Hypothesis]:
    """Return the heaviest groups of bouts that are alike, and of bouts of one speed, as hypotheses."""
    running = speed_mps[speed_mps > RUNNING_MPS]
    ordinary = log(float(np.percentile(running, 35.0))) if running.size > LEAST_EASY_S else nan
    rows = np.flatnonzero(found.possible)
    log_d, log_t, log_v = found.log_d[rows], found.log_t[rows], found.log_v[rows]
    faster = log_v - ordinary if isfinite(ordinary) else np.full(log_v.size, 0.1)
    weight = np.minimum(found.log_p[rows], log(2.0)) * np.exp(0.5 * log_t) * np.clip(0.15 + 4.0 * faster, 0.02, 1.0)
    for distance_m in set(expected_m):
        weight = np.where(np.abs(log_d - log(distance_m)) < ALIKE_DISTANCE, 1.3 * weight, weight)
    same_speed = np.abs(log_v[:, None] - log_v) < ALIKE_SPEED
    same_extent = (np.abs(log_d[:, None] - log_d) < ALIKE_DISTANCE) | (np.abs(log_t[:, None] - log_t) < ALIKE_DURATION)
    made: list[Hypothesis] = []
    for alike, least, most in ((same_speed & same_extent, 2, MOST_ALIKE), (same_speed, 3, MOST_OF_A_SPEED)):
        groups: list[tuple[float, list[int]]] = []
        for i in range(rows.size):
            group = _apart(np.flatnonzero(alike[i]), weight, found.start[rows], found.end[rows])
            if len(group) >= least:
                groups.append((float(weight[group].sum()), group))
        groups.sort(key=lambda g: -g[0])
        taken: list[set[int]] = []
        for _, group in groups:
            if len(taken) < most and all(len(other & set(group)) < 0.5 * len(group) for other in taken):
                taken.append(set(group))
                again = recurring(log_d[group]), recurring(log_t[group])
                level = float(np.median(log_v[group])), float(np.median(log_d[group]))
                made.append(Hypothesis(*level, *again, tuple(rows[group].tolist())))
    return made


def _apart(rows: NDArray[np.int64], weight: FloatArray, starts: FloatArray, ends: FloatArray) -> list[int]:
    """Return the heaviest of `rows` that do not overlap, greedily (nested bouts are versions of one)."""
    kept: list[int] = []
    for i in rows[np.argsort(-weight[rows], kind="stable")].tolist():
        if all(ends[i] <= starts[k] or starts[i] >= ends[k] for k in kept):
            kept.append(i)
    return kept


def recurring(values: FloatArray, within: float = RECURS_DISTANCE) -> FloatArray:
    """Return the centres of the values that have a fellow within reach."""
    near = np.abs(values[:, None] - values) < within
    fellows = near.sum(axis=1)
    centres = (near @ values) / fellows
    return np.unique(np.round(centres[fellows > 1], 3))


def in_rhythm(found: Candidates, rows: list[int]) -> FloatArray:
    """Return what the set chosen so far adds to each bout's log odds.

    A bout that follows or precedes a rep of the set at about its usual rest gains; one that hardly stands out from its
    surroundings, in a set that does, cannot belong to it.
    """
    start, end = found.start[rows], found.end[rows]
    rest = float(np.median(start[1:] - end[:-1]))
    after = np.abs(found.start[:, None] - end - rest).min(axis=1)
    before = np.abs(start - found.end[:, None] - rest).min(axis=1)
    gain = np.where(np.minimum(after, before) < RHYTHM_WITHIN * rest, IN_RHYTHM, 0.0)
    shallow = found.log_c < SHALLOW_SHARE * min(float(np.median(found.log_c[rows])), STOOD_LOG_CONTRAST)
    return np.where(shallow, -inf, gain)


def log_odds(found: Candidates, hypothesis: Hypothesis, easy_mps: float) -> FloatArray:
    """Return the log likelihood ratio of each bout to be a rep; -inf where it cannot be one."""
    longer = np.clip(found.log_d - hypothesis.log_distance, -LONGEST_FADE, LONGEST_FADE)
    off = found.log_v - (hypothesis.log_speed - FADE_WITH_DISTANCE * longer)
    as_rep = _normal(np.where(off > 0, off * (SPEED_SD / FASTER_SD), off), SPEED_SD)
    as_other = np.full(off.size, 1.0 / LOG_SPEED_RANGE)
    if isfinite(easy_mps):
        below_easy = np.maximum(found.log_v - log(easy_mps), 0.0)
        as_other = (1.0 - EASY_SHARE) * as_other + EASY_SHARE * _normal(below_easy, EASY_SD)
    speed = np.log(as_rep + 1e-6) - np.log(as_other)
    alike = np.full(off.size, UNALIKE)
    if hypothesis.log_distances.size:
        nearest = np.abs(found.log_d[:, None] - hypothesis.log_distances).min(axis=1)
        alike = alike + (ALIKE_BY_DISTANCE - UNALIKE) * LOG_DISTANCE_RANGE * _normal(nearest, DISTANCE_SD)
    if hypothesis.log_durations.size:
        nearest = np.abs(found.log_t[:, None] - hypothesis.log_durations).min(axis=1)
        timed = UNALIKE + (ALIKE_BY_DURATION - UNALIKE) * LOG_DISTANCE_RANGE * _normal(nearest, DURATION_SD)
        alike = np.maximum(alike, timed)
    stands_out = 1.5 * np.minimum(found.log_p, 1.6) - 0.3 + np.clip(8.0 * (found.log_c - 0.17), -2.5, 1.5)
    possible = found.possible & (off > -SLOWEST)
    return np.where(possible, PRIOR + speed + np.log(alike) + stands_out, -inf)


def _normal(values: FloatArray, sd: float) -> FloatArray:
    return np.asarray(np.exp(-0.5 * (values / sd) ** 2) / (sd * np.sqrt(2.0 * np.pi)))
