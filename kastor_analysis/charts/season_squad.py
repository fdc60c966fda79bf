"""A squad's season as small multiples: `plot_squad`.

Conventions: a panel a runner; all panels have the same dates and, each around its own runner, the same share of a rep's
time from bottom to top, so that a gain of one in a hundred looks as steep in one as in the other. Quicker is up.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from ..quantities.lengths import Units, check_units
from ..shown.cells import shortened
from ..shown.numbers import rep_distance
from ..shown.scales import LEAST_HALF_SHARE, MOST_SIDE_BY_SIDE
from .season_style import date_axis, mdates, rep_time_axis, subtitle
from .style import (
    FAINT,
    HAMMER,
    INK,
    LEGEND,
    REP,
    TITLE_PT,
    Chart,
    dress,
    new_axes,
    say,
    write_title,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..season.trends import Trend

_MOST_COLUMNS = 3  # side by side they fill a page
_PANEL_IN = (3.4, 2.5)
_LEAST_WIDTH_IN = 5.0
_BESIDE_IN, _ABOVE_IN, _EDGE_IN = 0.86, 0.62, 0.1
"""Room for a panel's times and paces, and for its name and trend."""
_HEAD_IN, _FOOT_IN = 0.2, 0.75
_NAME_MAX = 24
_NEAR_TARGET = 0.05
"""A target further than this share from the runner's median is not shown: it would flatten everybody's sessions."""
_SPREAD_ALPHA = 0.2


def plot_squad(
    sessions: pd.DataFrame,
    trends: Mapping[str, Trend],
    *,
    units: Units = "km",
    called: Mapping[str, str] | None = None,
) -> Figure:
    """Draw the median regular rep of each runner over time, how far its reps spread, its target and its robust line.

    Parameters
    ----------
    sessions : DataFrame
        Rows of `Season.sessions`, of each runner those that compare.
    trends : mapping of str to Trend
        Of the median regular rep of each runner, in the order of the panels.
    units : {"km", "mi"}
        Of the paces beside the times.
    called : mapping of str to str, optional
        How runners are called, in place of their names.
    """
    check_units(units)
    known = sessions.dropna(subset=["median_regular_s"])
    names = [name for name in trends if (known["athlete"] == name).any()]
    if not names:
        _, ax = new_axes(None, title="The squad's median regular reps")
        return say(ax, "no sessions to draw")
    shown, names = len(names), names[:MOST_SIDE_BY_SIDE]
    figure, panels = _panels(len(names))
    own = {name: known[known["athlete"] == name] for name in names}
    spans = {name: _span_s(rows_of) for name, rows_of in own.items()}
    middles_s = {name: 0.5 * (low + high) for name, (low, high) in spans.items()}
    half_share = 0.58 * max((high - low) / middles_s[name] for name, (low, high) in spans.items())
    half_share = max(half_share, LEAST_HALF_SHARE)
    several = known["rep_distance_m"].nunique() > 1
    days = mdates.date2num(known["date"])
    for ax, name in zip(panels, names, strict=True):
        middle_s, half_s = middles_s[name], half_share * middles_s[name]
        dress(ax)
        over = f"{rep_distance(float(own[name]['rep_distance_m'].iloc[0]))}: " if several else ""
        write_title(ax, shortened((called or {}).get(name, name), _NAME_MAX))
        _panel(ax, own[name], trends[name])
        subtitle(ax, f"{over}{trends[name].in_short}{_usual_spread(own[name])}")
        ax.set_ylim(middle_s + half_s, middle_s - half_s)
        rep_time_axis(ax, 2.0 * half_s, own[name]["rep_distance_m"], units, most_ticks=5)
        what = ax.get_ylabel()
        ax.set_ylabel("")
    for ax in panels[-_MOST_COLUMNS:]:
        date_axis(ax, days, most_ticks=4)
    for ax in panels[:-_MOST_COLUMNS]:
        # Ticks without dates are half of what matplotlib would work at.
        ax.set_xlim(panels[-1].get_xlim())
        ax.xaxis.set_major_locator(NullLocator())
    what = f"time of a rep (min/{units}), quicker is up" if several else what
    if shown > len(names):
        what += f"; the first {len(names)} of {shown} runners"
    height_in = figure.get_figheight()
    figure.text(
        _EDGE_IN / figure.get_figwidth(), 1.0 - _EDGE_IN / height_in, f"Median regular rep: {what}", ha="left",
        va="top", size=TITLE_PT, color=INK,
    )  # fmt: skip
    figure.legend(handles=_handles(known), **LEGEND, loc="lower left", ncols=4)
    return figure


def _usual_spread(sessions: pd.DataFrame) -> str:
    spread_s = float(sessions["spread_s"].median())
    return f" · spread {spread_s:.1f} s" if np.isfinite(spread_s) else ""


def _panels(n: int) -> tuple[Figure, list[Axes]]:
    """Return a figure of `n` panels, placed by hand: matplotlib would take as long for that as for the rest."""
    columns = min(n, _MOST_COLUMNS)
    width_in = max(_PANEL_IN[0] * columns, _LEAST_WIDTH_IN)
    height_in = _HEAD_IN + _PANEL_IN[1] * ceil(n / columns) + _FOOT_IN
    figure = Chart(figsize=(width_in, height_in))
    panels: list[Axes] = []
    for place in range(n):
        row, column = divmod(place, columns)
        left_in = width_in / columns * column + _BESIDE_IN
        bottom_in = height_in - _HEAD_IN - _PANEL_IN[1] * (row + 1)
        size_in = width_in / columns - _BESIDE_IN - _EDGE_IN, _PANEL_IN[1] - _ABOVE_IN
        bounds = (left_in / width_in, bottom_in / height_in, size_in[0] / width_in, size_in[1] / height_in)
        panels.append(figure.add_axes(bounds))
    return figure, panels


def _span_s(sessions: pd.DataFrame) -> tuple[float, float]:
    times_s = sessions["median_regular_s"].to_numpy(float)
    sds_s = np.nan_to_num(sessions["median_regular_sd_s"].to_numpy(float))
    targets_s = sessions["target_s"].dropna().to_numpy(float)
    targets_s = targets_s[np.abs(targets_s / np.median(times_s) - 1.0) <= _NEAR_TARGET]
    spreads_s = np.nan_to_num(sessions["spread_s"].to_numpy(float))
    # Room for spreads as wide as is usual: one bad day would flatten everybody's sessions.
    beside_s = np.maximum(sds_s, np.minimum(spreads_s, np.median(spreads_s)))
    reach_s = np.concatenate([times_s - beside_s, times_s + beside_s, targets_s])
    return float(reach_s.min()), float(reach_s.max())


def _panel(ax: Axes, sessions: pd.DataFrame, trend: Trend) -> None:
    days = mdates.date2num(sessions["date"])
    times_s = sessions["median_regular_s"].to_numpy(float)
    sds_s = np.nan_to_num(sessions["median_regular_sd_s"].to_numpy(float))
    spreads_s = sessions["spread_s"].to_numpy(float)
    ax.vlines(days, times_s - spreads_s, times_s + spreads_s, color=REP, alpha=_SPREAD_ALPHA, lw=5.0, zorder=1)
    ax.vlines(days, times_s - sds_s, times_s + sds_s, color=FAINT, lw=1.0, zorder=2)
    ax.plot(days, times_s, "o", color=REP, ms=5 if len(sessions) <= 20 else 3.5, mec="white", mew=0.6, zorder=3)
    if trend.is_more_than_noise:
        ax.plot([days.min(), days.max()], [trend.at_start, trend.at_end], color=INK, lw=1.8, zorder=4)
    targets_s = sessions["target_s"].to_numpy(float)
    if np.isfinite(targets_s).any():
        ends = np.append(days, days[-1] + 1.0)
        held_s = np.append(targets_s, targets_s[-1])
        ax.step(ends, held_s, where="post", color=HAMMER, lw=1.3, ls=(0, (1, 1.5)), zorder=2)


def _handles(known: pd.DataFrame) -> list[Any]:
    handles: list[Any] = [
        Line2D([], [], ls="", marker="o", color=REP, mec="white", ms=5, label="session ± 1 sd"),
        Line2D([], [], color=REP, alpha=_SPREAD_ALPHA, lw=5.0, label="spread of its regular reps"),
        Line2D([], [], color=INK, lw=1.8, label="robust line, where more than noise"),
    ]
    if known["target_s"].notna().any():
        handles.append(Line2D([], [], color=HAMMER, lw=1.3, ls=(0, (1, 1.5)), label="target of the day"))
    return handles
