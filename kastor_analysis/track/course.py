"""Fast running as the fit wants it: samples inside spans, thinned, with the course run at each.

Conventions: `Course` columns have one row a kept sample, in order of time within a span, spans in the order given;
the course is anticlockwise from east, in radians. Samples without position, with an impossible speed, or next to a gap
are left out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..activity import FloatArray

IntArray = NDArray[np.int64]

_STEP_S = 2.4
"""Samples nearer in time tell nothing new: a watch's own filter correlates them."""
_MAX_SAMPLES = 900  # 36 minutes of fast running: more tells nothing new of an oval
_MAX_WINDOW_S = 30.0  # over a longer gap a course is a chord
_SPEEDS_MPS = (1.5, 12.0)  # from a walk to what nobody runs


class Course(NamedTuple):
    """Thinned samples of fast running.

    Attributes
    ----------
    time_s, x_m, y_m, course_rad : ndarray, shape (n,)
        When, where and whither.
    length_m : ndarray, shape (n,)
        The length of running each sample stands for.
    span : ndarray of int, shape (n,)
        Index of the span it lies in.
    """

    time_s: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    course_rad: FloatArray
    length_m: FloatArray
    span: IntArray

    @property
    def size(self) -> int:
        """Number of samples."""
        return int(self.time_s.size)

    def take(self, rows: NDArray[np.bool_] | IntArray) -> Course:
        """Return some of the rows."""
        return Course(
            self.time_s[rows],
            self.x_m[rows],
            self.y_m[rows],
            self.course_rad[rows],
            self.length_m[rows],
            self.span[rows],
        )


def samples_of_spans(
    time_s: FloatArray, x_m: FloatArray, y_m: FloatArray, spans: FloatArray
) -> list[NDArray[np.int64]]:
    """Return, for each span, the indices of its samples that have a position."""
    found = np.isfinite(x_m) & np.isfinite(y_m)
    first = np.searchsorted(time_s, spans[:, 0])
    last = np.searchsorted(time_s, spans[:, 1])
    return [start + np.flatnonzero(found[start:stop]) for start, stop in zip(first, last, strict=True)]


def fast_course(time_s: FloatArray, x_m: FloatArray, y_m: FloatArray, spans: FloatArray) -> Course:
    """Select, thin and differentiate the samples of fast running.

    Parameters
    ----------
    time_s, x_m, y_m : ndarray, shape (n,)
        Samples; positions may be NaN.
    spans : ndarray, shape (m, 2)
        Half-open [start_s, end_s) of fast running.
    """
    groups = samples_of_spans(time_s, x_m, y_m, spans)
    fast_s = sum(float(time_s[rows[-1]] - time_s[rows[0]]) for rows in groups if rows.size)
    step_s = max(_STEP_S, fast_s / _MAX_SAMPLES)
    columns: list[tuple[FloatArray, ...]] = []
    labels: list[IntArray] = []
    for span, all_rows in enumerate(groups):
        if all_rows.size < 3:
            continue
        slot = np.floor((time_s[all_rows] - time_s[all_rows[0]]) / step_s)
        rows = all_rows[np.concatenate([[True], slot[1:] != slot[:-1]])]
        if rows.size < 3:
            continue
        # The derivative at the middle of the parabola through three samples, which need not be evenly spaced.
        time, x, y = time_s[rows], x_m[rows], y_m[rows]
        gap = time[1:] - time[:-1]
        speed_x, speed_y = (x[1:] - x[:-1]) / gap, (y[1:] - y[:-1]) / gap
        weight = gap[:-1] / (gap[:-1] + gap[1:])
        along_x = (1.0 - weight) * speed_x[:-1] + weight * speed_x[1:]
        along_y = (1.0 - weight) * speed_y[:-1] + weight * speed_y[1:]
        speed, window = np.hypot(along_x, along_y), gap[:-1] + gap[1:]
        sound = (window < _MAX_WINDOW_S) & (speed > _SPEEDS_MPS[0]) & (speed < _SPEEDS_MPS[1])
        inner = rows[1:-1][sound]
        columns.append(
            (time_s[inner], x_m[inner], y_m[inner], np.arctan2(along_y, along_x)[sound], (0.5 * speed * window)[sound])
        )
        labels.append(np.full(inner.size, span, dtype=np.int64))
    if not columns:
        empty = np.zeros(0)
        return Course(empty, empty, empty, empty, empty, np.zeros(0, dtype=np.int64))
    time, x, y, course, length = (np.concatenate(column) for column in zip(*columns, strict=True))
    return Course(time, x, y, course, length, np.concatenate(labels))
