"""The last look at a session: what nobody runs is not passed on as a result."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from ..goal import fastest_mps
from .held import HeldRep
from .phrases import clock, reps

DISTANCE_ERRS = 1.1
"""A watch may measure so much too long; beyond that, and beyond what anybody runs, something is wrong."""
LEAST_M = 100.0
"""Over less the distance is too uncertain to say anything."""
FASTEST_400_S = 40.0
"""Nobody runs 400 m so fast."""


def impossible_reps(rows: Sequence[HeldRep]) -> list[HeldRep]:
    """Return the reps that nobody runs: the distance, or the time, is wrong."""
    return [row for row in rows if _is_impossible(row.scored_distance_m, row.time_s)]


def impossible_note(rows: Sequence[HeldRep]) -> dict[str, str]:
    """Return a note on the reps that nobody runs, and what is likely behind them; empty where there are none."""
    wrong = impossible_reps(rows)
    if not wrong:
        return {}
    first = wrong[0]
    numbers = [row.planned_rep or (row.segment.run_rep if row.segment else None) or 0 for row in wrong]
    return {
        "impossible": (
            f"{reps(numbers)}: {first.scored_distance_m:.0f} m in {clock(first.time_s)} is impossible for a runner. "
            "The distance of this recording is wrong (another unit, or positions that leap), or it is no run"
        )
    }


def equivalent_s(race_m: float, pace_s_per_m: float) -> float:
    """Return the time of a race at the pace of the reps; NaN where nobody runs it."""
    time_s = race_m * pace_s_per_m
    return time_s if isfinite(time_s) and race_m / time_s <= fastest_mps(race_m) else float("nan")


def _is_impossible(distance_m: float, time_s: float) -> bool:
    if not (isfinite(distance_m) and isfinite(time_s) and time_s > 0.0 and distance_m >= LEAST_M):
        return False
    fastest = min(fastest_mps(distance_m), 400.0 / FASTEST_400_S if distance_m >= 380.0 else float("inf"))
    return distance_m / time_s > DISTANCE_ERRS * fastest
