"""Alignment of what was run to what was planned: one optimal alignment of two sequences (dynamic programming).

Conventions: costs are dimensionless, 1 being a rep left out at the end; reps and steps keep their order. A planned rep
is taken for missing at the end (the runner stopped early) or in a gap: a rest about three times as long as usual.
Without such evidence 15 reps are reps 1 to 15. A rep too many is left out where it fits worst: far shorter or longer
than planned, aborted, or apart from the others by a gap (a fast piece of the warm-up). A plan that was made of these
very reps is no evidence on them: there each rep is its own step.

"Reps that were run are aligned with those that were planned as a whole." "A rep too many (a fast piece of the warm-up,
a false start) is `extra` and shifts no number; where nothing tells which it was, it is the last." (docs/scoring.md)
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from math import inf, isfinite, log, nan
from typing import NamedTuple

import numpy as np

from ..plan import Plan
from ..quantities.ordered import median
from ..segments import Segment
from ..steps import Step

_DISTANCE_SCALE = 0.20  # a fifth shorter or longer than planned costs as much as a rep left out at the end
_PACE_SCALE = 0.15  # likewise 15 % slower than the other reps: a jog, or a rep given up
_PACE_COST_MAX = 2.0  # however slow: less than a rep missing at the end and one too many (2.2)
_ABORTED_AS_PLANNED = 0.7  # less than missing and extra together (1.3): what was begun is that rep
_EXTRA = 1.2  # more than a rep missing at the end: one too many is the last resort
_EXTRA_APART = 0.35  # a piece apart from the others is likelier no rep of theirs than a rep that fits badly
_EXTRA_AMIDST = 0.15
"""Added to an extra between planned reps: of reps that fit alike, those after the last planned one are the extra."""
_EXTRA_ABORTED = 0.3  # a false start is the usual extra
_MISSING_AT_END = 1.0  # the unit of all costs
_MISSING_IN_GAP = 0.5  # half: the gap itself vouches for it
_MISSING_UNEXPLAINED = 2.5  # so dear that 15 reps without a gap are reps 1 to 15
_DOUBLE_AS_TWO = 0.1  # next to nothing: the segmenter saw two reps in one
_DOUBLE_AS_ONE = 0.6  # dearer than as two, cheaper than an extra
_MOST_UNEXPLAINED = 6  # more are no plan's reps any more; it bounds the work
_AS_FOUND = 0.25
"""How far, as a logarithm, a rep may be from the step that was made of it: steps are rounded to common distances."""
_GAP = 2.6
"""A rest this many times the usual one is a gap (planned: three times, for rest, rep and rest again)."""


class Pair(NamedTuple):
    """A step and the rep run for it; either may be None, not both."""

    step: Step | None
    segment: Segment | None
    covers_m: float = nan
    """For the first half of a double: the planned distance it stands for."""
    is_second_half: bool = False


def pair_up(plan: Plan, reps: Sequence[Segment], stopped_s: Sequence[float] = ()) -> tuple[Pair, ...]:
    """Return the pairs of a plan and what was run: one by one where the plan was made of it, else as `align` does.

    `stopped_s` is for how long the runner or the watch stood in the middle of each rep: no slower pace.
    """
    if plan.is_inferred:
        # Depending on who inferred it, reps that were not run to their end are among the steps or not.
        for found in (list(reps), [rep for rep in reps if rep.status == "run"]):
            if len(found) == len(plan.steps) and all(map(_is_made_of, plan.steps, found)):
                steps = iter(plan.steps)
                return tuple(Pair(next(steps) if rep in found else None, rep) for rep in reps)
    return align(plan.steps, reps, stopped_s)


def _is_made_of(step: Step, rep: Segment) -> bool:
    return abs(_off(step, rep.duration_s, _distance_m(rep))) <= _AS_FOUND


def align(steps: Sequence[Step], reps: Sequence[Segment], stopped_s: Sequence[float] = ()) -> tuple[Pair, ...]:
    """Return the pairs of the cheapest alignment, in order."""
    n, m = len(reps), len(steps)
    fits = _match_costs(steps, reps, [s if isfinite(s) else 0.0 for s in stopped_s] or [0.0] * n)
    gaps = _Gaps.between(reps)
    # best[i][j]: cheapest way to have placed the first i reps and used up the first j steps.
    best = [[inf] * (m + 1) for _ in range(n + 1)]
    came: list[list[tuple[int, int, str]]] = [[(0, 0, "")] * (m + 1) for _ in range(n + 1)]
    best[0][0] = 0.0

    def offer(i: int, j: int, cost: float, origin: tuple[int, int, str]) -> None:
        if cost < best[i][j] - 1e-12:
            best[i][j] = cost
            came[i][j] = origin

    for i in range(n):
        for j in range(m + 1):
            here = best[i][j]
            if here == inf:
                continue
            amidst = _EXTRA_AMIDST if j < m else 0.0
            offer(i + 1, j, here + _extra_cost(reps, gaps, i) + amidst, (i, j, "extra"))
            room = gaps.room(i, steps[j - 1] if j else None)
            for missing in range(min(m - j, max(room, _MOST_UNEXPLAINED) + 1)):
                cost = here + _missing_cost(missing, room)
                k = j + missing
                offer(i + 1, k + 1, cost + fits[i][k], (i, j, "match"))
                if reps[i].status == "double" and k + 2 <= m:
                    offer(i + 1, k + 2, cost + _DOUBLE_AS_TWO, (i, j, "double"))
    ends = [best[n][j] + _MISSING_AT_END * (m - j) for j in range(m + 1)]
    return _walk_back(steps, reps, came, int(np.argmin(ends)))


def _walk_back(
    steps: Sequence[Step], reps: Sequence[Segment], came: list[list[tuple[int, int, str]]], last: int
) -> tuple[Pair, ...]:
    pairs: list[Pair] = [Pair(step, None) for step in reversed(steps[last:])]
    i, j = len(reps), last
    while i > 0:
        i_before, j_before, move = came[i][j]
        rep = reps[i - 1]
        used = {"extra": 0, "match": 1, "double": 2}[move]
        if move == "extra":
            pairs.append(Pair(None, rep))
        elif move == "match":
            pairs.append(Pair(steps[j - 1], rep))
        else:
            pairs.append(Pair(steps[j - 1], rep, is_second_half=True))
            pairs.append(Pair(steps[j - 2], rep, covers_m=steps[j - 2].distance_m + steps[j - 1].distance_m))
        pairs.extend(Pair(steps[k], None) for k in range(j - used - 1, j_before - 1, -1))
        i, j = i_before, j_before
    return tuple(reversed(pairs))


def _match_costs(steps: Sequence[Step], reps: Sequence[Segment], stopped_s: Sequence[float]) -> list[list[float]]:
    distances = [_distance_m(rep) for rep in reps]
    run_s = [rep.duration_s - stop_s for rep, stop_s in zip(reps, stopped_s, strict=True)]
    paces = [lasted_s / d if d > 0 else nan for lasted_s, d in zip(run_s, distances, strict=True)]
    known = [p for p in paces if isfinite(p)]
    usual_pace = float(median(known)) if known else nan
    return [
        [_match_cost(step, rep, lasted_s, distance_m, pace / usual_pace) for step in steps]
        for rep, lasted_s, distance_m, pace in zip(reps, run_s, distances, paces, strict=True)
    ]


def _match_cost(step: Step, rep: Segment, lasted_s: float, distance_m: float, relative_pace: float) -> float:
    if rep.status == "aborted":
        return _ABORTED_AS_PLANNED
    cost = (_off(step, lasted_s, distance_m) / _DISTANCE_SCALE) ** 2
    if rep.status == "double":
        cost = min(cost, _DOUBLE_AS_ONE)
    if isfinite(relative_pace) and relative_pace > 1.0:
        cost += min((log(relative_pace) / _PACE_SCALE) ** 2, _PACE_COST_MAX)
    return cost


def _off(step: Step, lasted_s: float, distance_m: float) -> float:
    """Return how much longer a rep was than planned, in time or distance, as a logarithm; 0 where nobody knows."""
    if isfinite(step.duration_s):
        return log(lasted_s / step.duration_s)
    if isfinite(distance_m) and distance_m > 0:
        return log(distance_m / step.distance_m)
    return 0.0


def _distance_m(rep: Segment) -> float:
    return rep.nominal_distance_m if isfinite(rep.nominal_distance_m) else rep.distance_m


class _Gaps(NamedTuple):
    """The rests between reps, and how many reps may be missing in each."""

    rest_s: tuple[float, ...]
    """Before each rep; 0 before the first."""
    usual_s: float
    rep_s: float

    @classmethod
    def between(cls, reps: Sequence[Segment]) -> _Gaps:
        rests = [b.start_s - a.end_s for a, b in itertools.pairwise(reps)]
        usual_s = max(float(median(rests)), 1.0) if len(rests) >= 2 else inf
        rep_s = float(median([rep.duration_s for rep in reps])) if reps else nan
        return cls((0.0, *rests) if reps else (), usual_s, rep_s)

    def room(self, i: int, step_before: Step | None) -> int:
        """Return how many reps may be missing before rep `i`, which follows `step_before`."""
        if step_before is None or self.usual_s == inf:
            return 0
        usual_s = step_before.rest_s if isfinite(step_before.rest_s) else self.usual_s
        if self.rest_s[i] < _GAP * max(usual_s, 1.0):
            return 0
        return max(1, round((self.rest_s[i] - usual_s) / (usual_s + self.rep_s)))

    def is_gap(self, i: int) -> bool:
        return self.rest_s[i] >= _GAP * self.usual_s


def _missing_cost(missing: int, room: int) -> float:
    if missing == 0:
        return 0.0
    if missing <= room:
        return _MISSING_IN_GAP + 0.9 * _MISSING_AT_END * (missing - 1)
    return _MISSING_UNEXPLAINED * missing


def _extra_cost(reps: Sequence[Segment], gaps: _Gaps, i: int) -> float:
    n = len(reps)
    later_is_likelier = 1e-3 * (n - 1 - i) / n
    if reps[i].status == "aborted":
        return _EXTRA_ABORTED + later_is_likelier
    is_before_all = i < n / 4 and i + 1 < n and gaps.is_gap(i + 1)
    is_after_all = i >= 3 * n / 4 and gaps.is_gap(i)
    return (_EXTRA_APART if is_before_all or is_after_all else _EXTRA) + later_is_likelier
