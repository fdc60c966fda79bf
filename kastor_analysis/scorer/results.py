"""What was judged, as the rows of a `Report`: of its reps and of its hammers."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan

from ..plan import Plan
from ..report import HammerResult, RepResult
from ..segments import Segment
from ..session import Session
from .grouping import group_rows
from .hammer import HammerJudgement
from .held import HeldRep
from .pace import PaceJudgement
from .rest import RestJudgement, rest_pace
from .samples import Samples


def rep_results(
    rows: Sequence[HeldRep],
    plan: Plan,
    pace: PaceJudgement,
    rests: Sequence[RestJudgement],
    samples: Samples,
    session: Session,
) -> tuple[RepResult, ...]:
    """Return the rows of the table of reps."""
    groups = group_rows(rows, plan, rests)
    return tuple(
        _rep_result(row, group, rest, pace, i, samples, session)
        for i, (row, group, rest) in enumerate(zip(rows, groups, rests, strict=True))
    )


def _rep_result(
    row: HeldRep,
    group: tuple[int | None, str | None],
    rest: RestJudgement,
    pace: PaceJudgement,
    i: int,
    samples: Samples,
    session: Session,
) -> RepResult:
    own = None if row.is_second_half else row.segment
    heart = cadence = peak = nan
    if own is not None:
        heart = samples.mean(samples.heart_rate_bpm, own.start_s, own.end_s)
        peak = samples.peak(samples.heart_rate_bpm, own.start_s, own.end_s)
        cadence = samples.mean(samples.cadence_spm, own.start_s, own.end_s)
    return RepResult(
        planned_rep=row.planned_rep,
        run_rep=row.segment.run_rep if row.segment else None,
        status=row.status,
        is_hammer=row.is_hammer,
        set=group[0],
        rep_kind=group[1],
        start_s=own.start_s if own else nan,
        end_s=own.end_s if own else nan,
        time_s=row.time_s,
        time_sd_s=row.time_sd_s,
        stopped_s=row.stopped_s,
        nominal_distance_m=row.nominal_distance_m,
        watch_distance_m=own.distance_m if own else nan,
        scored_distance_m=row.scored_distance_m,
        pace_s_per_km=1000.0 * row.pace_s_per_m,
        target_s=float(pace.target_s[i]) if isfinite(pace.target_s[i]) else _planned_target(row),
        deviation_s=float(row.time_s - pace.target_s[i]),
        pace_verdict=pace.verdicts[i],
        pace_score=float(pace.score[i]),
        heart_rate_avg_bpm=heart,
        heart_rate_max_bpm=peak,
        cadence_spm=cadence,
        rest_s=rest.rest_s,
        rest_target_s=rest.target_s,
        rest_ratio=rest.ratio,
        rest_verdict=rest.verdict,
        rest_score=rest.score,
        rest_distance_m=rest.distance_m,
        rest_target_m=rest.target_m,
        rest_pace_s_per_km=rest_pace(rest),
        rest_heart_rate_start_bpm=rest.heart_rate_start_bpm,
        rest_heart_rate_end_bpm=rest.heart_rate_end_bpm,
        rest_kind=rest.kind,
        heart_rate_drop_bpm=rest.heart_rate_drop_bpm,
        source=row.source,
        found_rep=_found_rep(own, session),
    )


def _found_rep(segment: Segment | None, session: Session) -> int | None:
    if segment is None:
        return None
    return segment.run_rep if session.found is None else segment.found_rep


def _planned_target(row: HeldRep) -> float:
    return row.step.target_s if row.step is not None and row.status == "missing" else nan


def hammer_result(h: HammerJudgement, rows: Sequence[HeldRep], rep_rows: Sequence[RepResult]) -> HammerResult:
    """Return the row of one hammer in the table of them."""
    row = rows[h.row]
    return HammerResult(
        planned_rep=row.planned_rep or 0,
        run_rep=row.segment.run_rep if row.segment else None,
        time_s=row.time_s,
        gain=h.gain,
        gain_sd=h.gain_sd,
        rank=h.rank,
        score=h.score,
        verdict=h.verdict,
        wrong_rep=h.wrong_rep,
        next_ratio=h.next_ratio,
        heart_rate_max_bpm=rep_rows[h.row].heart_rate_max_bpm,
    )
