"""`plot_session`: a session over time, as the runner lived it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator

from ..quantities.lengths import Units, check_units
from ..report import Report, RepResult
from ..shown.bands import PHASE_NAMES, pace_band, rep_name
from ..shown.numbers import file_name, local_time
from ..shown.trace import Trace, trace_of
from ..words.vocabulary import BAND as BAND_NAME
from ..words.vocabulary import BAND_NO_GOAL
from .style import (
    BAND,
    FAINT,
    HAMMER,
    HEART,
    INK,
    LEGEND,
    NUMBER_IN,
    PHASE_FILLS,
    REP,
    SMALL_PT,
    TEXT_PT,
    TRACE,
    Chart,
    ChartAxes,
    check_axes,
    clock_axis,
    dress,
    figure_of,
    pace_axis,
    width_columns,
    width_in,
    write_title,
)

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def plot_session(
    report: Report,
    *,
    units: Units = "km",
    ax: Axes | Sequence[Axes] | None = None,
    size_in: tuple[float, float] = (11.0, 5.2),
) -> Figure:
    """Draw speed over time with the phases, the reps numbered, the target band, and heart rate below.

    A rep's bar stands at the pace it is scored by, which on a track is not quite what the watch's speed says.

    Parameters
    ----------
    report : Report
        What to draw.
    units : {"km", "mi"}
        Of the paces.
    ax : Axes or two Axes, optional
        One: speed alone is drawn into it. Two: speed and heart rate. Default: a new figure.
    size_in : tuple of float
        Width and height of a new figure, in inches.

    Returns
    -------
    Figure
        The figure drawn in.
    """
    check_units(units)
    check_axes(ax)
    trace = trace_of(report.session.activity)
    if ax is None:
        figure = Chart(figsize=size_in, layout="constrained")
        ratios = [3.2, 1.0] if trace.has_heart_rate else [1.0]
        grid = figure.add_gridspec(len(ratios), 1, height_ratios=ratios)
        axes: list[Axes] = []
        for i in range(len(ratios)):
            axes.append(figure.add_subplot(grid[i], axes_class=ChartAxes, sharex=axes[0] if axes else None))
        for above in axes[:-1]:
            above.tick_params(labelbottom=False)
        write_title(axes[0], title_of(report))
    else:
        axes = list(ax) if isinstance(ax, Sequence | np.ndarray) else [ax]
    handles = _draw_speed(axes[0], report, trace, units)
    if ax is None:
        figure.legend(handles=handles, loc="outside lower left", ncols=width_columns(figure), **LEGEND)
    else:
        axes[0].legend(handles=handles, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=len(handles), **LEGEND)
    if len(axes) > 1:
        _draw_heart_rate(axes[1], report, trace)
    end_s = max(report.session.activity.duration_s, 1.0)
    for each in axes:
        each.set_xlim(0, end_s)
        clock_axis(each.xaxis, end_s, most_ticks=int(np.clip(1.2 * width_in(each), 3, 12)))
    axes[-1].set_xlabel("time since the start, h:mm:ss" if end_s >= 3600 else "time since the start, m:ss")
    return figure_of(axes[0])


def what_of(report: Report) -> str:
    """Return what was run and what for: ``8 x 800 m, goal 5k 20:00``."""
    name = report.plan.title if report.plan else f"{len(report.session.reps)} reps"
    return name + (f", goal {report.plan.goal.text}" if report.plan and report.plan.goal else "")


def subtitle_of(report: Report) -> str:
    """Return whose session it was and when, for charts of a part of it."""
    activity = report.session.activity
    local, _ = local_time(activity.start_time, activity.utc_offset_s)
    who = f"{report.athlete.name}, " if report.athlete else ""
    return f"{what_of(report)} · {who}{local:%Y-%m-%d}"


def title_of(report: Report) -> str:
    """Return what a chart of the whole session is called."""
    return f"{subtitle_of(report)} · {file_name(report.session.activity.source)}"


def _draw_speed(ax: Axes, report: Report, trace: Trace, units: Units) -> list[Artist]:
    """Draw into axes and return what their legend is to hold."""
    dress(ax)
    top_mps = _top_speed(report, trace)
    ax.set_ylim(0, top_mps)
    pace_axis(ax, units, low_mps=1.2, high_mps=top_mps * 0.95)
    _shade(ax, report, named=True)
    run = [row for row in report.rep_rows if isfinite(row.start_s)]
    for row, after in zip_longest(run, run[1:]):
        band = pace_band(row, report)
        if band and isfinite(row.scored_distance_m):
            low_mps, high_mps = (row.scored_distance_m / time_s for time_s in reversed(band))
            # Through the rest as well: a band is hard to see behind the rep's own bar.
            corner, width_s = (row.start_s, low_mps), (after or row).start_s - row.start_s or row.end_s - row.start_s
            ax.add_patch(Rectangle(corner, width_s, high_mps - low_mps, color=BAND, alpha=0.35, lw=0, zorder=2))
    ax.plot(trace.time_s, trace.speed_mps, color=TRACE, lw=0.9, zorder=3, solid_joinstyle="round")
    for row in report.rep_rows:
        if isfinite(row.time_s) and row.time_s > 0 and isfinite(row.scored_distance_m):
            speed_mps = row.scored_distance_m / row.time_s
            colour, style = (HAMMER, (0, (1.2, 0.5))) if row.is_hammer else (REP, "-")
            ax.plot(
                [row.start_s, row.end_s],
                [speed_mps] * 2,
                color=colour,
                ls=style,
                lw=2.6,
                zorder=4,
                solid_capstyle="butt",
            )
    ax.set_xlim(0, max(report.session.activity.duration_s, 1.0))
    _number(ax, report.rep_rows, top_mps)
    handles: list[Artist] = [
        Line2D([], [], color=REP, lw=2.6, label="rep, at its pace"),
        Line2D([], [], color=TRACE, lw=0.9, label="speed by the watch"),
    ]
    if any(row.is_hammer for row in report.rep_rows):
        handles.insert(1, Line2D([], [], color=HAMMER, lw=2.6, ls=(0, (1.2, 0.5)), label="hammer rep"))
    if any(pace_band(row, report) for row in report.rep_rows):
        goal = report.plan.goal if report.plan else None
        label = BAND_NAME if goal else BAND_NO_GOAL
        handles.append(Patch(color=BAND, alpha=0.35, lw=0, label=label))
    return handles


def _draw_heart_rate(ax: Axes, report: Report, trace: Trace) -> None:
    dress(ax)
    _shade(ax, report, named=False)
    ax.plot(trace.heart_time_s, trace.heart_rate_bpm, color=HEART, lw=1.3, zorder=3)
    for row in report.rep_rows:
        if isfinite(row.heart_rate_drop_bpm) and isfinite(row.rest_heart_rate_start_bpm):
            # How far the heart came down in the first minute of the rest.
            at_s = row.end_s + min(row.rest_s, 60.0)
            low = row.rest_heart_rate_start_bpm - row.heart_rate_drop_bpm
            ax.plot([row.end_s, at_s], [row.rest_heart_rate_start_bpm, low], color=INK, lw=1.0, alpha=0.7, zorder=4)
            ax.annotate(
                f"{row.heart_rate_drop_bpm:.0f}", (at_s, low), xytext=(0, -3), textcoords="offset points", ha="center",
                va="top", fontsize=SMALL_PT - 1, color=FAINT,
            )  # fmt: skip
    ax.set_ylabel("heart, bpm", fontsize=TEXT_PT)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))


def _shade(ax: Axes, report: Report, *, named: bool) -> None:
    for row in report.session.rows:
        if row.kind == "rep":
            ax.axvspan(row.start_s, row.end_s, color=REP, alpha=0.08, lw=0, zorder=0.5)
        elif row.kind in PHASE_FILLS:
            ax.axvspan(row.start_s, row.end_s, color=PHASE_FILLS[row.kind], lw=0, zorder=0.4)
            wide_in = width_in(ax) * row.duration_s / max(report.session.activity.duration_s, 1.0)
            if named and row.kind in PHASE_NAMES and wide_in > 0.55:
                middle_s = (row.start_s + row.end_s) / 2
                ax.annotate(
                    PHASE_NAMES[row.kind],
                    (middle_s, 1.0),
                    xycoords=("data", "axes fraction"),
                    xytext=(0, -4),
                    textcoords="offset points",
                    ha="center",
                    va="top",
                    fontsize=SMALL_PT,
                    color=FAINT,
                )


def _number(ax: Axes, rows: Sequence[RepResult], top_mps: float) -> None:
    run = [row for row in rows if isfinite(row.start_s)]
    if not run:
        return
    per_s = width_in(ax) / np.ptp(ax.get_xlim())
    apart_in = per_s * (run[-1].start_s - run[0].start_s) / max(len(run) - 1, 1)
    step = next((step for step in (1, 2, 5, 10) if apart_in * step >= NUMBER_IN), 20)
    written: list[tuple[float, float]] = []
    # Hammers first: where there is no room for all, theirs are the numbers to keep.
    for i, row in sorted(enumerate(run, start=1), key=lambda item: not item[1].is_hammer):
        middle_s = (row.start_s + row.end_s) / 2
        room_in = NUMBER_IN * (1.4 if row.is_hammer else 1.0)
        crowded = any(abs(middle_s - other_s) * per_s < (room_in + other_in) / 2 for other_s, other_in in written)
        if crowded or (i % step and not row.is_hammer):
            continue
        written.append((middle_s, room_in))
        ax.annotate(
            rep_name(row),
            (middle_s, top_mps),
            xytext=(0, -4),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=SMALL_PT,
            color=HAMMER if row.is_hammer else INK,
            fontweight="bold" if row.is_hammer else "normal",
        )


def _top_speed(report: Report, trace: Trace) -> float:
    known = trace.speed_mps[np.isfinite(trace.speed_mps)]
    tops = [float(np.percentile(known, 99.7))] if known.size else []
    tops += [r.scored_distance_m / r.time_s for r in report.rep_rows if r.time_s > 0 and isfinite(r.scored_distance_m)]
    return max([*tops, 3.0]) * 1.16
