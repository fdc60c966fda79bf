"""Stops in the middle of a rep: a lace, a crossing, a watch that paused by itself.

What was run is looked for as if there had been no stop: its seconds are taken out of the recording, and put back into
what was found, as the clock of a rep goes on through a stop. A stop is one of a rep, and no rest, where the runner was
off again as fast as before, and where it is unlike the rests of the session: far shorter, or stood where they are
walked, or paused where they are not, or where none of its edges was pressed and those of the rests were.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from math import exp, log
from typing import NamedTuple

import numpy as np

from ..activity import Activity, FloatArray
from ..motion import PAUSE_LASTS_S, Motion
from ..motion.motion import LONGEST_STOP_S, MOST_STOPS, STOP_INSIDE
from ..quantities.ordered import median
from ..segments import Segment
from ..session import Session

AROUND_S, AROUND_BEATS = 6.0, 2.0
"""Over so long, or so many beats of the recorder, the speed before a stop and after it is taken."""
SLOWS_S = 5.0
"""So long a runner slows before a stop, and is not yet as fast again after it."""
RAN_MPS, AS_FAST = 2.0, 0.25
"""Both are a run's, and differ by no more (log), nor are they slower than the reps by more: over some seconds a speed
is known no better."""
LEAST_STEP_S = 0.1
"""Samples nearer to each other, once what lay between them is taken out, are one."""
SHORTEST_PIECE_M = 20.0
"""A shorter piece of a rep is a step aside, and no more of it than its edges are good to."""
FEWEST_PRESSES = 8
"""The edges of four laps: of fewer none tells of rests."""
NEAR_PRESS_S = 5.0
"""A press so near to a stop's edge is a rest's."""
LONG_REST_S = 240.0
"""A longer rest parts sets, and is none of the usual."""
FEWEST_WHOLE = 2
"""So many reps without a stop tell what is usual."""
ALIKE = 0.10
"""Largest |log ratio| of two distances, or times, that are the same."""
MOST = 0.5
"""Share of the other reps that must be of that distance, or time."""
SLIP_S, SLIP_SHARE = 25.0, 0.3
"""A stop that is shorter, in seconds and as a share of the usual rest, is no rest."""
STOP_SHARE = 0.6
"""A longer one is none where it is shorter than this share of the usual rest."""
UNLIKE_REST_SHARE = 0.9
"""Likewise, where the usual rest is walked or jogged."""
MOVED_MPS = 0.7
"""A rest with so much ground covered in it is not stood."""
HALVES = 0.10
HALVES_FOUND = 0.3
"""Pieces so much alike (log) may be reps of half the distance: between them only a slip is no rest; `HALVES_FOUND`
where both were found as reps, which blurs their edges."""


class Stop(NamedTuple):
    """Where the runner stood, or the watch did, and ran on.

    Attributes
    ----------
    start_s, end_s : float
        The last sample before it and the first after it.
    lost_s : float
        How long it lasted: between those two the last and the first steps are run, too.
    around_mps : float
        Speed before it or after it, whichever is the higher.
    """

    start_s: float
    end_s: float
    lost_s: float
    around_mps: float


def without_stops(
    activity: Activity, motion: Motion, session: Session, found_in: Callable[[Activity], Session], *, use_laps: bool
) -> Session | None:
    """Return the session of a recording with the stops in its reps looked through; None where there are no such stops.

    Parameters
    ----------
    activity : Activity
        The recording.
    motion : Motion
        Of it.
    session : Session
        As found without a thought of stops.
    found_in : callable
        Finds the session of another recording.
    use_laps : bool
        Whether lap presses count.
    """
    stops = _unlike_rests(motion, session, _presses_s(activity) if use_laps else np.empty(0))
    while stops:
        again = found_in(_cut(activity, stops))
        elapsed = _Elapsed(stops)
        rows = tuple(replace(row, start_s=elapsed(row.start_s), end_s=elapsed(row.end_s)) for row in again.rows)
        within = [stop for stop in stops if _is_within_rep(motion, stop, rows, session, use_laps=use_laps)]
        if within == stops and _holds_all(rows, session.reps):
            told = tuple(
                replace(e, reps_s=tuple((elapsed(start_s), elapsed(end_s)) for start_s, end_s in e.reps_s))
                for e in again.explanations
            )
            return replace(again, activity=activity, rows=rows, explanations=told)
        if within == stops:
            return None
        stops = within
    return None


class _Elapsed:
    """From the clock without stops to the one with them."""

    def __init__(self, stops: Sequence[Stop]) -> None:
        self._lost_s = np.cumsum([0.0, *(stop.lost_s for stop in stops)])
        self._cuts_s = np.array([stop.start_s for stop in stops]) - self._lost_s[:-1]

    def __call__(self, at_s: float) -> float:
        return at_s + float(self._lost_s[np.searchsorted(self._cuts_s, at_s, side="left")])


def _cut(activity: Activity, stops: Sequence[Stop]) -> Activity:
    """Return the recording without the seconds of some stops, and what was recorded in them."""

    def run(at_s: FloatArray) -> FloatArray:
        return np.asarray(at_s - sum(np.clip(at_s - stop.start_s, 0.0, stop.lost_s) for stop in stops))

    time_s = activity.column("time_s")
    stood = np.zeros(time_s.size, dtype=bool)
    for stop in stops:
        stood |= (time_s > stop.start_s) & (time_s < stop.end_s)
    run_s = run(time_s)
    stood |= np.diff(run_s, prepend=-np.inf) < LEAST_STEP_S
    samples = activity.sample_table.with_columns(time_s=run_s).take(~stood)
    laps, paused = activity.lap_table, activity.pause_table
    start_s, end_s = run(laps["start_s"]), run(laps["end_s"])
    from_s, until_s = run(paused["start_s"]), run(paused["end_s"])
    lasting = until_s - from_s > 1e-6
    return replace(
        activity,
        sample_table=samples,
        lap_table=laps.with_columns(start_s=start_s, end_s=end_s, timer_s=np.minimum(laps["timer_s"], end_s - start_s)),
        pause_table=paused.with_columns(start_s=from_s, end_s=until_s).take(lasting),
    )


def _stops(motion: Motion) -> list[Stop]:
    """Return the stops before and after which the runner ran, as fast as before."""
    around_s = max(AROUND_S, AROUND_BEATS * motion.beat_s)
    found = []
    for start_s, end_s in motion.stood_s.tolist():
        if not PAUSE_LASTS_S <= end_s - start_s <= LONGEST_STOP_S:
            continue
        before_mps = max(motion.mean_speed(at_s - around_s, at_s) for at_s in (start_s, start_s - SLOWS_S))
        after_mps = max(motion.mean_speed(at_s, at_s + around_s) for at_s in (end_s, end_s + SLOWS_S))
        if min(before_mps, after_mps) < RAN_MPS or abs(log(before_mps / after_mps)) > AS_FAST:
            continue
        gained_m = motion.gained_m(start_s - SLOWS_S, end_s + SLOWS_S)
        lost_s = end_s - start_s + 2.0 * SLOWS_S - gained_m / (0.5 * (before_mps + after_mps))
        if lost_s >= PAUSE_LASTS_S:
            slowed_s = 0.5 * max(lost_s - (end_s - start_s), 0.0)
            found.append(Stop(start_s - slowed_s, end_s + slowed_s, lost_s, max(before_mps, after_mps)))
    return found


def _presses_s(activity: Activity) -> FloatArray:
    """Return the lap boundaries that the watch did not set by itself."""
    laps = activity.lap_table
    by_hand = np.array([trigger != "distance" for trigger in laps["trigger"]], dtype=bool)
    return np.concatenate([laps["start_s"][by_hand], laps["end_s"][by_hand]])


def _is_pressed(session: Session) -> bool:
    pressed = [("lap" in rep.source or "workout" in rep.source) for rep in session.reps]
    return sum(pressed) >= MOST * len(pressed)


def _unlike_rests(motion: Motion, session: Session, presses_s: FloatArray) -> list[Stop]:
    """Return the few stops that are unlike the session's rests; none where they are many, a habit and no mishap.

    Less those in running, or in a lap, that is plainly slower than any rep: to look through one is to search the whole
    again.
    """
    is_pressed = presses_s.size >= FEWEST_PRESSES and _is_pressed(session)
    stops = _stops(motion) if is_pressed or len(session.reps) >= FEWEST_WHOLE else []
    unlike = []
    for stop in stops:
        if is_pressed:
            near = (presses_s > stop.start_s - NEAR_PRESS_S) & (presses_s < stop.end_s + NEAR_PRESS_S)
            is_unlike = not near.any()
        else:
            rests = [rest for rest in _rests(session.reps) if not _overlaps(stop, rest)]
            is_unlike = bool(rests) and (_is_slip(stop, rests) or _is_shorter(motion, stop, rests))
        if is_unlike:
            unlike.append(stop)
    if len(unlike) > MOST_STOPS:
        return []
    slowest_mps = min((motion.mean_speed(rep.start_s, rep.end_s) for rep in session.reps), default=0.0)
    least_mps = slowest_mps * exp(-AS_FAST)
    return [
        stop
        for stop in unlike
        if stop.around_mps >= least_mps and (not is_pressed or _lap_mps(motion, stop, presses_s) >= least_mps)
    ]


def _lap_mps(motion: Motion, stop: Stop, presses_s: FloatArray) -> float:
    """Return how fast the lap that holds a stop was run."""
    start_s = presses_s[presses_s <= stop.start_s].max(initial=motion.time_s[0])
    end_s = presses_s[presses_s >= stop.end_s].min(initial=motion.end_s)
    return float(motion.gained_m(start_s, end_s) / max(end_s - start_s - stop.lost_s, 1.0))


def _rests(reps: Sequence[Segment]) -> list[tuple[float, float]]:
    return [(a.end_s, b.start_s) for a, b in pairwise(reps) if b.start_s - a.end_s <= LONG_REST_S]


def _overlaps(stop: Stop, rest: tuple[float, float]) -> bool:
    return stop.start_s < rest[1] and stop.end_s > rest[0]


def _usual_s(rests: Sequence[tuple[float, float]]) -> float:
    return float(median([end_s - start_s for start_s, end_s in rests]))


def _is_slip(stop: Stop, rests: Sequence[tuple[float, float]]) -> bool:
    return stop.lost_s <= min(SLIP_S, SLIP_SHARE * _usual_s(rests))


def _is_shorter(motion: Motion, stop: Stop, rests: Sequence[tuple[float, float]]) -> bool:
    rest_mps = float(median([motion.mean_speed(start_s, end_s) for start_s, end_s in rests]))
    return stop.lost_s <= (UNLIKE_REST_SHARE if rest_mps > MOVED_MPS else STOP_SHARE) * _usual_s(rests)


def _holds_all(rows: Sequence[Segment], reps: Sequence[Segment]) -> bool:
    """Return whether every rep is still one, or within one."""
    found = [row for row in rows if row.kind == "rep"]
    return all(any(_shared_s(row, rep) > 0.5 * rep.duration_s for row in found) for rep in reps)


def _shared_s(a: Segment, b: Segment) -> float:
    return min(a.end_s, b.end_s) - max(a.start_s, b.start_s)


def _is_within_rep(motion: Motion, stop: Stop, rows: Sequence[Segment], before: Session, *, use_laps: bool) -> bool:
    """Return whether a stop lies well within a rep, of those in the rows, that is likely one and not two."""
    reps = [row for row in rows if row.kind == "rep"]
    held = [rep for rep in reps if rep.start_s < stop.start_s and rep.end_s > stop.end_s]
    if not held:
        return False
    rep = held[0]
    pieces_m = motion.gained_m(rep.start_s, stop.start_s), motion.gained_m(stop.end_s, rep.end_s)
    run_m = sum(pieces_m)
    if min(pieces_m) < max(SHORTEST_PIECE_M, STOP_INSIDE * run_m):
        return False
    pieces_mps = motion.mean_speed(rep.start_s, stop.start_s), motion.mean_speed(stop.end_s, rep.end_s)
    if abs(log(pieces_mps[0] / pieces_mps[1])) > AS_FAST:
        return False
    if use_laps and _is_pressed(before):
        return True
    others = [other for other in reps if other is not rep]
    rests = _rests(reps)
    run_s = rep.duration_s - stop.lost_s
    alike = max(
        sum(abs(log(motion.gained_m(o.start_s, o.end_s) / run_m)) < ALIKE for o in others),
        sum(abs(log(o.duration_s / run_s)) < ALIKE for o in others),
    )
    as_longer = sum(abs(log(motion.gained_m(o.start_s, o.end_s) / max(pieces_m))) < ALIKE for o in others)
    if len(others) < FEWEST_WHOLE or not rests:
        return False
    if _is_slip(stop, rests):
        return alike > 0 or as_longer == 0
    found_as_two = sum(_shared_s(rep, other) > 0.5 * other.duration_s for other in before.reps) > 1
    unlike_rests = _is_paused(motion, stop.start_s, stop.end_s) and not any(_is_paused(motion, *r) for r in rests)
    if unlike_rests and not found_as_two:
        return alike >= as_longer
    if abs(log(pieces_m[0] / pieces_m[1])) < (HALVES_FOUND if found_as_two else HALVES):
        return False
    return alike >= max(FEWEST_WHOLE, MOST * len(others), as_longer)


def _is_paused(motion: Motion, start_s: float, end_s: float) -> bool:
    """Return whether the watch was stopped within a span."""
    pauses_s = motion.lasting_pauses_s
    return bool(((pauses_s[:, 0] < end_s) & (pauses_s[:, 1] > start_s)).any())
