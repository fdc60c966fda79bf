"""Pictures of a season's reps: `plot_splits`, `plot_heatmap` and `plot_compare`.

Conventions: the quicker is always further up, sessions follow each other down the heatmap, colour runs from dark to
light with the date (cividis, which reads in grey and for every colour blindness); labels are thinned to the room there
is, so that 3 sessions and 60 read alike. `Season.plot_splits` and its fellows call these with the season's own tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator

from ..quantities.lengths import Units, check_units
from ..shown.numbers import clock, signed
from .season_style import columns_that_fit, mdates, rep_time_axis, subtitle
from .style import FAINT, GRID, HAMMER, INK, REP, SMALL_PT, figure_of, legend, new_axes, say, width_in

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..season.compare import Comparison

_DATES = ListedColormap(matplotlib.colormaps["cividis"](np.linspace(0.0, 0.88, 256)))
_DEVIATIONS = "PuOr_r"
_FULL_COLOUR_S = (2.0, 10.0)
"""Seconds from target at which the heatmap has its full colour: least and most."""
_SHOWN = (0.75, 1.35)
"""Times over their median beyond which a rep is a mistake that must not flatten the others."""
_MOST_NUMBERED = 12
"""Sessions up to which the heatmap's cells bear their numbers."""


def plot_splits(reps: pd.DataFrame, *, units: Units = "km", ax: Axes | None = None) -> Figure:
    """Draw rep splits over the weeks: a line a session coloured by date, hammers marked, the target of each day.

    Parameters
    ----------
    reps : DataFrame
        Rows of `Season.reps`: sessions of one athlete over one distance, times over that.
    """
    check_units(units)
    figure, ax = new_axes(ax, size_in=(9.0, 5.0), title="Rep splits over the weeks")
    run = _run(reps)
    if run.empty:
        return say(ax, "no sessions to draw")
    run = run.sort_values(["date", "activity_id", "planned_rep"], kind="stable")
    place = run.groupby(["date", "activity_id"], sort=True).ngroup().to_numpy()
    n, last_rep = int(place[-1]) + 1, int(run["planned_rep"].max())
    dates = sorted(run["date"].unique())
    norm = _date_norm(dates)
    of_session = run["date"].iloc[np.unique(place, return_index=True)[1]]
    colours = _DATES(norm(mdates.date2num(of_session)))
    crowd = 1.0 if n <= 12 else 0.55
    # No line to a hammer and back: sixty such spikes would hide the regular reps.
    hammer = run["is_hammer"].to_numpy(bool)
    times_s = np.full((n, last_rep), np.nan)
    regular = run[~hammer]
    # Of a rep found twice the first: written last.
    rows, columns = place[~hammer][::-1], regular["planned_rep"].to_numpy(int)[::-1] - 1
    times_s[rows, columns] = regular["time_s"].to_numpy(float)[::-1]
    numbers = np.arange(1, last_rep + 1)
    lines = [np.column_stack([numbers, session_s]) for session_s in times_s]
    ax.add_collection(LineCollection(lines[:-1], colors=colours[:-1], linewidths=1.3, alpha=0.9 * crowd, zorder=3))
    ax.add_collection(LineCollection(lines[-1:], colors=colours[-1:], linewidths=2.2, zorder=4))
    size = 14 if crowd == 1.0 else 6
    is_last = place == n - 1
    for chosen, alpha in ((~is_last, 0.9 * crowd), (is_last, 1.0)):
        for marked, alone in ((~hammer, False), (hammer, True)):
            shown = run[chosen & marked]
            look: dict[str, Any] = {"s": size, "alpha": alpha, "lw": 0, "zorder": 4}
            if alone:
                look = {"s": 3.2 * size, "alpha": max(alpha, 0.7), "lw": 0.7, "zorder": 5, "marker": "D", "ec": INK}
            ax.scatter(shown["planned_rep"], shown["time_s"], color=colours[place[chosen & marked]], **look)
    usual_s = float(run["time_s"].median())
    shown_s = run["time_s"].clip(_SHOWN[0] * usual_s, _SHOWN[1] * usual_s)
    low, high = float(shown_s.min()), float(shown_s.max())
    targets = run["date"].groupby(run["target_s"].round(2)).min().sort_values()
    if len(targets):
        low, high = min(low, float(targets.index.min())), max(high, float(targets.index.max()))
    room = max(0.08 * (high - low), 0.8)
    ax.set_ylim(high + room, low - room)
    ax.set_xlim(0.5, last_rep + 0.5)
    _targets(ax, targets, norm)
    _number_axis(ax, last_rep)
    ax.set_xlabel("rep")
    rep_time_axis(ax, high - low + 2 * room, run["nominal_distance_m"], units)
    handles: list[Any] = [Line2D([], [], color=_DATES(1.0), lw=2.2, label="the latest")]
    if run["is_hammer"].any():
        handles.append(Line2D([], [], ls="", marker="D", mfc=_DATES(0.5), mec=INK, mew=0.7, ms=6, label="hammer"))
    if len(targets):
        handles.append(Line2D([], [], color=_DATES(0.5), ls=(0, (4, 2)), lw=1.2, label="target of the day"))
    legend(ax, handles=handles, columns=columns_that_fit(ax))
    if dates[0] != dates[-1]:
        _date_bar(ax, dates, norm)
    return figure


def plot_heatmap(reps: pd.DataFrame, *, ax: Axes | None = None) -> Figure:
    """Draw sessions x reps, coloured by seconds from the target of the day, hammers framed.

    Parameters
    ----------
    reps : DataFrame
        Rows of `Season.reps`: sessions of one athlete over one distance. A session without a goal is held against its
        own median regular rep.
    """
    run = _run(reps)
    sessions = run.drop_duplicates("activity_id").sort_values(["date", "activity_id"])
    n = len(sessions)
    size_in = (9.0, min(max(2.4, 1.5 + 0.3 * n), 9.0))
    figure, ax = new_axes(ax, size_in=size_in, title="Seconds from target, session by session")
    if not n:
        return say(ax, "no sessions to draw")
    planned = reps[reps["planned_rep"].notna() & reps["activity_id"].isin(sessions["activity_id"])]
    last_rep = int(planned["planned_rep"].max())
    row_of = {number: row for row, number in enumerate(sessions["activity_id"])}
    deviation_s = np.full((n, last_rep), np.nan)
    rows, columns = run["activity_id"].map(row_of).to_numpy(int), run["planned_rep"].to_numpy(int) - 1
    regular_s = run["time_s"].where(~run["is_hammer"]).groupby(run["activity_id"]).transform("median")
    against_s = run["target_s"].fillna(regular_s)
    deviation_s[rows, columns] = (run["time_s"] - against_s).to_numpy(float)
    regular = run.loc[~run["is_hammer"], "time_s"] - against_s[~run["is_hammer"]]
    full_s = float(np.clip(np.nanquantile(np.abs(regular), 0.95) if len(regular) else 0.0, *_FULL_COLOUR_S))
    mesh = ax.imshow(
        deviation_s, cmap=_DEVIATIONS, norm=Normalize(-full_s, full_s), aspect="auto", interpolation="nearest",
        extent=(0.5, last_rep + 0.5, n - 0.5, -0.5),
    )  # fmt: skip
    missing = [Rectangle((column + 0.5, row - 0.5), 1, 1) for row, column in np.argwhere(np.isnan(deviation_s))]
    if missing:
        ax.add_collection(PatchCollection(missing, fc="none", ec=GRID, hatch="////", lw=0, zorder=2))
    is_numbered = n <= _MOST_NUMBERED and last_rep <= 20
    for (row, column), value in np.ndenumerate(deviation_s) if is_numbered else ():
        if np.isfinite(value):
            ax.text(
                column + 1, row, signed(value, 0 if abs(value) >= 9.95 else 1), ha="center", va="center",
                fontsize=SMALL_PT - 1.0, color=_readable_on(mesh.to_rgba(value)),
            )  # fmt: skip
    _frame_hammers(ax, planned, row_of)
    ax.grid(visible=False)
    _number_axis(ax, last_rep)
    ax.set_xlabel("rep  (hammers framed)" if run["is_hammer"].any() else "rep")
    height_in = ax.get_position().height * figure.get_size_inches()[1]
    step = max(1, int(np.ceil(n / max(1.0, height_in / 0.19))))
    shown = list(range(0, n, step))
    ax.set_yticks(shown, [f"{date:%d %b %Y}" for date in sessions["date"].iloc[shown]])
    colours = figure.colorbar(mesh, ax=ax, extend="both", extendfrac=0.03, pad=0.02, aspect=30)
    subtitle(ax, "purple quicker, orange slower")
    colours.ax.tick_params(labelsize=SMALL_PT)
    colours.ax.invert_yaxis()
    colours.outline.set_visible(False)
    return figure


def plot_compare(comparison: Comparison, *, units: Units = "km", ax: Axes | None = None) -> Figure:
    """Draw two sessions rep by rep: both times with their uncertainty, joined where they clearly differ."""
    check_units(units)
    figure, ax = new_axes(ax, size_in=(9.0, 4.4), title="Two sessions, rep by rep")
    reps = comparison.reps
    times = reps[["time_a_s", "time_b_s"]].to_numpy(float)
    if not np.isfinite(times).any():
        return say(ax, "no reps to compare")
    places = reps["planned_rep"].to_numpy(float)
    colours = {"quicker": REP, "slower": HAMMER}
    for place, (a, b), verdict in zip(places, times, reps["verdict"], strict=True):
        ax.plot([place, place], [a, b], color=colours.get(verdict, GRID), lw=4.0, solid_capstyle="butt", zorder=2)
    hammer = reps["is_hammer"].to_numpy(bool)
    sd_s = reps["difference_sd_s"].to_numpy(float) / np.sqrt(2.0)
    for side, face in ((0, "white"), (1, INK)):
        ax.errorbar(
            places, times[:, side], yerr=np.nan_to_num(sd_s), fmt="none", ecolor=FAINT, elinewidth=0.8, zorder=3
        )
        for chosen, marker in ((~hammer, "o"), (hammer, "D")):
            ax.plot(places[chosen], times[chosen, side], marker, mfc=face, mec=INK, ms=6, mew=1.2, zorder=4)
    known = times[np.isfinite(times)]
    room = max(0.1 * float(np.ptp(known)), 0.8)
    ax.set_ylim(known.max() + room, known.min() - room)
    ax.set_xlim(places.min() - 0.6, places.max() + 0.6)
    _number_axis(ax, int(places.max()))
    ax.set_xlabel("rep")
    rep_time_axis(ax, float(np.ptp(known)) + 2 * room, reps["nominal_distance_m"], units)
    handles: list[Any] = [
        Line2D([], [], ls="", marker="o", mfc="white", mec=INK, ms=6, label=comparison.label_a),
        Line2D([], [], ls="", marker="o", mfc=INK, mec=INK, ms=6, label=comparison.label_b),
    ]
    for verdict, colour in colours.items():
        if (reps["verdict"] == verdict).any():
            handles.append(Line2D([], [], color=colour, lw=4.0, label=f"clearly {verdict}"))
    if hammer.any():
        handles.append(Line2D([], [], ls="", marker="D", mfc="white", mec=INK, ms=6, label="hammer"))
    legend(ax, handles=handles, columns=min(3, columns_that_fit(ax)))
    if np.isfinite(comparison.median_difference_s):
        half_s = 1.96 * comparison.median_difference_sd_s
        words = f"{signed(comparison.median_difference_s, 1)} ± {half_s:.1f} s a regular rep: {comparison.verdict}"
        subtitle(ax, words)
    return figure


def _run(reps: pd.DataFrame) -> pd.DataFrame:
    chosen = reps["planned_rep"].notna() & reps["time_s"].notna() & reps["status"].isin(["run"])
    run = reps[chosen].copy()
    run["planned_rep"] = run["planned_rep"].astype(int)
    return run


def _date_norm(dates: Sequence[Any]) -> Normalize:
    first, last = mdates.date2num(dates[0]), mdates.date2num(dates[-1])
    return Normalize(first, last) if last > first else Normalize(first - 1.0, first)


def _date_bar(ax: Axes, dates: Sequence[Any], norm: Normalize) -> None:
    figure = figure_of(ax)
    scale = matplotlib.cm.ScalarMappable(norm=norm, cmap=_DATES)
    bar = figure.colorbar(scale, ax=ax, pad=0.015, aspect=30)
    days = mdates.date2num(dates)
    # First and last session, and two dates between them.
    ticks = np.unique(np.linspace(days[0], days[-1], 4).round())
    bar.set_ticks(list(ticks))
    bar.set_ticklabels([f"{mdates.num2date(tick):%d %b %Y}" for tick in ticks])
    bar.ax.tick_params(labelsize=SMALL_PT)
    bar.outline.set_visible(False)


def _targets(ax: Axes, targets: pd.Series[Any], norm: Normalize) -> None:
    """Draw each target that held, and write it at the right edge where it does not run into a later one."""
    bottom, top = ax.get_ylim()
    height_in = ax.get_position().height * figure_of(ax).get_size_inches()[1]
    least_s = abs(bottom - top) / height_in * 0.17
    written: list[float] = []
    for target_s, since in reversed(list(targets.items())):
        colour = _DATES(norm(mdates.date2num(since)))
        ax.axhline(float(target_s), color=colour, lw=1.2, ls=(0, (4, 2)), zorder=2)
        if all(abs(float(target_s) - other_s) >= least_s for other_s in written):
            written.append(float(target_s))
            text = clock(float(target_s), 0 if float(target_s).is_integer() else 1)
            ax.text(
                1.012, float(target_s), text, transform=ax.get_yaxis_transform(), ha="left", va="center",
                fontsize=SMALL_PT, color=INK,
            )  # fmt: skip


def _number_axis(ax: Axes, last_rep: int) -> None:
    step = next((step for step in (1, 2, 5, 10) if last_rep / step <= width_in(ax) / 0.22), 20)
    ax.xaxis.set_major_locator(
        FixedLocator([1, *range(step, last_rep + 1, step)] if step > 1 else range(1, last_rep + 1))
    )


def _readable_on(rgba: Any) -> str:
    """Return white or ink, whichever stands out more (relative luminance of WCAG 2; the two tie at 0.18)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgba[:3]]
    return INK if float(np.dot(linear, (0.2126, 0.7152, 0.0722))) > 0.18 else "white"


def _frame_hammers(ax: Axes, planned: pd.DataFrame, row_of: dict[Any, int]) -> None:
    """Frame hammers, run or missing, those of one rep in following sessions together."""
    hammers = planned[planned["is_hammer"]]
    rows, columns = hammers["activity_id"].map(row_of).to_numpy(int), hammers["planned_rep"].to_numpy(int) - 1
    for column in np.unique(columns):
        held = np.sort(rows[columns == column])
        starts = [held[0], *(b for a, b in pairwise(held) if b > a + 1)]
        ends = [*(a for a, b in pairwise(held) if b > a + 1), held[-1]]
        for start, end in zip(starts, ends, strict=True):
            for colour, width in (("white", 3.0), (INK, 1.3)):
                place, size = (column + 0.5, start - 0.5), end - start + 1.0
                ax.add_patch(Rectangle(place, 1.0, size, fc="none", ec=colour, lw=width, zorder=4))
