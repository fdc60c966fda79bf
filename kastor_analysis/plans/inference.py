"""Which plan was run, where none was given: the watch's workout, Kastor's session, or one inferred from the repeats.

Conventions: arrays hold one value a rep as run, in order; unknown is NaN. It lies with the values, beside `Plan`,
because both the segmenter (for `Session.plan`) and the scorer ask it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import nan
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..plan import KASTOR_DISTANCE_M, Plan
from ..quantities.naming import repeats_name
from ..steps import REP_M, REP_S
from .kinds import Kind, find_kinds, to_ten_metres
from .sets import group

if TYPE_CHECKING:
    from ..activity import Activity
    from ..segments import Segment

FloatArray = NDArray[np.float64]

KASTOR_MIN_REPS = 12
"""From this many reps of 400 m on, the repeats are plainly Kastor's."""

_WATCH_400_M = (378.0, 435.0)
"""What watches integrate over 400 m of track: 389 to 431 m in recordings with lap presses, and a little more."""
_KASTOR_SHARE = 0.8
"""The share of the repeats that must be 400 m."""
_SETS = 3
"""From so many sets of equal length on they were meant as sets: 3 x (4 x 400 m) is another session than Kastor's."""
_ODD_FROM = 0.12
"""A rep this far from its kind's distance is told as it was measured: a watch is good to 1 or 2 per cent."""


def infer_plan(
    durations_s: Sequence[float] | FloatArray,
    nominal_distances_m: Sequence[float] | FloatArray,
    watch_distances_m: Sequence[float] | FloatArray,
    rests_s: Sequence[float] | FloatArray,
) -> Plan | None:
    """Return the plan that repeats speak of.

    Parameters
    ----------
    durations_s : array_like, shape (n_reps,)
        Elapsed time of each rep as run.
    nominal_distances_m : array_like, shape (n_reps,)
        What each rep was where the evidence tells (the marked track, a round distance).
    watch_distances_m : array_like, shape (n_reps,)
        As the watch integrated it.
    rests_s : array_like, shape (n_reps,) or (n_reps - 1,)
        From the end of each rep to the start of the next. They are not turned into targets: an inferred plan asks
        for no rest, for how long it was meant to be is not known.

    Returns
    -------
    Plan or None
        Kastor's (``source == "recipe"``) where at least `KASTOR_MIN_REPS` reps, and four in five of all, are 400 m;
        else one with ``source == "inferred"``; None without any.

    Raises
    ------
    ValueError
        If the arrays do not fit each other.
    """
    durations = np.asarray(durations_s, dtype=np.float64)
    nominal = np.asarray(nominal_distances_m, dtype=np.float64)
    watch = np.asarray(watch_distances_m, dtype=np.float64)
    groups = group(durations, nominal, watch, rests_s)
    n = len(groups)
    if n == 0:
        return None
    kinds = [g.kind for g in groups]
    is_400 = np.where(
        np.isfinite(nominal),
        np.abs(nominal - KASTOR_DISTANCE_M) < 10.0,
        (watch >= _WATCH_400_M[0]) & (watch <= _WATCH_400_M[1]),
    ) & np.array([not kind.is_timed for kind in kinds])
    sizes = tuple(Counter(g.set for g in groups).values())
    is_in_sets = len(sizes) >= _SETS and len(set(sizes)) == 1
    if is_400.sum() >= KASTOR_MIN_REPS and is_400.sum() >= _KASTOR_SHARE * n and not is_in_sets:
        return Plan.kastor()
    kinds = [_as_measured(kind, nominal[i], watch[i]) for i, kind in enumerate(kinds)]
    return Plan(
        reps=n,
        distance_m=tuple(float(np.clip(kind.distance_m, *REP_M)) for kind in kinds),
        duration_s=tuple(float(np.clip(kind.duration_s, *REP_S)) for kind in kinds),
        rest_ratio=nan,
        set_reps=sizes if len(sizes) > 1 else None,
        name=repeats_name([str(kind) for kind in kinds], [g.set for g in groups]),
        source="inferred",
    )


def plan_for(activity: Activity, reps: Sequence[Segment]) -> Plan | None:
    """Return the plan that a session was run by, where none was given.

    Parameters
    ----------
    activity : Activity
        Its workout is the plan where its steps were run.
    reps : sequence of Segment
        As found, in order. Those that were run to their end speak.

    Returns
    -------
    Plan or None
        With ``source == "workout"``; else what `infer_plan` makes of the reps; None without any.
    """
    run = [rep for rep in reps if rep.status == "run"]
    if not run:
        return None
    durations = [rep.duration_s for rep in run]
    nominal = [rep.nominal_distance_m for rep in run]
    watch = [rep.distance_m for rep in run]
    if activity.workout:
        from .workouts import plan_of_workout  # most recordings hold none

        metres = [n if np.isfinite(n) else w for n, w in zip(nominal, watch, strict=True)]
        plan = plan_of_workout(activity.workout, durations, metres, find_kinds(durations, nominal, watch))
        if plan is not None:
            return plan
    return infer_plan(durations, nominal, watch, [b.start_s - a.end_s for a, b in pairwise(run)])


def plan_notes(plan: Plan | None, activity: Activity, reps: Sequence[Segment]) -> tuple[str, ...]:
    """Return what is to be said of a plan that nobody named: why it is this one, and how to name another."""
    if plan is None:
        return ()
    notes = []
    run = sum(rep.status == "run" for rep in reps)
    if plan.is_kastor and plan.source == "recipe" and run != plan.reps:
        notes.append(
            f"Held against Kastor's session, for want of a plan: {plan.reps} planned, {run} run;"
            f" --plan {run}x{KASTOR_DISTANCE_M:.0f} for these"
        )
    if activity.workout and plan.source != "workout":
        from .workouts import workout_title

        if watch := workout_title(activity.workout):
            notes.append(f"The watch held a workout, {watch}, that was not run like this; --plan names what was")
    return tuple(notes)


def _as_measured(kind: Kind, nominal_m: float, watch_m: float) -> Kind:
    """Return the kind, or what the watch read where one rep was another distance than its fellows."""
    if np.isfinite(nominal_m) or not abs(watch_m / kind.distance_m - 1.0) > _ODD_FROM:
        return kind
    return Kind(distance_m=to_ten_metres(watch_m))
