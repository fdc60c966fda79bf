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
from dataclasses import dataclass
from math import lgamma

import numpy as np
from numpy.typing import NDArray

from ..activity import FloatArray
from .arclength import SpanArc
from .oval import LAP_M

IntArray = NDArray[np.int64]

WINDOW_S = 15.0
"""Steady running on the rep's side of a boundary, from which its crossing is extrapolated."""
WIDER_S = 10.0
START_SKIP_S = 4.0
"""A runner needs this long to reach the speed of the rep."""
BLUR_S = 0.75
LEAST_SD_M, SD_OVER_RESIDUAL = 1.5, 1.6
SPEED_SD_MPS = 0.15
"""What a crossing itself is off by: grows with the scatter across the line, as measured (``docs/track.md``)."""
FOUND_AGAIN_S = 20.0
_GUESSES_S = np.array([0.0, -6.0, 6.0, -12.0, 12.0, -18.0, 18.0])
FAST, SLOW = 0.88, 0.8
_LOOK_S = 12.0
_SLACK_M = 15.0
_NEAR_M = 14.0
_MIN_REPS = 3
_SURE = 3.0
"""How much likelier (log) a line must be than chance."""
_NEAREST = 0.14
MARKS_M, _MARK_SD_M = 100.0, 2.0
_MOST = 0.6
_FREEDOM = 4.0


@dataclass(frozen=True, slots=True)
class Crossing:
    """Steady running past a boundary: ``arc = arc_m + speed_mps * (time - time_s)``.

    All fields NaN where there is no such running.
    """

    time_s: float
    arc_m: float
    speed_mps: float
    gap_s: float

    def time_at(self, arc_m: float, lap_m: float) -> float:
        """Return the time at which the running passes an arc length, the passing nearest to `time_s`."""
        ahead = np.mod(arc_m - self.arc_m + 0.5 * lap_m, lap_m) - 0.5 * lap_m
        return self.time_s + float(ahead) / self.speed_mps


_NO_CROSSING = Crossing(np.nan, np.nan, np.nan, np.nan)


@dataclass(frozen=True, slots=True)
class Line:
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


def start_running(arc: SpanArc, start_s: float, start_sd_s: float, wider_s: float = WIDER_S) -> Crossing:
    """Return the steady running that follows a rep's start."""
    earliest = start_s + START_SKIP_S + min(start_sd_s, 2.0)
    return _steady(arc, earliest, earliest + WINDOW_S, start_s, last=False, wider_s=wider_s)


def _steady(arc: SpanArc, low_s: float, high_s: float, boundary_s: float, *, last: bool, wider_s: float) -> Crossing:
    window = (arc.time_s >= low_s) & (arc.time_s <= high_s)
    if window.sum() < 3:  # a sample every 7 s
        low_s, high_s = (low_s - wider_s, high_s) if last else (low_s, high_s + wider_s)
        window = (arc.time_s >= low_s) & (arc.time_s <= high_s)
    time = arc.time_s[window]
    if not arc.on_track or time.size < 3 or time[-1] - time[0] < 0.4 * WINDOW_S:
        return _NO_CROSSING
    along = arc.arc_m[window]
    middle = time.mean()
    spread = time - middle
    speed = float(spread @ (along - along.mean()) / (spread @ spread))
    if not 1.5 < speed < 12.0:
        return _NO_CROSSING
    gap = boundary_s - time[-1] if last else time[0] - boundary_s
    return Crossing(boundary_s, float(along.mean() + speed * (boundary_s - middle)), speed, float(max(gap, 0.0)))


def found_again(
    arc: SpanArc, lines: tuple[Line, ...], boundary_s: float, lap_m: float, *, end: bool
) -> tuple[int, Crossing]:
    """Return the line at which a rep whose boundary fits no line did start or end after all, or -1, and its running.

    That is so where the rep passed a line within 20 s of its boundary, at the speed of the rep, and was slow on the
    other side of it. Then the boundary is off, by a surge or a gap in the recording; a rep that was stopped early, or
    run on, passes no line so.
    """
    for guess_s in boundary_s + _GUESSES_S:
        passed = [(number, _passing(arc, line, guess_s, lap_m, end=end)) for number, line in enumerate(lines)]
        sound = [(number, run) for number, run in passed if abs(run.time_s - boundary_s) < FOUND_AGAIN_S]
        if sound:
            return min(sound, key=lambda item: abs(item[1].time_s - boundary_s))
    return -1, _NO_CROSSING


def _passing(arc: SpanArc, line: Line, guess_s: float, lap_m: float, *, end: bool) -> Crossing:
    """Return the running past a line near a time, if it was fast on the rep's side of it and slow on the other."""
    before_s = time_s = guess_s
    running = _NO_CROSSING
    for _ in range(4):
        running = end_running(arc, time_s, 0.0, 0.0) if end else start_running(arc, time_s, 0.0, 0.0)
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
    sd = np.hypot(
        [crossing_sd_m(running, residual_m) for running in runnings],
        boundary_sd_s * np.array([running.speed_mps for running in runnings]),
    )
    left = np.isfinite(phase) & np.isfinite(sd)
    line_of = np.full(phase.size, -1, dtype=np.int64)
    lines: list[Line] = []
    while (found := _likeliest(phase, sd, np.flatnonzero(left), lap_m)) is not None:
        place, place_sd, members = found
        lines.append(Line(place, place_sd, tuple(int(rep) for rep in members)))
        line_of[members] = len(lines) - 1
        left[members] = False
    for place, place_sd, members in _at_marks(phase, sd, left, lap_m):
        lines.append(Line(place, place_sd, tuple(int(rep) for rep in members)))
        line_of[members] = len(lines) - 1
    return tuple(lines), line_of


def _at_marks(
    phase_m: FloatArray, sd_m: FloatArray, left: NDArray[np.bool_], lap_m: float
) -> Iterator[tuple[float, float, NDArray[np.intp]]]:
    """Yield lines for reps that are left over, where most reps of the session keep to marks 100 m apart.

    So the 300s of a session tell its 200s where they start, though there are few of either.
    """
    known = np.flatnonzero(np.isfinite(phase_m) & np.isfinite(sd_m))
    family = _likeliest(phase_m, sd_m, known, MARKS_M)
    if abs(lap_m - LAP_M) > 0.01 or family is None or family[2].size < _MOST * known.size:
        return
    place, place_sd, members = family
    members = members[left[members]]
    number = np.mod(np.rint((phase_m[members] - place) / MARKS_M), np.rint(LAP_M / MARKS_M))
    for mark in np.unique(number):
        yield place + MARKS_M * float(mark), float(np.hypot(place_sd, _MARK_SD_M)), members[number == mark]


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
    mean = float(np.median(values))
    weight = 1.0 / np.square(sd)
    for _ in range(20):
        weight = (_FREEDOM + 1.0) / (_FREEDOM + np.square((values - mean) / sd)) / np.square(sd)
        mean = float(weight @ values / weight.sum())
    scatter = max(1.0, float(np.sqrt(np.mean(np.square((values - mean) / sd)))))
    return mean, scatter / float(np.sqrt(np.sum(1.0 / np.square(sd))))
