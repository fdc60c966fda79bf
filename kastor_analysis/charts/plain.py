"""`plot_activity` and `plot_found`: a recording over time, and what was found in it, without a plan or a score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..activity import Activity
from ..quantities.lengths import Units, check_units
from ..session import Session
from ..shown.numbers import date_and_time, file_name
from ..shown.trace import trace_of
from ..words.vocabulary import phase_name
from .style import (
    FAINT,
    INK,
    PHASE_FILLS,
    REP,
    SMALL_PT,
    TEXT_PT,
    TRACE,
    clock_axis,
    new_axes,
    pace_axis,
    say,
    width_in,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SIZE_IN = (11.0, 3.6)
_NAME_IN = 0.55
_NUMBER_IN = 0.2


def plot_activity(activity: Activity, *, units: Units = "km", ax: Axes | None = None) -> Figure:
    """Draw speed over time.

    Parameters
    ----------
    activity : Activity
        What to draw.
    units : {"km", "mi"}
        Of the paces.
    ax : Axes, optional
        Where to draw. Default: a new figure.

    Returns
    -------
    Figure
        The figure drawn in.
    """
    check_units(units)
    title = f"{file_name(activity.source)} · {date_and_time(activity.start_time, activity.utc_offset_s)}"
    figure, ax = new_axes(ax, size_in=_SIZE_IN, title=title)
    trace = trace_of(activity)
    known = trace.speed_mps[np.isfinite(trace.speed_mps)]
    if known.size < 2:
        return say(ax, "the recording holds no motion")
    top_mps = max(float(np.percentile(known, 99.7)), 3.0) * 1.16
    ax.set_ylim(0, top_mps)
    pace_axis(ax, units, low_mps=1.2, high_mps=top_mps * 0.95)
    ax.plot(trace.time_s, trace.speed_mps, color=TRACE, lw=0.9, zorder=3, solid_joinstyle="round")
    end_s = max(activity.duration_s, 1.0)
    ax.set_xlim(0, end_s)
    clock_axis(ax.xaxis, end_s, most_ticks=int(np.clip(1.2 * width_in(ax), 3, 12)))
    ax.set_xlabel("time since the start, h:mm:ss" if end_s >= 3600 else "time since the start, m:ss", fontsize=TEXT_PT)
    return figure


def plot_found(session: Session, *, units: Units = "km", ax: Axes | None = None) -> Figure:
    """Draw speed over time with the reps shaded and numbered as found, and the phases around them.

    Parameters
    ----------
    session : Session
        What to draw.
    units : {"km", "mi"}
        Of the paces.
    ax : Axes, optional
        Where to draw. Default: a new figure.

    Returns
    -------
    Figure
        The figure drawn in.
    """
    figure = plot_activity(session.activity, units=units, ax=ax)
    ax = figure.axes[0] if ax is None else ax
    if not ax.axison:
        return figure
    per_s = width_in(ax) / max(session.activity.duration_s, 1.0)
    written_s = -np.inf
    for row in session.rows:
        middle_s = (row.start_s + row.end_s) / 2.0
        if row.kind == "rep":
            ax.axvspan(row.start_s, row.end_s, color=REP, alpha=0.16, lw=0, zorder=0.5)
            if (middle_s - written_s) * per_s >= _NUMBER_IN:
                _write(ax, middle_s, str(row.run_rep), INK)
                written_s = middle_s
        elif row.kind in PHASE_FILLS:
            ax.axvspan(row.start_s, row.end_s, color=PHASE_FILLS[row.kind], lw=0, zorder=0.4)
            if row.duration_s * per_s > _NAME_IN:
                _write(ax, middle_s, phase_name(row.kind), FAINT)
    return figure


def _write(ax: Axes, at_s: float, text: str, colour: str) -> None:
    ax.annotate(
        text, (at_s, 1.0), xycoords=("data", "axes fraction"), xytext=(0, -4), textcoords="offset points", ha="center",
        va="top", fontsize=SMALL_PT, color=colour,
    )  # fmt: skip
