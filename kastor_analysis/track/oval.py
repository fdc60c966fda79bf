"""The geometry of a running track: two straights, two half-circles, and the line along which they are measured.

Conventions: positions are local east (`x_m`) and north (`y_m`) metres. In the oval's own frame `u` runs along the
straights and `v` to the left of them, from the centre. Arc length is measured along the running line of the lane, in
the direction of running, and starts where the straight on the side of -v begins when run anticlockwise (where that
straight ends, run clockwise). `across_m` is the distance from the running line, positive outwards.

The line of lane 1 is 0.30 m outside the kerb, that of the other lanes 0.20 m outside the line to their left, lanes are
1.22 m wide, and the standard oval has straights of 84.39 m and kerbs of 36.50 m radius: 2 x 84.39 + 2 pi 36.80 =
400.00 m (World Athletics, Track and Field Facilities Manual, chapter 2.2).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..activity import FloatArray
from ..errors import SegmentError

LAP_M = 400.0
"""Length of the line of lane 1."""
STRAIGHT_M, KERB_OFFSET_M, LINE_OFFSET_M, LANE_WIDTH_M = 84.39, 0.30, 0.20, 1.22  # see above
LANES = range(1, 11)  # as many as tracks have


def lane_offset_m(lane: int) -> float:
    """Return how far the running line of a lane lies outside that of lane 1, in metres.

    Raises
    ------
    SegmentError
        If there is no such lane (1 to 10).
    """
    if lane not in LANES:
        raise SegmentError(f"a track has lanes 1 to 10, not {lane!r}", hint="Count them from the inside")
    return 0.0 if lane == 1 else (lane - 1) * LANE_WIDTH_M + LINE_OFFSET_M - KERB_OFFSET_M


def radius_for(straight_m: float, lane: int = 1) -> float:
    """Return the radius of a lane's running line on the oval whose lane 1 measures 400 m."""
    return (LAP_M - 2.0 * straight_m) / (2.0 * np.pi) + lane_offset_m(lane)


class Oval(NamedTuple):
    """The running line of one lane.

    Attributes
    ----------
    centre_x_m, centre_y_m : float
        Centre of the oval, east and north.
    angle_rad : float
        Direction of `u`, anticlockwise from east.
    straight_m, radius_m : float
        Length of a straight; radius of the running line in the bends.
    direction : int
        +1 run anticlockwise (as on every track meet), -1 clockwise.
    """

    centre_x_m: float
    centre_y_m: float
    angle_rad: float
    straight_m: float
    radius_m: float
    direction: int = 1

    @property
    def lap_m(self) -> float:
        """Length of the line."""
        return 2.0 * self.straight_m + 2.0 * np.pi * self.radius_m

    def to_frame(self, x_m: FloatArray, y_m: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return (u, v) of positions."""
        cos, sin = np.cos(self.angle_rad), np.sin(self.angle_rad)
        x, y = x_m - self.centre_x_m, y_m - self.centre_y_m
        return x * cos + y * sin, y * cos - x * sin

    def from_frame(self, u_m: FloatArray, v_m: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return (x, y) of (u, v)."""
        cos, sin = np.cos(self.angle_rad), np.sin(self.angle_rad)
        return self.centre_x_m + u_m * cos - v_m * sin, self.centre_y_m + u_m * sin + v_m * cos

    def across_m(self, x_m: FloatArray, y_m: FloatArray) -> FloatArray:
        """Return the distance across the line of positions, as `arc_length_m` does."""
        u, v = self.to_frame(x_m, y_m)
        return np.hypot(np.maximum(np.abs(u) - 0.5 * self.straight_m, 0.0), v) - self.radius_m

    def arc_length_m(self, x_m: FloatArray, y_m: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the arc length of the nearest point of the line, in [0, lap), and the distance across.

        Parameters
        ----------
        x_m, y_m : ndarray
            Positions of any shape; NaN gives NaN.

        Returns
        -------
        arc_m, across_m : ndarray
            `across_m` is positive outside the line.
        """
        u, v = self.to_frame(np.asarray(x_m, np.float64), np.asarray(y_m, np.float64))
        half, radius = 0.5 * self.straight_m, self.radius_m
        beyond = np.sign(u) * np.maximum(np.abs(u) - half, 0.0)
        across = np.hypot(beyond, v) - radius
        bend = radius * np.arctan2(beyond, -v)  # from the middle of the lower straight, half-circle by half-circle
        along = np.clip(u, -half, half)
        arc = np.where(
            beyond != 0.0,
            np.where(u > 0.0, self.straight_m + bend, self.lap_m + bend),
            np.where(v < 0.0, along + half, self.straight_m + np.pi * radius + half - along),
        )
        if self.direction < 0:
            arc = self.lap_m - arc
        return np.mod(arc, self.lap_m), across

    def point(self, arc_m: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return (x, y) of the line at an arc length (any real number)."""
        arc = np.mod(self.direction * np.asarray(arc_m, np.float64), self.lap_m)
        half, bend = 0.5 * self.straight_m, np.pi * self.radius_m
        turned = arc >= self.straight_m + bend
        arc = np.where(turned, arc - self.straight_m - bend, arc)
        angle = np.maximum(arc - self.straight_m, 0.0) / self.radius_m
        u = np.minimum(arc, self.straight_m) - half + self.radius_m * np.sin(angle)
        v = -self.radius_m * np.cos(angle)
        sign = np.where(turned, -1.0, 1.0)
        return self.from_frame(sign * u, sign * v)
