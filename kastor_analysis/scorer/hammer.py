"""The hammer part: whether the reps meant to be all out were run so, and on the rounds planned.

Conventions: gain is 1 - pace / median pace of the regular reps (0.10: ten per cent quicker). Heart rate is shown, never
scored: it lags, and wrist sensors fail in intervals.

"85 parts from the gain (0 at 2 %, all at 10 %; 5.5 % and 13.5 % with a 10K goal, whose regular reps are slower), 15
from the rank: all of them when no regular rep was quicker, a third less for each that was, and none unless the gain is
over 2 %." "If exactly one neighbour of a planned hammer gained over 5 % and at least three points more than the hammer
itself, that was the hammer on the wrong rep" (docs/scoring.md)
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan
from typing import NamedTuple

import numpy as np

from ..plan import Plan
from ..report import HammerVerdict
from .held import HeldRep

_TIE = 1e-9
"""Slack of a comparison, for the rounding of floating-point numbers only."""


class HammerJudgement(NamedTuple):
    """One planned hammer rep; `row` is its place among the rows."""

    row: int
    score: float
    verdict: HammerVerdict
    gain: float = nan
    gain_sd: float = nan
    rank: int | None = None
    wrong_rep: int | None = None
    next_ratio: float = nan
    """The rep after it / the median regular rep."""


def judge_hammers(rows: Sequence[HeldRep], plan: Plan, median_pace_s_per_m: float) -> tuple[HammerJudgement, ...]:
    """Judge every planned hammer rep.

    With a 10K goal a hammer must gain more, for the regular reps are slower.
    """
    gains = _gains(rows, median_pace_s_per_m)
    claimed: set[int] = set()
    judged = []
    for i, row in enumerate(rows):
        if row.is_hammer:
            judgement = _judge(i, rows, gains, plan, claimed)
            if judgement.wrong_rep is not None:
                claimed.add(judgement.wrong_rep)
            judged.append(judgement)
    return tuple(judged)


def _gains(rows: Sequence[HeldRep], median_pace: float) -> dict[int, float]:
    """Return the gain of each planned rep that was run."""
    return {
        row.planned_rep: 1.0 - row.pace_s_per_m / median_pace
        for row in rows
        if row.is_timed and row.planned_rep is not None and isfinite(median_pace)
    }


def _judge(i: int, rows: Sequence[HeldRep], gains: dict[int, float], plan: Plan, claimed: set[int]) -> HammerJudgement:
    rules, row = plan.rules, rows[i]
    number = row.planned_rep or 0
    gain = gains.get(number, nan)
    wrong_rep = _wrong_rep(number, rows, gains, plan, claimed)
    wrong_score = rules.hammer_wrong_rep_share * _gain_part(gains[wrong_rep], plan) if wrong_rep else 0.0
    if not isfinite(gain):
        # Not run: nothing, unless it was run one round early or late.
        return HammerJudgement(row=i, score=wrong_score, verdict="missing", wrong_rep=wrong_rep)
    faster = [n for n, g in gains.items() if g > gain + _TIE]
    rank_part = 0.0
    if gain > plan.hammer_gain[0] + _TIE and rules.hammer_rank_zero > 0:
        regular_faster = sum(n not in plan.hammer for n in faster)
        rank_part = rules.hammer_rank_weight * max(0.0, 1.0 - regular_faster / rules.hammer_rank_zero)
    score = max(_gain_part(gain, plan) + rank_part, wrong_score)
    verdict: HammerVerdict = "not hammered"
    if score >= rules.hammer_all_out:
        verdict = "all out"
    elif score >= rules.hammer_faster:
        # The points of the rep that was hammered instead say nothing of this one.
        verdict = "faster, not all out" if wrong_score < score else "on the wrong rep"
    return HammerJudgement(
        row=i,
        gain=gain,
        gain_sd=_gain_sd(row, rows, gain),
        rank=1 + len(faster),
        score=score,
        verdict=verdict,
        wrong_rep=wrong_rep,
        next_ratio=nan if number + 1 in plan.hammer else 1.0 - gains.get(number + 1, nan),
    )


def _gain_part(gain: float, plan: Plan) -> float:
    zero, full = plan.hammer_gain
    return plan.rules.hammer_gain_weight * float(np.clip((gain - zero) / (full - zero), 0.0, 1.0))


def _wrong_rep(
    number: int, rows: Sequence[HeldRep], gains: dict[int, float], plan: Plan, claimed: set[int]
) -> int | None:
    """Return the one regular rep beside a planned hammer that was hammered in its stead."""
    rules = plan.rules
    own = gains.get(number, 0.0)
    out = [
        n
        for n in (number - 1, number + 1)
        if n not in plan.hammer
        and n not in claimed
        and gains.get(n, 0.0) > rules.hammer_wrong_rep_gain + _TIE
        and gains.get(n, 0.0) >= own + rules.hammer_wrong_rep_margin - _TIE
    ]
    return out[0] if len(out) == 1 else None


def _gain_sd(row: HeldRep, rows: Sequence[HeldRep], gain: float) -> float:
    """One standard deviation of a gain: of the rep's time and of the median it is held against."""
    regular = [r.beside_sd_s / r.time_s for r in rows if r.is_timed and not r.is_hammer and isfinite(r.beside_sd_s)]
    median_sd = 1.25 * float(np.mean(regular)) / np.sqrt(len(regular)) if regular else 0.0
    own_sd = row.beside_sd_s / row.time_s if isfinite(row.beside_sd_s) else 0.0
    return float((1.0 - gain) * np.hypot(own_sd, median_sd))
