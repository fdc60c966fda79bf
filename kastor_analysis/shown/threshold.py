"""A runner's threshold in words, as text, charts and pages tell it; rows are those of `Season.weeks`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ..quantities.lengths import Units
from ..words import counted
from .numbers import pace_with_unit

if TYPE_CHECKING:
    import pandas as pd

_SEVERAL_WEEKS: Final = 6
"""In fewer a threshold changes by less than is known of it."""


def told(weeks: pd.DataFrame, units: Units = "km") -> str:
    """Return what one runner's threshold is over these weeks, and what it rests on, in a sentence or two."""
    known = weeks[weeks["threshold_sessions"] > 0]
    otherwise = "parted by the goal and the maximum heart rate that were given"
    if known.empty:
        return f"Threshold not known, for want of sessions within six weeks: weeks are {otherwise}."
    last = known.iloc[-1]
    rests = f"from the {last['threshold_sessions']} sessions within six weeks of {last['week']:%Y-%m-%d}"
    unknown = "" if last["threshold_bpm"] == last["threshold_bpm"] else ", its heart rate not known"
    said = f"Threshold {named(last, units)}{unknown}, {rests}"
    if len(known) > _SEVERAL_WEEKS:
        said += f"; at first {named(known.iloc[0], units)}"
    others = weeks[(weeks["threshold_sessions"] == 0) & (weeks["runs"] > 0)]
    return f"{said}." + (f" {counted(len(others), 'week')} without one {otherwise}." if len(others) else "")


def named(week: pd.Series[Any], units: Units) -> str:
    """Return the threshold in a week of `Season.weeks` that knows one."""
    pace, bpm = pace_with_unit(week["threshold_pace_s_per_km"], units), week["threshold_bpm"]
    return f"{pace} and {bpm:.0f} bpm" if bpm == bpm else pace
