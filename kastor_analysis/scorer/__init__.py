"""The scorer: a session held against its plan. Its one door is `score`.

It reads values (`Session`, `Plan`, `Athlete`) and returns one (`Report`). Each rule is a module that cites the
sentences of ``docs/scoring.md`` it implements::

    align  held                  reps run paired with reps planned, each over the distance it is judged over
    pace  hammer  rest  structure    the four parts
    judged                       all of them, weighted into one
    phases  worth  totals  inside    what stands beside the score
    notes  advice  rest_advice   what is said
    results                      the rows of the report

The one thing that it measures itself are the times inside the reps (`ground`), along the session's track.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..arguments import naming
from ..errors import SegmentError
from ..plan import Plan, check_plan
from ..plans.inference import plan_for
from ..quantities.lengths import Units, check_units
from ..report import SCORE_PARTS, Report
from ..session import Session
from .advice import advise
from .grouping import make_sets
from .judged import judge
from .notes import make_figures, make_notes
from .phases import find_phases
from .samples import Samples
from .totals import totals_note

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
    times = {} if splits is None else _read(splits)
    chosen = _with_goal(_plan(session, plan), session, athlete)
    samples = Samples(session.activity)
    phases = find_phases(session, samples, athlete, units)
    if chosen is None or not (session.reps or times):
        _refuse_unknown(times, ())
        return Report(session=session, plan=chosen, athlete=athlete, phase_rows=phases, notes=_nothing_found(session))
    judged = judge(session, chosen, athlete, times, samples, phases, units)
    _refuse_unknown(times, [row.number for row in judged.rows])
    main_set = totals_note(judged)
    return Report(
        session=session,
        plan=chosen,
        athlete=athlete,
        rep_rows=judged.results,
        set_rows=make_sets(judged.results),
        hammer_rows=judged.hammer_results,
        phase_rows=tuple(replace(phase, note=main_set) if phase.kind == "main set" else phase for phase in phases),
        split_rows=judged.inside,
        scores=judged.parts,
        notes=make_notes(judged),
        advice=advise(judged),
        figures=make_figures(judged),
    )


def _read(splits: str | os.PathLike[str] | Mapping[int, float] | Sequence[float]) -> dict[int, float]:
    from .hand_times import read_splits  # most sessions come without

    return read_splits(splits)


def _refuse_unknown(times: dict[int, float], known: Collection[int | None]) -> None:
    if times:
        from .hand_times import check_splits

        check_splits(times, known)


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


def _nothing_found(session: Session) -> dict[str, str]:
    found = "One fast stretch was" if len(session.reps) == 1 else "No fast stretches that repeat were"
    strides = len(session.strides)
    but = f" but {strides} strides" if strides > 1 else " but a stride" if strides else ""
    text = session.passed_over or f"{found} found here{but}, so there is nothing to score"
    return dict.fromkeys(SCORE_PARTS, text)
