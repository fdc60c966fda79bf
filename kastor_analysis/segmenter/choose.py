"""Which bouts are the session's reps: the set that repeats, and what belongs to it.

Conventions: bouts come as a forest (`levels`); reps are an antichain of it. A *hypothesis* says how fast the reps are
and which distances repeat; each bout then has a log likelihood ratio of being a rep against being anything else
(easy running, a surge, noise), and the antichain with the greatest sum is found by dynamic programming over the tree.
The hypothesis with the greatest sum wins, if what it found is a session at all.

Nothing is tuned to a pace: speeds are judged against the hypothesis and against the recording's own easy running.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite, log, nan

import numpy as np
from numpy.typing import NDArray

from .levels import Bout

FloatArray = NDArray[np.float64]

FEWEST_REPS = 3
SHORTEST_REP_M = 60.0
SHORTEST_REP_S = 9.0
LONGEST_REP_S = 1200.0
LEAST_PERSISTENCE = 1.13
LEAST_CONTRAST = 0.15

ALIKE_DISTANCE = 0.12
ALIKE_DURATION = 0.07
ALIKE_SPEED = 0.16
"""Largest |log ratio| of two alike bouts. A GPS watch scatters 400 m laps of one track by 2 to 4 %."""

FADE_WITH_DISTANCE = 0.08
"""Within a session speed falls as distance^-0.08 (Riegel's exponent for races is 0.06)."""
SPEED_SD = 0.08
FASTER_SD = 0.20
"""Sd of log speed about the hypothesis: reps stray further above it (hammers, short ones) than below."""
EASY_SD = 0.11
DISTANCE_SD = 0.05
DURATION_SD = 0.03
LOG_SPEED_RANGE = 1.7
LOG_DISTANCE_RANGE = 3.9
UNALIKE = 0.18
"""Share of reps that are like no other of their session."""
IN_RHYTHM = 0.8
RHYTHM_WITHIN = 0.4
SHALLOW_SHARE = 0.2
PRIOR = -3.5
"""Log odds of a bout to be a rep before anything is known of it."""

FLANK_S = (4.0, 14.0)
"""Where, before a bout and after it, the speed is taken that it is held against."""

RUNNING_MPS = 1.6
LEAST_EASY_S = 120
STANDING_MPS = 1.7
LEAST_REP_MPS = 2.2
CLEARLY_FASTER = 1.22
CLEAR_LOG_CONTRAST = 0.42
LOOSE_RHYTHM = 0.5
TIGHT_RHYTHM = 0.3
SURE_ODDS = 3.6
VERY_SURE_ODDS = 4.2
LONGEST_LONE_REST_S = 400.0
LONG_REST_S = 240.0
LONG_REST_RATIO = 3.0
"""A rest beyond both is one between sets: it breaks no rhythm."""
LONGEST_SPRINT_S = 25.0
LONGEST_SET_REST_S = 900.0
LEAST_REST_SHARE = 0.22
STRIDE_M = 165.0
STRIDE_S = 32.0
STRIDE_SHARE = 0.6
MOST_HYPOTHESES = 10
WORTH_A_LOOK = 0.35
"""An explanation that covers less than this share of what the best covers is not considered."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What was repeated: speed at a distance, and the log distances and durations that recur."""

    log_speed: float
    log_distance: float
    log_distances: FloatArray
    log_durations: FloatArray
    rows: tuple[int, ...]


class Candidates:
    """The bouts of a forest as arrays, parents before their children.

    Attributes
    ----------
    bouts : list of Bout
    parent : ndarray of int, shape (n,)
        Row of the parent, -1 for a root.
    log_d, log_t, log_v, log_p : ndarray, shape (n,)
        Logarithms of distance, duration, speed and persistence.
    log_c : ndarray, shape (n,)
        Log contrast: speed inside over the faster of the speeds just before and just after.
    possible : ndarray of bool, shape (n,)
        Whether the bout may be a rep at all.
    """

    def __init__(self, forest: Sequence[Bout], grid_s: FloatArray, speed_mps: FloatArray) -> None:
        self.bouts: list[Bout] = []
        parents: list[int] = []
        stack = [(bout, -1) for bout in reversed(forest)]
        while stack:
            bout, parent = stack.pop()
            parents.append(parent)
            self.bouts.append(bout)
            stack.extend((child, len(self.bouts) - 1) for child in bout.children)
        self.parent = np.array(parents, dtype=np.int64)
        self.start = np.array([b.start_s for b in self.bouts])
        self.end = np.array([b.end_s for b in self.bouts])
        speed = np.array([b.speed_mps for b in self.bouts])
        self.log_t = np.log(self.end - self.start)
        self.log_v = np.log(speed)
        self.log_d = self.log_t + self.log_v
        self.log_p = np.log([b.persistence for b in self.bouts])
        total = np.concatenate([[0.0], np.cumsum(speed_mps)])
        flanks = [
            _mean_between(total, self.start - FLANK_S[1], self.start - FLANK_S[0]),
            _mean_between(total, self.end + FLANK_S[0], self.end + FLANK_S[1]),
        ]
        self.log_c = self.log_v - np.log(np.maximum(np.maximum(*flanks), 0.3))
        self.possible = (
            (self.end - self.start >= SHORTEST_REP_S)
            & (self.end - self.start <= LONGEST_REP_S)
            & (self.log_d >= log(SHORTEST_REP_M))
            & (self.log_p >= log(LEAST_PERSISTENCE))
            & (self.log_c >= LEAST_CONTRAST)
        )

    def best_antichain(self, worth: FloatArray) -> list[int]:
        """Return the rows, by time, with the greatest sum of `worth` of which no bout holds another."""
        below = np.zeros(worth.size)
        takes_itself = np.zeros(worth.size, dtype=bool)
        for i in range(worth.size - 1, -1, -1):
            own = float(worth[i])
            takes_itself[i] = own > 0 and own >= below[i]
            value = own if takes_itself[i] else float(below[i])
            if self.parent[i] >= 0:
                below[self.parent[i]] += value
        covered = np.zeros(worth.size, dtype=bool)
        rows = []
        for i in range(worth.size):
            parent = int(self.parent[i])
            covered[i] = parent >= 0 and (covered[parent] or takes_itself[parent])
            if takes_itself[i] and not covered[i]:
                rows.append(i)
        return sorted(rows, key=lambda k: self.start[k])


def _mean_between(total: FloatArray, start_s: FloatArray, end_s: FloatArray) -> FloatArray:
    """Return mean speeds over spans of the grid, 0 where a span lies outside the recording."""
    last = total.size - 1
    low = np.clip(np.round(start_s), 0, last).astype(np.int64)
    high = np.clip(np.round(end_s), 0, last).astype(np.int64)
    return np.asarray((total[high] - total[low]) / np.maximum(high - low, 1))


def choose_reps(
    forest: Sequence[Bout], grid_s: FloatArray, speed_mps: FloatArray, expected_m: Sequence[float] = ()
) -> tuple[list[Bout], list[Bout]]:
    """Return the reps and the strides among the bouts, each in order of time.

    Parameters
    ----------
    forest : sequence of Bout
        From `levels.bouts`.
    grid_s, speed_mps : ndarray, shape (m,)
        The grid the bouts were found on.
    expected_m : sequence of float
        Distances that a plan asks for.

    Returns
    -------
    tuple of list of Bout
        Empty where there is no session.
    """
    found = Candidates(forest, grid_s, speed_mps)
    if found.possible.sum() < 3:
        return [], []
    explanations: list[tuple[float, float, list[int], list[int]]] = []
    for first in hypotheses(found, speed_mps, expected_m):
        rows, worth = _settle(found, first, grid_s, speed_mps)
        rows, strides = _without_strides(found, rows)
        if len(rows) >= FEWEST_REPS:
            explained_m = worth[rows] * np.exp(0.5 * found.log_d[rows] + found.log_v[rows])
            explanations.append((float(explained_m.sum()), float(worth[rows].mean()), rows, strides))
    explanations.sort(key=lambda e: -e[0])
    for explained, odds, rows, strides in explanations:
        if explained < WORTH_A_LOOK * explanations[0][0]:
            break
        reps = [found.bouts[i] for i in rows]
        if is_session(reps, odds, float(np.median(found.log_c[rows])), grid_s, speed_mps):
            return reps, [found.bouts[i] for i in strides]
    return [], []


def hypotheses(found: Candidates, speed_mps: FloatArray, expected_m: Sequence[float]) -> list[Hypothesis]:
    """Return the heaviest groups of bouts that are alike, and of bouts of one speed, as hypotheses."""
    running = speed_mps[speed_mps > RUNNING_MPS]
    ordinary = log(float(np.percentile(running, 35.0))) if running.size > LEAST_EASY_S else nan
    rows = np.flatnonzero(found.possible)
    log_d, log_t, log_v = found.log_d[rows], found.log_t[rows], found.log_v[rows]
    faster = log_v - ordinary if isfinite(ordinary) else np.full(log_v.size, 0.1)
    weight = np.minimum(found.log_p[rows], log(2.0)) * np.exp(0.5 * log_t) * np.clip(0.15 + 4.0 * faster, 0.02, 1.0)
    for distance_m in expected_m:
        weight = np.where(np.abs(log_d - log(distance_m)) < ALIKE_DISTANCE, 1.3 * weight, weight)
    same_speed = np.abs(log_v[:, None] - log_v) < ALIKE_SPEED
    same_extent = (np.abs(log_d[:, None] - log_d) < ALIKE_DISTANCE) | (np.abs(log_t[:, None] - log_t) < ALIKE_DURATION)
    made: list[Hypothesis] = []
    for alike, least in ((same_speed & same_extent, 2), (same_speed, 3)):
        groups: list[tuple[float, list[int]]] = []
        for i in range(rows.size):
            group = _apart(np.flatnonzero(alike[i]), weight, found.start[rows], found.end[rows])
            if len(group) >= least:
                groups.append((float(weight[group].sum()), group))
        groups.sort(key=lambda g: -g[0])
        taken: list[set[int]] = []
        for _, group in groups:
            if len(taken) < MOST_HYPOTHESES // least and all(
                len(other & set(group)) < 0.5 * len(group) for other in taken
            ):
                taken.append(set(group))
                recurring = _recurring(log_d[group]), _recurring(log_t[group])
                level = float(np.median(log_v[group])), float(np.median(log_d[group]))
                made.append(Hypothesis(*level, *recurring, tuple(rows[group].tolist())))
    return made


def _apart(rows: NDArray[np.int64], weight: FloatArray, starts: FloatArray, ends: FloatArray) -> list[int]:
    """Return the heaviest of `rows` that do not overlap, greedily (nested bouts are versions of one)."""
    kept: list[int] = []
    for i in rows[np.argsort(-weight[rows], kind="stable")].tolist():
        if all(ends[i] <= starts[k] or starts[i] >= ends[k] for k in kept):
            kept.append(i)
    return kept


def _recurring(values: FloatArray, within: float = 0.09) -> FloatArray:
    """Return the centres of the values that have a fellow within reach."""
    near = np.abs(values[:, None] - values) < within
    centres = np.array([np.median(values[row]) for row in near if row.sum() > 1])
    return np.unique(np.round(centres, 3))


def _settle(
    found: Candidates, hypothesis: Hypothesis, grid_s: FloatArray, speed_mps: FloatArray
) -> tuple[list[int], FloatArray]:
    """Alternate between choosing bouts and learning from them what recurs and what easy running is."""
    rows: list[int] = []
    easy = easy_speed(grid_s, speed_mps, [found.bouts[i] for i in hypothesis.rows])
    worth = np.zeros(len(found.bouts))
    for _ in range(3):
        odds = log_odds(found, hypothesis, easy)
        helped = odds + in_rhythm(found, rows) if rows else odds
        chosen = found.best_antichain(helped)
        chosen = _within_reach(found, chosen, odds)
        if len(chosen) < 2 or chosen == rows:
            break
        rows, worth = chosen, odds
        easy = easy_speed(grid_s, speed_mps, [found.bouts[i] for i in rows])
        # The speed of the hypothesis is that of the reps that weigh most, at their own distance.
        seconds = np.exp(found.log_t[rows])
        log_d, log_t = found.log_d[rows], found.log_t[rows]
        middle = float(np.average(log_d, weights=seconds**0.5))
        at_middle = found.log_v[rows] + FADE_WITH_DISTANCE * (log_d - middle)
        level = float(np.median(at_middle))
        hypothesis = Hypothesis(level, middle, _recurring(log_d), _recurring(log_t, 0.06), tuple(rows))
    return rows, worth


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
    shallow = found.log_c < SHALLOW_SHARE * float(np.median(found.log_c[rows]))
    return np.where(shallow, -inf, gain)


def log_odds(found: Candidates, hypothesis: Hypothesis, easy_mps: float) -> FloatArray:
    """Return the log likelihood ratio of each bout to be a rep; -inf where it cannot be one."""
    longer = np.clip(found.log_d - hypothesis.log_distance, -1.6, 1.6)
    off = found.log_v - (hypothesis.log_speed - FADE_WITH_DISTANCE * longer)
    as_rep = _normal(np.where(off > 0, off * (SPEED_SD / FASTER_SD), off), SPEED_SD)
    as_other = np.full(off.size, 1.0 / LOG_SPEED_RANGE)
    if isfinite(easy_mps):
        below_easy = np.maximum(found.log_v - log(easy_mps), 0.0)
        as_other = 0.15 * as_other + 0.85 * _normal(below_easy, EASY_SD)
    speed = np.log(as_rep + 1e-6) - np.log(as_other)
    alike = np.full(off.size, UNALIKE)
    if hypothesis.log_distances.size:
        nearest = np.abs(found.log_d[:, None] - hypothesis.log_distances).min(axis=1)
        alike = alike + (0.85 - UNALIKE) * LOG_DISTANCE_RANGE * _normal(nearest, DISTANCE_SD)
    if hypothesis.log_durations.size:
        nearest = np.abs(found.log_t[:, None] - hypothesis.log_durations).min(axis=1)
        timed = UNALIKE + (0.6 - UNALIKE) * LOG_DISTANCE_RANGE * _normal(nearest, DURATION_SD)
        alike = np.maximum(alike, timed)
    stands_out = 1.5 * np.minimum(found.log_p, 1.0) - 0.3 + np.clip(8.0 * (found.log_c - 0.17), -2.5, 1.5)
    return np.where(found.possible, PRIOR + speed + np.log(alike) + stands_out, -inf)


def _normal(values: FloatArray, sd: float) -> FloatArray:
    return np.asarray(np.exp(-0.5 * (values / sd) ** 2) / (sd * np.sqrt(2.0 * np.pi)))


def _within_reach(found: Candidates, rows: list[int], worth: FloatArray) -> list[int]:
    """Return the run of rows without a longer break than any set rest that is worth most."""
    runs: list[list[int]] = []
    for i in rows:
        if runs and found.start[i] - found.end[runs[-1][-1]] <= LONGEST_SET_REST_S:
            runs[-1].append(i)
        else:
            runs.append([i])
    return max(runs, key=lambda run: float(worth[run].sum()), default=[])


def easy_speed(grid_s: FloatArray, speed_mps: FloatArray, work: Sequence[Bout]) -> float:
    """Return the median running speed outside the bouts of work; NaN where there is hardly any."""
    outside = speed_mps > RUNNING_MPS
    for bout in work:
        outside &= (grid_s < bout.start_s - 3.0) | (grid_s > bout.end_s + 6.0)
    return float(np.median(speed_mps[outside])) if outside.sum() > LEAST_EASY_S else nan


def _without_strides(found: Candidates, rows: list[int]) -> tuple[list[int], list[int]]:
    """Split off strides: short bouts before the first rep, or after the last, of a session of longer ones."""
    if not rows:
        return [], []
    seconds = np.exp(found.log_t[rows])
    order = np.argsort(found.log_d[rows])
    half = np.searchsorted(np.cumsum(seconds[order]), 0.5 * seconds.sum())
    typical_m = float(np.exp(found.log_d[rows][order[half]]))
    short = (np.exp(found.log_d[rows]) <= min(STRIDE_M, STRIDE_SHARE * typical_m)) & (seconds <= STRIDE_S)
    if short.all():
        return rows, []
    # Of the reps proper, those that recur bound the set; a lone tempo run before the strides does not.
    recurring = ~short & _recurs(found.log_d[rows], found.log_t[rows])
    proper = np.flatnonzero(recurring if recurring.any() else ~short)
    stride = short & ((np.arange(len(rows)) < proper[0]) | (np.arange(len(rows)) > proper[-1]))
    lone = ~short & ~recurring if recurring.any() else np.zeros(len(rows), dtype=bool)
    starts, ends = found.start[rows], found.end[rows]
    far = (starts[proper[0]] - ends > LONGEST_LONE_REST_S) | (starts - ends[proper[-1]] > LONGEST_LONE_REST_S)
    drop = stride | (lone & far)
    if (~drop).sum() < FEWEST_REPS:
        return rows, []
    return [r for r, d in zip(rows, drop, strict=True) if not d], [r for r, d in zip(rows, stride, strict=True) if d]


def _recurs(log_d: FloatArray, log_t: FloatArray) -> NDArray[np.bool_]:
    """Return which have another of about their distance or duration."""
    alike = (np.abs(log_d[:, None] - log_d) < 0.09) | (np.abs(log_t[:, None] - log_t) < 0.05)
    return np.asarray(alike.sum(axis=1) > 1)


def is_session(
    reps: Sequence[Bout], odds_per_rep: float, log_contrast: float, grid_s: FloatArray, speed_mps: FloatArray
) -> bool:
    """Return whether the repeats are a session at all, and not a run with stops, hills or a few surges."""
    n = len(reps)
    if n < 3 or float(np.median([b.speed_mps for b in reps])) < LEAST_REP_MPS:
        return False
    work_s = np.array([b.duration_s for b in reps])
    rests_s = np.array([b.start_s - a.end_s for a, b in pairwise(reps)])
    if float(np.median(rests_s)) < LEAST_REST_SHARE * float(np.median(work_s)):
        return False
    rest_mps = [_slowest(grid_s, speed_mps, a.end_s, b.start_s) for a, b in pairwise(reps)]
    standing = float(np.median(rest_mps)) < STANDING_MPS
    work_m = np.array([b.distance_m for b in reps])
    easy_mps = easy_speed(grid_s, speed_mps, reps)
    faster = float(np.median([b.speed_mps for b in reps])) / easy_mps if isfinite(easy_mps) else 1.0
    blur = 1.5 / float(np.median(work_s))
    kinds = min(_kinds(work_m, max(0.08, blur)), _kinds(work_s, max(0.05, blur)))
    within_set = rests_s <= np.maximum(LONG_REST_S, LONG_REST_RATIO * np.median(rests_s))
    rhythm = min(_unevenness(rests_s[within_set]), _unevenness((rests_s / work_s[:-1])[within_set]))
    rhythmic = rhythm < (LOOSE_RHYTHM if n >= 5 else TIGHT_RHYTHM)
    if float(np.median(work_s)) < LONGEST_SPRINT_S and not (standing and n >= 4 and kinds <= max(1.0, 0.4 * n)):
        return False
    ladder = standing and log_contrast >= 0.8 and odds_per_rep > (1.0 if faster >= 1.35 else 2.5) and faster >= 1.22
    clear = faster >= CLEARLY_FASTER and log_contrast >= CLEAR_LOG_CONTRAST
    if n == FEWEST_REPS:
        return rhythmic and clear and kinds < n and odds_per_rep >= SURE_ODDS
    if not rhythmic:
        return odds_per_rep >= VERY_SURE_ODDS and kinds <= 1 + 0.4 * n and faster >= 1.3 and n >= 6
    if kinds == 1 and n >= 5 and rhythm < 0.2 and faster >= 1.2:
        return odds_per_rep >= 2.0
    if faster < 1.2:
        return odds_per_rep >= SURE_ODDS and kinds <= max(1.0, 0.25 * n)
    if kinds <= max(1.0, 0.6 * n):
        shallow = log_contrast < CLEAR_LOG_CONTRAST
        if shallow and float(np.median(rests_s)) > 4.0 * float(np.median(work_s)):
            return False
        if kinds > 0.34 * n:
            return odds_per_rep >= 4.0 or ladder
        return odds_per_rep >= (2.6 if faster >= 1.3 else SURE_ODDS - 0.3)
    return ladder


def _kinds(values: FloatArray, within: float) -> int:
    """Return how many different values there are, counting those within a share of each other once."""
    ordered = np.sort(np.log(values))
    count, anchor = 0, -inf
    for value in ordered.tolist():
        if value - anchor > 2.0 * within:
            count, anchor = count + 1, value
    return count


def _slowest(grid_s: FloatArray, speed_mps: FloatArray, start_s: float, end_s: float) -> float:
    inside = speed_mps[(grid_s >= start_s) & (grid_s < end_s)]
    return float(np.percentile(inside, 20.0)) if inside.size else inf


def _unevenness(values: FloatArray) -> float:
    """Return how far values lie from their median, as a share of it: robustly where there are many."""
    off = np.abs(values - np.median(values)) / max(float(np.median(values)), 1.0e-3)
    return float(1.4826 * np.median(off) if values.size >= 5 else off.mean())


def _spread(values: FloatArray) -> float:
    return float(np.median(np.abs(values - np.median(values))) * 1.48 / np.median(values))
