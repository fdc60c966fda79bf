"""`analyze`: the steps in a row, for the command line, notebooks and the season."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..activity import Activity, Source
from ..arguments import naming
from ..corrections import Corrections, corrections_of
from ..errors import CorrectionError, SegmentError
from ..goal import Goal
from ..motion import distance_of
from ..plan import Plan, check_plan
from ..quantities.lengths import Units
from ..report import Report
from ..segments import Segment
from ..session import Session

if TYPE_CHECKING:
    from ..athlete import Athlete


@naming()
def analyze(
    source: Source | Activity,
    *,
    goal: Goal | str | None = None,
    plan: Plan | str | Path | None = None,
    athlete: Athlete | None = None,
    use_laps: bool = True,
    splits: str | os.PathLike[str] | Mapping[int, float] | Sequence[float] | None = None,
    corrections: Corrections | str | os.PathLike[str] | bool = True,
    drop: Iterable[int | str] = (),
    merge: Iterable[Sequence[int | str]] = (),
    lane: int = 1,
    sport: Literal["run", "any"] = "run",
    take: int | None = None,
    units: Units = "km",
) -> Report:
    """Load, segment and score one recording.

    Parameters
    ----------
    source : path, bytes, binary file or Activity
        The recording.
    goal : Goal or str, optional
        ``"5k 20:00"``; replaces the plan's own.
    plan : Plan, or the name or path of a recipe, optional
        Default: Kastor's where the repeats found are plainly his, else one inferred from them.
    athlete : Athlete, optional
        Supplies the goal of the day where none is given.
    use_laps : bool
        Whether lap presses count as evidence.
    splits : path, mapping or sequence of float, optional
        Hand-timed reps, which win over the recording; see `score`.
    corrections : Corrections, path or bool
        What was corrected by hand. True: what lies beside the recording (``run.fit.kastor.toml``), if anything; False:
        the session as found.
    drop, merge : iterables
        Corrections for this call alone; see `Session.corrected`.
    lane : int
        The lane of the track that was run in; it cannot be told from the recording.
    sport : {"run", "any"}
        A ride, a swim or another sport that is none of running is told as such and not searched for reps; "any" does
        it all the same.
    take : int, optional
        The reading of the recording to take, by its number in ``report.session.explanations``; default the likeliest.
    units : {"km", "mi"}
        What notes and advice speak in; numbers are in SI units whatever it is.

    Returns
    -------
    Report
        The session held against its plan.

    Raises
    ------
    KastorError
        If the recording, the goal or the plan cannot be used.

    Examples
    --------
    >>> report = analyze("run.fit", goal="5k 20:00")
    >>> round(report.scores["overall"]), report.plan.title
    (100, 'Kastor 16 x 400 m')
    >>> report.reps["time_s"].head(3).round(1).tolist()
    [95.9, 95.9, 95.4]
    """
    from ..readers import load
    from ..readers.sports import other_sport
    from ..scorer import score
    from ..segmenter import segment

    activity = source if isinstance(source, Activity) else load(source)
    hand = _corrections(corrections, activity)
    if plan is None and hand.plan is not None and hand.are_of(activity.start_time):
        plan = hand.plan
    if isinstance(plan, str | os.PathLike):
        plan = Plan.load(plan)
    check_plan(plan)
    if goal is not None and not isinstance(goal, Goal):
        goal = Goal.parse(goal)
    if athlete is not None:
        from ..athlete import check_athlete

        check_athlete(athlete)
    if goal is None and athlete is not None and (plan is None or plan.goal is None):
        goal = athlete.goal_on(activity.local_date)
    if plan is not None and goal is not None:
        plan = plan.with_goal(goal)
    if sport not in ("run", "any"):
        raise SegmentError(f"there is no sport {sport!r} to look for", hint="Choose run or any")
    if sport == "run" and (called := other_sport(activity.sport)):
        return score(_passed_over(activity, called, plan), units=units)
    session = segment(activity, plan, use_laps=use_laps, lane=lane, take=take).corrected(hand, drop=drop, merge=merge)
    chosen = session.plan
    if chosen is not None and goal is not None:
        chosen = chosen.with_goal(goal)
    return score(session, chosen, athlete=athlete, splits=splits, units=units)


def _passed_over(activity: Activity, called: str, plan: Plan | None) -> Session:
    """Return a session that was not searched for reps, because the recording is no run."""
    why = (
        f"This is {called}, not a run, and no reps were looked for. If it was a run after all: --sport any (sport=any)"
    )
    rows = (Segment(kind="other", start_s=0.0, end_s=activity.duration_s, distance_m=distance_of(activity)),)
    return Session(activity=activity, rows=rows, plan=plan, passed_over=why)


def _corrections(given: Corrections | str | os.PathLike[str] | bool, activity: Activity) -> Corrections:
    if isinstance(given, Corrections):
        return given
    if isinstance(given, str | os.PathLike):
        return Corrections.load(given)
    if not isinstance(given, bool):
        raise CorrectionError(f"the corrections {given!r} are none", hint="Read them: Corrections.load(path)")
    return corrections_of(activity.source) if given else Corrections()
