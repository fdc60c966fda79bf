"""How a rep is named, and the bands it and its rest are held against, as times: what every picture draws in green."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan

from ..report import Report, RepResult


def pace_band(row: RepResult, report: Report) -> tuple[float, float] | None:
    """Return the quickest and the slowest time in band for a regular rep; None for a hammer or without a target.

    They are times over the distance the rep is scored by, as its target is.
    """
    if report.plan is None or row.is_hammer or not isfinite(row.target_s) or row.target_s <= 0:
        return None
    low, high = report.plan.band
    return row.target_s * low, row.target_s * high


def rest_band(row: RepResult, report: Report) -> tuple[float, float] | None:
    """Return the shortest and the longest rest in band; None where none was asked for.

    After a hammer a rest as long as after a regular rep is in band too.
    """
    if report.plan is None or not isfinite(row.rest_target_s) or row.rest_target_s <= 0:
        return None
    low, high = report.plan.rules.rest_band
    longest_s = high * row.rest_target_s
    usual_s = report.figures.get("median_regular_s", nan)
    hammered = row.is_hammer or row.planned_rep in {hammer.wrong_rep for hammer in report.hammer_rows}
    if hammered and row.time_s > 0 and usual_s > 0:
        longest_s = max(longest_s, high * usual_s * row.rest_target_s / row.time_s)
    return low * row.rest_target_s, longest_s


def common_distance_m(rows: Sequence[RepResult]) -> float | None:
    """Return the distance all reps that were run share; None where they differ or it is not known."""
    metres = {
        round(row.scored_distance_m, 1) for row in rows if row.status == "run" and isfinite(row.scored_distance_m)
    }
    return metres.pop() if len(metres) == 1 else None


def rep_name(row: RepResult) -> str:
    """Return a rep's number as it is shown: ``7``, ``12H`` for a hammer, ``+3`` for one that was not planned."""
    if row.planned_rep is None:
        return f"+{row.run_rep}"
    return f"{row.planned_rep}H" if row.is_hammer else str(row.planned_rep)
