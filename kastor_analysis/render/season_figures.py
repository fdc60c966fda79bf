"""The pictures of the season's page as inline SVG: the median rep over time, and each week's easy and hard running.

Conventions: what belongs to a session stands in a group with ``data-rep``, the index of its row in the page's table of
sessions, by which the page's script highlights it everywhere at once. Quicker is up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf, isfinite, nan
from typing import TYPE_CHECKING

import numpy as np

from ..quantities.lengths import UNIT_M, Units
from ..shown.numbers import clock, distance, hard_share, number, pace, pace_with_unit
from ..shown.scales import clock_ticks
from .heat import missing_as_nan, records
from .svg import Scale, picture, tag, text

if TYPE_CHECKING:
    import pandas as pd

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """How large a picture is, where its axes stand, how wide a session's mark is and how many ticks have room."""

    width: float
    height: float
    left: float
    right: float
    top: float
    low: float
    mark: float
    most_ticks: int
    most_days: int


WIDE = Frame(width=1000, height=262, left=46, right=954, top=14, low=230, mark=22, most_ticks=7, most_days=10)
PANEL = Frame(width=340, height=190, left=40, right=302, top=8, low=164, mark=13, most_ticks=5, most_days=4)
"""In pixels of a page 1000 wide, and of one of its three columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One session's median regular rep; `index` is the row in the page's table that it is marked with."""

    index: int
    day: date
    time_s: float
    sd_s: float
    spread_s: float
    target_s: float

    @classmethod
    def all_of(cls, sessions: pd.DataFrame, indices: Sequence[int]) -> list[Dot]:
        """Return the marks of rows of `Season.sessions`."""
        rows = records(sessions, "date", "median_regular_s", "median_regular_sd_s", "spread_s", "target_s")
        return [
            cls(
                index=index,
                day=row["date"].date(),
                time_s=missing_as_nan(row["median_regular_s"]),
                sd_s=missing_as_nan(row["median_regular_sd_s"]),
                spread_s=missing_as_nan(row["spread_s"]),
                target_s=missing_as_nan(row["target_s"]),
            )
            for index, row in zip(indices, rows, strict=True)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week's distance, and its moving time by intensity, in seconds; NaN where unknown."""

    monday: date
    distance_m: float
    low_s: float
    moderate_s: float
    high_s: float
    unknown_s: float
    verdict: str


def reach(dots: Sequence[Dot], *, near_target: float = inf) -> tuple[float, float]:
    """Return the quickest and the slowest time that a picture of these sessions shows.

    It has room for their sds, for spreads as wide as is usual among them, and for targets, less those further than
    `near_target` (a share) from their session.
    """
    usual_s = float(np.median([_or_zero(dot.spread_s) for dot in dots]))
    reached = [(dot.time_s, max(_or_zero(dot.sd_s), min(_or_zero(dot.spread_s), usual_s))) for dot in dots]
    edges = [time_s + sign * beside_s for time_s, beside_s in reached for sign in (-1, 1)]
    edges += [dot.target_s for dot in dots if abs(dot.target_s / dot.time_s - 1.0) <= near_target]
    return min(edges), max(edges)


def median_figure(
    dots: Sequence[Dot],
    line_s: tuple[float, float] | None,
    *,
    distance_m: float,
    units: Units = "km",
    frame: Frame | None = None,
    days: tuple[date, date] | None = None,
    reach_s: tuple[float, float] | None = None,
    described_by: str | None = "median-caption",
) -> str:
    """Return the median rep of each session with its sd, the reps' spread, its target, and the robust line, if any.

    Parameters
    ----------
    dots : sequence of Dot
        In order of time.
    line_s : tuple of float or None
        The line's time at the first and the last session.
    distance_m : float
        Of the reps; the paces at the right are those of the times at the left over it.
    units : {"km", "mi"}
        Of the paces.
    frame : Frame, optional
        Size and margins. Default: `WIDE`.
    days : tuple of date, optional
        First and last day shown. Default: those of the sessions.
    reach_s : tuple of float, optional
        Quickest and slowest time; what is beyond is not drawn. Default: what the sessions and their targets need.
    described_by : str or None
        The id of the caption.
    """
    shown = [dot for dot in dots if isfinite(dot.time_s)]
    if not shown:
        return ""
    frame = frame or WIDE
    left, right, top, low = frame.left, frame.right, frame.top, frame.low
    first, last = days or (shown[0].day, shown[-1].day)
    n_days = max((last - first).days, 1)
    x = Scale(-0.03 * n_days, 1.03 * n_days, left, right)
    quickest_s, slowest_s = reach_s or reach(shown)
    room_s = 0.0 if reach_s else max(0.08 * (slowest_s - quickest_s), 0.6)
    y = Scale(quickest_s - room_s, slowest_s + room_s, top, low)
    per_km = 1000.0 / distance_m if isfinite(distance_m) and abs(distance_m - UNIT_M[units]) >= 1.0 else nan
    parts = []
    for tick_s in clock_ticks(y.low, y.high, most_ticks=frame.most_ticks):
        parts.append(tag("line", x1=left, x2=right, y1=y(tick_s), y2=y(tick_s), class_="grid"))
        parts.append(text(left - 5, y(tick_s) + 4, clock(tick_s), anchor="end"))
        if isfinite(per_km):
            parts.append(text(right + 5, y(tick_s) + 4, pace(tick_s * per_km, units), class_="faint"))
    days_shown = _day_ticks(first, last, most=frame.most_days)
    parts += [text(x((day - first).days), low + 17, day_month(day), anchor="middle") for day in days_shown]
    if line_s is not None and len(shown) > 1 and all(map(isfinite, line_s)):
        start, end = ((dot.day - first).days for dot in (shown[0], shown[-1]))
        ends = (x(start), y.clipped(line_s[0]), x(end), y.clipped(line_s[1]))
        parts.append(tag("path", d="M{:.1f} {:.1f}L{:.1f} {:.1f}".format(*ends), class_="trend"))
    for dot in shown:
        at = x((dot.day - first).days)
        half = 0.5 * frame.mark
        shapes = [tag("rect", x=at - half, y=top, width=frame.mark, height=low - top, class_="hit")]
        if y.low <= dot.target_s <= y.high:
            shapes.append(tag("path", d=f"M{at - half:.1f} {y(dot.target_s):.1f}h{frame.mark:g}", class_="target"))
        for beside_s, class_ in ((dot.spread_s, "spread"), (dot.sd_s, "sd")):
            if isfinite(beside_s):
                ends_at = y.clipped(dot.time_s - beside_s), y.clipped(dot.time_s + beside_s)
                shapes.append(tag("path", d="M{:.1f} {:.1f}V{:.1f}".format(at, *ends_at), class_=class_))
        shapes.append(tag("circle", cx=at, cy=y(dot.time_s), r=0.23 * frame.mark, class_="mark"))
        said = f"{dot.day:%Y-%m-%d}: {clock(dot.time_s, 1)}"
        if isfinite(per_km):
            said += f" ({pace_with_unit(dot.time_s * per_km, units)})"
        said += f", target {clock(dot.target_s, 1, missing='none')}"
        said += f", reps spread by {number(dot.spread_s, 1)} s" if isfinite(dot.spread_s) else ""
        parts.append(tag("g", tag("title", said) + "".join(shapes), class_="rep", data_rep=dot.index))
    label = f"Median regular rep of {len(shown)} sessions over time"
    return picture(frame.width, frame.height, parts, label=label, described_by=described_by)


def weeks_figure(weeks: Sequence[Week], units: Units = "km") -> str:
    """Return each week's shares of easy, moderate and hard running, and its distance; empty where nothing is known."""
    known = [week for week in weeks if _known_s(week) > 0]
    if not known:
        return ""
    width, height, left, right, top, low = 1000.0, 252.0, 46.0, 984.0, 18.0, 200.0
    first, last = weeks[0].monday, weeks[-1].monday
    n = (last - first).days // 7 + 1
    each = (right - left) / n
    y = Scale(0.0, 1.0, low, top)
    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(tag("line", x1=left, x2=right, y1=y(share), y2=y(share), class_="grid"))
        parts.append(text(left - 5, y(share) + 4, f"{100 * share:.0f} %", anchor="end"))
    for week in known:
        at = left + (week.monday - first).days / 7 * each + 0.5 * each
        wide = min(0.74 * each, 60.0)
        base = 0.0
        shapes = []
        for class_, seconds in (("hard", week.high_s), ("moderate", week.moderate_s), ("easy", week.low_s)):
            share = _or_zero(seconds) / _known_s(week)
            if share > 0:
                tall = y(base) - y(base + share)
                shapes.append(tag("rect", x=at - wide / 2, y=y(base + share), width=wide, height=tall, class_=class_))
            base += share
        hard = (_or_zero(week.high_s) + _or_zero(week.moderate_s)) / _known_s(week)
        said = f"week of {week.monday:%Y-%m-%d}: {distance(week.distance_m, units)}, "
        said += f"{hard_share(hard)} hard, {week.verdict}"
        judged = week.verdict in ("over the line", "within the line")
        if week.verdict == "over the line":
            shapes.append(text(at, y(1.0) - 4, hard_share(hard), "number", "middle"))
        parts.append(tag("g", tag("title", said) + "".join(shapes), class_="week" if judged else "week unjudged"))
    parts.append(tag("line", x1=left, x2=right, y1=y(0.2), y2=y(0.2), class_="limit"))
    step = max(1, -(-n // 14))
    run_m = {week.monday: _or_zero(week.distance_m) for week in weeks}
    parts.append(text(left - 5, low + 17, units, "faint", "end"))
    for k in range(0, n, step):
        day = first + timedelta(days=7 * k)
        metres = run_m.get(day, 0.0)
        parts.append(text(left + (k + 0.5) * each, low + 17, number(metres / UNIT_M[units]), anchor="middle"))
        parts.append(text(left + (k + 0.5) * each, low + 36, day_month(day), "faint", "middle"))
    label = f"Easy and hard running in {len(known)} weeks"
    return picture(width, height, parts, label=label, described_by="weeks-caption")


def _known_s(week: Week) -> float:
    return sum(_or_zero(value) for value in (week.low_s, week.moderate_s, week.high_s))


def _or_zero(value: float) -> float:
    return value if isfinite(value) else 0.0


def day_month(day: date) -> str:
    """Return ``3 Mar``; the names of months do not hang on the locale."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def _day_ticks(first: date, last: date, *, most: int) -> list[date]:
    days = (last - first).days
    step = next((step for step in (1, 2, 7, 14, 28, 91) if days / step <= most), 182)
    return [first + timedelta(days=k) for k in range(0, days + 1, step)]
