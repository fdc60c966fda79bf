"""`segment`: the steps of the segmenter in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..activity import Activity
from ..arguments import naming
from ..errors import SegmentError
from ..motion import Motion, motion_of
from ..plan import Plan, check_plan
from ..plans.inference import plan_for, plan_notes
from ..session import Session, in_sets
from ..track import TrackFit, lane_offset_m
from .boundaries import refine
from .edges import without_shoulders
from .evidence import ANSWERS
from .explain import Reading, candidates_of, explained, other_reading
from .fellows import weigh_with_fellows
from .interrupted import without_stops
from .laps import Lap
from .levels import Bout
from .on_track import weigh_with_track
from .phases import cover
from .presses import PRESS_SD_S, answer_to, as_others_pressed, as_pressed
from .spans import RepSpan, in_order
from .stated import fitted_times, stated
from .status import with_status

SPARSEST_BEAT_S = 20.0
"""Where samples lie further apart, what was run between them is a guess."""


@naming(SegmentError)
def segment(
    activity: Activity, plan: Plan | None = None, *, use_laps: bool = True, lane: int = 1, take: int | None = None
) -> Session:
    """Find the reps and recoveries of an activity.

    Parameters
    ----------
    activity : Activity
        The recording.
    plan : Plan, optional
        What was to be run; its distances help to tell reps from other running. Without one, whatever repeats are
        there.
    use_laps : bool
        Whether lap presses and workout steps count as evidence; False: the signal alone.
    lane : int
        The lane of the track that was run in.
    take : int, optional
        The explanation to take, by its number in `Session.explanations`; default the likeliest.

    Returns
    -------
    Session
        Its segments cover the activity. Without repeats it has no rep and, unless one was given, no plan.

    Raises
    ------
    SegmentError
        If this is no activity, or one that holds neither distance nor positions nor speed; if the track has no such
        lane, or the recording no such explanation.
    PlanError
        If the plan is none.

    Examples
    --------
    >>> session = segment(load("run.fit"))
    >>> len(session.reps), round(session.reps[0].duration_s, 1)
    (16, 95.9)
    >>> session.plan.title
    'Kastor 16 x 400 m'
    """
    if not isinstance(activity, Activity):
        raise SegmentError(f"{activity!r} is no activity", hint='Load it first: segment(load("run.fit"))')
    check_plan(plan)
    lane_offset_m(lane)
    session = _found(activity, plan, use_laps, lane, take)
    if use_laps and "segment_kind" in activity.lap_table:
        return session
    first = session if take is None else _found(activity, plan, use_laps, lane, None)
    through = without_stops(
        activity,
        motion_of(activity),
        first,
        lambda other: _found(other, plan, use_laps, lane, take),
        use_laps=use_laps,
    )
    return through or session


def _found(activity: Activity, plan: Plan | None, use_laps: bool, lane: int, take: int | None) -> Session:
    """Return the session of a recording, whatever stops are in its reps."""
    motion = motion_of(activity)
    found = explained(activity, motion, plan, use_laps=use_laps)
    taken = _taken(take, len(found.readings))
    reading = found.readings[taken - 1]
    resolved, sparse = _resolved(motion, reading)
    spans, oval = _weighed(motion, timed(motion, resolved, found.laps), lane)
    rows = in_sets(cover(motion, spans, _strides(reading, found.laps)))
    notes: tuple[str, ...] = ()
    if plan is None:
        reps = [row for row in rows if row.kind == "rep"]
        plan = plan_for(activity, reps)
        if take is None and plan is not None and plan.is_kastor and len(spans) > plan.reps:
            # More reps than Kastor's: looked at again as his session, in which an easy mile is none.
            again = _found(activity, plan, use_laps, lane, None)
            return replace(again, notes=(*plan_notes(plan, activity, again.reps), *again.notes))
        notes = plan_notes(plan, activity, reps)
    other = None if take is not None else other_reading(found.told, taken)
    session = Session(
        activity=activity,
        rows=rows,
        plan=plan,
        track=oval,
        notes=(*notes, *motion.warnings, *sparse, *([other] if other else [])),
        explanations=tuple(e.taken() if e.number == taken else e for e in found.told),
    )
    return _as_marked(session) if use_laps else session


def _weighed(motion: Motion, spans: list[RepSpan], lane: int) -> tuple[list[RepSpan], TrackFit | None]:
    """Return the reps weighed with the track and with each other, their sds stated, and the track."""
    spans, oval = weigh_with_track(motion, spans, lane=lane)
    habits, spread = fitted_times()
    spans = weigh_with_fellows(motion, spans, habits)
    return stated(motion, with_status(motion, in_order(spans, motion.end_s)), spread), oval


def timed_at(activity: Activity, spans_s: Sequence[tuple[float, float]]) -> list[RepSpan]:
    """Return the reps that stand out at some spans, timed by the signal alone: what was run is known.

    Parameters
    ----------
    activity : Activity
        The recording.
    spans_s : sequence of (float, float)
        Where they start and end, roughly, in order of time. Where nothing stands out, there is no rep.

    Raises
    ------
    SegmentError
        If the activity holds neither distance nor positions nor speed.
    """
    motion = motion_of(activity)
    found, _ = candidates_of(activity, motion, use_laps=False)
    bouts: list[Bout] = []
    for start_s, end_s in spans_s if found.n and motion.beat_s <= SPARSEST_BEAT_S else ():
        overlap = found.overlap(start_s, end_s)
        best = found.bouts[int(np.argmax(overlap))]
        if overlap.max() >= ANSWERS and not (bouts and best.start_s < bouts[-1].end_s):
            bouts.append(best)
    spans, _ = _weighed(motion, timed(motion, Reading(bouts, [], [], []), ()), 1)
    return spans


def _as_marked(session: Session) -> Session:
    """Return the session as the laps say it is, where they are such as this package writes."""
    kinds = session.activity.lap_table.get("segment_kind")
    if kinds is None or any(kind is None for kind in kinds):
        return session
    from ..correcting import as_marked  # not needed, and not imported, for a recording of a watch's

    return as_marked(session)


def _resolved(motion: Motion, reading: Reading) -> tuple[Reading, tuple[str, ...]]:
    """Return what was read, without reps where the samples are too sparse to show one, and a note that says so."""
    if not reading.reps or motion.beat_s <= SPARSEST_BEAT_S:
        return reading, ()
    note = f"There is a point with a time only every {motion.beat_s:.0f} s: too few to tell reps by."
    return reading._replace(bouts=[], beside=[]), (note,)


def _taken(take: int | None, n: int) -> int:
    if take is None:
        return 1
    if isinstance(take, bool) or not isinstance(take, int) or not 1 <= take <= n:
        raise SegmentError(f"there is no explanation {take!r} to take", hint=f"Name one from 1 to {n}")
    return take


def _strides(reading: Reading, laps: Sequence[Lap]) -> list[tuple[float, float]]:
    """Return where the strides start and end: at the presses where there are such."""
    timed = [answer_to(bout, laps) or bout for bout in reading.strides]
    return [(stride.start_s, stride.end_s) for stride in timed]


def timed(motion: Motion, reading: Reading, laps: Sequence[Lap]) -> list[RepSpan]:
    """Return the reps with their boundaries timed: by the presses where there are such, else by the signal."""
    bouts = reading.bouts
    if not laps:
        return refine(motion, without_shoulders(motion, bouts))
    by_lap = [
        RepSpan(start_s=b.start_s, end_s=b.end_s, start_sd_s=PRESS_SD_S, end_sd_s=PRESS_SD_S, duration_sd_s=PRESS_SD_S)
        for b in reading.laps
    ]
    # A runner who pressed before the jog that led up to the rep meant it so: presses answer to bouts as they are.
    wide = [*refine(motion, bouts), *by_lap]
    order = sorted(range(len(wide)), key=lambda i: wide[i].start_s)
    spans = as_pressed(motion, laps, [wide[i] for i in order])
    if all(any(span.pressed) for span in spans):
        return spans
    alone = [*refine(motion, without_shoulders(motion, bouts)), *by_lap]
    return as_others_pressed(spans, [alone[i] for i in order])
