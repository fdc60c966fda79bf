"""Where the runner runs: the way from a distance run to a point on the ground.

Conventions: metres east and north of the place's origin; `along_m` is the distance along the measured line (a track's
runs 0.3 m from the kerb of lane 1), counter-clockwise, zero at the finish line; `aside_m` is the distance to its
right, outwards on a track.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

STRAIGHT_M = 84.39
RADIUS_M = 36.50 + 0.30
LAP_M = 2 * STRAIGHT_M + 2 * np.pi * RADIUS_M
"""The World Athletics standard track: 84.39 m straights, 36.50 m kerb radius, measured 0.30 m from the kerb."""

_EARTH_M = 6371008.8  # its mean radius


@dataclass(frozen=True, slots=True, kw_only=True)
class Oval:
    """A standard 400 m track, turned by `heading_rad` (the direction of the home straight, from east)."""

    lat_deg: float = 46.8182
    lon_deg: float = 8.2275
    altitude_m: float = 431.0
    heading_rad: float = 1.1

    def at(self, along_m: FloatArray, aside_m: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return metres east and north for positions along and aside."""
        s = np.mod(along_m * (2 * STRAIGHT_M + 2 * np.pi * RADIUS_M) / 400.0, LAP_M)
        half = LAP_M / 2
        second = s >= half
        u = np.where(second, s - half, s)
        on_bend = u >= STRAIGHT_M
        angle = np.where(on_bend, (u - STRAIGHT_M) / RADIUS_M, 0.0)
        r = RADIUS_M + aside_m
        x = np.where(on_bend, STRAIGHT_M / 2 + r * np.sin(angle), u - STRAIGHT_M / 2)
        y = np.where(on_bend, -r * np.cos(angle), -r)
        x, y = np.where(second, -x, x), np.where(second, -y, y)
        cos, sin = np.cos(self.heading_rad), np.sin(self.heading_rad)
        return x * cos - y * sin, x * sin + y * cos

    def altitude(self, along_m: FloatArray) -> FloatArray:
        """Return the altitude, the same everywhere."""
        return np.full(along_m.shape, self.altitude_m)


class Road:
    """A winding road, flat or in hills, drawn from `rng`."""

    def __init__(self, rng: np.random.Generator, *, hills: bool, length_m: float = 40_000.0) -> None:
        self.lat_deg: float = 47.05
        self.lon_deg: float = 8.31
        step = 5.0
        n = int(length_m / step)
        turning = np.convolve(rng.normal(0.0, 0.012, n), np.ones(12) / 3.5, mode="same")
        corners = np.where(rng.random(n) < 0.02, rng.normal(0.0, 0.9, n), 0.0)
        heading = np.cumsum(turning + corners)
        self._s = step * np.arange(n) - 500.0
        self._x = np.cumsum(step * np.cos(heading))
        self._y = np.cumsum(step * np.sin(heading))
        rise = 16.0 if hills else 1.5
        phase = rng.uniform(0, 2 * np.pi, 3)
        self._z = 440.0 + rise * (
            np.sin(self._s / 330.0 + phase[0])
            + 0.6 * np.sin(self._s / 140.0 + phase[1])
            + np.sin(self._s / 900 + phase[2])
        )

    def at(self, along_m: FloatArray, aside_m: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return metres east and north for positions along; `aside_m` is taken as northwards."""
        return np.interp(along_m, self._s, self._x), np.interp(along_m, self._s, self._y) + aside_m

    def altitude(self, along_m: FloatArray) -> FloatArray:
        """Return the altitude of the road."""
        height: FloatArray = np.interp(along_m, self._s, self._z)
        return height

    def grade(self, along_m: float) -> float:
        """Return rise over run at a point."""
        z = np.interp([along_m - 5.0, along_m + 5.0], self._s, self._z)
        return float(z[1] - z[0]) / 10.0


def degrees(place: Oval | Road, east_m: FloatArray, north_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return latitude and longitude of metres east and north of the place."""
    lat = place.lat_deg + np.degrees(north_m / _EARTH_M)
    lon = place.lon_deg + np.degrees(east_m / (_EARTH_M * np.cos(np.radians(place.lat_deg))))
    return lat, lon
