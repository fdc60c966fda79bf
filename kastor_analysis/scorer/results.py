"""`reported`: what was judged, and what is said of it, as the rows of a `Report`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite, nan

from ..report import HammerResult, PhaseResult, Report, RepResult
from ..session import Segment, Session
from .advice import advise
from .findings import Findings
from .grouping import group_rows, make_sets
from .hammer import HammerJudgement
from .held import HeldRep
from .judged import Judged
from .notes import make_figures, make_notes
from .rest import rest_pace
from .totals import totals_note


def reported(judged: Judged) -> Report:
    """Return the report of a session that was judged."""
    groups = group_rows(judged.rows, judged.plan, judged.rests)
    rep_rows = tuple(_rep_result(judged, i, group) for i, group in enumerate(groups))
    hammer_rows = tuple(_hammer_result(h, judged.rows, rep_rows) for h in judged.hammers)
    findings = Findings(
        plan=judged.plan,
        rows=rep_rows,
        pace=judged.pace,
        rests=judged.rests,
        hammers=hammer_rows,
        structure=judged.structure,
        parts=judged.parts,
        splits=judged.inside,
        worth=judged.worth,
        usual=judged.usual,
    )
    return Report(
        session=judged.session,
        plan=judged.plan,
        athlete=judged.athlete,
        rep_rows=rep_rows,
        set_rows=make_sets(rep_rows),
        hammer_rows=hammer_rows,
        phase_rows=tuple(_with_totals(phase, judged) for phase in judged.phases),
        split_rows=judged.inside,
        scores=judged.parts,
        notes=make_notes(judged),
        advice=advise(findings),
        figures=make_figures(judged),
    )


def _with_totals(phase: PhaseResult, judged: Judged) -> PhaseResult:
    """Return the main set with what was run and what was rested in it; other phases as they are."""
    return replace(phase, note=totals_note(judged)) if phase.kind == "main set" else phase


def _rep_result(judged: Judged, i: int, group: tuple[int | None, str | None]) -> RepResult:
    row, rest, pace, samples = judged.rows[i], judged.rests[i], judged.pace, judged.samples
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
        found_rep=_found_rep(own, judged.session),
    )


def _found_rep(segment: Segment | None, session: Session) -> int | None:
    if segment is None:
        return None
    return segment.run_rep if session.found is None else segment.found_rep


def _planned_target(row: HeldRep) -> float:
    return row.step.target_s if row.step is not None and row.status == "missing" else nan


def _hammer_result(h: HammerJudgement, rows: Sequence[HeldRep], rep_rows: Sequence[RepResult]) -> HammerResult:
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
