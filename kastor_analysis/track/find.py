"""`find_track`: whether a session is on a 400 m track, and where.

A wrong track is worse than none: it turns a rep of 380 m in a park into 400 m. So an oval is believed only if most of
the fast running lies on it, its bends were run at least twice, the positions keep to its shape all the way round (a
rectangle of streets does not), and its line is near enough to 400 m. One straight alone never makes a track.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..activity import FloatArray
from ..quantities.ordered import distinct, median
from .adjust import STRAIGHT_RANGE_M, Adjusted, adjust, likely_straight_m
from .course import Course, fast_course
from .oval import STRAIGHT_M, Oval, lane_offset_m
from .search import search

ON_LINE_M = 6.0  # three lanes and the drift of a watch beside them
_MIN_SAMPLES = 12  # one bend in a recording with a sample every 3 s
_MAX_COARSE_M = 9.0  # of the coarse search's cap of 12: further off nothing like an oval was run
_MIN_ON_LINE = 0.6  # the rest may be strides, or the way to the track
_MIN_BEND_PASSES = 2.0  # once round is a corner of a park as well
_MIN_BEND_COVER = 0.7  # nearly from end to end
_MIN_OTHER_COVER = 0.5  # of less, the straight is not measured between two bends
_MAX_ODD_STRAIGHT_M = 12.0  # of one bend; most tracks are within 4 m of the standard
_MAX_RESIDUAL_M = 2.0  # the median of positions that are 3 m off, drift taken off
_MAX_MISFIT_M = 1.5  # streets round a block keep to no oval this well
_WIDE_RANGE_M = (-3.0, 5.6)  # watches draw 0 to 3.5 m wide; and a lane or two
_SECTOR_M = 20.0  # ten to a bend and its straight: corners show, single samples do not
_FAR_M = 12.0  # one stray stretch must not decide, here as in `search`
_NEAR_M = 25.0  # beyond is another place, not a bad fit


class TrackFit(NamedTuple):
    """A 400 m oval fitted to the fast running of a session.

    Attributes
    ----------
    centre_x_m, centre_y_m : float
        Centre of the oval in the local metres of the positions.
    centre_sd_m : float
        One sd of the centre, either way, as the watch's positions have it; an error common to the whole session
        cannot be seen, and does no harm.
    heading_deg : float
        Compass direction of the straights, in [0, 180).
    straight_m, radius_m : float
        Length of a straight, rather the usual one than the one drawn; radius of the running line of `lane`.
    direction : int
        +1 run anticlockwise, -1 clockwise.
    lane : int
        As given: it cannot be told from the positions.
    lap_m : float
        Length of the running line: 400 m in lane 1.
    wide_m : float
        How far outside the line the positions lie on the whole: the watch, the lane and the runner together.
    residual_m : float
        Median distance of the fast positions from the oval, `wide_m` taken off.
    misfit_m : float
        Root mean square, over sectors of the oval, of the mean distance in each: what is no noise but shape. Samples
        beyond 25 m are left out, those beyond 12 m taken as 12.
    on_track : float
        Share of the fast running within 6 m of the oval.
    confidence : float
        From 0.5 (just accepted) to 1: how far every test was passed. Not a probability.
    """

    centre_x_m: float
    centre_y_m: float
    centre_sd_m: float
    heading_deg: float
    straight_m: float
    radius_m: float
    direction: int
    lane: int
    lap_m: float
    wide_m: float
    residual_m: float
    misfit_m: float
    on_track: float
    confidence: float

    @property
    def oval(self) -> Oval:
        """The running line."""
        return Oval(
            self.centre_x_m,
            self.centre_y_m,
            np.radians(90.0 - self.heading_deg),
            self.straight_m,
            self.radius_m,
            self.direction,
        )

    def arc_length_m(self, x_m: FloatArray, y_m: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the arc length along the running line, in [0, lap_m), and the distance outside it, of positions."""
        return self.oval.arc_length_m(x_m, y_m)

    def outline(self, n: int = 200, *, wide_m: float = 0.0) -> tuple[FloatArray, FloatArray]:
        """Return a line round the track as a closed polygon: x_m, y_m, each of shape (n,).

        Parameters
        ----------
        n : int
            Points; the last is the first again.
        wide_m : float
            How far outside the running line. With the fit's own `wide_m` it lies where the watch drew the runs.
        """
        line = self.oval._replace(radius_m=self.radius_m + wide_m)
        return line.point(np.linspace(0.0, line.lap_m, n))


def find_track(
    time_s: FloatArray, x_m: FloatArray, y_m: FloatArray, spans: FloatArray, *, lane: int = 1
) -> TrackFit | None:
    """Find the 400 m track that the fast running was on.

    Parameters
    ----------
    time_s : ndarray, shape (n,)
        Elapsed seconds, increasing.
    x_m, y_m : ndarray, shape (n,)
        Local east and north metres; NaN where there is no position.
    spans : ndarray, shape (m, 2)
        Half-open [start_s, end_s) of fast running; several seconds off do no harm.
    lane : int
        The lane run in; its line is fitted.

    Returns
    -------
    TrackFit or None
        None where the evidence does not make a track.

    Raises
    ------
    SegmentError
        If there is no such lane.
    """
    lane_offset_m(lane)
    bounds = np.asarray(spans, dtype=np.float64).reshape(-1, 2)
    course = fast_course(
        np.asarray(time_s, np.float64), np.asarray(x_m, np.float64), np.asarray(y_m, np.float64), bounds
    )
    if course.size < _MIN_SAMPLES:
        return None
    oval, coarse_m = search(course, lane)
    if coarse_m > _MAX_COARSE_M:
        return None
    samples = (course.time_s, course.x_m, course.y_m, course.span)
    rough = adjust(oval, 0.0, *samples, lane=lane, with_drift=False)
    near = np.abs(rough.across_m) < _FAR_M
    if course.length_m[near].sum() < _MIN_ON_LINE * course.length_m.sum() or near.sum() < _MIN_SAMPLES:
        return None
    kept = course.take(near)

    def drawn(start: Adjusted, straight_m: float | None = None) -> Adjusted:
        return adjust(
            start.oval,
            start.wide_m,
            kept.time_s,
            kept.x_m,
            kept.y_m,
            kept.span,
            lane=lane,
            with_drift=True,
            straight_m=straight_m,
        )

    fine = drawn(rough)
    trial = _judge(fine, course)
    if trial is None and _one_bend(fine, course):
        # One bend tells a long straight from a small radius only by how wide it was run: a few samples get it wrong.
        fine = drawn(rough, STRAIGHT_M)
        trial = _judge(fine, course)
    if trial is None:
        return None
    # Judged is the oval as drawn; the track itself is rather of the usual shape.
    final = drawn(fine, likely_straight_m(fine.oval.straight_m, float(fine.shape_sd[3])))
    oval = final.oval
    return TrackFit(
        centre_x_m=float(oval.centre_x_m),
        centre_y_m=float(oval.centre_y_m),
        centre_sd_m=float(np.hypot(final.shape_sd[0], final.shape_sd[1]) / np.sqrt(2.0)),
        heading_deg=float(np.mod(90.0 - np.degrees(oval.angle_rad), 180.0)),
        straight_m=oval.straight_m,
        radius_m=oval.radius_m,
        direction=oval.direction,
        lane=lane,
        lap_m=oval.lap_m,
        wide_m=final.wide_m,
        residual_m=trial.residual_m,
        misfit_m=trial.misfit_m,
        on_track=trial.on_track,
        confidence=trial.confidence,
    )


class _Trial(NamedTuple):
    """What spoke for an oval."""

    residual_m: float
    misfit_m: float
    on_track: float
    confidence: float


def _judge(drawn: Adjusted, course: Course) -> _Trial | None:
    """Return how well an oval passed the tests, None if it failed one."""
    oval, wide_m = drawn.oval, drawn.wide_m
    arc, outside = oval.arc_length_m(course.x_m, course.y_m)
    across = outside - wide_m
    share = course.length_m / course.length_m.sum()
    on_line = np.abs(across) < ON_LINE_M
    on_track = float(share[on_line].sum())
    if on_track < _MIN_ON_LINE:
        return None
    residual = float(median(np.abs(across[on_line])))
    misfit = _misfit_m(arc, across)
    passes, cover, other_cover = _bends_run(oval, arc[on_line], course.length_m[on_line])
    # The straight is only measured between two bends: where one was run, it must be near the standard's, and other
    # curves are easier mistaken for it.
    one_bend = other_cover <= _MIN_OTHER_COVER
    odd_straight = abs(oval.straight_m - STRAIGHT_M) if one_bend else 0.0
    max_misfit = 0.8 * _MAX_MISFIT_M if one_bend else _MAX_MISFIT_M
    tests = (
        (on_track - _MIN_ON_LINE) / 0.3,
        (passes - _MIN_BEND_PASSES) / 4.0,
        (cover - _MIN_BEND_COVER) / 0.2,
        (_MAX_RESIDUAL_M - residual) / 1.0,
        (max_misfit - misfit) / 1.0,
        (wide_m - _WIDE_RANGE_M[0]) / 1.0,
        (_WIDE_RANGE_M[1] - wide_m) / 1.0,
        (_MAX_ODD_STRAIGHT_M - odd_straight) / 2.0,
        (oval.straight_m - STRAIGHT_RANGE_M[0]) / 4.0,
        (STRAIGHT_RANGE_M[1] - oval.straight_m) / 2.0,
    )
    least = float(np.min(tests))
    return _Trial(residual, misfit, on_track, 0.5 + 0.5 * min(1.0, least)) if least > 0.0 else None


def _one_bend(drawn: Adjusted, course: Course) -> bool:
    """Return whether hardly more than one bend was run."""
    arc, outside = drawn.oval.arc_length_m(course.x_m, course.y_m)
    on_line = np.abs(outside - drawn.wide_m) < ON_LINE_M
    return _bends_run(drawn.oval, arc[on_line], course.length_m[on_line])[2] <= _MIN_OTHER_COVER


def _misfit_m(arc_m: FloatArray, across_m: FloatArray) -> float:
    """Return the root mean square, over sectors of the oval, of the mean distance in each."""
    near = np.abs(across_m) < _NEAR_M
    sector = np.floor(arc_m[near] / _SECTOR_M).astype(np.int64)
    count = np.bincount(sector)
    total = np.bincount(sector, np.clip(across_m[near], -_FAR_M, _FAR_M))
    return float(np.sqrt(np.sum(np.square(total) / np.maximum(count, 1)) / max(int(count.sum()), 1)))


def _bends_run(oval: Oval, arc_m: FloatArray, length_m: FloatArray) -> tuple[float, float, float]:
    """Return how many bends were run in all, and how much of the better and of the less covered bend was."""
    bend = np.pi * oval.radius_m
    # A sample stands for the running on both sides of it, up to 40 m of it in a coarse recording.
    pieces = np.array([-0.4, -0.2, 0.0, 0.2, 0.4])
    along = np.mod(oval.direction * (arc_m[:, None] + length_m[:, None] * pieces), oval.lap_m).ravel()
    length = np.repeat(length_m / pieces.size, pieces.size)
    covers, run = [], 0.0
    for start in (oval.straight_m, 2.0 * oval.straight_m + bend):
        inside = (along >= start) & (along < start + bend)
        run += float(length[inside].sum()) / bend
        eighths = np.floor((along[inside] - start) / bend * 8.0).astype(np.int64)
        covers.append(distinct(eighths).size / 8.0)
    return run, max(covers), min(covers)
