"""What advice is drawn from: the judgements of one session, and how its times are told.

Conventions: as in `RepResult`; what is told has the digits the recording supports.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from ..plan import Plan
from ..quantities.ordered import median
from ..report import HammerResult, RepResult, SplitResult
from .pace import PaceJudgement
from .phrases import clock, deserves_tenths, gap
from .rest import RestJudgement
from .structure import StructureJudgement
from .usual import Usual, are_alike
from .worth import Worth

_ONE_PACE = 1.01  # 1 %: targets written in whole seconds differ by as much


@dataclass(frozen=True, kw_only=True)
class Findings:
    """All that advice is drawn from."""

    plan: Plan
    rows: Sequence[RepResult]
    pace: PaceJudgement
    rests: Sequence[RestJudgement]
    hammers: Sequence[HammerResult]
    structure: StructureJudgement
    parts: dict[str, float]
    splits: Sequence[SplitResult]
    worth: Worth | None
    usual: Usual
    """What times are told over."""

    @property
    def usual_m(self) -> float:
        """The metres that times are told over."""
        return self.usual.metres

    @property
    def per(self) -> str:
        """Said after a time."""
        return self.usual.per

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
        known = [r.time_sd_s for r in self.rows if isfinite(r.time_sd_s)]
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
            return self.usual_m / self.plan.goal.speed_mps
        paces = [
            r.target_s / r.scored_distance_m
            for r in self.regular()
            if self.per or abs(r.nominal_distance_m - self.usual_m) <= 0.1 * self.usual_m
        ]
        return self.usual_m * (float(median(paces)) if paces else self.pace.median_pace_s_per_m)

    def regular(self, first: int = 1, last: int = 10_000) -> list[RepResult]:
        """Return the planned regular reps of that span which were run."""
        return [
            r
            for r in self.rows
            if r.planned_rep is not None
            and first <= r.planned_rep <= last
            and r.status in ("run", "double")
            and not r.is_hammer
            and isfinite(r.deviation_s)
        ]
