"""Where an oval could lie: a coarse search that needs no first guess.

From a runner on the line of a bend, the bend's centre lies one radius away, square to the course, on the left when the
oval is run anticlockwise. So every sample votes for the point one radius to its left (and to its right): samples of a
bend pile up on its centre, those of the straights spread along the line between the two centres. The piles, paired with
the courses that the straights show, give a handful of ovals; the one nearest to the samples wins.
"""

from __future__ import annotations

import numpy as np

from ..activity import FloatArray
from .course import Course
from .oval import STRAIGHT_M, Oval, radius_for

_CELL_M = 8.0  # as wide as votes scatter by a course that is off by 10 degrees
_PILES = 4  # two bends, and two run the other way
_HEADING_BINS = 90  # 2 degrees each, which is refined later
_FAR_M = 12.0  # one stray stretch must not decide


def search(course: Course, lane: int) -> tuple[Oval, float]:
    """Return the best oval of standard shape, and the root mean square distance from it (capped at 12 m a sample)."""
    straight, radius = STRAIGHT_M, radius_for(STRAIGHT_M, lane)
    weight = course.length_m / course.length_m.sum()
    headings = _headings(course.course_rad, weight)
    best, best_cost = Oval(0.0, 0.0, 0.0, straight, radius), np.inf
    for direction in (1, -1):
        centre_x = course.x_m - direction * radius * np.sin(course.course_rad)
        centre_y = course.y_m + direction * radius * np.cos(course.course_rad)
        for pile_x, pile_y in _piles(centre_x, centre_y, weight):
            for heading in headings:
                for end in (0.5 * straight, -0.5 * straight):
                    oval = Oval(
                        pile_x + end * np.cos(heading),
                        pile_y + end * np.sin(heading),
                        heading,
                        straight,
                        radius,
                        direction,
                    )
                    across = oval.across_m(course.x_m, course.y_m)
                    cost = float(weight @ np.minimum(np.square(across), _FAR_M**2))
                    if cost < best_cost:
                        best, best_cost = oval, cost
    return best, float(np.sqrt(best_cost))


def _headings(course_rad: FloatArray, weight: FloatArray) -> list[float]:
    """Return the two courses (mod a half turn) that most of the length was run on."""
    slot = np.floor(np.mod(course_rad, np.pi) / np.pi * _HEADING_BINS).astype(np.int64) % _HEADING_BINS
    count = np.bincount(slot, weights=weight, minlength=_HEADING_BINS)
    smooth = count + np.roll(count, 1) + np.roll(count, -1) + 0.5 * (np.roll(count, 2) + np.roll(count, -2))
    found = []
    for _ in range(2):
        peak = int(smooth.argmax())
        middle = (peak + 0.5) * np.pi / _HEADING_BINS
        near = np.abs(np.mod(course_rad - middle + 0.5 * np.pi, np.pi) - 0.5 * np.pi) < np.radians(8.0)
        found.append(float(0.5 * np.angle(np.sum(weight[near] * np.exp(2j * course_rad[near])))))
        smooth[np.arange(peak - 10, peak + 11) % _HEADING_BINS] = 0.0
    return found


def _piles(x_m: FloatArray, y_m: FloatArray, weight: FloatArray) -> list[tuple[float, float]]:
    """Return the middles of the fullest cells of votes."""
    cell = np.floor(np.stack([x_m, y_m]) / _CELL_M).astype(np.int64)
    _, member = np.unique(cell[0] * 1_000_003 + cell[1], return_inverse=True)
    count = np.bincount(member, weights=weight)
    found = []
    for pile in np.argsort(-count)[:_PILES]:
        near = member == pile
        x = y = 0.0
        for _ in range(3):
            total = weight[near].sum()
            x, y = float(x_m[near] @ weight[near] / total), float(y_m[near] @ weight[near] / total)
            closer = np.hypot(x_m - x, y_m - y) < 1.25 * _CELL_M
            if not closer.any():
                break
            near = closer
        found.append((x, y))
    return found
