"""The structure part: reps run, warm-up, cool-down. Stretching, drills and strides are shown, not scored.

Conventions: minutes count when they were run easily; what lies outside the recording is NaN, never 0.

"Planned reps run (60 parts), easy running in the warm-up (20) and in the cool-down (20), each full from 10 minutes;
standing and walking do not count, longer costs nothing. If the first rep starts within 120 s of the recording's start
the warm-up is not in this recording, and the rest is re-weighted; likewise the cool-down." (docs/scoring.md)
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan
from typing import NamedTuple

from ..plan import Plan
from ..session import Session
from .held import HeldRep
from .samples import Samples


class StructureJudgement(NamedTuple):
    """The structure part and its pieces."""

    part: float
    warmup_s: float
    """Easy running before the first rep; NaN where it is not in this recording."""
    cooldown_s: float


def judge_structure(rows: Sequence[HeldRep], session: Session, plan: Plan, samples: Samples) -> StructureJudgement:
    """Judge whether the session was whole."""
    rules = plan.rules
    planned = [row for row in rows if row.step is not None]
    share = sum(row.is_run for row in planned) / len(planned)
    warmup_s, cooldown_s = nan, nan
    reps = session.reps
    if reps:
        first_s, last_s = reps[0].start_s, reps[-1].end_s
        if first_s > rules.missing_within_s:
            warmup_s = _easy(session, samples, "warmup", 0.0, first_s)
        if session.activity.duration_s - last_s > rules.missing_within_s:
            cooldown_s = _easy(session, samples, "cooldown", last_s, session.activity.duration_s)
    pieces = [
        (rules.structure_reps, share),
        (rules.structure_warmup, min(warmup_s / rules.easy_full_s, 1.0) if isfinite(warmup_s) else nan),
        (rules.structure_cooldown, min(cooldown_s / rules.easy_full_s, 1.0) if isfinite(cooldown_s) else nan),
    ]
    known = [(weight, value) for weight, value in pieces if isfinite(value)]
    weight = sum(w for w, _ in known)
    part = 100.0 * sum(w * v for w, v in known) / weight if weight > 0.0 else nan
    return StructureJudgement(part=part, warmup_s=warmup_s, cooldown_s=cooldown_s)


def _easy(session: Session, samples: Samples, kind: str, start_s: float, end_s: float) -> float:
    spans = [row for row in session.rows if row.kind == kind and row.start_s >= start_s - 1e-6]
    return sum(samples.running_time(row.start_s, min(row.end_s, end_s)) for row in spans)
