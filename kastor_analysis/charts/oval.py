"""`plot_track`: where the reps were run, coloured by speed."""

from __future__ import annotations

from math import cos, isfinite, sin
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import NDArray

from ..activity import FloatArray
from ..quantities.lengths import UNIT_M, Units, check_units
from ..report import Report
from ..shown.bands import rep_name
from ..shown.numbers import clock
from ..shown.oval import outline_of, turn_of, turned
from ..shown.trace import trace_of
from .style import FAINT, GRID, INK, SMALL_PT, TRACE, new_axes, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def plot_track(
    report: Report,
    *,
    rep: int | None = None,
    units: Units = "km",
    ax: Axes | None = None,
    size_in: tuple[float, float] = (7.2, 4.6),
) -> Figure:
    """Draw the positions of the reps coloured by speed, on the oval where the session was run on one.

    A track lies with its straights level, whatever its heading; the arrow points north.

    Parameters
    ----------
    report : Report
        What to draw.
    rep : int, optional
        One rep alone, by its number in the plan, as charts show it. Default: all.
    units : {"km", "mi"}
        Of the paces on the colour scale.
    ax : Axes, optional
        Where to draw. Default: a new figure.
    size_in : tuple of float
        Width and height of a new figure, in inches.

    Returns
    -------
    Figure
        The figure drawn in.

    Raises
    ------
    ValueError
        If there is no such rep, or it was not run.
    """
    check_units(units)
    run = [row for row in report.rep_rows if isfinite(row.start_s)]
    reps = run if rep is None else [row for row in run if row.planned_rep == rep]
    if rep is not None and not reps:
        raise ValueError(f"rep {rep} was not run: there are {', '.join(rep_name(row) for row in run) or 'none'}")
    figure, ax = new_axes(ax, size_in=size_in, title="Where the reps were run" if rep is None else f"Rep {rep} as run")
    trace = trace_of(report.session.activity)
    turn_rad = turn_of(report.session)
    x_m, y_m = turned(trace.x_m, trace.y_m, turn_rad)
    seen = np.zeros(trace.place_time_s.size, dtype=bool)
    for row in reps:
        seen |= trace.within(row.start_s, row.end_s)
    seen &= np.isfinite(trace.place_speed_mps)
    if seen.sum() < 2:
        return say(ax, "no positions in this recording" if reps else "no reps were found")
    outline = outline_of(report.session)
    if outline is not None:
        ax.fill(*turned(*outline, turn_rad), fill=False, edgecolor=GRID, lw=7.0, zorder=0.5, joinstyle="round")
    ax.plot(*_near(x_m, y_m, seen), color=TRACE, lw=0.5, alpha=0.6, zorder=1)
    both = seen[:-1] & seen[1:]
    points = np.stack([x_m, y_m], axis=1)
    lines = LineCollection(
        list(np.stack([points[:-1][both], points[1:][both]], axis=1)), cmap="cividis", lw=1.6, alpha=0.9, zorder=3
    )
    speed_mps = (trace.place_speed_mps[:-1] + trace.place_speed_mps[1:])[both] / 2
    low, high = np.percentile(speed_mps, [3, 97])
    lines.set_array(speed_mps)
    lines.set_clim(low, max(high, low + 0.2))
    ax.add_collection(lines)
    ax.set_aspect("equal", adjustable="datalim")
    ax.set_axis_off()
    _scale_bar(ax, x_m[seen], y_m[seen])
    _north(ax, turn_rad)
    bar = figure.colorbar(lines, ax=ax, shrink=0.75, aspect=22, pad=0.02)
    metres = UNIT_M[units]
    step_s = 5 if metres / low - metres / high < 40 else 15 if metres / low - metres / high < 120 else 30
    paces = np.arange(np.ceil(metres / max(high, low + 0.2) / step_s), metres / low / step_s) * step_s
    bar.ax.yaxis.set_major_locator(FixedLocator(list(metres / paces)))
    bar.ax.yaxis.set_minor_locator(NullLocator())
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: clock(metres / value) if value > 0 else ""))
    bar.ax.tick_params(labelsize=SMALL_PT, length=2, color=FAINT)
    bar.ax.set_title(f"min/{units}", fontsize=SMALL_PT, color=INK, pad=6)
    bar.outline.set_visible(False)
    return figure


def _near(x_m: FloatArray, y_m: FloatArray, seen: NDArray[np.bool_]) -> tuple[FloatArray, FloatArray]:
    """Return the whole path, cut where it leaves the surroundings of the reps: a warm-up through town is not shown."""
    room = 15.0
    inside = (np.abs(x_m - (x_m[seen].max() + x_m[seen].min()) / 2) < np.ptp(x_m[seen]) / 2 + room) & (
        np.abs(y_m - (y_m[seen].max() + y_m[seen].min()) / 2) < np.ptp(y_m[seen]) / 2 + room
    )
    return np.where(inside, x_m, np.nan), np.where(inside, y_m, np.nan)


def _scale_bar(ax: Axes, x_m: FloatArray, y_m: FloatArray) -> None:
    wide_m = max(float(np.ptp(x_m)), float(np.ptp(y_m)), 1.0)
    length_m = max(step for step in (1, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000) if step <= max(wide_m / 3, 1))
    left, low = x_m.min(), y_m.min() - 0.09 * wide_m
    ax.plot([left, left + length_m], [low, low], color=INK, lw=1.6, solid_capstyle="butt")
    ax.text(
        left + length_m / 2, low - 0.015 * wide_m, f"{length_m} m", ha="center", va="top", fontsize=SMALL_PT, color=INK
    )


def _north(ax: Axes, turn_rad: float) -> None:
    """Draw an arrow to the north in the lower right corner."""
    dx, dy = -sin(turn_rad), cos(turn_rad)
    ax.annotate(
        "N",
        xy=(0.95, 0.06),
        xytext=(-22 * dx, -22 * dy),
        xycoords="axes fraction",
        textcoords="offset points",
        arrowprops={"arrowstyle": "-|>", "color": FAINT, "lw": 1.0, "shrinkA": 1, "shrinkB": 0},
        ha="center",
        va="center",
        fontsize=SMALL_PT,
        color=FAINT,
    )
