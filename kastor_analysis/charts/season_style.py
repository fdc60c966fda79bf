"""What the season's charts have in common: dates, trends, a line under the title, and how many legend entries fit."""

from __future__ import annotations

from math import isfinite, nan
from typing import TYPE_CHECKING, Any

import matplotlib.dates
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter

from ..quantities.lengths import UNIT_M, Units
from ..shown.colours import BLUE, GREEN, PURPLE, SKY, VERMILION
from ..shown.numbers import clock, pace, rep_distance
from .style import FAINT, INK, SMALL_PT, TEXT_PT, TITLE_PT, clock_axis, figure_of, width_in

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from ..season.trends import Trend

mdates: Any = matplotlib.dates
"""Its functions are untyped."""

COLOURS = (BLUE, VERMILION, GREEN, PURPLE, "#8A6D00", SKY)
"""Of kinds of session, or of runners, in one picture."""

_DATE_IN, _DATE_AND_YEAR_IN = 0.5, 0.68
"""From the middle of one date to that of the next: ``15 Jan``, and after ``01 Jan 2026``."""


def subtitle(ax: Axes, text: str) -> None:
    """Write a line between the title and the axes."""
    title = ax.get_title(loc="left")
    ax.set_title(title, loc="left", y=1.0, fontsize=TITLE_PT, color=INK, fontweight="bold", pad=20.0)
    ax.annotate(
        text, (0.0, 1.0), xycoords="axes fraction", xytext=(0.0, 5.0), textcoords="offset points", ha="left",
        va="bottom", fontsize=SMALL_PT, color=FAINT,
    )  # fmt: skip


def columns_that_fit(ax: Axes) -> int:
    """Return how many legend entries fit side by side."""
    return max(2, int(figure_of(ax).get_size_inches()[0] / 2.1))


def trend_line(ax: Axes, days: Any, values: Any, trend: Trend, name: str) -> Line2D:
    """Draw a trend through its ends, dashed where it is no more than noise; return its legend entry."""
    clear = trend.is_more_than_noise
    style: Any = "-" if clear else (0, (4, 2))
    ax.plot(days, values, color=INK, lw=2.0 if clear else 1.2, ls=style, zorder=4)
    label = name if clear else f"{name} (no more than noise)"
    return Line2D([], [], color=INK, lw=1.8, ls=style, label=label)


def claim_of(trend: Trend) -> str:
    """Return what a trend says, without what it is of."""
    return str(trend).removeprefix(f"{trend.metric.label}: ")


def rep_time_axis(ax: Axes, span_s: float, distances_m: pd.Series[Any], units: Units, *, most_ticks: int = 9) -> None:
    """Put times of reps on the y axis, quicker up, each with the pace that it is over the commonest distance."""
    clock_axis(ax.yaxis, span_s, most_ticks=most_ticks)
    known = distances_m.dropna()
    distance_m = float(known.mode().iloc[0]) if len(known) else nan
    what = f"time over {rep_distance(distance_m)}" if isfinite(distance_m) else "time of a rep"
    if isfinite(distance_m) and abs(distance_m - UNIT_M[units]) >= 1.0:
        ax.yaxis.set_major_formatter(
            FuncFormatter(lambda time_s, _: f"{clock(time_s)} ({pace(1000.0 * time_s / distance_m, units)})")
        )
        what += f" (min/{units})"
    ax.set_ylabel(f"{what}, quicker is up", fontsize=TEXT_PT)


def date_axis(ax: Axes, days: Any, *, weekly: bool = False, most_ticks: int = 7) -> None:
    """Put dates on the x axis: those of `days`, or of their weeks (`weekly`), from the first to the last."""
    first, last = float(np.min(days)), float(np.max(days))
    if not weekly:
        room = max(0.04 * (last - first), 2.0)
        ax.set_xlim(first - room, last + room)
    if last - first < 14.0:
        locator: Any = FixedLocator(list(np.unique(np.round([first, last] if not weekly else days))))
    else:
        # Dates are looked for once and not whenever something is drawn.
        left, right = ax.get_xlim()
        auto = mdates.AutoDateLocator(minticks=3, maxticks=most_ticks)
        ticks = auto.tick_values(mdates.num2date(left), mdates.num2date(right))
        day_in = width_in(ax) / (right - left)
        locator = FixedLocator(_with_room([tick for tick in ticks if left <= tick <= right], day_in))
    ax.xaxis.set_major_locator(locator)
    by_day = last - first < 120.0
    ax.xaxis.set_major_formatter(FuncFormatter(lambda day, place: _date_text(day, int(place or 0), by_day)))


def _with_room(ticks: list[float], day_in: float) -> list[float]:
    """Return dates that do not run into each other; the first bears its year."""
    kept: list[float] = []
    for tick in ticks:
        room_in = _DATE_IN if len(kept) > 1 else _DATE_AND_YEAR_IN
        if not kept or (tick - kept[-1]) * day_in >= room_in:
            kept.append(tick)
    return kept


def _date_text(day: float, place: int, by_day: bool) -> str:
    date = mdates.num2date(day)
    if by_day:
        return f"{date:%d %b %Y}" if place == 0 else f"{date:%d %b}"
    return f"{date:%b %Y}" if place == 0 or date.month == 1 else f"{date:%b}"
