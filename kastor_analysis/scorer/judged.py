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
from ..report import PhaseResult, SplitResult
from ..session import Session
from .align import pair_up
from .ground import time_inside
from .hammer import HammerJudgement, judge_hammers
from .heart import heart_rate_doubt
from .held import HeldRep, hold, stopped_within_s
from .pace import PaceJudgement, judge_pace, median_regular_pace
from .rest import RestJudgement, judge_rests
from .samples import Samples
from .structure import StructureJudgement, judge_structure
from .usual import Usual, alike_to, are_alike, usual_distance
from .worth import Worth, worth_of

if TYPE_CHECKING:
    from ..athlete import Athlete


@dataclass(frozen=True, kw_only=True)
class Judged:
    """All judgements of one session, before they are put into words."""

    session: Session
    plan: Plan
    athlete: Athlete | None
    rows: Sequence[HeldRep]
    pace: PaceJudgement
    hammers: Sequence[HammerJudgement]
    rests: Sequence[RestJudgement]
    structure: StructureJudgement
    heart_rate_doubt: str | None
    samples: Samples
    phases: Sequence[PhaseResult]
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
    def is_mixed(self) -> bool:
        """Whether there is no goal and the reps that are judged differ: no time speaks for all of them."""
        return self.plan.goal is None and not are_alike(self.judged_rows)

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
    return Judged(
        session=session,
        plan=plan,
        athlete=athlete,
        rows=rows,
        pace=judge_pace(rows, plan, wrong_reps),
        hammers=hammers,
        rests=judge_rests(rows, plan, median_pace, samples, hammered=wrong_reps, trust_heart_rate=doubt is None),
        structure=judge_structure(rows, session, plan, samples),
        heart_rate_doubt=doubt,
        samples=samples,
        phases=phases,
        inside=time_inside(rows, session),
        units=units,
    )


def _warmup(phases: Sequence[PhaseResult]) -> tuple[float, float] | None:
    longest = max((p for p in phases if p.kind == "warmup"), key=lambda p: p.duration_s, default=None)
    return (longest.start_s, longest.end_s) if longest is not None else None
