"""Times inside a rep, every 100 m, and how far the watch's own distance is off.

A split is the time at which the running passed a mark on the line, 100 m, 200 m ... after the rep's start. The ends of
the rep are known better than any place between them: so the arc length of a rep is held to its distance at both ends,
what it misses there being spread evenly over the rep, and the splits add up to the rep. A watch's positions are
late, or early, by about as much all through a session: by how much is what the reps of it miss at their ends, all in
the same way, and is taken out first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..activity import FloatArray
from ..quantities.ordered import median
from .arclength import SpanArc, arc_lengths
from .drift import DRIFT_MEMORY_S
from .find import TrackFit
from .lines import place_sd_m

_MARGIN_S = 10.0  # for the drift at the ends to be learnt
_SMOOTH_S = 4.0  # a stride is a third of a second, a mistake of GPS a few
_MAX_MISS = 0.08  # watches read 8 % long at the most: more is another rep
_DELAYS_S = np.arange(-2.0, 3.01, 0.1)
_USUAL_DELAY_S, _DELAY_SD_S = 0.4, 1.0
"""Of positions: that of the median watch, and how much watches differ."""
_BELIEVED_SD = 3.0
"""A rep that misses its distance by more than so many sds says nothing of the delay."""
_HELD = 0.75
"""Places of a rep that is held to its distance at both ends err by so much of what they do alone (simulated)."""
_BESIDE_S = 1.5
"""The speed at an edge is taken over so long on both sides of it."""


class Split(NamedTuple):
    """One stretch of a rep.

    Attributes
    ----------
    rep : int
        Index of the rep.
    from_m, to_m : float
        Where in the rep; the last stretch may be shorter.
    start_s, end_s : float
        When, on the elapsed clock.
    time_sd_s : float
        One sd of the stretch's time, from the positions (and, at the rep's ends, the boundaries given).
    """

    rep: int
    from_m: float
    to_m: float
    start_s: float
    end_s: float
    time_sd_s: float

    @property
    def time_s(self) -> float:
        """Seconds for the stretch."""
        return self.end_s - self.start_s


def splits(
    fit: TrackFit,
    time_s: FloatArray,
    x_m: FloatArray,
    y_m: FloatArray,
    starts_s: FloatArray,
    ends_s: FloatArray,
    distances_m: FloatArray,
    *,
    every_m: float = 100.0,
    start_sd_s: FloatArray | None = None,
    end_sd_s: FloatArray | None = None,
) -> tuple[Split, ...]:
    """Return the stretches of every rep run on the track.

    Parameters
    ----------
    fit : TrackFit
        Where the track lies.
    time_s, x_m, y_m : ndarray, shape (n_samples,)
        Samples; positions may be NaN.
    starts_s, ends_s : ndarray, shape (n,)
        The reps.
    distances_m : ndarray, shape (n,)
        Their distances (`TrackEvidence.nominal_distance_m`, or `distance_m` where that is NaN); NaN: no splits.
    every_m : float
        Length of a stretch.
    start_sd_s, end_sd_s : ndarray, shape (n,), optional
        One sd of the boundaries; half a second where not given.

    Returns
    -------
    tuple of Split
        In order; none for a rep off the line, or whose positions do not bear out its distance.
    """
    starts, ends = np.asarray(starts_s, np.float64), np.asarray(ends_s, np.float64)
    distances = np.asarray(distances_m, np.float64)
    start_sd = np.full(starts.size, 0.5) if start_sd_s is None else np.asarray(start_sd_s, np.float64)
    end_sd = np.full(starts.size, 0.5) if end_sd_s is None else np.asarray(end_sd_s, np.float64)
    arcs = arc_lengths(fit, time_s, x_m, y_m, np.stack([starts, ends], axis=1), margin_s=_MARGIN_S)
    place_sd = place_sd_m(fit.residual_m)
    delay_s = _delay_s(arcs, starts, ends, distances, place_sd)
    arcs = tuple(arc._replace(time_s=arc.time_s - delay_s) for arc in arcs)
    found: list[Split] = []
    for rep, arc in enumerate(arcs):
        length = distances[rep]
        times = _passing_times(arc, starts[rep], ends[rep], length, every_m)
        if times is None:
            continue
        marks = np.append(np.arange(0.0, length - 0.25 * every_m, every_m), length)
        took = np.diff(times)
        # Places err alike for a while, so that the time between two marks is better known than their places.
        apart = 1.0 - np.exp(-took / DRIFT_MEMORY_S)
        variance = 2.0 * apart * (_HELD * place_sd * (ends[rep] - starts[rep]) / length) ** 2
        share = np.diff(marks) / length
        for edge_s, edge_sd, which in ((starts[rep], start_sd[rep], 0), (ends[rep], end_sd[rep], -1)):
            # The distance is shared out anew from an edge that is off: what was run meanwhile moves every mark.
            moves = share * _beside_mps(arc, edge_s) * (ends[rep] - starts[rep]) / length
            moves[which] = 1.0 - (moves.sum() - moves[which])
            variance += np.square(moves * edge_sd)
        found.extend(
            Split(
                rep=rep,
                from_m=float(marks[i]),
                to_m=float(marks[i + 1]),
                start_s=float(times[i]),
                end_s=float(times[i + 1]),
                time_sd_s=float(np.sqrt(variance[i])),
            )
            for i in range(marks.size - 1)
        )
    return tuple(found)


def _delay_s(
    arcs: Sequence[SpanArc], starts_s: FloatArray, ends_s: FloatArray, distances_m: FloatArray, place_sd: float
) -> float:
    """Return by how much the positions follow the runner: what makes the reps as long as they were."""
    misfit = np.square((_DELAYS_S - _USUAL_DELAY_S) / _DELAY_SD_S)
    for arc, start_s, end_s, length_m in zip(arcs, starts_s, ends_s, distances_m, strict=True):
        if arc.on_track and np.isfinite(length_m) and arc.time_s.size > 1:
            run_m = _at(arc, end_s + _DELAYS_S) - _at(arc, start_s + _DELAYS_S)
            off = np.square((run_m - length_m) / place_sd) / 2.0
            if off.min() < _BELIEVED_SD**2:
                misfit += np.minimum(off, _BELIEVED_SD**2)
    return float(_DELAYS_S[int(np.argmin(misfit))])


def _beside_mps(arc: SpanArc, edge_s: float) -> float:
    """Return the speed about an edge of a rep."""
    before_m, after_m = _at(arc, np.array([edge_s - _BESIDE_S, edge_s + _BESIDE_S]))
    return float(after_m - before_m) / (2.0 * _BESIDE_S)


def _passing_times(arc: SpanArc, start_s: float, end_s: float, length_m: float, every_m: float) -> FloatArray | None:
    """Return when the marks of a rep were passed, its start and end included."""
    inside = (arc.time_s > start_s) & (arc.time_s < end_s)
    if not arc.on_track or not np.isfinite(length_m) or length_m < every_m or inside.sum() < 4:
        return None
    time = np.concatenate([[start_s], arc.time_s[inside], [end_s]])
    along = _smooth(arc, time)
    run = float(np.diff(_at(arc, np.array([start_s, end_s]))).item())
    if abs(run - length_m) > max(25.0, _MAX_MISS * length_m):
        return None
    share = (time - start_s) / (end_s - start_s)
    along = along - along[0]
    along += (length_m - along[-1]) * share
    along = np.maximum.accumulate(along)
    along[-1] = length_m
    marks = np.append(np.arange(0.0, length_m - 0.25 * every_m, every_m), length_m)
    passed = np.interp(marks, along + 1e-9 * np.arange(along.size), time)
    passed[0], passed[-1] = start_s, end_s
    return np.asarray(passed, dtype=np.float64)


def _at(arc: SpanArc, time_s: FloatArray) -> FloatArray:
    return np.interp(time_s, arc.time_s, arc.arc_m)


def _smooth(arc: SpanArc, time_s: FloatArray) -> FloatArray:
    """Return the arc length at times, by straight lines through the samples within 4 s (or by interpolation)."""
    apart = arc.time_s[None, :] - time_s[:, None]
    weight = np.maximum(1.0 - np.square(apart / _SMOOTH_S), 0.0)
    total = weight.sum(axis=1)
    mean_t = (weight @ arc.time_s) / np.maximum(total, 1e-12)
    mean_a = (weight @ arc.arc_m) / np.maximum(total, 1e-12)
    spread_t = weight @ np.square(arc.time_s) - total * np.square(mean_t)
    cross = weight @ (arc.time_s * arc.arc_m) - total * mean_t * mean_a
    enough = (weight > 0.0).sum(axis=1) >= 5
    line = mean_a + cross / np.where(spread_t > 1e-6, spread_t, 1.0) * (time_s - mean_t)
    return np.where(enough, line, np.interp(time_s, arc.time_s, arc.arc_m))


class DeviceBias(NamedTuple):
    """How long a watch reads on this track.

    Attributes
    ----------
    ratio : float
        Watch distance over true distance, median over the reps: 1.038 reads 3.8 % long.
    sd : float
        One sd of it.
    reps : int
        How many it is from.
    """

    ratio: float
    sd: float
    reps: int


def device_bias(watch_m: FloatArray, nominal_m: FloatArray) -> DeviceBias | None:
    """Compare the watch's distances of reps with what they were.

    Parameters
    ----------
    watch_m, nominal_m : ndarray, shape (n,)
        A row a rep; NaN is left out.

    Returns
    -------
    DeviceBias or None
        None with fewer than three reps.
    """
    watch, nominal = np.asarray(watch_m, np.float64), np.asarray(nominal_m, np.float64)
    known = np.isfinite(watch) & np.isfinite(nominal) & (nominal > 0) & (watch > 0)
    if known.sum() < 3:
        return None
    ratio = watch[known] / nominal[known]
    middle = float(median(ratio))
    scatter = 1.4826 * float(median(np.abs(ratio - middle)))
    return DeviceBias(ratio=middle, sd=1.25 * scatter / float(np.sqrt(ratio.size)), reps=int(ratio.size))
