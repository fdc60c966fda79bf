"""The scorer: a session held against its plan. Its one door is `score`; the rules are those of ``docs/scoring.md``.

It reads values (`Session`, `Plan`, `Athlete`) and returns one (`Report`). The one thing that it measures itself are the
times inside the reps (`inside`), along the session's track.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite, nan
from typing import TYPE_CHECKING

import numpy as np

from ..errors import SegmentError, naming
from ..plan import Plan, check_plan
from ..plans.inference import plan_for
from ..quantities.lengths import Units, check_units
from ..report import HammerResult, PhaseResult, Report, RepResult
from ..session import Segment, Session
from .advice import advise
from .align import pair_up
from .beside import totals_note
from .findings import Findings
from .grouping import group_rows, make_sets
from .hammer import HammerJudgement, judge_hammers
from .heart import heart_rate_doubt
from .held import HeldRep, hold
from .inside import time_inside, watch_note
from .judged import Judged
from .notes import make_figures, make_notes
from .pace import PaceJudgement, judge_pace, median_regular_pace
from .phases import find_phases
from .rest import RestJudgement, judge_rests, rest_pace
from .samples import Samples
from .splits import check_splits, read_splits
from .structure import judge_structure

if TYPE_CHECKING:
    from ..athlete import Athlete

__all__ = ["score"]


@naming()
def score(
    session: Session,
    plan: Plan | None = None,
    *,
    athlete: Athlete | None = None,
    splits: str | os.PathLike[str] | Mapping[int, float] | Sequence[float] | None = None,
    units: Units = "km",
) -> Report:
    """Hold a session against its plan.

    Parameters
    ----------
    session : Session
        What was found.
    plan : Plan, optional
        What was to be run. Default: the session's own, which is Kastor's where the repeats are plainly his and else
        inferred from them; then there is no overall score.
    athlete : Athlete, optional
        Supplies the goal of the day where the plan has none, and the top speed strides are judged by.
    splits : path, mapping or sequence of float, optional
        Hand-timed reps in seconds, in order or by number in the plan; they win over the recording. NaN: not timed.
    units : {"km", "mi"}
        What notes and advice speak in; numbers are in SI units whatever it is.

    Returns
    -------
    Report
        With scores, verdicts and advice.

    Raises
    ------
    KastorError
        If the plan or the splits cannot be used.

    Examples
    --------
    >>> round(score(session, Plan.kastor("5k 20:00")).scores["overall"])
    100
    >>> score(session).notes["overall"]
    'No overall score without a goal: give one (--goal "5k 20:00")'
    """
    check_plan(plan)
    if not isinstance(session, Session):
        raise SegmentError(f"{session!r} is no session", hint="Find its reps first: score(segment(activity))")
    check_units(units)
    times = read_splits(splits) if splits is not None else {}
    chosen = _with_goal(_plan(session, plan), session, athlete)
    samples = Samples(session.activity)
    phases = find_phases(session, samples, athlete, units)
    if chosen is None:
        check_splits(times, ())
    if chosen is None or not (session.reps or times):
        return Report(session=session, plan=chosen, athlete=athlete, phase_rows=phases, notes=_nothing_found(session))
    rows = hold(pair_up(chosen, session.reps), session, times)
    check_splits(times, [row.number for row in rows])
    median_pace = median_regular_pace(rows)
    hammers = judge_hammers(rows, chosen, median_pace)
    wrong_reps = [h.wrong_rep for h in hammers if h.wrong_rep is not None]
    pace = judge_pace(rows, chosen, wrong_reps)
    doubt = heart_rate_doubt(session.reps, samples, _warmup(phases))
    rests = judge_rests(rows, chosen, median_pace, samples, hammered=wrong_reps, trust_heart_rate=doubt is None)
    structure = judge_structure(rows, session, chosen, samples)
    inside = time_inside(rows, session)
    judged = Judged(
        session=session,
        plan=chosen,
        athlete=athlete,
        rows=rows,
        pace=pace,
        hammers=hammers,
        rests=rests,
        structure=structure,
        heart_rate_doubt=doubt,
        units=units,
    )
    parts = _parts(judged)
    groups = group_rows(rows, chosen, rests)
    rep_rows = tuple(_rep_result(row, i, pace, rests[i], groups[i], samples, session) for i, row in enumerate(rows))
    set_rows = make_sets(rep_rows)
    hammer_rows = tuple(_hammer_result(h, rows, rep_rows) for h in hammers)
    findings = Findings(
        plan=chosen,
        rows=rep_rows,
        pace=pace,
        rests=rests,
        hammers=hammer_rows,
        structure=structure,
        parts=parts,
        splits=inside,
        worth=judged.worth,
        units=units,
    )
    return Report(
        session=session,
        plan=chosen,
        athlete=athlete,
        rep_rows=rep_rows,
        set_rows=set_rows,
        hammer_rows=hammer_rows,
        phase_rows=tuple(_with_totals(phase, judged) for phase in phases),
        split_rows=inside,
        scores=parts,
        notes={**make_notes(judged, parts), **watch_note(session)},
        advice=advise(findings),
        figures=make_figures(judged),
    )


def _with_totals(phase: PhaseResult, judged: Judged) -> PhaseResult:
    """Return the main set with what was run and what was rested in it; other phases as they are."""
    return replace(phase, note=totals_note(judged)) if phase.kind == "main set" else phase


def _plan(session: Session, plan: Plan | None) -> Plan | None:
    if plan is not None:
        return plan
    if session.plan is not None:
        return session.plan
    return plan_for(session.activity, session.reps)


def _with_goal(plan: Plan | None, session: Session, athlete: Athlete | None) -> Plan | None:
    if plan is None or plan.goal is not None or athlete is None:
        return plan
    return plan.with_goal(athlete.goal_on(session.activity.local_date))


def _warmup(phases: Sequence[PhaseResult]) -> tuple[float, float] | None:
    longest = max((p for p in phases if p.kind == "warmup"), key=lambda p: p.duration_s, default=None)
    return (longest.start_s, longest.end_s) if longest is not None else None


def _nothing_found(session: Session) -> dict[str, str]:
    found = "one fast stretch" if len(session.reps) == 1 else "no repeats"
    text = session.passed_over or f"This recording holds {found}, so there is nothing to score"
    return dict.fromkeys(("overall", "pace", "hammer", "rest", "structure"), text)


def _parts(judged: Judged) -> dict[str, float]:
    """Return the parts and their weighted mean; NaN parts are left out of it."""
    plan, rules = judged.plan, judged.plan.rules
    rest_scores = [rest.score for rest in judged.rests if isfinite(rest.score)]
    parts = {
        "overall": nan,
        "pace": judged.pace.part,
        "hammer": float(np.mean([h.score for h in judged.hammers])) if judged.hammers else nan,
        "rest": float(np.mean(rest_scores)) if rest_scores else nan,
        "structure": nan if plan.is_inferred else judged.structure.part,
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


def _rep_result(
    row: HeldRep,
    i: int,
    pace: PaceJudgement,
    rest: RestJudgement,
    group: tuple[int | None, str | None],
    samples: Samples,
    session: Session,
) -> RepResult:
    segment = row.segment
    heart = cadence = peak = nan
    if segment is not None and not row.is_second_half:
        heart = samples.mean(samples.heart_rate_bpm, segment.start_s, segment.end_s)
        peak = samples.peak(samples.heart_rate_bpm, segment.start_s, segment.end_s)
        cadence = samples.mean(samples.cadence_spm, segment.start_s, segment.end_s)
    own = not row.is_second_half
    return RepResult(
        planned_rep=row.planned_rep,
        run_rep=segment.run_rep if segment else None,
        status=row.status,
        is_hammer=row.is_hammer,
        set=group[0],
        rep_kind=group[1],
        start_s=segment.start_s if segment and own else nan,
        end_s=segment.end_s if segment and own else nan,
        time_s=row.time_s,
        time_sd_s=row.time_sd_s,
        stopped_s=row.stopped_s,
        nominal_distance_m=row.nominal_distance_m,
        watch_distance_m=segment.distance_m if segment and own else nan,
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
        found_rep=_found_rep(segment, session) if own else None,
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
