"""`segment`: the steps of the segmenter in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..activity import Activity
from ..correcting import as_marked
from ..errors import SegmentError
from ..inference import plan_for, plan_notes
from ..motion import Motion, motion_of
from ..plan import Plan, check_plan
from ..session import Session
from ..track import lane_offset_m
from .boundaries import refine
from .choose import LONGEST_SET_REST_S, choose_reps
from .laps import Lap
from .levels import Bout, bouts, walk
from .on_track import weigh_with_track
from .phases import cover
from .presses import answer_to, lap_reps, of_the_session, reconcile
from .regularity import regular
from .spans import RepSpan, in_order
from .stated import stated
from .status import with_status

SPARSEST_BEAT_S = 20.0
"""Where samples lie further apart, what was run between them is a guess."""
LEAST_TOP_SHARE = 0.6
"""A bout that is a rep has its edges up to this share of its own speed; one that loses them below holds a walk, too."""


def segment(activity: Activity, plan: Plan | None = None, *, use_laps: bool = True, lane: int = 1) -> Session:
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

    Returns
    -------
    Session
        Its segments cover the activity. Without repeats it has no rep and, unless one was given, no plan.

    Raises
    ------
    SegmentError
        If this is no activity, or one that holds neither distance nor positions nor speed; or if the track has no such
        lane.
    PlanError
        If the plan is none.
    """
    if not isinstance(activity, Activity):
        raise SegmentError(f"{activity!r} is no activity", hint='Load it first: segment(load("run.fit"))')
    check_plan(plan)
    lane_offset_m(lane)
    motion = motion_of(activity)
    expected_m = [step.distance_m for step in plan.steps if np.isfinite(step.distance_m)] if plan else []
    forest = bouts(motion.grid_time_s, motion.grid_speed_mps)
    reps, strides = choose_reps(forest, motion.grid_time_s, motion.grid_speed_mps, expected_m)
    reps, sparse = resolved(motion, reps)
    spans = refine(motion, reps)
    if use_laps and (pressed := of_the_session(lap_reps(activity, motion), spans, strides)):
        candidates = [bout for bout in walk(forest) if bout.high_mps >= LEAST_TOP_SHARE * bout.speed_mps]
        beside = [_seen(motion, candidates, lap) for lap in pressed]
        spans = reconcile(activity, motion, pressed, beside, spans)
    spans, oval = weigh_with_track(motion, spans, lane=lane)
    spans = regular(motion, spans, on_track=oval is not None)
    spans = stated(with_status(motion, in_order(spans, motion.end_s)))
    rows = cover(motion, spans, [(b.start_s, b.end_s) for b in strides])
    notes: tuple[str, ...] = ()
    if plan is None:
        found = [row for row in rows if row.kind == "rep"]
        plan = plan_for(activity, found)
        if plan is not None and plan.is_kastor and len(spans) > plan.reps:
            # More reps than Kastor's: looked at again as his session, in which an easy mile is none.
            again = segment(activity, plan, use_laps=use_laps, lane=lane)
            return replace(again, notes=(*plan_notes(plan, activity, again.reps), *again.notes))
        notes = plan_notes(plan, activity, found)
    session = Session(
        activity=activity,
        rows=rows,
        plan=plan,
        track=oval,
        notes=(*notes, *motion.warnings, *sparse, *map(_said, _sets_apart(motion, spans, expected_m))),
    )
    return as_marked(session) if use_laps else session


def resolved(motion: Motion, reps: Sequence[Bout]) -> tuple[list[Bout], tuple[str, ...]]:
    """Return the reps, none where the samples are too sparse to show one, and a note that says so."""
    if not reps or motion.beat_s <= SPARSEST_BEAT_S:
        return list(reps), ()
    return [], (f"There is a point with a time only every {motion.beat_s:.0f} s: too few to tell reps by.",)


def _sets_apart(motion: Motion, reps: Sequence[RepSpan], expected_m: Sequence[float]) -> list[list[Bout]]:
    """Return the repeats that lie too far before or after the reps to be of their session."""
    found: list[list[Bout]] = []
    if not reps:
        return found
    grid_s = motion.grid_time_s
    for outside in (grid_s < reps[0].start_s - LONGEST_SET_REST_S, grid_s > reps[-1].end_s + LONGEST_SET_REST_S):
        if outside.any():
            speed_mps = np.where(outside, motion.grid_speed_mps, 0.0)
            if others := choose_reps(bouts(grid_s, speed_mps), grid_s, speed_mps, expected_m)[0]:
                found.append(others)
    return found


def _said(reps: Sequence[Bout]) -> str:
    first, last = (f"{int(s // 3600)}:{int(s % 3600 // 60):02d} h" for s in (reps[0].start_s, reps[-1].end_s))
    return (
        f"{len(reps)} more repeats, from {first} to {last}, are left out: "
        f"more than {LONGEST_SET_REST_S / 60.0:.0f} minutes lie between them and this session."
    )


def _seen(motion: Motion, candidates: Sequence[Bout], lap: Lap) -> RepSpan | None:
    """Return the boundaries that the signal alone gives for a lap, where a bout answers to it."""
    bout = answer_to(lap, candidates)
    return None if bout is None else answer_to(lap, refine(motion, [bout]))
