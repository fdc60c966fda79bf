"""The lines a session starts and finishes at, and when each rep crossed them.

Reps end at full speed over the same painted line, so the place of the line, learnt from all of them, times each of
them better than its own change of speed does in a recording with a sample every 5 s. What is learnt from the ends
cannot tell whether they are all late alike: a crossing takes the scatter out of them, not a common bias.

A start from standing crosses no line at speed. The running that follows is extrapolated back to where it would have
been at full speed at the start: some metres behind the painted line, by the same few metres in every rep. So the start
line here is that of the extrapolated running, not the painted one.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import lgamma
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..activity import FloatArray
from ..quantities.ordered import distinct, median
from .arclength import SpanArc
from .oval import LAP_M

IntArray = NDArray[np.int64]

WINDOW_S = 10.0
"""Steady running on the rep's side of a boundary, from which its crossing is extrapolated."""
LEAST_WINDOW_S = 4.0  # in less no steady speed can be told
WIDER_S, _LITTLE_WIDER_S = 10.0, 5.0  # for samples 5 s and more apart, of which 10 s hold too few
START_SKIP_S = 2.0
"""A runner needs twice this long to reach the speed of the rep, but the nearer a sample, the less is extrapolated."""
LONGER_S, OWN_SHARE, _LIKE_OWN = 40.0, 0.5, 0.15
"""The speed of a start's window alone is too noisy to be extrapolated by: half of it is that of the longer run."""
BLUR_S = 0.75  # a sample nearer to a boundary may be of either side
LEAST_SD_M, SD_OVER_RESIDUAL = 1.0, 1.2  # the scatter of a crossing, as measured (docs/track.md)
SPEED_SD_MPS = 0.15
"""What a crossing itself is off by: grows with the scatter across the line, as measured (``docs/track.md``)."""
FOUND_AGAIN_S, FOUND_AGAIN_SDS = 20.0, 6.0  # boundaries go wrong by many seconds, not by a rest
_GUESSES_S = np.array([0.0, -6.0, 6.0, -12.0, 12.0, -18.0, 18.0])
FAST, SLOW = 0.88, 0.8  # of the rep's speed: still the rep; of it: no longer
_LOOK_S = 12.0  # so long before and after a line one ran, or rested
_SLACK_M = 15.0  # a start is extrapolated to 6 to 10 m behind its line
_NEAR_M = 14.0  # lines are 100 m apart; positions have them 4 m off, three sd and a bit
_MIN_REPS = 3  # of two, one may be wrong
_SURE = 3.6
"""How much likelier (log) a line must be than chance."""
_NEAREST = 0.14  # of a lap: 56 m, half of the way to the next mark
MARKS_M, _MARK_SD_M = 100.0, 2.0  # 200s and 300s start 100 m apart; painted to a metre, run over by two
TIED_SD_M = 4.0
"""How far the lines of a session, as the positions have them, lie from marks exactly 100 m apart."""
SHARED_SD_S = 0.5
"""What the boundaries of one line err by alike."""
_MOST = 0.6  # most of the reps start at some mark, or marks tell nothing
_FREEDOM = 4.0  # heavy tails: some reps end elsewhere


class Crossing(NamedTuple):
    """Steady running past a boundary: ``arc = arc_m + speed_mps * (time - time_s)``.

    All fields NaN where there is no such running.
    """

    time_s: float
    arc_m: float
    speed_mps: float
    gap_s: float

    def time_at(self, arc_m: float, lap_m: float) -> float:
        """Return the time at which the running passes an arc length, the passing nearest to `time_s`."""
        return self.time_s + ahead_m(self.arc_m, arc_m, lap_m) / self.speed_mps


_NO_CROSSING = Crossing(np.nan, np.nan, np.nan, np.nan)


class Line(NamedTuple):
    """A line that reps started or finished at.

    Attributes
    ----------
    arc_m : float
        Where, in [0, lap).
    sd_m : float
        One sd of it, the bias common to all boundaries not included.
    reps : tuple of int
        The reps (by index) that it is learnt from.
    """

    arc_m: float
    sd_m: float
    reps: tuple[int, ...]


def end_running(arc: SpanArc, end_s: float, end_sd_s: float, wider_s: float = WIDER_S) -> Crossing:
    """Return the steady running that leads up to a rep's end."""
    latest = end_s - max(BLUR_S, min(end_sd_s, 2.0))
    return _steady(arc, latest - WINDOW_S, latest, end_s, last=True, wider_s=wider_s)


def start_running(arc: SpanArc, start_s: float, start_sd_s: float, end_s: float, wider_s: float = WIDER_S) -> Crossing:
    """Return the steady running that follows a rep's start; `end_s` is where the rep ends."""
    earliest = start_s + START_SKIP_S + min(start_sd_s, 2.0)
    longer_s = (earliest, min(earliest + LONGER_S, end_s - BLUR_S))
    return _steady(arc, earliest, earliest + WINDOW_S, start_s, last=False, wider_s=wider_s, longer_s=longer_s)


def _steady(
    arc: SpanArc,
    low_s: float,
    high_s: float,
    boundary_s: float,
    *,
    last: bool,
    wider_s: float,
    longer_s: tuple[float, float] | None = None,
) -> Crossing:
    window = (arc.time_s >= low_s) & (arc.time_s <= high_s)
    if window.sum() < 3:  # a sample every 7 s
        low_s, high_s = (low_s - wider_s, high_s) if last else (low_s, high_s + wider_s)
        window = (arc.time_s >= low_s) & (arc.time_s <= high_s)
    time = arc.time_s[window]
    if not arc.on_track or time.size < 3 or time[-1] - time[0] < LEAST_WINDOW_S:
        return _NO_CROSSING
    along = arc.arc_m[window]
    middle = time.mean()
    speed = _slope(time, along)
    if not 1.5 < speed < 12.0:
        return _NO_CROSSING
    if longer_s is not None:
        longer = (arc.time_s >= longer_s[0]) & (arc.time_s <= longer_s[1])
        if longer.sum() > time.size:
            likely = (1.0 - _LIKE_OWN) * speed, (1.0 + _LIKE_OWN) * speed
            longer_mps = float(np.clip(_slope(arc.time_s[longer], arc.arc_m[longer]), *likely))
            speed = OWN_SHARE * speed + (1.0 - OWN_SHARE) * longer_mps
    gap = boundary_s - time[-1] if last else time[0] - boundary_s
    return Crossing(boundary_s, float(along.mean() + speed * (boundary_s - middle)), speed, float(max(gap, 0.0)))


def _slope(time_s: FloatArray, along_m: FloatArray) -> float:
    spread = time_s - time_s.mean()
    return float(spread @ (along_m - along_m.mean()) / (spread @ spread))


def found_again(
    arc: SpanArc, lines: tuple[Line, ...], rep_s: tuple[float, float], sd_s: float, lap_m: float, *, end: bool
) -> tuple[int, Crossing]:
    """Return the line at which a rep whose boundary fits no line did start or end after all, or -1, and its running.

    That is so where the rep passed a line within 20 s of its boundary (and within six of its sd, for a boundary that
    is sure of itself tells of a rep that began or ended elsewhere), at the speed of the rep, and was slow on the other
    side of it. Then the boundary is off, by a surge or a gap in the recording; a rep that was stopped early, or run on,
    passes no line so.
    """
    boundary_s = rep_s[1] if end else rep_s[0]
    reach_s = min(FOUND_AGAIN_S, FOUND_AGAIN_SDS * sd_s)
    for guess_s in boundary_s + _GUESSES_S:
        passed = [(number, _passing(arc, line, guess_s, rep_s[1], lap_m, end=end)) for number, line in enumerate(lines)]
        sound = [(number, run) for number, run in passed if abs(run.time_s - boundary_s) < reach_s]
        if sound:
            return min(sound, key=lambda item: abs(item[1].time_s - boundary_s))
    return -1, _NO_CROSSING


def _passing(arc: SpanArc, line: Line, guess_s: float, end_s: float, lap_m: float, *, end: bool) -> Crossing:
    """Return the running past a line near a time, if it was fast on the rep's side of it and slow on the other."""
    before_s = time_s = guess_s
    running = _NO_CROSSING
    for _ in range(4):
        running = (
            end_running(arc, time_s, 0.0, _LITTLE_WIDER_S)
            if end
            else start_running(arc, time_s, 0.0, end_s, _LITTLE_WIDER_S)
        )
        before_s, time_s = time_s, running.time_at(line.arc_m, lap_m)
        if not abs(time_s - guess_s) < FOUND_AGAIN_S or abs(time_s - before_s) < 0.2:
            break
    if not abs(time_s - before_s) < 0.5:
        return _NO_CROSSING
    before, after = arc.time_s < time_s, arc.time_s >= time_s + (0.0 if end else START_SKIP_S)
    fast, slow = (before, after) if end else (after, before)
    place = arc.arc_m - (running.arc_m + running.speed_mps * (time_s - running.time_s))
    near = np.abs(arc.time_s - time_s) < _LOOK_S
    passed = not (place[before & near] > _SLACK_M).any() and not (place[after & near] < -_SLACK_M).any()
    ran = not _speed(arc, fast & near, first=not end) < FAST * running.speed_mps
    rested = not _speed(arc, slow & near, first=end) > SLOW * running.speed_mps
    return running if passed and ran and rested else _NO_CROSSING


def _speed(arc: SpanArc, rows: NDArray[np.bool_], *, first: bool) -> float:
    """Return the mean speed over the first (or last) five seconds of samples; NaN where there are not two."""
    time, along = arc.time_s[rows], arc.arc_m[rows]
    if time.size < 2:
        return float("nan")
    close = time <= max(time[0] + 5.0, time[1]) if first else time >= min(time[-1] - 5.0, time[-2])
    time, along = time[close], along[close]
    return float((along[-1] - along[0]) / (time[-1] - time[0]))


def place_sd_m(residual_m: float) -> float:
    """Return one sd of a place along the line, where the positions scatter by `residual_m` (median) across it."""
    return float(np.hypot(LEAST_SD_M, SD_OVER_RESIDUAL * residual_m))


def crossing_sd_m(running: Crossing, residual_m: float) -> float:
    """Return one sd of where the running was at its boundary, apart from the boundary's own."""
    return float(np.hypot(place_sd_m(residual_m), SPEED_SD_MPS * running.gap_s))


def learn_lines(
    runnings: list[Crossing], boundary_sd_s: FloatArray, lap_m: float, residual_m: float = 1.0
) -> tuple[tuple[Line, ...], IntArray]:
    """Cluster where the boundaries of a session lie along the lap.

    Parameters
    ----------
    runnings : list of Crossing
        One a rep.
    boundary_sd_s : ndarray, shape (n,)
        One sd of each boundary's own time.
    lap_m : float
        Length of a lap.
    residual_m : float
        `TrackFit.residual_m`.

    Returns
    -------
    lines : tuple of Line
        Those that at least three reps share, the most used first; then those that follow from them.
    line : ndarray of int, shape (n,)
        The line of each rep; -1 where it has none.
    """
    phase = np.array([running.arc_m for running in runnings])
    speed_mps = np.array([running.speed_mps for running in runnings])
    sd = np.hypot([crossing_sd_m(running, residual_m) for running in runnings], boundary_sd_s * speed_mps)
    left = np.isfinite(phase) & np.isfinite(sd)
    line_of = np.full(phase.size, -1, dtype=np.int64)
    lines: list[Line] = []
    while (found := _likeliest(phase, sd, np.flatnonzero(left), lap_m)) is not None:
        place, place_sd, members = found
        lines.append(Line(place, place_sd, tuple(int(rep) for rep in members)))
        line_of[members] = len(lines) - 1
        left[members] = False
    family = _likeliest(phase, sd, np.flatnonzero(np.isfinite(phase) & np.isfinite(sd)), MARKS_M)
    if abs(lap_m - LAP_M) > 0.01 or family is None or family[2].size < _MOST * np.isfinite(phase).sum():
        return tuple(lines), line_of
    for place, place_sd, members in _at_marks(phase, family, left):
        lines.append(Line(place, place_sd, tuple(int(rep) for rep in members)))
        line_of[members] = len(lines) - 1
    usual_mps = float(median(speed_mps[~np.isnan(speed_mps)]))
    return _tied(lines, family[0], SHARED_SD_S * usual_mps), line_of


def _at_marks(
    phase_m: FloatArray, family: tuple[float, float, NDArray[np.intp]], left: NDArray[np.bool_]
) -> Iterator[tuple[float, float, NDArray[np.intp]]]:
    """Yield lines for reps that are left over, where most reps of the session keep to marks 100 m apart.

    So the 300s of a session tell its 200s where they start, though there are few of either.
    """
    place, place_sd, members = family
    members = members[left[members]]
    number = np.mod(np.rint((phase_m[members] - place) / MARKS_M), np.rint(LAP_M / MARKS_M))
    for mark in distinct(number):
        yield place + MARKS_M * float(mark), float(np.hypot(place_sd, _MARK_SD_M)), members[number == mark]


def _tied(lines: list[Line], mark_m: float, shared_sd_m: float) -> tuple[Line, ...]:
    """Return the lines of a session drawn towards marks 100 m apart, those less that are better known."""
    off = np.array([ahead_m(mark_m, line.arc_m, MARKS_M) for line in lines])
    near = np.abs(off) < _NEAR_M
    if near.sum() < 2:
        return tuple(lines)
    known = np.square([line.sd_m for line in lines]) + shared_sd_m**2
    weight = near / (known + TIED_SD_M**2)
    pull = known / (known + TIED_SD_M**2)
    moved = np.where(near, pull * (weight @ off / weight.sum() - off), 0.0)
    return tuple(
        line._replace(arc_m=float(np.mod(line.arc_m + m, LAP_M))) for line, m in zip(lines, moved, strict=True)
    )


def _likeliest(
    phase_m: FloatArray, sd_m: FloatArray, rows: NDArray[np.intp], lap_m: float
) -> tuple[float, float, NDArray[np.intp]] | None:
    """Return the place that most of the reps share, one sd of it, and these reps; None if chance might do as much."""
    if rows.size < _MIN_REPS:
        return None
    phase, sd = phase_m[rows], sd_m[rows]
    ahead = _wrapped(phase[None, :] - phase[:, None], lap_m)
    close = np.abs(ahead) < np.minimum(np.maximum(_NEAR_M, 2.0 * sd), _NEAREST * lap_m)
    best = int(np.argmax(np.where(close, _gain(ahead, sd, lap_m), 0.0).sum(axis=1)))
    own = close[best]
    if own.sum() < _MIN_REPS:
        return None
    place, place_sd = _robust_mean(ahead[best, own], sd[own])
    # One place was free to choose, and so was who belongs to it.
    worth = _gain(ahead[best, own] - place, sd[own], lap_m)
    if worth.sum() - worth.max() - _log_choices(rows.size, int(own.sum())) < _SURE:
        return None
    return float(np.mod(phase[best] + place, lap_m)), place_sd, rows[own]


def ahead_m(from_m: float, to_m: float, lap_m: float) -> float:
    """Return how far ahead a place of the line is, the shorter way round: negative where it lies behind."""
    return float(np.mod(to_m - from_m + 0.5 * lap_m, lap_m) - 0.5 * lap_m)


def _wrapped(arc_m: FloatArray, lap_m: float) -> FloatArray:
    return np.asarray(np.mod(arc_m + 0.5 * lap_m, lap_m) - 0.5 * lap_m)


def _gain(off_m: FloatArray, sd_m: FloatArray, lap_m: float) -> FloatArray:
    """Return how much likelier (log) a place is at a line, with Student's t errors, than anywhere on the lap."""
    return np.asarray(
        np.log(0.375 * lap_m / sd_m) - 0.5 * (_FREEDOM + 1.0) * np.log1p(np.square(off_m / sd_m) / _FREEDOM)
    )


def _log_choices(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _robust_mean(values: FloatArray, sd: FloatArray) -> tuple[float, float]:
    """Return the mean of values with Student's t errors, and one sd of it."""
    mean = float(median(values))
    weight = 1.0 / np.square(sd)
    for _ in range(20):
        weight = (_FREEDOM + 1.0) / (_FREEDOM + np.square((values - mean) / sd)) / np.square(sd)
        mean = float(weight @ values / weight.sum())
    scatter = max(1.0, float(np.sqrt(np.mean(np.square((values - mean) / sd)))))
    return mean, scatter / float(np.sqrt(np.sum(1.0 / np.square(sd))))
