"""How far along the running line the runner was, rep by rep, without believing single positions.

Positions are first freed of the drift that the oval betrays (see `adjust`), then projected on the line, and the laps
are counted: from sample to sample a runner goes forward, by what the speed of the rep allows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..activity import FloatArray
from ..quantities.ordered import median
from .adjust import NOISE_SD_M, adjust
from .course import fast_course, samples_of_spans
from .drift import Drift
from .find import ON_LINE_M, TrackFit

_MIN_SAMPLES = 3  # two make any line


class SpanArc(NamedTuple):
    """One span of fast running along the line.

    Attributes
    ----------
    time_s : ndarray, shape (n,)
        Samples of the span that have a position.
    arc_m : ndarray, shape (n,)
        Arc length, laps counted on; the first is in [0, lap).
    sd_m : ndarray, shape (n,)
        One sd of it. Neighbours err alike: do not average it away.
    across_m : ndarray, shape (n,)
        How far outside the line, drift and `TrackFit.wide_m` taken off.
    on_track : bool
        Whether the span was run on the line at all; nothing should be read from its arc length if not.
    """

    time_s: FloatArray
    arc_m: FloatArray
    sd_m: FloatArray
    across_m: FloatArray
    on_track: bool


def arc_lengths(
    fit: TrackFit,
    time_s: FloatArray,
    x_m: FloatArray,
    y_m: FloatArray,
    spans: FloatArray,
    *,
    margin_s: float = 0.0,
) -> tuple[SpanArc, ...]:
    """Return the arc length of the samples of each span.

    Parameters
    ----------
    fit : TrackFit
        Where the track lies.
    time_s, x_m, y_m : ndarray, shape (n,)
        Samples; positions may be NaN.
    spans : ndarray, shape (m, 2)
        Half-open [start_s, end_s).
    margin_s : float
        Samples this far outside a span are given, too; the drift is learnt from those inside.

    Returns
    -------
    tuple of SpanArc
        One a span; empty arrays where it has no position.
    """
    time, x, y = (np.asarray(column, np.float64) for column in (time_s, x_m, y_m))
    bounds = np.asarray(spans, np.float64).reshape(-1, 2)
    oval = fit.oval
    course = fast_course(time, x, y, bounds)
    near = np.abs(oval.across_m(course.x_m, course.y_m) - fit.wide_m) < 2.0 * ON_LINE_M
    course = course.take(near)
    drift: Drift | None = None
    if course.size:
        drift = adjust(
            oval,
            fit.wide_m,
            course.time_s,
            course.x_m,
            course.y_m,
            course.span,
            lane=fit.lane,
            with_drift=True,
            with_shape=False,
        ).drift
    wider = bounds + np.array([-margin_s, margin_s])
    return tuple(
        _span_arc(fit, drift, span, bounds[span], time[rows], x[rows], y[rows])
        for span, rows in enumerate(samples_of_spans(time, x, y, wider))
    )


def _span_arc(
    fit: TrackFit,
    drift: Drift | None,
    span: int,
    bounds: FloatArray,
    time_s: FloatArray,
    x_m: FloatArray,
    y_m: FloatArray,
) -> SpanArc:
    oval = fit.oval
    inside = (time_s >= bounds[0]) & (time_s < bounds[1])
    raw_across = oval.across_m(x_m, y_m) - fit.wide_m
    east, north = drift.at(span, time_s) if drift is not None else (np.zeros_like(time_s), np.zeros_like(time_s))
    arc, outside = oval.arc_length_m(x_m - east, y_m - north)
    arc = _laps_counted(arc, time_s, fit.lap_m, inside)
    ahead_x, ahead_y = np.subtract(oval.point(arc + 0.5), oval.point(arc - 0.5))
    sd = np.full(time_s.size, NOISE_SD_M)
    if drift is not None:
        sd = np.hypot(NOISE_SD_M, drift.along_sd_m(span, time_s, np.arctan2(ahead_y, ahead_x)))
    on_track = int(inside.sum()) >= _MIN_SAMPLES and float(median(np.abs(raw_across[inside]))) < ON_LINE_M
    return SpanArc(time_s, arc, sd, outside - fit.wide_m, on_track)


def _laps_counted(arc_m: FloatArray, time_s: FloatArray, lap_m: float, inside: NDArray[np.bool_]) -> FloatArray:
    """Return the arc length with the laps counted on, across gaps by the speed inside the span."""
    if arc_m.size < 2:
        return arc_m
    gap = np.diff(time_s)
    step = np.mod(np.diff(arc_m) + 0.5 * lap_m, lap_m) - 0.5 * lap_m
    fast = inside[1:] & inside[:-1]
    if fast.any():
        speed = float(median(step[fast] / gap[fast]))
        step[fast] += lap_m * np.rint((speed * gap[fast] - step[fast]) / lap_m)
    counted: FloatArray = arc_m[0] + np.concatenate([[0.0], np.cumsum(step)])
    return counted
