"""The pace part: reps against the target, the start against the middle, and what is shown beside them.

Conventions: a ratio is time / target over the scored distance (1.02 is two per cent slow). Without a goal the target is
the median regular rep's pace (of reps of the same distance, where they differ), and the part is called evenness. Scores
use the plain ratio; verdicts ask for one standard deviation beyond the edge, because a recording's times are not exact,
nor is a median of few reps that differ much.

"Band: r from 0.97 to 1.01 scores 100, falling to 0 at 0.04 beyond either edge; a planned regular rep that was not run,
or not run to its end, scores 0; the mean over the planned regular reps." "Start, the dead sprint: mean of regular reps
1-3 / median of regular reps 4-11; 100 from 0.98 up, 0 at 0.94." (docs/scoring.md)
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..plan import Plan
from ..quantities.ordered import median
from ..report import PaceVerdict
from .held import HeldRep

FloatArray = NDArray[np.float64]

_EDGE = 1e-9
"""Slack of an edge, for the rounding of floating-point numbers only."""
_LIKE = 0.10  # as in `usual`
_COARSE_SURE_SD = 2.0
"""In a recording too coarse for verdicts, one is given only from this many standard deviations beyond the edge."""


class PaceJudgement(NamedTuple):
    """The pace part and its pieces; arrays hold one value a row, NaN where there is nothing to judge."""

    part: float
    band_mean: float
    start_score: float
    start_ratio: float
    """Mean of the first regular reps / median of the middle ones."""
    start_ratio_sd: float
    budget_ratio: float
    """Mean of the late regular reps / median of the middle ones."""
    budget_ratio_sd: float
    middle_reps: tuple[int, ...]
    """The planned numbers of those that start and budget are held against, as far as they were run."""
    late_reps: tuple[int, ...]
    median_pace_s_per_m: float
    """Of the regular reps."""
    target_s: FloatArray
    ratio: FloatArray
    ratio_sd: FloatArray
    score: FloatArray
    verdicts: tuple[PaceVerdict | None, ...]
    is_coarse: bool


def fade(value: float, low: float, high: float, width: float) -> float:
    """Return 100 within [low, high], falling linearly to 0 at `width` beyond either edge."""
    beyond = max(low - value, value - high, 0.0)
    return 100.0 if beyond <= _EDGE else 100.0 * max(0.0, 1.0 - beyond / width)


def median_regular_pace(rows: Sequence[HeldRep]) -> float:
    """Return the median seconds per metre of the planned regular reps that were run, NaN where there are none."""
    paces = [row.pace_s_per_m for row in rows if row.is_timed and not row.is_hammer]
    return float(median(paces)) if paces else nan


def judge_pace(rows: Sequence[HeldRep], plan: Plan, wrong_reps: Sequence[int] = ()) -> PaceJudgement:
    """Judge every rep's pace and the pace part as a whole.

    `wrong_reps` are planned regular reps that were run as hammers: they leave the mean.
    """
    rules = plan.rules
    bands = [plan.band_of(row.step) for row in rows]
    median_pace = median_regular_pace(rows)
    metres = np.array([row.scored_distance_m for row in rows], dtype=np.float64)
    target_pace, target_pace_sd = _target_paces(rows, plan)
    target_s = target_pace * metres
    target_s[[row.status == "aborted" for row in rows]] = np.nan
    time_s = np.array([row.time_s for row in rows], dtype=np.float64)
    sd_s = np.array([row.time_sd_s if isfinite(row.time_sd_s) else 0.0 for row in rows], dtype=np.float64)
    ratio, ratio_sd = time_s / target_s, sd_s / target_s
    verdict_sd = np.hypot(ratio_sd, ratio * target_pace_sd / target_pace)

    score = np.full(len(rows), np.nan)
    for i, row in enumerate(rows):
        if row.step is None or row.is_hammer or row.planned_rep in wrong_reps:
            continue
        if row.is_second_half:
            score[i] = score[i - 1]
        elif row.is_timed:
            # NaN where there is no target: a distance run once, and no goal.
            score[i] = np.nan if np.isnan(ratio[i]) else fade(ratio[i], *bands[i], rules.band_fade)
        else:
            score[i] = 0.0
    beyond_half = [
        sd - (high - low) / 2.0
        for row, sd, (low, high) in zip(rows, ratio_sd, bands, strict=True)
        if row.is_timed and not row.is_hammer and isfinite(sd)
    ]
    is_coarse = bool(beyond_half and median(beyond_half) > 0.0)

    early, middle, late = (
        _regular_within(rows, ratio, span) for span in ((1, rules.start_reps), rules.start_against, rules.budget_reps)
    )
    start_ratio, start_sd = _contrast(rows, ratio, early, middle)
    budget_ratio, budget_sd = _contrast(rows, ratio, late, middle)
    n_regular = sum(row.is_timed and not row.is_hammer for row in rows)
    start_score = nan
    if n_regular >= rules.start_min_regular and isfinite(start_ratio):
        start_score = fade(start_ratio, rules.start_full, np.inf, rules.start_full - rules.start_zero)
    judged = score[np.isfinite(score)]
    band_mean = float(np.mean(judged)) if judged.size else nan
    part = band_mean
    if isfinite(start_score) and isfinite(band_mean):
        part = rules.band_weight * band_mean + (1.0 - rules.band_weight) * start_score
    return PaceJudgement(
        part=part,
        band_mean=band_mean,
        start_score=start_score,
        start_ratio=start_ratio,
        start_ratio_sd=start_sd,
        budget_ratio=budget_ratio,
        budget_ratio_sd=budget_sd,
        middle_reps=tuple(rows[i].planned_rep or 0 for i in middle),
        late_reps=tuple(rows[i].planned_rep or 0 for i in late),
        median_pace_s_per_m=median_pace,
        target_s=target_s,
        ratio=ratio,
        ratio_sd=ratio_sd,
        score=score,
        verdicts=tuple(
            None
            if row.is_hammer or row.status == "aborted"
            else _verdict(ratio[i], verdict_sd[i], *bands[i], is_coarse)
            for i, row in enumerate(rows)
        ),
        is_coarse=is_coarse,
    )


def _target_paces(rows: Sequence[HeldRep], plan: Plan) -> tuple[FloatArray, FloatArray]:
    """Return what each rep is held against, seconds per metre: the goal's, or without one the median of its kind.

    And one sd of it: a goal is what it is, a median hangs on which reps it is of.
    """
    if plan.goal is not None:
        goal_pace = 1.0 / plan.goal.speed_mps
        own = [nan if row.step is None else row.step.target_pace_s_per_km / 1000.0 for row in rows]
        paces = np.array([pace if isfinite(pace) else goal_pace for pace in own], dtype=np.float64)
        return paces, np.zeros(len(rows))
    metres = np.array([_distance_m(row) for row in rows], dtype=np.float64)
    planned_s = np.array([nan if row.step is None else row.step.duration_s for row in rows], dtype=np.float64)
    timed = np.array([row.is_timed for row in rows], dtype=bool)
    regular = timed & ~np.array([row.is_hammer for row in rows], dtype=bool)
    pace = np.array([row.pace_s_per_m if row.is_timed else nan for row in rows], dtype=np.float64)
    out, sd = np.full(len(rows), nan), np.full(len(rows), nan)
    for i in range(len(rows)):
        by_time = np.isfinite(planned_s[i]) & np.isfinite(planned_s)
        like = np.where(
            by_time, np.abs(planned_s[i] - planned_s) <= _LIKE * planned_s, np.abs(metres[i] - metres) <= _LIKE * metres
        )
        fellows = regular & like
        is_alone = fellows.sum() < 2 and bool((timed & ~like).any())
        if fellows.any() and not is_alone:
            out[i], sd[i] = median(pace[fellows]), _median_moves(pace[fellows])
    return out, sd


def _median_moves(values: FloatArray) -> float:
    """Return how far the median moves at the most when one of the values is left out: the least or the greatest."""
    if values.size < 2:
        return 0.0
    ordered = np.sort(values)
    return float(max(median(ordered[1:]) - median(ordered), median(ordered) - median(ordered[:-1])))


def _distance_m(row: HeldRep) -> float:
    return row.nominal_distance_m if isfinite(row.nominal_distance_m) else row.scored_distance_m


def _verdict(ratio: float, sd: float, low: float, high: float, is_coarse: bool) -> PaceVerdict | None:
    if not isfinite(ratio):
        return None
    slack = (_COARSE_SURE_SD if is_coarse else 1.0) * sd + _EDGE
    if ratio > high + slack:
        return "slow"
    if ratio < low - slack:
        return "fast"
    return None if is_coarse else "on"


def _regular_within(rows: Sequence[HeldRep], ratio: FloatArray, span: tuple[int, int]) -> list[int]:
    """Return the places of the regular reps of a span of the plan that have a ratio."""
    first, last = span
    return [
        i
        for i, row in enumerate(rows)
        if row.is_timed and not row.is_hammer and first <= (row.planned_rep or 0) <= last and isfinite(ratio[i])
    ]


def _contrast(
    rows: Sequence[HeldRep], ratio: FloatArray, some: Sequence[int], against: Sequence[int]
) -> tuple[float, float]:
    """Return the mean ratio of the rows `some` / the median of those `against`, and its standard deviation."""
    if not some or not against:
        return nan, nan
    contrast = float(np.mean(ratio[list(some)])) / float(median(ratio[list(against)]))
    # A median of n normal values is about 1.25 times as uncertain as their mean.
    sds = np.array([row.time_sd_s / row.time_s if isfinite(row.time_sd_s) else 0.0 for row in rows])
    some_sd, against_sd = (float(np.mean(sds[list(at)])) / np.sqrt(len(at)) for at in (some, against))
    return contrast, float(np.hypot(some_sd, 1.25 * against_sd))
