"""`Judged`: all judgements of one session, and what follows from several of them, before any is put into words."""

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
from ..session import Session
from .hammer import HammerJudgement
from .held import HeldRep
from .pace import PaceJudgement, median_regular_pace
from .rest import RestJudgement
from .structure import StructureJudgement
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
    units: Units

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
        """What times are told over, as in `Findings`."""
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
