"""The lines a session starts and finishes at, and when each rep crossed them.

Reps end at full speed over the same painted line, so the place of the line, learnt from all of them, times each of
them better than its own change of speed does in a recording with a sample every 5 s. What is learnt from the ends
cannot tell whether they are all late alike: a crossing takes the scatter out of them, not a common bias.

A start from standing crosses no line at speed. The running that follows is extrapolated back to where it would have
been at full speed at the start: some metres behind the painted line, by the same few metres in every rep. So the start
line here is that of the extrapolated running, not the painted one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..activity import FloatArray
from .arclength import SpanArc

IntArray = NDArray[np.int64]

WINDOW_S = 15.0
"""Steady running on the rep's side of a boundary, from which its crossing is extrapolated."""
START_SKIP_S = 4.0
"""A runner needs this long to reach the speed of the rep."""
BLUR_S = 0.75
CROSSING_SD_M = 2.0
SPEED_SD_MPS = 0.15
"""What a crossing itself is off by, measured: see ``docs/track.md``."""
_NEAR_M = 14.0
_MIN_REPS = 3
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


def end_running(arc: SpanArc, end_s: float, end_sd_s: float) -> Crossing:
    """Return the steady running that leads up to a rep's end."""
    latest = end_s - max(BLUR_S, min(end_sd_s, 2.0))
    window = (arc.time_s >= latest - WINDOW_S) & (arc.time_s <= latest)
    return _steady(arc, window, end_s, last=True)


def start_running(arc: SpanArc, start_s: float, start_sd_s: float) -> Crossing:
    """Return the steady running that follows a rep's start."""
    earliest = start_s + START_SKIP_S + min(start_sd_s, 2.0)
    window = (arc.time_s >= earliest) & (arc.time_s <= earliest + WINDOW_S)
    return _steady(arc, window, start_s, last=False)


def _steady(arc: SpanArc, window: NDArray[np.bool_], boundary_s: float, *, last: bool) -> Crossing:
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


def crossing_sd_m(running: Crossing) -> float:
    """Return one sd of where the running was at its boundary, apart from the boundary's own."""
    return float(np.hypot(CROSSING_SD_M, SPEED_SD_MPS * running.gap_s))


def learn_lines(runnings: list[Crossing], boundary_sd_s: FloatArray, lap_m: float) -> tuple[tuple[Line, ...], IntArray]:
    """Cluster where the boundaries of a session lie along the lap.

    Parameters
    ----------
    runnings : list of Crossing
        One a rep.
    boundary_sd_s : ndarray, shape (n,)
        One sd of each boundary's own time.
    lap_m : float
        Length of a lap.

    Returns
    -------
    lines : tuple of Line
        Those that at least three reps share, the most used first.
    line : ndarray of int, shape (n,)
        The line of each rep; -1 where it has none.
    """
    phase = np.array([running.arc_m for running in runnings])
    sd = np.hypot(
        [crossing_sd_m(running) for running in runnings],
        boundary_sd_s * np.array([running.speed_mps for running in runnings]),
    )
    left = np.isfinite(phase) & np.isfinite(sd)
    line_of = np.full(phase.size, -1, dtype=np.int64)
    lines: list[Line] = []
    while left.sum() >= _MIN_REPS:
        ahead = np.mod(phase[None, :] - phase[left, None] + 0.5 * lap_m, lap_m) - 0.5 * lap_m
        reach = np.maximum(_NEAR_M, 2.0 * sd)
        close = (np.abs(ahead) < reach) & left
        best = int(np.argmax(close.sum(axis=1)))
        members = np.flatnonzero(close[best])
        if members.size < _MIN_REPS:
            break
        origin = phase[left][best]
        place, place_sd = _robust_mean(ahead[best, members], sd[members])
        lines.append(Line(float(np.mod(origin + place, lap_m)), place_sd, tuple(int(rep) for rep in members)))
        line_of[members] = len(lines) - 1
        left[members] = False
    return tuple(lines), line_of


def _robust_mean(values: FloatArray, sd: FloatArray) -> tuple[float, float]:
    """Return the mean of values with Student's t errors, and one sd of it."""
    mean = float(np.median(values))
    weight = 1.0 / np.square(sd)
    for _ in range(20):
        weight = (_FREEDOM + 1.0) / (_FREEDOM + np.square((values - mean) / sd)) / np.square(sd)
        mean = float(weight @ values / weight.sum())
    scatter = max(1.0, float(np.sqrt(np.mean(np.square((values - mean) / sd)))))
    return mean, scatter / float(np.sqrt(np.sum(1.0 / np.square(sd))))
