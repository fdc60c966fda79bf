"""The watch's own workout as a plan: its steps unrolled, told apart into reps and rests, and held against what was run.

Conventions: metres and seconds, NaN where a step has no such end. A step is a rep where it says so and is not slower by
its own target than others that say so, too: watches call jogging between reps active, and coaches' plans name the last
rest a cool-down. What stands before the first rep and behind the last one is no part of the plan.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite, nan

from ..activity import WorkoutStep
from ..errors import KastorError
from ..goal import Goal
from ..plan import MOST_REPS, Plan
from ..quantities.text import read_distance, read_time
from ..steps import Pace
from .kinds import Kind
from .sets import set_numbers

_HARD, _EASY = ("active", "interval"), ("rest", "recovery")
_MOST_STEPS = 1000  # unrolled: a watch holds 50
_RECOVERY_SHARE = 0.8
"""An active step whose quickest target is slower than this share of the quickest of all is a recovery."""
_ALIKE = 0.15  # share of a step's distance or time that a rep may miss it by
_RUN_SHARE = 0.6
"""The steps were run where so many of the planned reps were, and so many of those run were planned."""
_USUAL_MPS, _USUAL_REST_MPS = 4.0, 2.5  # 4:10 and 6:40/km: how far a step by time goes, about
_HAMMER = re.compile(r"hammer \d+", re.I)
_SIZED = re.compile(r"([\d.:]+ ?(?:m|s|km|mile|miles)?)(?: (\d+:\d\d))?\Z")
"""What `to_workout` calls a rep: ``400 m 1:36``, ``3:00``."""
_AS_REP = re.compile(r"Rest ?= ?(?:([\d.]+) x )?rep")
_PACE_S_PER_KM = (100.0, 1200.0)  # quicker or slower targets are other units


@dataclass(frozen=True, slots=True)
class _Planned:
    """One rep of a workout and the rest behind it; a rep that ends by a press has neither distance nor time."""

    distance_m: float
    duration_s: float
    pace: Pace | None = None
    is_hammer: bool = False
    rest_s: float = nan
    rest_m: float = nan
    rest_ratio: float = nan


def plan_of_workout(
    steps: Sequence[WorkoutStep], durations_s: Sequence[float], distances_m: Sequence[float], kinds: Sequence[Kind]
) -> Plan | None:
    """Return the workout as a plan, where its steps were run.

    Parameters
    ----------
    steps : sequence of WorkoutStep
        As the recording tells them; `Activity.workout`.
    durations_s, distances_m : sequence of float
        Of the reps as run, in order; a distance is the nominal one where that is known.
    kinds : sequence of Kind
        What each rep was: a step that ends by a press is what was run for it.

    Returns
    -------
    Plan or None
        With ``source == "workout"``; None where there is no workout of reps and rests, or it was not run.
    """
    planned = _planned(steps)
    if not planned or not durations_s:
        return None
    if not _was_run(planned, durations_s, distances_m):
        return None
    if len(planned) == len(kinds):
        planned = [
            p if isfinite(p.distance_m) or isfinite(p.duration_s)
            else replace(p, distance_m=kind.distance_m, duration_s=kind.duration_s)
            for p, kind in zip(planned, kinds, strict=True)
        ]  # fmt: skip
    try:
        return _plan(planned)
    except KastorError:
        # A step that no rep can be: the workout of another sport, or one never meant to be run.
        return None


def workout_title(steps: Sequence[WorkoutStep]) -> str:
    """Return what a workout asks for in words, empty where it is none of reps and rests."""
    try:
        planned = _planned(steps)
        return _plan(planned).title if planned else ""
    except KastorError:
        return ""


def _planned(steps: Sequence[WorkoutStep]) -> list[_Planned]:
    unrolled = _unrolled(steps)
    hard = [step for step in unrolled if step.intensity in _HARD]
    closed = [step for step in hard if any(map(isfinite, _size(step))) or _HAMMER.match(step.name or "")]
    sizes = {_size(step) for step in closed if any(map(isfinite, _size(step)))}
    shared = sizes.pop() if len(sizes) == 1 else (nan, nan)
    quickest = max((_quick(step) for step in hard if isfinite(_quick(step))), default=nan)
    has_rests = any(step.intensity in _EASY for step in unrolled)
    reps = {id(step) for step in (closed or hard) if not _is_recovery(step, quickest, hard, has_rests=has_rests)}
    at = [i for i, step in enumerate(unrolled) if id(step) in reps]
    if not at or len(at) > MOST_REPS or (len(at) > 1 and at[-1] - at[0] == len(at) - 1):
        return []
    planned = []
    for here, following in zip(at, [*at[1:], None], strict=True):
        step = unrolled[here]
        is_hammer = bool(_HAMMER.match(step.name or ""))
        distance_m, duration_s = _size(step)
        if is_hammer and not (isfinite(distance_m) or isfinite(duration_s)):
            distance_m, duration_s = shared
        rep = _Planned(distance_m, duration_s, _pace(step), is_hammer)
        if following is not None and following > here + 1:
            rep = _rested(rep, unrolled[here + 1 : following])
        planned.append(rep)
    return planned


def _unrolled(steps: Sequence[WorkoutStep]) -> list[WorkoutStep]:
    """Return the steps as they are run, repeats written out; repeats may hold repeats."""
    run: list[WorkoutStep] = []
    starts: dict[int, int] = {}
    for index, step in enumerate(steps):
        starts[index] = len(run)
        if step.repeat_from is None:
            run.append(step)
            continue
        body = run[starts.get(step.repeat_from, len(run)) :]
        for _ in range((step.repeat_count or 1) - 1):
            if len(run) + len(body) > _MOST_STEPS:
                break
            run += [replace(one) for one in body]
    return run


def _is_recovery(step: WorkoutStep, quickest_mps: float, hard: Sequence[WorkoutStep], *, has_rests: bool) -> bool:
    if not isfinite(quickest_mps):
        return False
    if isfinite(_quick(step)):
        return _quick(step) < _RECOVERY_SHARE * quickest_mps
    # Where nothing is called a rest, one without a target between others that have one is the way back.
    return (
        not has_rests
        and sum(isfinite(_quick(other)) for other in hard) >= len(hard) / 2
        and not _HAMMER.match(step.name or "")
    )


def _quick(step: WorkoutStep) -> float:
    return step.speed_high_mps if isfinite(step.speed_high_mps) else step.speed_low_mps


def _size(step: WorkoutStep) -> tuple[float, float]:
    """Return distance and time of a rep, from its name where the runner is to end it."""
    if isfinite(step.distance_m) or isfinite(step.duration_s):
        return (step.distance_m, nan) if isfinite(step.distance_m) else (nan, step.duration_s)
    match = _SIZED.match(step.name or "")
    if not match:
        return nan, nan
    seconds = read_time(match[1])
    metres = read_distance(match[1]) if seconds is None else None
    return (metres if metres is not None else nan), (seconds if seconds is not None else nan)


def _pace(step: WorkoutStep) -> Pace | None:
    low, high = step.speed_low_mps, step.speed_high_mps
    if isfinite(low) and isfinite(high):
        fast, slow = 1000.0 / max(low, high), 1000.0 / min(low, high)
    else:
        match = _SIZED.match(step.name or "")
        target_s = read_time(match[2]) if match and match[2] else None
        if not match or target_s is None:
            return None
        fast = slow = 1000.0 * target_s / (read_distance(match[1]) or nan)
    # A watch keeps speeds; what was entered were whole seconds.
    if fast < slow:
        fast, slow = float(round(fast)), float(round(slow))
    least, most = _PACE_S_PER_KM
    return Pace(fast_s_per_km=fast, slow_s_per_km=slow) if least <= fast <= slow <= most else None


def _rested(rep: _Planned, rests: Sequence[WorkoutStep]) -> _Planned:
    if len(rests) == 1 and (match := _AS_REP.match(rests[0].name or "")):
        return replace(rep, rest_ratio=float(match[1] or 1.0))
    seconds, metres = (sum(getattr(step, name) for step in rests) for name in ("duration_s", "distance_m"))
    return replace(rep, rest_s=seconds, rest_m=metres if not isfinite(seconds) else nan)


def _was_run(planned: Sequence[_Planned], durations_s: Sequence[float], distances_m: Sequence[float]) -> bool:
    """Return whether enough of the planned reps were run, in their order."""
    n, m = len(planned), len(durations_s)
    longest = [[0] * (m + 1) for _ in range(n + 1)]
    for i, rep in enumerate(planned, start=1):
        for j in range(1, m + 1):
            alike = _is_like(rep, durations_s[j - 1], distances_m[j - 1])
            longest[i][j] = max(longest[i - 1][j], longest[i][j - 1], longest[i - 1][j - 1] + alike)
    return longest[n][m] >= max(_RUN_SHARE * n, _RUN_SHARE * m)


def _is_like(rep: _Planned, duration_s: float, distance_m: float) -> bool:
    if isfinite(rep.duration_s):
        return abs(duration_s - rep.duration_s) <= _ALIKE * rep.duration_s
    if isfinite(rep.distance_m) and isfinite(distance_m):
        return abs(distance_m - rep.distance_m) <= _ALIKE * rep.distance_m
    return True


def _plan(planned: Sequence[_Planned]) -> Plan:
    durations = [p.duration_s if isfinite(p.duration_s) else p.distance_m / _USUAL_MPS for p in planned]
    rests = [
        p.rest_s if isfinite(p.rest_s) else p.rest_m / _USUAL_REST_MPS if isfinite(p.rest_m) else p.rest_ratio * own
        for p, own in zip(planned, durations, strict=True)
    ]
    kinds = [Kind(p.distance_m, p.duration_s) for p in planned]
    numbers = set_numbers(kinds, durations, rests)
    hammer = tuple(i for i, p in enumerate(planned, start=1) if p.is_hammer)
    plan = Plan(
        reps=len(planned),
        distance_m=tuple(p.distance_m for p in planned),
        duration_s=tuple(p.duration_s for p in planned),
        rest_s=tuple(p.rest_s for p in planned),
        rest_m=tuple(p.rest_m for p in planned),
        rest_ratio=tuple(p.rest_ratio for p in planned),
        set_reps=tuple(numbers.count(n) for n in range(1, numbers[-1] + 1)),
        hammer=hammer,
        pace=_paces(planned),
        source="workout",
    )
    return _as_kastor(plan)


def _paces(planned: Sequence[_Planned]) -> tuple[Pace | None, ...]:
    """Return what each rep is run at; a hammer, which has no target, goes by the others where they are of one mind."""
    paces = {p.pace for p in planned if not p.is_hammer}
    shared = paces.pop() if len(paces) == 1 else None
    return tuple(shared if p.is_hammer else p.pace for p in planned)


def _as_kastor(plan: Plan) -> Plan:
    """Return Kastor's session where the workout is that one: its rests are as long as the reps."""
    if not plan.hammer or any(step.distance_m != 400.0 for step in plan.steps):
        return plan
    kastor = Plan.kastor(plan.goal if isinstance(plan.goal, Goal) else None, reps=plan.reps)
    return replace(kastor, source="workout") if kastor.hammer == plan.hammer else plan
