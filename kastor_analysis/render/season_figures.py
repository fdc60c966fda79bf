"""The pictures of the season's page as inline SVG: the median rep over time, and each week's easy and hard running.

Conventions: what belongs to a session stands in a group with ``data-rep``, the index of its row in the page's table of
sessions, by which the page's script highlights it everywhere at once. Quicker is up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import isfinite, nan

from .scales import clock_ticks
from .svg import Scale, picture, tag, text
from .units import clock, number

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One session's median regular rep."""

    index: int
    day: date
    time_s: float
    sd_s: float
    target_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week's moving time by intensity, in seconds; NaN where unknown."""

    monday: date
    low_s: float
    moderate_s: float
    high_s: float
    unknown_s: float
    verdict: str


def median_figure(dots: Sequence[Dot], line_s: tuple[float, float] | None) -> str:
    """Return the median rep of each session with its sd, its target, and the robust line; empty without any.

    `line_s` holds the line's time at the first and the last session.
    """
    shown = [dot for dot in dots if isfinite(dot.time_s)]
    if not shown:
        return ""
    width, height, left, right, top, low = 1000.0, 262.0, 46.0, 984.0, 14.0, 230.0
    first, last = shown[0].day, shown[-1].day
    days = max((last - first).days, 1)
    x = Scale(-0.03 * days, 1.03 * days, left, right)
    edges = [dot.time_s + sign * _or_zero(dot.sd_s) for dot in shown for sign in (-1, 1)]
    edges += [dot.target_s for dot in shown if isfinite(dot.target_s)]
    room = max(0.08 * (max(edges) - min(edges)), 0.6)
    y = Scale(min(edges) - room, max(edges) + room, top, low)
    parts = []
    for tick_s in clock_ticks(y.low, y.high, most_ticks=7):
        parts.append(tag("line", x1=left, x2=right, y1=y(tick_s), y2=y(tick_s), class_="grid"))
        parts.append(text(left - 5, y(tick_s) + 4, clock(tick_s), anchor="end"))
    parts += [text(x((day - first).days), low + 17, _day(day), anchor="middle") for day in _day_ticks(first, last)]
    if line_s is not None and len(shown) > 1 and all(map(isfinite, line_s)):
        ends = (x(0), y.clipped(line_s[0]), x(days), y.clipped(line_s[1]))
        parts.append(tag("path", d="M{:.1f} {:.1f}L{:.1f} {:.1f}".format(*ends), class_="trend"))
    for dot in shown:
        at = x((dot.day - first).days)
        shapes = [tag("rect", x=at - 11, y=top, width=22.0, height=low - top, class_="hit")]
        if isfinite(dot.target_s):
            shapes.append(tag("path", d=f"M{at - 11:.1f} {y(dot.target_s):.1f}h22", class_="target"))
        if isfinite(dot.sd_s):
            shapes.append(
                tag("path", d=f"M{at:.1f} {y(dot.time_s - dot.sd_s):.1f}V{y(dot.time_s + dot.sd_s):.1f}", class_="sd")
            )
        shapes.append(tag("circle", cx=at, cy=y(dot.time_s), r=5.0, class_="mark"))
        said = f"{dot.day:%Y-%m-%d}: {clock(dot.time_s, 1)}, target {clock(dot.target_s, 1, missing='none')}"
        parts.append(tag("g", tag("title", said) + "".join(shapes), class_="rep", data_rep=dot.index))
    label = f"Median regular rep of {len(shown)} sessions over time"
    return picture(width, height, parts, label=label, described_by="median-caption")


def weeks_figure(weeks: Sequence[Week]) -> str:
    """Return each week's shares of easy, moderate and hard running; empty where nothing is known."""
    known = [week for week in weeks if _known_s(week) > 0]
    if not known:
        return ""
    width, height, left, right, top, low = 1000.0, 232.0, 46.0, 984.0, 18.0, 200.0
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
        hard = _or_zero(week.high_s) / _known_s(week)
        said = f"week of {week.monday:%Y-%m-%d}: {number(100 * hard)} % hard, {week.verdict}"
        judged = week.verdict in ("over the line", "within the line")
        if week.verdict == "over the line":
            shapes.append(text(at, y(1.0) - 4, f"{number(100 * hard)} %", "number", "middle"))
        parts.append(tag("g", tag("title", said) + "".join(shapes), class_="week" if judged else "week unjudged"))
    parts.append(tag("line", x1=left, x2=right, y1=y(0.2), y2=y(0.2), class_="limit"))
    step = max(1, -(-n // 14))
    for k in range(0, n, step):
        day = first + timedelta(days=7 * k)
        parts.append(text(left + (k + 0.5) * each, low + 17, _day(day), anchor="middle"))
    label = f"Easy and hard running in {len(known)} weeks"
    return picture(width, height, parts, label=label, described_by="weeks-caption")


def _known_s(week: Week) -> float:
    return sum(_or_zero(value) for value in (week.low_s, week.moderate_s, week.high_s))


def _or_zero(value: float) -> float:
    return value if isfinite(value) else 0.0


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}"


def _day_ticks(first: date, last: date) -> list[date]:
    days = (last - first).days
    step = next((step for step in (1, 2, 7, 14, 28, 91) if days / step <= 10), 182)
    return [first + timedelta(days=k) for k in range(0, days + 1, step)]


def missing_as_nan(value: object) -> float:
    """Return a number of a DataFrame as float; NaN where it is missing."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return nan
