"""`refine`: what the track says of each rep's boundaries and distance."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..activity import FloatArray
from ..quantities.ordered import median
from .arclength import SpanArc, arc_lengths
from .find import TrackFit
from .lines import (
    Crossing,
    IntArray,
    Line,
    ahead_m,
    crossing_sd_m,
    end_running,
    found_again,
    learn_lines,
    start_running,
)
from .oval import LAP_M

_MARGIN_S = 30.0  # before and after a rep, where lines are looked for again
_APART_S = 3.0  # the thumb's and the signal's errors together
PLACE_SD_M = 2.0  # what positions are off by, as in `drift`, and where in the lane one stands
_MAX_LATE_S = 8.0  # later the runner is far from where the rep began
_ALIKE_M = 15.0  # three standard deviations of a length
_MIN_ALIKE = 3  # of two, one may be wrong
_MILE_M, _SURELY_A_MILE_M = 1609.344, 1605.0  # 1600 m is as near: below 1605 m it is that
_FREEDOM = 4.0  # heavy tails: some crossings are of another line
COMMON_SD_S = 0.5
"""What is left alike in all boundaries of a session, measured: a runner's habit of easing off, a watch's delay."""
_NOMINAL_M, _ALIKE_NOMINAL_M, _NOMINAL_SHARE = 9.0, 14.0, 0.012  # GPS over a rep; reps alike share a watch's offset
_BY_CHANCE = 1.0 / 3.0  # see `refine`: one in five is round by chance
_MAX_APART_M = 30.0  # lag (0 to 3 s) and getting up to speed (0 to 10 m) at the most
_SURE_M = 3.0  # half of 50 m is eight of these


class TrackEvidence(NamedTuple):
    """What the track says, one row a rep; NaN where it says nothing.

    Attributes
    ----------
    start_s, end_s : ndarray, shape (n,)
        When the rep's running passed the session's start and finish lines. A second witness beside the boundaries
        given: the lines are learnt from these, so that scatter is independent of theirs and a bias common to
        all reps is the same.
    start_sd_s, end_sd_s : ndarray, shape (n,)
        One sd of the scatter: what to weigh them by. The place of the line itself is off by `Line.sd_m`, for all its
        reps alike.
    start_line, end_line : ndarray of int, shape (n,)
        Index into `start_lines` and `end_lines`; -1 without.
    start_lines, end_lines : tuple of Line
        The lines, the most used first.
    distance_m : ndarray, shape (n,)
        Length of the rep along the running line between the boundaries given (freed of their scatter where both
        lines are known).
    nominal_distance_m : ndarray, shape (n,)
        The round distance it was; NaN where it was none.
    nominal_ok : ndarray of bool, shape (n,)
        False where the rep was on the track but was no round distance (somebody stopped early or went on).
    on_track : ndarray of bool, shape (n,)
        Whether the rep was run on the line.
    """

    start_s: FloatArray
    start_sd_s: FloatArray
    end_s: FloatArray
    end_sd_s: FloatArray
    start_line: IntArray
    end_line: IntArray
    start_lines: tuple[Line, ...]
    end_lines: tuple[Line, ...]
    distance_m: FloatArray
    nominal_distance_m: FloatArray
    nominal_ok: NDArray[np.bool_]
    on_track: NDArray[np.bool_]


def refine(
    fit: TrackFit,
    time_s: FloatArray,
    x_m: FloatArray,
    y_m: FloatArray,
    starts_s: FloatArray,
    ends_s: FloatArray,
    start_sd_s: FloatArray,
    end_sd_s: FloatArray,
) -> TrackEvidence:
    """Hold the reps found against the track.

    Parameters
    ----------
    fit : TrackFit
        Where the track lies.
    time_s, x_m, y_m : ndarray, shape (n_samples,)
        Samples; positions may be NaN.
    starts_s, ends_s : ndarray, shape (n,)
        Boundaries of the reps, in order of time.
    start_sd_s, end_sd_s : ndarray, shape (n,)
        One sd of each; NaN is taken as 1 s.
    """
    starts, ends = np.asarray(starts_s, np.float64), np.asarray(ends_s, np.float64)
    start_sd = np.nan_to_num(np.asarray(start_sd_s, np.float64), nan=1.0)
    end_sd = np.nan_to_num(np.asarray(end_sd_s, np.float64), nan=1.0)
    arcs = arc_lengths(fit, time_s, x_m, y_m, np.stack([starts, ends], axis=1), margin_s=_MARGIN_S)
    into = [end_running(arc, end, sd) for arc, end, sd in zip(arcs, ends, end_sd, strict=True)]
    out = [start_running(*row) for row in zip(arcs, starts, start_sd, ends, strict=True)]
    start_lines, start_line = learn_lines(out, start_sd, fit.lap_m, fit.residual_m)
    end_lines, end_line = learn_lines(into, end_sd, fit.lap_m, fit.residual_m)
    for rep, arc in enumerate(arcs):
        rep_s = starts[rep], ends[rep]
        if start_line[rep] < 0:
            start_line[rep], running = found_again(arc, start_lines, rep_s, start_sd[rep], fit.lap_m, end=False)
            out[rep] = running if start_line[rep] >= 0 else out[rep]
        if end_line[rep] < 0:
            end_line[rep], running = found_again(arc, end_lines, rep_s, end_sd[rep], fit.lap_m, end=True)
            into[rep] = running if end_line[rep] >= 0 else into[rep]
    line_start, line_start_sd = _crossed(out, start_lines, start_line, fit)
    line_end, line_end_sd = _crossed(into, end_lines, end_line, fit)
    # A crossing inside another rep is that one's.
    reached = np.append(starts[1:], np.inf) - line_end
    left = line_start - np.insert(ends[:-1], 0, -np.inf)
    line_end[reached < _APART_S], line_start[left < _APART_S] = np.nan, np.nan
    line_end_sd[np.isnan(line_end)], line_start_sd[np.isnan(line_start)] = np.nan, np.nan
    at_end = np.array(
        [
            run.arc_m if line < 0 else run.arc_m + ahead_m(run.arc_m, end_lines[line].arc_m, fit.lap_m)
            for run, line in zip(into, end_line, strict=True)
        ]
    )
    began = weighed(starts, start_sd, line_start, line_start_sd)[0]
    places = [_place_m(arc, start, run.speed_mps) for arc, start, run in zip(arcs, began, out, strict=True)]
    place, place_sd = np.array(places).reshape(-1, 2).T
    raw = at_end - place
    flying = at_end - np.array([run.arc_m for run in out])
    speed = np.array([run.speed_mps for run in into])
    end_m = np.where(end_line < 0, speed * end_sd, 0.0)
    raw_sd = np.sqrt(PLACE_SD_M**2 + np.square(place_sd) + np.square(speed * start_sd) + np.square(end_m))
    distance, distance_sd, flying, alike = _distances(raw, flying, raw_sd, start_line, end_line)
    nominal = np.array([_nominal_m(*row, fit.lap_m) for row in zip(distance, flying, distance_sd, alike, strict=True)])
    # One length in five is round by chance: where hardly more are, the reps were ended by something else.
    if np.isfinite(nominal).sum() <= _BY_CHANCE * np.isfinite(distance).sum():
        nominal[~alike] = np.nan
    on_track = np.array([arc.on_track for arc in arcs], dtype=np.bool_)
    return TrackEvidence(
        start_s=line_start,
        start_sd_s=line_start_sd,
        end_s=line_end,
        end_sd_s=line_end_sd,
        start_line=start_line,
        end_line=end_line,
        start_lines=start_lines,
        end_lines=end_lines,
        distance_m=distance,
        nominal_distance_m=nominal,
        nominal_ok=np.isfinite(nominal) | ~np.isfinite(distance + flying),
        on_track=on_track,
    )


def weighed(
    time_s: FloatArray, sd_s: FloatArray, crossing_s: FloatArray, crossing_sd_s: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Weigh boundaries with their crossings.

    Each counts by the precision of its scatter, but a boundary far from its crossing counts for less (Student's t
    with 4 degrees of freedom about the crossing): it was the boundary that failed, for running past a line at speed is
    no accident. What all boundaries of a session are off by alike (`COMMON_SD_S`) no line can tell, and stays.

    Parameters
    ----------
    time_s, sd_s : ndarray, shape (n,)
        Boundaries and one sd of each, the common part included.
    crossing_s, crossing_sd_s : ndarray, shape (n,)
        Their second witness; NaN where there is none.

    Returns
    -------
    time_s, sd_s : ndarray, shape (n,)
        The common part included.
    """
    known = np.isfinite(crossing_s)
    apart = np.where(known, time_s - crossing_s, 0.0)
    scatter_2 = np.square(np.fmax(np.sqrt(np.fmax(np.square(sd_s) - COMMON_SD_S**2, 0.0)), 0.6 * sd_s))
    crossing_2 = np.where(known, np.square(crossing_sd_s), np.inf)
    trust = np.where(known, (_FREEDOM + 1.0) / (_FREEDOM + np.square(apart) / (scatter_2 + crossing_2)), 1.0)
    own, other = np.fmin(trust, 1.0) / scatter_2, 1.0 / crossing_2
    sd = np.where(known, np.sqrt(1.0 / (own + other) + np.fmin(COMMON_SD_S, sd_s) ** 2), sd_s)
    return time_s - apart * other / (own + other), sd


def _crossed(
    runnings: list[Crossing], lines: tuple[Line, ...], line_of: IntArray, fit: TrackFit
) -> tuple[FloatArray, FloatArray]:
    """Return when each running passed its line, and one sd of it were the line known."""
    time = np.full(len(runnings), np.nan)
    sd = np.full(len(runnings), np.nan)
    for rep, (running, line) in enumerate(zip(runnings, line_of, strict=True)):
        if line >= 0:
            time[rep] = running.time_at(lines[line].arc_m, fit.lap_m)
            sd[rep] = crossing_sd_m(running, fit.residual_m) / running.speed_mps
    return time, sd


def _place_m(arc: SpanArc, time_s: float, speed_mps: float) -> tuple[float, float]:
    """Return where the runner was at a start, at rest or running, and one sd of it; NaN where no sample tells.

    A watch that was paused in the rest has its first sample after the start: the runner was then getting up to speed.
    """
    if not arc.on_track or time_s > arc.time_s[-1]:
        return float("nan"), float("nan")
    late = float(arc.time_s[0]) - time_s
    if late > 0.0:
        if late > _MAX_LATE_S or not np.isfinite(speed_mps):
            return float("nan"), float("nan")
        return float(arc.arc_m[0]) - 0.6 * speed_mps * late, float(np.hypot(PLACE_SD_M, 0.25 * speed_mps * late))
    place = float(np.interp(time_s, arc.time_s, arc.arc_m))
    rows = np.flatnonzero(arc.time_s <= time_s)[-2:]
    if rows.size == 2:  # between two samples the runner was slow until the start, and fast only after it
        gap, gained = np.diff(arc.time_s[rows])[0], np.diff(arc.arc_m[rows])[0]
        slow = float(arc.arc_m[rows[1]] + max(gained / gap, 0.0) * (time_s - arc.time_s[rows[1]]))
        place = min(place, slow)
    return place, PLACE_SD_M


def _distances(
    rested_m: FloatArray, flying_m: FloatArray, sd_m: FloatArray, start_line: IntArray, end_line: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray, NDArray[np.bool_]]:
    """Return the lengths and their sd, shared by the reps between the same two lines, and which reps share."""
    shared = np.zeros(rested_m.size, dtype=np.bool_)
    rested, flying, sd = rested_m.copy(), flying_m.copy(), np.where(np.isfinite(rested_m), sd_m, np.nan)
    for rep in np.flatnonzero((start_line >= 0) & (end_line >= 0) & np.isfinite(rested_m)):
        alike = np.flatnonzero(
            (start_line == start_line[rep])
            & (end_line == end_line[rep])
            & (np.abs(rested_m - rested_m[rep]) < _ALIKE_M)
        )
        if alike.size >= _MIN_ALIKE:
            rested[rep] = median(rested_m[alike])
            flying[rep] = median(flying_m[alike])
            sd[rep] = 1.25 * float(median(sd_m[alike])) / np.sqrt(alike.size)
            shared[rep] = True
    return rested, sd, flying, shared


def _nominal_m(rested_m: float, flying_m: float, sd_m: float, alike: bool, lap_m: float) -> float:
    """Return the round distance that a rep was, or NaN.

    The length from where the runner stood is short by what the watch's positions lag behind the runner (0 to 3 s: at
    the end they lag at speed, at the start not); the length from the extrapolated start is free of that and long by
    what getting up to speed costs (0 to 10 m). The truth lies between.
    """
    low, high = float(np.fmin(rested_m, flying_m)), float(np.fmax(rested_m, flying_m))
    if not low > 50.0 or high - low > _MAX_APART_M:
        return float("nan")
    middle = 0.5 * (low + high)
    # Nobody runs 213 m five times: reps that agree with each other lie off a round distance by an offset of the watch.
    least = _ALIKE_NOMINAL_M if alike else _NOMINAL_M
    tolerance = float(np.hypot(max(least, _NOMINAL_SHARE * middle), np.fmin(sd_m, _NOMINAL_M)))
    round_ones = [_multiple(100.0, middle)]
    if low > _SURELY_A_MILE_M:
        round_ones.append(_MILE_M)
    if alike and sd_m < _SURE_M:
        round_ones.append(_multiple(50.0, middle))
    if abs(lap_m - LAP_M) > 0.01 and _missed(low, high, _multiple(0.5 * lap_m, middle)) <= tolerance:
        round_ones = [_multiple(0.5 * lap_m, middle)]  # from line to line in an outer lane
    best = min(round_ones, key=lambda nominal: (_missed(low, high, nominal), abs(nominal - middle)))
    return best if _missed(low, high, best) <= tolerance else float("nan")


def _multiple(of_m: float, near_m: float) -> float:
    return of_m * max(1.0, float(np.rint(near_m / of_m)))


def _missed(low_m: float, high_m: float, nominal_m: float) -> float:
    """Return how far a distance lies outside a range."""
    return max(low_m - nominal_m, nominal_m - high_m, 0.0)
