"""Fitting the line to the positions: a robust least squares that lets GPS be wrong for a minute at a time.

A watch's position is off by metres and stays off the same way for most of a minute. So beside the oval (centre, angle,
straight, and how far outside the line the positions run on the whole) each stretch of some 20 s of a span has an
offset of its own, east and north, tied to its neighbours (see `drift`). Only the distance across the line is fitted:
across the bends an offset shows in both directions, which is how the positions along the line get better, too. What
remains is weighed as Student's t with 4 degrees of freedom.

The line stays 400 m long: the radius follows from the straight. Positions that run wide (lane 4, or a watch that
draws every bend too large) are taken up by `wide_m`, not by the shape.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..activity import FloatArray
from ..quantities.ordered import median
from .course import IntArray
from .drift import Chains, Drift
from .oval import STRAIGHT_M, Oval, radius_for

NOISE_SD_M = 1.0  # of neighbouring positions beside each other, their drift taken off
_FREEDOM = 4.0  # heavy tails: see above
_STRAIGHT_SD_M = 2.0  # how tracks differ from the standard, most of them
DRAWN_SD_M = 3.0  # how watches draw them beside what they are
_WIDE_M, _WIDE_SD_M = 1.5, 1.5
"""Watches draw a track 0 to 3.5 m too wide, and nobody runs on the line itself."""
STRAIGHT_RANGE_M = (74.0, 112.0)  # tracks with straights of 80 to 106 m are there; and the error of a fit
_SHAPE = 5  # east, north, angle, straight, wide
_ENOUGH = np.array([1.0, 1.0, 40.0, 1.0, 1.0])
"""Metres that a unit of each shape parameter moves the line by."""


class Adjusted(NamedTuple):
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
    chains = Chains(time_s, span) if with_drift else None
    offset = np.zeros((chains.size if chains else 0, 2))
    blocks = np.zeros((offset.shape[0], 2, 2))
    normal = np.eye(_SHAPE)
    for iteration in range(iterations):
        normals, across, jacobian = _linearised(oval, wide_m, x_m, y_m)
        residual = across - np.sum(normals * offset[chains.node], axis=1) if chains else across
        scale = max(NOISE_SD_M, 1.5 * float(median(np.abs(residual)))) if iteration < 2 else NOISE_SD_M
        weight = (_FREEDOM + 1.0) / (_FREEDOM + np.square(residual / scale)) / scale**2
        normal = jacobian.T @ (weight[:, None] * jacobian)
        slope = jacobian.T @ (weight * residual)
        _add_shape_prior(normal, slope, oval, wide_m, straight_m)
        shape_step = np.zeros(_SHAPE)
        offset_step = np.zeros_like(offset)
        if chains:
            pulled = -weight[:, None] * normals
            blocks = _outer_sums(chains, -pulled, normals)
            right = np.concatenate(
                [_outer_sums(chains, pulled, jacobian), _outer_sums(chains, pulled, residual[:, None])], axis=2
            )
            right[:, :, -1] += chains.pull(offset)
            solved = chains.solve(blocks, right)
            if with_shape:
                # What the offsets can explain as well is no evidence for the shape.
                reduced = np.einsum("nik,nil->kl", right, solved)
                normal -= reduced[:_SHAPE, :_SHAPE]
                shape_step = -np.linalg.solve(normal, slope - reduced[:_SHAPE, -1])
            offset_step = -(solved[:, :, -1] + solved[:, :, :_SHAPE] @ shape_step)
        elif with_shape:
            shape_step = -np.linalg.solve(normal, slope)
        if with_shape:
            straight = float(np.clip(oval.straight_m + shape_step[3], *STRAIGHT_RANGE_M))
            oval = Oval(
                oval.centre_x_m + float(shape_step[0]),
                oval.centre_y_m + float(shape_step[1]),
                oval.angle_rad + float(shape_step[2]),
                straight,
                radius_for(straight, lane),
                oval.direction,
            )
            wide_m += float(shape_step[4])
        offset += offset_step
        if max(np.abs(shape_step * _ENOUGH).max(), np.abs(offset_step).max(initial=0.0)) < 0.02:
            break
    found = Drift(chains.span, chains.time_s, offset, chains.covariance(blocks)) if chains else None
    shape_sd = np.sqrt(np.diag(np.linalg.inv(normal))) if with_shape else np.zeros(_SHAPE)
    across = oval.across_m(x_m, y_m) - wide_m
    return Adjusted(oval, wide_m, found, across, shape_sd)


def _add_shape_prior(
    normal: FloatArray, slope: FloatArray, oval: Oval, wide_m: float, straight_m: float | None
) -> None:
    """Add, in place, what is known of tracks and watches beforehand."""
    expected, precision = STRAIGHT_M, 1.0 / (_STRAIGHT_SD_M**2 + (oval.straight_m - STRAIGHT_M) ** 2)
    if straight_m is not None:
        expected, precision = straight_m, 1e6
    normal[3, 3] += precision  # of a Cauchy distribution: odd tracks exist
    slope[3] += precision * (oval.straight_m - expected)
    normal[4, 4] += 1.0 / _WIDE_SD_M**2
    slope[4] += (wide_m - _WIDE_M) / _WIDE_SD_M**2
    normal[np.arange(3), np.arange(3)] += (1e-6, 1e-6, 1e-2)


def _outer_sums(chains: Chains, left: FloatArray, right: FloatArray) -> FloatArray:
    """Return the outer products of rows of samples, summed over each stretch, shape (n, left, right columns)."""
    out = np.empty((chains.size, left.shape[1], right.shape[1]))
    for i, a in enumerate(left.T):
        for j, b in enumerate(right.T):
            out[:, i, j] = chains.sums(a * b)
    return out


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
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the outward normals, shape (n, 2), the distance outside, and its derivatives by the shape, (n, 5)."""
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
    return np.stack([east, north], axis=1), reach - oval.radius_m - wide_m, jacobian
