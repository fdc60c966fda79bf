"""`judge`: a session held against a plan by every rule, and `Judged`: the judgements, and what follows from several.

"Pace 45, hammers 25, rests 20, structure 10. A part that cannot be told is NaN, its reason stands in `report.notes`,
and the others are re-weighted." (docs/scoring.md)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite, nan
from typing import TYPE_CHECKING

import numpy as np

from ..plan import Plan
from ..quantities.lengths import Units
from ..quantities.ordered import median
from ..report import HammerResult, PhaseResult, RepResult, SplitResult
from ..session import Session
from .align import pair_up
from .ground import time_inside
from .hammer import HammerJudgement, judge_hammers
from .heart import heart_rate_doubt
from .held import HeldRep, hold, stopped_within_s
from .pace import PaceJudgement, judge_pace, median_regular_pace
from .phrases import clock, deserves_tenths, gap
from .rest import RestJudgement, judge_rests
from .results import hammer_result, rep_results
from .samples import Samples
from .structure import StructureJudgement, judge_structure
from .usual import Usual, alike_to, are_alike, usual_distance
from .worth import Worth, worth_of

if TYPE_CHECKING:
    from ..athlete import Athlete

_ONE_PACE = 1.01  # 1 %: targets written in whole seconds differ by as much


@dataclass(frozen=True, kw_only=True)
class Judged:
    """All judgements of one session, before they are put into words."""

    session: Session
    plan: Plan
    athlete: Athlete | None
    rows: Sequence[HeldRep]
    results: tuple[RepResult, ...]
    """The same rows, as they are reported."""
    pace: PaceJudgement
    hammers: Sequence[HammerJudgement]
    hammer_results: tuple[HammerResult, ...]
    rests: Sequence[RestJudgement]
    structure: StructureJudgement
    heart_rate_doubt: str | None
    samples: Samples
    inside: tuple[SplitResult, ...]
    units: Units

    @cached_property
    def parts(self) -> dict[str, float]:
        """The parts and their weighted mean; NaN parts are left out of it."""
        plan, rules = self.plan, self.plan.rules
        rest_scores = [rest.score for rest in self.rests if isfinite(rest.score)]
        parts = {
            "overall": nan,
            "pace": self.pace.part,
            "hammer": float(np.mean([h.score for h in self.hammers])) if self.hammers else nan,
            "rest": float(np.mean(rest_scores)) if rest_scores else nan,
            "structure": nan if plan.is_inferred else self.structure.part,
        }
        if plan.goal is not None and not plan.is_inferred:
            weights = {
                "pace": rules.weight_pace,
                "hammer": rules.weight_hammer,
                "rest": rules.weight_rest,
                "structure": rules.weight_structure,
            }
            known = {name: weight for name, weight in weights.items() if isfinite(parts[name])}
            if sum(known.values()) > 0.0:
                parts["overall"] = sum(parts[name] * weight for name, weight in known.items()) / sum(known.values())
        return parts

    @cached_property
    def worth(self) -> Worth | None:
        """What the session is worth as a race, None where its reps do not tell."""
        regular = self._most_of_one_kind()
        if not regular or self.pace.is_coarse:
            return None
        rests = dict(zip(map(id, self.rows), self.rests, strict=True))
        ratios = [rests[id(row)].ratio for row in regular if isfinite(rests[id(row)].ratio)]
        return worth_of(
            median_regular_pace(regular),
            float(median([row.time_s for row in regular])),
            len(regular),
            sum(row.scored_distance_m for row in regular),
            float(median(ratios)) if ratios else nan,
            is_10k=self.plan.goal is not None and self.plan.goal.is_10k,
        )

    def _most_of_one_kind(self) -> list[HeldRep]:
        """Return the regular reps of the kind that most of the work was done in."""
        regular = [row for row in self.rows if row.is_timed and not row.is_hammer]
        if not regular:
            return []
        metres = np.array([row.scored_distance_m for row in regular], dtype=np.float64)
        kinds = [alike_to(row, regular) for row in regular]
        best = max(kinds, key=lambda kind: float(metres[kind].sum()))
        return [regular[i] for i in np.flatnonzero(best)]

    @cached_property
    def usual(self) -> Usual:
        """What times are told over: the planned reps; without a goal those that were held against a target."""
        planned = [row for row in self.rows if row.step is not None]
        return usual_distance((self.judged_rows if self.plan.goal is None else []) or planned, self.units)

    @cached_property
    def judged_rows(self) -> list[HeldRep]:
        """Regular reps that were held against a target: not those of a distance run but once, without a goal."""
        return [
            row
            for row, ratio in zip(self.rows, self.pace.ratio, strict=True)
            if row.is_timed and not row.is_hammer and isfinite(ratio)
        ]

    @property
    def in_band(self) -> tuple[float, float, float]:
        """Metres and seconds of reps run within the band (give or take the sd of their times), metres of all reps."""
        at_pace_m = at_pace_s = total_m = 0.0
        for row, ratio, sd in zip(self.rows, self.pace.ratio, self.pace.ratio_sd, strict=True):
            metres = row.scored_distance_m
            if isfinite(row.time_s) and isfinite(metres):
                low, high = self.plan.band_of(row.step)
                total_m += metres
                if low - sd - 1e-9 <= ratio <= high + sd + 1e-9:
                    at_pace_m += metres
                    at_pace_s += row.time_s
        return at_pace_m, at_pace_s, total_m

    @property
    def is_mixed(self) -> bool:
        """Whether no time speaks for all reps that are judged: they differ, or their targets do."""
        regular = self.regular()
        paces = [r.target_s / r.scored_distance_m for r in regular]
        one_target = not paces or max(paces) <= _ONE_PACE * min(paces)
        return not one_target or (self.plan.goal is None and not are_alike(regular))

    @property
    def is_unplanned_mix(self) -> bool:
        """Whether reps of several kinds were run and nobody said at which paces: one says nothing of another."""
        return self.plan.is_inferred and not are_alike(self.regular())

    @property
    def tenths(self) -> bool:
        """Whether single times deserve tenths of a second."""
        known = [r.time_sd_s for r in self.results if isfinite(r.time_sd_s)]
        return not self.usual.is_pace and bool(known) and deserves_tenths(float(median(known)))

    def told(self, seconds: float) -> str:
        """Return a time with the digits this recording supports."""
        return clock(seconds, tenths=self.tenths)

    def apart(self, one_s: float, other_s: float) -> str:
        """Return how far apart two times are with the digits this recording supports, as they are told."""
        off_s = one_s - other_s
        if not self.tenths and round(one_s) != round(other_s):
            off_s = round(one_s) - round(other_s)
        return gap(off_s, tenths=self.tenths)

    @property
    def goal_s(self) -> float:
        """Target over the usual distance."""
        if self.plan.goal is not None:
            return self.usual.metres / self.plan.goal.speed_mps
        paces = [
            r.target_s / r.scored_distance_m
            for r in self.regular()
            if self.usual.per or abs(r.nominal_distance_m - self.usual.metres) <= 0.1 * self.usual.metres
        ]
        return self.usual.metres * (float(median(paces)) if paces else self.pace.median_pace_s_per_m)

    def regular(self, first: int = 1, last: int = 10_000) -> list[RepResult]:
        """Return the planned regular reps of that span which were run."""
        return [
            r
            for r in self.results
            if r.planned_rep is not None
            and first <= r.planned_rep <= last
            and r.status in ("run", "double")
            and not r.is_hammer
            and isfinite(r.deviation_s)
        ]


def judge(
    session: Session,
    plan: Plan,
    athlete: Athlete | None,
    times: dict[int, float],
    samples: Samples,
    phases: Sequence[PhaseResult],
    units: Units,
) -> Judged:
    """Return what every rule says of a session; `times` are hand-timed reps by their number in the plan."""
    stopped_s = [stopped_within_s(session, rep) for rep in session.reps]
    rows = hold(pair_up(plan, session.reps, stopped_s), session, times)
    median_pace = median_regular_pace(rows)
    hammers = judge_hammers(rows, plan, median_pace)
    wrong_reps = [h.wrong_rep for h in hammers if h.wrong_rep is not None]
    doubt = heart_rate_doubt(session.reps, samples, _warmup(phases))
    pace = judge_pace(rows, plan, wrong_reps)
    rests = judge_rests(rows, plan, median_pace, samples, hammered=wrong_reps, trust_heart_rate=doubt is None)
    results = rep_results(rows, plan, pace, rests, samples, session)
    return Judged(
        session=session,
        plan=plan,
        athlete=athlete,
        rows=rows,
        results=results,
        pace=pace,
        hammers=hammers,
        hammer_results=tuple(hammer_result(h, rows, results) for h in hammers),
        rests=rests,
        structure=judge_structure(rows, session, plan, samples),
        heart_rate_doubt=doubt,
        samples=samples,
        inside=time_inside(rows, session),
        units=units,
    )


def _warmup(phases: Sequence[PhaseResult]) -> tuple[float, float] | None:
    longest = max((p for p in phases if p.kind == "warmup"), key=lambda p: p.duration_s, default=None)
    return (longest.start_s, longest.end_s) if longest is not None else None
