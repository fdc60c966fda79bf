"""The rest part: each rest against the time of its own rep, on the elapsed clock.

Conventions: q is rest / what was to be rested (``rest_ratio`` x the rep's own time, a fixed ``rest_s``, or a distance
``rest_m``); a rest runs from the end of its rep to the start of the next rep run, whatever lies between, paused or not.

"0.90 to 1.10 scores 100, falling to 0 at 0.40 beyond. After a hammer the upper edge is the longer of 1.1 x its own time
and 1.1 x the median regular rep." "A rest that leads into a missing rep is not judged." (docs/scoring.md)
"""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot, isfinite, nan
from typing import NamedTuple

import numpy as np

from ..plan import Plan
from ..report import RestVerdict
from ..segments import Segment
from .held import HeldRep
from .pace import fade
from .samples import RUNNING_FROM_MPS, Samples

_EDGE = 1e-9  # rounding only
_STANDING_BELOW_MPS = 0.6  # the slowest walk is 0.8; positions wander by less
_PAUSED_SHARE = 0.5  # most of it
_TURNAROUND_S = 4.0
"""Left out at either end of a rest when its kind is told: slowing down and setting off."""
_REST_DISTANCE_SD = 0.05
"""One standard deviation of the distance of a rest, as a share: a watch is poor at a walk and at turning round."""
_DROP_AFTER_S = 60.0  # the minute that physiologists look at
_DROP_SHORTEST_S = 30.0  # less of it says little of a minute


class RestJudgement(NamedTuple):
    """The rest after one row; NaN and None where no rep follows."""

    rest_s: float = nan
    distance_m: float = nan
    """Covered in the rest, as the recording has it."""
    target_s: float = nan
    target_m: float = nan
    """Where the rest was planned by its distance."""
    ratio: float = nan
    """Rest / time of its own rep."""
    verdict: RestVerdict | None = None
    score: float = nan
    q: float = nan
    """What was rested / what was to be rested."""
    kind: str | None = None
    heart_rate_start_bpm: float = nan
    heart_rate_end_bpm: float = nan
    heart_rate_drop_bpm: float = nan


def judge_rests(
    rows: Sequence[HeldRep],
    plan: Plan,
    median_pace_s_per_m: float,
    samples: Samples,
    *,
    hammered: Sequence[int] = (),
    trust_heart_rate: bool,
) -> tuple[RestJudgement, ...]:
    """Judge the rest after every row.

    After a hammer the longer of two rests is granted, for which the median pace is; `hammered` are planned regular reps
    that were run as hammers. `trust_heart_rate`: whether a drop of heart rate is to be told.
    """
    return tuple(
        _judge(i, rows, plan, median_pace_s_per_m, samples, hammered, trust_heart_rate) for i in range(len(rows))
    )


def _judge(
    i: int,
    rows: Sequence[HeldRep],
    plan: Plan,
    median_pace: float,
    samples: Samples,
    hammered: Sequence[int],
    trust_heart_rate: bool,
) -> RestJudgement:
    row = rows[i]
    segment, step = row.segment, row.step
    later = [r for r in rows[i + 1 :] if r.segment is None or r.segment is not segment]
    following = next((r.segment for r in later if r.segment is not None), None)
    if i + 1 < len(rows) and rows[i + 1].is_second_half:
        return _skipped(row)
    if segment is None or following is None:
        return RestJudgement()
    rest_s = following.start_s - segment.end_s
    own_s = rows[i - 1].time_s if row.is_second_half else row.time_s
    target_s = step.rest_after_s(own_s) if step is not None else nan
    target_m = step.rest_m if step is not None else nan
    distance_m = samples.distance(segment.end_s, following.start_s) if rest_s > 0 else 0.0
    shown = RestJudgement(
        rest_s=rest_s,
        distance_m=distance_m,
        target_s=target_s,
        target_m=target_m,
        ratio=rest_s / own_s if own_s > 0 else nan,
        kind=_kind(samples, segment.end_s, following.start_s),
    )
    if trust_heart_rate:
        shown = shown._replace(
            heart_rate_start_bpm=samples.at(samples.heart_rate_bpm, segment.end_s, within_s=4.0),
            heart_rate_end_bpm=samples.at(samples.heart_rate_bpm, following.start_s, within_s=4.0),
            heart_rate_drop_bpm=_drop(samples, segment, following),
        )
    if later[0].status == "missing" or row.status == "aborted":
        return shown
    if target_m > 0 and isfinite(distance_m):
        low, high = plan.rules.rest_band
        q = distance_m / target_m
        ends_s = _sd(segment, following, 0.0)
        q_sd = hypot(_REST_DISTANCE_SD, ends_s * distance_m / max(rest_s, 1.0) / target_m)
    elif target_s > 0:
        low, high = _edges(row, plan, target_s, median_pace, hammered)
        q = rest_s / target_s
        q_sd = _sd(segment, following, row.time_sd_s) / target_s
    else:
        return shown
    verdict: RestVerdict = "on"
    if q < low - q_sd - _EDGE:
        verdict = "short"
    elif q > high + q_sd + _EDGE:
        verdict = "long"
    return shown._replace(q=q, verdict=verdict, score=fade(q, low, high, plan.rules.rest_fade))


def _skipped(row: HeldRep) -> RestJudgement:
    """Return the rest that was not taken between two reps run as one."""
    step = row.step
    target_s = step.rest_after_s(row.time_s / 2.0) if step is not None else nan
    target_m = step.rest_m if step is not None else nan
    none = RestJudgement(rest_s=0.0, distance_m=0.0, ratio=0.0, target_s=target_s, target_m=target_m)
    return none._replace(q=0.0, verdict="short", score=0.0) if target_s > 0 or target_m > 0 else none


def _edges(
    row: HeldRep, plan: Plan, target_s: float, median_pace: float, hammered: Sequence[int]
) -> tuple[float, float]:
    low, high = plan.rules.rest_band
    step = row.step
    was_hammered = row.is_hammer or row.planned_rep in hammered
    if was_hammered and step is not None and isfinite(step.rest_ratio) and isfinite(median_pace):
        usual_s = step.rest_ratio * median_pace * row.scored_distance_m
        high = max(high, high * usual_s / target_s)
    return low, high


def _sd(segment: Segment, following: Segment, time_sd_s: float) -> float:
    ends = [sd if isfinite(sd) else 0.0 for sd in (segment.end_sd_s, following.start_sd_s, time_sd_s)]
    return hypot(*ends)


def _kind(samples: Samples, start_s: float, end_s: float) -> str | None:
    length_s = end_s - start_s
    if length_s <= 0:
        return None
    if samples.paused(start_s, end_s) >= _PAUSED_SHARE * length_s:
        return "paused"
    margin_s = min(_TURNAROUND_S, length_s / 4.0)
    inner_s = length_s - 2.0 * margin_s
    speed = samples.distance(start_s + margin_s, end_s - margin_s) / inner_s
    if not isfinite(speed):
        return None
    if speed < _STANDING_BELOW_MPS:
        return "standing"
    return "walking" if speed < RUNNING_FROM_MPS else "jogging"


def _drop(samples: Samples, segment: Segment, following: Segment) -> float:
    """Return by how many beats heart rate fell in the first minute of the rest (or in all of it where shorter)."""
    length_s = min(following.start_s - segment.end_s, _DROP_AFTER_S)
    if length_s < _DROP_SHORTEST_S:
        return nan
    before = samples.at(samples.heart_rate_bpm, segment.end_s, within_s=4.0)
    return before - samples.at(samples.heart_rate_bpm, segment.end_s + length_s - 2.0, within_s=3.0)


def rest_pace(rest: RestJudgement) -> float:
    """Return the pace of a rest in s/km, NaN where it was stood."""
    return 1000.0 * rest.rest_s / rest.distance_m if rest.distance_m > _STANDING_BELOW_MPS * rest.rest_s else nan


def rest_drift(rests: Sequence[RestJudgement]) -> float:
    """Return the mean q of the last third of the rests / that of the first third, NaN below six rests."""
    q = np.array([r.q for r in rests if isfinite(r.score)], dtype=np.float64)
    if q.size < 6:
        return nan
    third = q.size // 3
    return float(q[-third:].mean() / q[:third].mean())
