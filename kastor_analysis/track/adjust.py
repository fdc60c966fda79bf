"""Fitting the line to the positions: a robust least squares that lets GPS be wrong for a minute at a time.

A watch's position is off by metres and stays off the same way for most of a minute. So beside the oval (centre, angle,
straight, and how far outside the line the positions run on the whole) each stretch of some 20 s of a span has an offset
of its own, east and north, tied to its neighbours as an Ornstein-Uhlenbeck process is (sd `DRIFT_SD_M`, memory
`DRIFT_MEMORY_S`; measured on watch recordings). Only the distance across the line is fitted: across the bends an offset
shows in both directions, which is how the positions along the line get better, too. What remains is weighed as
Student's t with 4 degrees of freedom.

The line stays 400 m long: the radius follows from the straight. Positions that run wide (lane 4, or a watch that
draws every bend too large) are taken up by `wide_m`, not by the shape.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..activity import FloatArray
from .course import IntArray
from .oval import STRAIGHT_M, Oval, radius_for

DRIFT_SD_M = 1.5
DRIFT_MEMORY_S = 40.0
NODE_S = 20.0
_MAX_NODES = 60
NOISE_SD_M = 1.0
_FREEDOM = 4.0
_STRAIGHT_SD_M = 2.0
DRAWN_SD_M = 3.0
_WIDE_M, _WIDE_SD_M = 1.5, 1.5
"""Watches draw a track 0 to 3.5 m too wide, and nobody runs on the line itself."""
STRAIGHT_RANGE_M = (74.0, 112.0)
_SHAPE = 5


@dataclass(frozen=True, slots=True)
class Drift:
    """How far off the positions were, in stretches of a span: columns of one row a stretch, in order.

    Attributes
    ----------
    span : ndarray of int, shape (n,)
        Index of the span.
    time_s : ndarray, shape (n,)
        Middle of the stretch.
    east_m, north_m : ndarray, shape (n,)
        Recorded less true position.
    covariance_m2 : ndarray, shape (n, 2, 2)
        Of (east, north).
    """

    span: IntArray
    time_s: FloatArray
    east_m: FloatArray
    north_m: FloatArray
    covariance_m2: FloatArray

    def at(self, span: int, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the offset east and north at times of a span, held beyond its first and last stretch."""
        rows = np.flatnonzero(self.span == span)
        if not rows.size:
            return np.zeros_like(time_s), np.zeros_like(time_s)
        return (
            np.interp(time_s, self.time_s[rows], self.east_m[rows]),
            np.interp(time_s, self.time_s[rows], self.north_m[rows]),
        )

    def along_sd_m(self, span: int, time_s: FloatArray, course_rad: FloatArray) -> FloatArray:
        """Return one sd of the offset along a course, at times of a span."""
        rows = np.flatnonzero(self.span == span)
        if not rows.size:
            return np.full_like(time_s, DRIFT_SD_M)
        nearest = rows[np.abs(time_s[:, None] - self.time_s[rows]).argmin(axis=1)]
        along = np.stack([np.cos(course_rad), np.sin(course_rad)], axis=-1)
        variance: FloatArray = np.einsum("ni,nij,nj->n", along, self.covariance_m2[nearest], along)
        return np.sqrt(variance)


@dataclass(frozen=True, slots=True)
class Adjusted:
    """An oval fitted to positions.

    Attributes
    ----------
    oval : Oval
        The line.
    wide_m : float
        How far outside it the positions run on the whole.
    drift : Drift or None
        Offsets of the positions; None where they were not fitted.
    across_m : ndarray, shape (n,)
        Distance of each sample outside the line, `wide_m` taken off.
    shape_sd : ndarray, shape (5,)
        One sd of centre east and north (m), angle (rad), straight (m), wide (m).
    """

    oval: Oval
    wide_m: float
    drift: Drift | None
    across_m: FloatArray
    shape_sd: FloatArray


def adjust(
    oval: Oval,
    wide_m: float,
    time_s: FloatArray,
    x_m: FloatArray,
    y_m: FloatArray,
    span: IntArray,
    *,
    lane: int,
    with_drift: bool,
    with_shape: bool = True,
    straight_m: float | None = None,
    iterations: int = 8,
) -> Adjusted:
    """Fit the oval, the drift of the positions, or both, starting from a near guess.

    Parameters
    ----------
    oval, wide_m : Oval, float
        Where to start; kept as it is without `with_shape`.
    time_s, x_m, y_m, span : ndarray, shape (n,)
        Samples and the span each lies in, in order.
    lane : int
        Whose line it is.
    with_drift, with_shape : bool
        What to fit.
    straight_m : float, optional
        The length of the straights, where it is not to be fitted.
    """
    node, node_time, node_span = _nodes(time_s, span) if with_drift else _no_nodes(time_s)
    n_nodes = node_time.size
    prior = _drift_precision(node_time, node_span)
    drift = np.zeros((n_nodes, 2))
    rows_east = _SHAPE + 2 * np.arange(n_nodes)
    free = np.arange(0 if with_shape else _SHAPE, _SHAPE + 2 * n_nodes)
    normal = np.eye(_SHAPE + 2 * n_nodes)
    for iteration in range(iterations):
        east, north, across, jacobian = _linearised(oval, wide_m, x_m, y_m)
        residual = across
        if n_nodes:
            residual = across - east * drift[node, 0] - north * drift[node, 1]
        scale = max(NOISE_SD_M, 1.5 * float(np.median(np.abs(residual)))) if iteration < 2 else NOISE_SD_M
        weight = (_FREEDOM + 1.0) / (_FREEDOM + np.square(residual / scale)) / scale**2
        normal = np.zeros((_SHAPE + 2 * n_nodes, _SHAPE + 2 * n_nodes))
        slope = np.zeros(_SHAPE + 2 * n_nodes)
        normal[:_SHAPE, :_SHAPE] = jacobian.T @ (weight[:, None] * jacobian)
        slope[:_SHAPE] = jacobian.T @ (weight * residual)
        for p, toward in enumerate((east, north)):
            rows = rows_east + p
            slope[rows] = -np.bincount(node, weight * toward * residual, n_nodes) + prior @ drift[:, p]
            normal[np.ix_(rows, rows)] += prior
            for column in range(_SHAPE):
                normal[rows, column] = -np.bincount(node, weight * toward * jacobian[:, column], n_nodes)
            normal[:_SHAPE, rows] = normal[rows, :_SHAPE].T
            for q, other in enumerate((east, north)):
                normal[rows, rows_east + q] += np.bincount(node, weight * toward * other, n_nodes)
        # Cauchy: odd tracks exist.
        expected, precision = STRAIGHT_M, 1.0 / (_STRAIGHT_SD_M**2 + (oval.straight_m - STRAIGHT_M) ** 2)
        if straight_m is not None:
            expected, precision = straight_m, 1e6
        normal[3, 3] += precision
        slope[3] += precision * (oval.straight_m - expected)
        normal[4, 4] += 1.0 / _WIDE_SD_M**2
        slope[4] += (wide_m - _WIDE_M) / _WIDE_SD_M**2
        normal[np.arange(3), np.arange(3)] += (1e-6, 1e-6, 1e-2)
        if not free.size:
            break
        step = np.zeros_like(slope)
        step[free] = -np.linalg.solve(normal[np.ix_(free, free)], slope[free])
        straight = float(np.clip(oval.straight_m + step[3], *STRAIGHT_RANGE_M))
        if with_shape:
            oval = Oval(
                oval.centre_x_m + step[0],
                oval.centre_y_m + step[1],
                oval.angle_rad + step[2],
                straight,
                radius_for(straight, lane),
                oval.direction,
            )
            wide_m += float(step[4])
        drift += step[_SHAPE:].reshape(-1, 2)
        if np.abs(step * np.r_[1.0, 1.0, 40.0, 1.0, 1.0, np.ones(2 * n_nodes)]).max() < 0.02:
            break
    covariance = np.zeros_like(normal)
    covariance[np.ix_(free, free)] = np.linalg.inv(normal[np.ix_(free, free)])
    found = None
    if with_drift:
        blocks = rows_east[:, None] + np.arange(2)
        found = Drift(
            node_span,
            node_time,
            drift[:, 0],
            drift[:, 1],
            covariance[blocks[:, :, None], blocks[:, None, :]],
        )
    across = oval.arc_length_m(x_m, y_m)[1] - wide_m
    return Adjusted(oval, wide_m, found, across, np.sqrt(np.diag(covariance)[:_SHAPE]))


def likely_straight_m(drawn_m: float, sd_m: float) -> float:
    """Return the straight of the track itself, from that of the oval which the watch drew.

    Sessions on one and the same track draw its straights with a sd of `DRAWN_SD_M`: watches overshoot where a bend
    begins. Most tracks are near the standard, and a few far from it.
    """
    length = np.arange(*STRAIGHT_RANGE_M, 0.05)
    misfit = 0.5 * np.square((length - drawn_m) / np.hypot(DRAWN_SD_M, sd_m))
    return float(length[np.argmin(misfit + np.log1p(np.square((length - STRAIGHT_M) / _STRAIGHT_SD_M)))])


def _linearised(
    oval: Oval, wide_m: float, x_m: FloatArray, y_m: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the outward normal (east, north), the distance outside, and its derivatives by the shape."""
    u, v = oval.to_frame(x_m, y_m)
    beyond = np.sign(u) * np.maximum(np.abs(u) - 0.5 * oval.straight_m, 0.0)
    reach = np.maximum(np.hypot(beyond, v), 1e-6)
    normal_u, normal_v = beyond / reach, v / reach
    cos, sin = np.cos(oval.angle_rad), np.sin(oval.angle_rad)
    east, north = normal_u * cos - normal_v * sin, normal_u * sin + normal_v * cos
    jacobian = np.stack(
        [
            -east,
            -north,
            normal_u * v - normal_v * u,
            1.0 / np.pi - 0.5 * np.abs(normal_u),  # a longer straight: a smaller radius, and bends further out
            np.full_like(u, -1.0),
        ],
        axis=1,
    )
    return east, north, reach - oval.radius_m - wide_m, jacobian


def _nodes(time_s: FloatArray, span: IntArray) -> tuple[NDArray[np.intp], FloatArray, IntArray]:
    """Return the stretch each sample lies in, and the mean time and the span of each stretch."""
    starts = np.flatnonzero(np.diff(span, prepend=-1))
    ends = np.r_[starts[1:], span.size] - 1
    lengths = time_s[ends] - time_s[starts]
    node_s = max(NODE_S, float(lengths.sum()) / _MAX_NODES)
    pieces = np.maximum(np.rint(lengths / node_s), 1.0)
    which = np.repeat(np.arange(starts.size), ends - starts + 1)
    share = (time_s - time_s[starts][which]) / np.maximum(lengths[which], 1e-9)
    piece = np.minimum(np.floor(share * pieces[which]), pieces[which] - 1.0)
    label = np.concatenate([[0.0], np.cumsum(pieces)])[which] + piece
    _, node = np.unique(label, return_inverse=True)
    count = np.bincount(node)
    node_span = np.rint(np.bincount(node, span) / count).astype(np.int64)
    return node, np.bincount(node, time_s) / count, node_span


def _no_nodes(time_s: FloatArray) -> tuple[NDArray[np.intp], FloatArray, IntArray]:
    return np.zeros(time_s.size, dtype=np.intp), np.zeros(0), np.zeros(0, dtype=np.int64)


def _drift_precision(time_s: FloatArray, span: IntArray) -> FloatArray:
    """Return the inverse covariance of an Ornstein-Uhlenbeck process at the stretches, span by span."""
    n = time_s.size
    if not n:
        return np.zeros((0, 0))
    memory = np.exp(-np.diff(time_s, prepend=time_s[0]) / DRIFT_MEMORY_S)
    memory[np.flatnonzero(np.diff(span, prepend=-1))] = 0.0
    step = np.eye(n)
    step[np.arange(1, n), np.arange(n - 1)] = -memory[1:]
    return np.asarray(step.T @ (step / (DRIFT_SD_M**2 * (1.0 - np.square(memory)))[:, None]))
