"""What pictures share, of charts and pages: round clock times and paces on an axis, and how many stand side by side."""

from __future__ import annotations

from ..quantities.lengths import UNIT_M, Units

LEAST_HALF_SHARE = 0.01
"""Of a runner's middle time: panels of a squad share one scale, and no finer one than this, which is noise."""
_CLOCK_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 14400)
_PACES_S = (*(60 * m for m in (4, 6, 8, 5, 10, 3, 7, 12, 15, 20, 30)), *(30 * m for m in (7, 9, 5, 11, 13, 15)))
"""The paces an axis may show, the one it would rather show first."""

MOST_SIDE_BY_SIDE = 30
"""More pictures of runners cannot be told apart, and nobody looks through as many."""


def clock_step_s(span_s: float, *, most_ticks: int) -> int:
    """Return the round step that puts at most `most_ticks` ticks on an axis of `span_s` seconds."""
    return next((step for step in _CLOCK_STEPS_S if span_s / step <= most_ticks), _CLOCK_STEPS_S[-1])


def clock_ticks(low_s: float, high_s: float, *, most_ticks: int) -> list[float]:
    """Return round clock times within [low_s, high_s], ascending."""
    step_s = clock_step_s(high_s - low_s, most_ticks=most_ticks)
    first = -int(-low_s // step_s)
    return [float(i * step_s) for i in range(first, int(high_s // step_s) + 1)]


def pace_ticks(low_mps: float, high_mps: float, units: Units, *, most_ticks: int) -> list[tuple[float, int]]:
    """Return (speed, pace in seconds a unit) of round paces within [low_mps, high_mps], with room between them.

    Round ones are preferred: 4:00 and 6:00 stand wherever there is room for them.
    """
    closest_mps = (high_mps - low_mps) / most_ticks
    chosen: list[tuple[float, int]] = []
    for pace_s in _PACES_S:
        mps = UNIT_M[units] / pace_s
        if low_mps <= mps <= high_mps and all(abs(mps - other) >= closest_mps for other, _ in chosen):
            chosen.append((mps, pace_s))
    return sorted(chosen)
