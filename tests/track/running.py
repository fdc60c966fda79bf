"""Made-up running round closed lines, with positions as a watch has them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kastor_analysis.track.oval import STRAIGHT_M, Oval, lane_offset_m, radius_for


@dataclass(frozen=True)
class Running:
    time_s: np.ndarray
    x_m: np.ndarray
    y_m: np.ndarray
    arc_m: np.ndarray
    spans: np.ndarray

    def turned(self, angle_rad: float, x_m: float = 0.0, y_m: float = 0.0) -> Running:
        cos, sin = np.cos(angle_rad), np.sin(angle_rad)
        return Running(
            self.time_s,
            x_m + self.x_m * cos - self.y_m * sin,
            y_m + self.x_m * sin + self.y_m * cos,
            self.arc_m,
            self.spans,
        )


def oval_path(lane=1, straight_m=STRAIGHT_M, direction=1, scale=1.0):
    oval = Oval(0.0, 0.0, 0.0, scale * straight_m, scale * radius_for(straight_m) + lane_offset_m(lane), direction)
    return oval.point, oval.lap_m


def rectangle_path(length_m, width_m, corner_m):
    corners = []
    for east, north, start in ((1, 1, 0.0), (-1, 1, 0.5), (-1, -1, 1.0), (1, -1, 1.5)):
        angle = np.linspace(start * np.pi, (start + 0.5) * np.pi, 30)
        corners.append(
            np.stack(
                [
                    east * (0.5 * length_m - corner_m) + corner_m * np.cos(angle),
                    north * (0.5 * width_m - corner_m) + corner_m * np.sin(angle),
                ]
            )
        )
    return polygon_path(np.concatenate(corners, axis=1))


def polygon_path(points):
    closed = np.concatenate([points, points[:, :1]], axis=1)
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(closed)))])

    def point(arc_m):
        along = np.mod(arc_m, length[-1])
        return np.interp(along, length, closed[0]), np.interp(along, length, closed[1])

    return point, float(length[-1])


def intervals(
    path,
    lap_m,
    *,
    seed,
    reps=10,
    rep_m=400.0,
    speed_mps=5.0,
    rest_s=90.0,
    step_s=1.0,
    gps_sd_m=1.5,
    start_m=84.39,
    clumsy_s=1.0,
    odd_m=None,
):
    """Reps from `start_m`, jogged back to it in the rests; positions drift with a memory of 40 s.

    `odd_m` maps the index of a rep to what it was longer than `rep_m`.
    """
    rng = np.random.default_rng(seed)
    now, times, arcs, spans = 0.0, [], [], []
    at = start_m
    for rep in range(reps):
        this_m = rep_m + (odd_m or {}).get(rep, 0.0)
        rep_s = this_m / speed_mps
        back = (30.0 - this_m) % lap_m - 30.0
        knots = np.array([now, now + rep_s, now + rep_s + rest_s])
        grid = np.arange(np.ceil(now), np.floor(knots[2]), step_s)
        times.append(grid)
        arcs.append(np.interp(grid, knots, [at, at + this_m, at + this_m + back]))
        spans.append(knots[:2])
        now, at = float(np.ceil(knots[2])), at + this_m + back
    time, arc = np.concatenate(times), np.concatenate(arcs)
    x, y = path(arc)
    drift = np.empty((time.size, 2))
    memory = np.exp(-np.diff(time, prepend=-np.inf) / 40.0)
    for i, kick in enumerate(rng.normal(0.0, gps_sd_m, drift.shape)):
        drift[i] = memory[i] * (drift[i - 1] if i else 0.0) + kick * np.sqrt(1.0 - memory[i] ** 2)
    noise = rng.normal(0.0, 0.3, drift.shape)
    clumsy = np.array(spans) + rng.normal(0.0, clumsy_s, (reps, 2))
    return Running(time, x + drift[:, 0] + noise[:, 0], y + drift[:, 1] + noise[:, 1], arc, clumsy)
