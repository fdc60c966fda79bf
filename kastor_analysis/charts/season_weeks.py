"""Pictures of a season over time: `plot_trend` and `plot_intensity`.

Conventions: time runs to the right, the better is up where a figure has a direction, one standard deviation is drawn as
the error bar. `Season.plot_trend` and `Season.plot_intensity` call these with the season's own tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, PercentFormatter

from ..quantities.lengths import UNIT_M, Units, check_units
from ..shown.colours import ORANGE, SKY, VERMILION
from ..shown.numbers import hard_share
from ..shown.threshold import named
from ..words import counted
from .season_style import claim_of, columns_that_fit, date_axis, mdates, rep_time_axis, subtitle, trend_line
from .style import BAND, FAINT, HAMMER, INK, REP, SMALL_PT, TEXT_PT, legend, new_axes, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..season.trends import Trend

_UNKNOWN = "#d3d6da"
_HARD_LINE = 0.20  # the article's 80/20
_BAR_DAYS = 5.6  # of seven: bars stay apart
_DISTANCES_DOWN_PT = 5.0  # clear of the axis


def plot_trend(sessions: pd.DataFrame, trend: Trend, *, units: Units = "km", ax: Axes | None = None) -> Figure:
    """Draw one figure of each session over time, with its uncertainty, the robust line and the line's interval.

    Parameters
    ----------
    sessions : DataFrame
        Rows of `Season.sessions` that the trend was fitted to.
    trend : Trend
        As `Season.trend` returns it.
    """
    check_units(units)
    metric = trend.metric
    figure, ax = new_axes(ax, size_in=(9.0, 4.2), title=f"{metric.label} over the weeks")
    known = sessions.dropna(subset=[metric.name])
    if known.empty:
        return say(ax, f"no session has a {metric.label.lower()}")
    values = known[metric.name].to_numpy(float) * metric.scale
    known_values = values
    days = mdates.date2num(known["date"])
    sds = known[metric.sd_name].to_numpy(float) * metric.scale if metric.sd_name else np.full(len(known), np.nan)
    ax.errorbar(days, values, yerr=np.nan_to_num(sds), fmt="none", ecolor=FAINT, elinewidth=1.0, zorder=2)
    ax.plot(days, values, "o", color=REP, ms=6 if len(known) <= 20 else 4, mec="white", mew=0.6, zorder=3)
    handles: list[Any] = [Line2D([], [], ls="", marker="o", color=REP, mec="white", ms=6, label="session ± 1 sd")]
    if trend.verdict != "too few sessions":
        ends = np.array([days.min(), days.max()])
        line = np.array([trend.at_start, trend.at_end]) * metric.scale
        handles.append(trend_line(ax, ends, line, trend, "robust line"))
        says_much = trend.is_more_than_noise or not metric.is_share
        if says_much and np.isfinite(trend.low_per_week) and np.isfinite(trend.high_per_week):
            grid = np.linspace(ends[0], ends[1], 50)
            middle = float(np.median(days))
            height = float(np.interp(middle, ends, line))
            edges = [
                height + slope * metric.scale / 7.0 * (grid - middle)
                for slope in (trend.low_per_week, trend.high_per_week)
            ]
            ax.fill_between(grid, np.minimum(*edges), np.maximum(*edges), color=BAND, alpha=0.18, lw=0, zorder=1)
            handles.append(Patch(color=BAND, alpha=0.18, lw=0, label="its 95 % interval"))
    if metric.name == "median_regular_s":
        targets = known["target_s"].to_numpy(float)
        if np.isfinite(targets).any():
            ax.step(days, targets, where="post", color=HAMMER, lw=1.3, ls=(0, (1, 1.5)), zorder=2)
            handles.append(Line2D([], [], color=HAMMER, lw=1.3, ls=(0, (1, 1.5)), label="target of the day"))
            values = np.concatenate([values, targets[np.isfinite(targets)]])
    reach = np.concatenate([values, known_values - np.nan_to_num(sds), known_values + np.nan_to_num(sds)])
    room = max(0.08 * float(np.ptp(reach)), 0.3)
    low, high = float(reach.min()) - room, float(reach.max()) + room
    if metric.is_share:
        low, high = -3.0, 103.0
    ax.set_ylim((high, low) if metric.better < 0 else (low, high))
    if metric.name == "median_regular_s":
        rep_time_axis(ax, high - low, known["rep_distance_m"], units)
    else:
        better = {-1: "  (less is up)", 1: "  (more is up)"}.get(metric.better, "")
        ax.set_ylabel(f"{metric.unit}{better}", fontsize=TEXT_PT)
        ax.yaxis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 5, 10]))
    date_axis(ax, days)
    subtitle(ax, claim_of(trend))
    legend(ax, handles=handles, columns=columns_that_fit(ax))
    return figure


def plot_intensity(weeks: pd.DataFrame, *, units: Units = "km", ax: Axes | None = None) -> Figure:
    """Draw each week's time at low, moderate and high intensity as shares, against the 80/20 line.

    Weeks over the line bear their hard share; weeks that cannot be judged are pale. The distance stands below each.

    Parameters
    ----------
    weeks : DataFrame
        Rows of `Season.weeks` of one athlete.
    """
    check_units(units)
    figure, ax = new_axes(ax, size_in=(9.0, 4.2), title="Easy and hard, week by week")
    if weeks.empty:
        return say(ax, "no runs to draw")
    days = mdates.date2num(weeks["week"]) + 3.5
    names = ("high", "moderate", "low", "unknown")
    seconds = weeks[[f"{name}_s" for name in names]].to_numpy(float)
    total_s = seconds.sum(axis=1, keepdims=True)
    shares = np.divide(seconds, total_s, out=np.zeros_like(seconds), where=total_s > 0)
    over = (weeks["verdict"] == "over the line").to_numpy()
    judged = over | (weeks["verdict"] == "within the line").to_numpy()
    looks = ((VERMILION, "xxxx", "hard"), (ORANGE, "////", "moderate"), (SKY, "", "easy"), (_UNKNOWN, "", "unknown"))
    bottom = np.zeros(len(weeks))
    for column, (colour, hatch, _) in enumerate(looks):
        for chosen, alpha in ((judged, 1.0), (~judged, 0.35)):
            bars = PolyCollection(
                _bars(days[chosen], bottom[chosen], shares[chosen, column]), facecolor=colour, alpha=alpha,
                hatch=hatch if len(weeks) <= 20 else None, edgecolor="white",
                linewidth=0.4 if len(weeks) <= 20 else 0.0,
            )  # fmt: skip
            ax.add_collection(bars, autolim=False)
        bottom += shares[:, column]
    ax.axhline(_HARD_LINE, color=INK, lw=1.4, ls=(0, (4, 2)), zorder=4)
    ax.set_ylim(0, 1.09)
    ax.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    ax.set_ylabel("share of the week's moving time", fontsize=TEXT_PT)
    span_days = float(days.max() - days.min()) + 7.0
    ax.set_xlim(days.min() - 3.9, days.max() + 3.9)
    date_axis(ax, days, weekly=True)
    width_in = ax.get_position().width * figure.get_size_inches()[0]
    room_days = span_days * 0.42 / width_in
    _distances_below(ax, days, weeks["distance_m"].to_numpy(float), units, room_days=0.8 * room_days)
    if over.any():
        # Of no weeks it would stand, unclipped, in the figure's corner, and the layout make room for it.
        ax.plot(days[over], np.full(int(over.sum()), 1.022), ls="", marker="v", color=INK, ms=3.5, clip_on=False)
    last = -np.inf
    for day, share in zip(days[over], weeks["hard_share_time"].to_numpy(float)[over], strict=True):
        if day - last >= room_days:
            ax.text(day, 1.04, hard_share(share), ha="center", va="bottom", fontsize=SMALL_PT, color=INK)
            last = day
    known = weeks[weeks["threshold_sessions"] > 0]
    by = f", threshold {named(known.iloc[-1], units)}" if len(known) else ", threshold not known"
    subtitle(ax, _weeks_in_words(int(over.sum()), int(judged.sum()), len(weeks)) + by)
    handles: list[Any] = [
        Patch(facecolor=colour, hatch=hatch if len(weeks) <= 20 else None, edgecolor="white", lw=0.4, label=name)
        for column, (colour, hatch, name) in enumerate(looks)
        if shares[:, column].max() >= 0.01
    ]
    handles.append(Line2D([], [], color=INK, lw=1.4, ls=(0, (4, 2)), label="20 % line for hard running"))
    if over.any():
        handles.append(Line2D([], [], ls="", marker="v", color=INK, ms=4, label="over the line"))
    legend(ax, handles=handles, columns=columns_that_fit(ax))
    return figure


def _bars(days: Any, bottom: Any, height: Any) -> Any:
    """Return the corners of bars, shape (n, 4, 2), their middles at `days`: one artist of a thousand weeks is quick."""
    left, right, top = days - _BAR_DAYS / 2, days + _BAR_DAYS / 2, bottom + height
    corners = [(left, bottom), (left, top), (right, top), (right, bottom)]
    return np.stack([np.column_stack(corner) for corner in corners], axis=1)


def _distances_below(ax: Axes, days: Any, distances_m: Any, units: Units, *, room_days: float) -> None:
    """Write each week's distance between its bar and the dates, as many as there is room for."""
    ax.tick_params(axis="x", pad=_DISTANCES_DOWN_PT + SMALL_PT + 3.0)
    step = max(1, int(np.ceil(room_days / 7.0)))
    for day, metres in zip(days[::step], distances_m[::step], strict=True):
        ax.annotate(
            f"{metres / UNIT_M[units]:.0f}", (day, 0.0), xycoords=ax.get_xaxis_transform(),
            xytext=(0.0, -_DISTANCES_DOWN_PT), textcoords="offset points", ha="center", va="top", fontsize=SMALL_PT,
            color=INK,
        )  # fmt: skip
    ax.annotate(
        units, (0.0, 0.0), xycoords="axes fraction", xytext=(-_DISTANCES_DOWN_PT, -_DISTANCES_DOWN_PT),
        textcoords="offset points", ha="right", va="top", fontsize=SMALL_PT, color=FAINT,
    )  # fmt: skip


def _weeks_in_words(over: int, judged: int, all_weeks: int) -> str:
    if not judged:
        return "no week can be judged (3 runs of known intensity are needed)"
    unjudged = all_weeks - judged
    text = f"{over} of {counted(judged, 'week')} over the line"
    return f"{text}, {unjudged} not judged" if unjudged else text
