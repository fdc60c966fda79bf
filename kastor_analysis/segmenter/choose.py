"""Which bouts are the session's reps: the explanation of the recording that covers most, if it is a session.

Conventions: bouts come as a forest (`levels`); reps are an antichain of it. Each hypothesis (`odds`) is settled by
turns: the antichain with the greatest sum of log odds is found by dynamic programming over the tree, and what recurs
and what easy running is are learnt from it again. The explanation that covers most wins, if `judge` takes what it looks
like (`traits`) for a session; else the reps in it that recur, if these are plainly parted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .candidates import Candidates, easy_speed
from .interrupted import rejoined
from .judge import FEWEST_REPS, is_session, plainly_parted
from .levels import Bout
from .odds import (
    FADE_WITH_DISTANCE,
    RECURS_DISTANCE,
    RECURS_DURATION,
    Hypothesis,
    hypotheses,
    in_rhythm,
    log_odds,
    recurring,
)
from .traits import traits

FloatArray = NDArray[np.float64]

WORTH_A_LOOK = 0.35
"""An explanation that covers less than this share of what the best covers is not considered."""
ROUNDS = 6
AS_EXPECTED = 1.5
"""An explanation that is what the plan asks for counts so much more."""
EXPECTED_WITHIN = 0.10
LEAST_EXPECTED_SHARE = 0.5
"""Where fewer of the reps are of a distance that the plan asks for, something else was run."""
LONGEST_SET_REST_S = 900.0
LONGEST_LONE_REST_S = 400.0
"""A rep like no other lies no further than this from those that recur."""
FELLOW_DURATION = 0.05
"""Largest |log ratio| of the durations of two reps one of which vouches for the other."""
STRIDE_M = 165.0
STRIDE_S = 32.0
STRIDE_SHARE = 0.6


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
        The distance of each rep that a plan asks for; empty without a plan.

    Returns
    -------
    tuple of list of Bout
        Empty where there is no session.
    """
    found = Candidates(forest, speed_mps)
    if found.possible.sum() < FEWEST_REPS:
        return [], []
    if len(expected_m):
        reps, strides = _explained(found, grid_s, speed_mps, expected_m)
        reps = _less_easy_running(reps, expected_m)
        if reps and _share_expected(np.array([b.distance_m for b in reps]), expected_m) >= LEAST_EXPECTED_SHARE:
            return rejoined(reps), strides
    # A plan of something else than what was run tells nothing.
    reps, strides = _explained(found, grid_s, speed_mps)
    return rejoined(reps), strides


def _explained(
    found: Candidates, grid_s: FloatArray, speed_mps: FloatArray, expected_m: Sequence[float] = ()
) -> tuple[list[Bout], list[Bout]]:
    """Return reps and strides by the explanation that covers most and is a session."""
    explanations: list[tuple[float, FloatArray, list[int], list[int]]] = []
    for first in hypotheses(found, speed_mps, expected_m):
        rows, worth = _settle(found, first, grid_s, speed_mps)
        rows, strides = _without_strides(found, rows)
        if len(rows) >= FEWEST_REPS:
            explained = float((worth[rows] * np.exp(0.5 * found.log_d[rows] + found.log_v[rows])).sum())
            if _as_expected(np.exp(found.log_d[rows]), expected_m):
                explained *= AS_EXPECTED
            explanations.append((explained, worth, rows, strides))
    explanations.sort(key=lambda e: -e[0])
    for explained, worth, rows, strides in explanations:
        if explained < WORTH_A_LOOK * explanations[0][0]:
            break
        expected = _as_expected(np.exp(found.log_d[rows]), expected_m)
        found_traits = traits(found, rows, float(worth[rows].mean()), grid_s, speed_mps)
        if not is_session(found_traits, expected=expected):
            rows = _recurring_part(found, rows)
            if not rows or not plainly_parted(traits(found, rows, float(worth[rows].mean()), grid_s, speed_mps)):
                continue
        return [found.bouts[i] for i in rows], [found.bouts[i] for i in strides]
    return [], []


def _recurring_part(found: Candidates, rows: list[int]) -> list[int]:
    """Return the rows that have another of about their distance or duration; none where all have, or too few."""
    kept = [r for r, recurs in zip(rows, _recurs(found.log_d[rows], found.log_t[rows]), strict=True) if recurs]
    return kept if FEWEST_REPS <= len(kept) < len(rows) else []


def _as_expected(distance_m: FloatArray, expected_m: Sequence[float]) -> bool:
    """Return whether reps of these distances are about as many, and about what, a plan asks for."""
    if not expected_m or abs(distance_m.size - len(expected_m)) > max(2.0, 0.25 * len(expected_m)):
        return False
    return _share_expected(distance_m, expected_m) >= 0.8


def _less_easy_running(reps: list[Bout], expected_m: Sequence[float]) -> list[Bout]:
    """Return the reps less a first or last beyond what a plan asks for in number and unlike it in distance.

    Where the rests are walked and reps hardly faster than easy running, warm-up and cool-down look like long reps.
    """
    for end in (0, -1):
        if len(reps) > len(expected_m) and not _share_expected(np.array([reps[end].distance_m]), expected_m):
            reps = reps[1:] if end == 0 else reps[:-1]
    return reps


def _share_expected(distance_m: FloatArray, expected_m: Sequence[float]) -> float:
    """Return which share of these distances a plan asks for."""
    off = np.abs(np.log(distance_m[:, None] / np.asarray(expected_m))).min(axis=1)
    return float((off < EXPECTED_WITHIN).mean())


def _settle(
    found: Candidates, hypothesis: Hypothesis, grid_s: FloatArray, speed_mps: FloatArray
) -> tuple[list[int], FloatArray]:
    """Alternate between choosing bouts and learning from them what recurs and what easy running is."""
    rows: list[int] = []
    easy = easy_speed(grid_s, speed_mps, [found.bouts[i] for i in hypothesis.rows])
    worth = np.zeros(len(found.bouts))
    for _ in range(ROUNDS):
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
        hypothesis = Hypothesis(level, middle, recurring(log_d), recurring(log_t, RECURS_DURATION), tuple(rows))
    return rows, worth


def _within_reach(found: Candidates, rows: list[int], worth: FloatArray) -> list[int]:
    """Return the run of rows without a longer break than any set rest that is worth most."""
    runs: list[list[int]] = []
    for i in rows:
        if runs and found.start[i] - found.end[runs[-1][-1]] <= LONGEST_SET_REST_S:
            runs[-1].append(i)
        else:
            runs.append([i])
    return max(runs, key=lambda run: float(worth[run].sum()), default=[])


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
    within = ~stride & short
    if within.any():
        # What is also run between the reps is one of them.
        stride &= np.abs(found.log_d[rows][:, None] - found.log_d[rows][within]).min(axis=1) > RECURS_DISTANCE
    lone = ~short & ~recurring if recurring.any() else np.zeros(len(rows), dtype=bool)
    starts, ends = found.start[rows], found.end[rows]
    far = (starts[proper[0]] - ends > LONGEST_LONE_REST_S) | (starts - ends[proper[-1]] > LONGEST_LONE_REST_S)
    drop = stride | (lone & far)
    if (~drop).sum() < FEWEST_REPS:
        return rows, []
    return [r for r, d in zip(rows, drop, strict=True) if not d], [r for r, d in zip(rows, stride, strict=True) if d]


def _recurs(log_d: FloatArray, log_t: FloatArray) -> NDArray[np.bool_]:
    """Return which have another of about their distance or duration."""
    same_distance = np.abs(log_d[:, None] - log_d) < RECURS_DISTANCE
    same_duration = np.abs(log_t[:, None] - log_t) < FELLOW_DURATION
    return np.asarray((same_distance | same_duration).sum(axis=1) > 1)
