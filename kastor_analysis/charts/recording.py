"""`plot_activity` and `plot_found`: a recording over time, and what was found in it, without a plan or a score.

Conventions: of a session that was corrected by hand the reps are shaded as they count; a strip along the bottom shows
them as they were found, and what differs between the two is in the colour of hammers and hatched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import Patch

from ..activity import Activity
from ..quantities.lengths import Units, check_units
from ..segments import Segment
from ..session import Session
from ..shown.numbers import date_and_time, file_name
from ..shown.trace import trace_of
from ..words.vocabulary import phase_name
from .style import (
    FAINT,
    HAMMER,
    INK,
    LEGEND,
    NUMBER_IN,
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
_NAME_IN = 0.55  # "cool-down" in the small letters of the charts
_STRIP = 0.05
"""How high the strip of reps as found is, as a share of the axes."""
_SAME_S = 0.05  # edges are told to a tenth
_AS_FOUND: dict[str, Any] = {"fc": REP, "alpha": 0.16, "lw": 0}  # pale: the trace is read through it
_BY_HAND: dict[str, Any] = {"fc": "none", "ec": HAMMER, "hatch": "////", "alpha": 0.5, "lw": 0}
"""Hatched: told apart without colour, too."""
_STRIP_KEPT: dict[str, Any] = {"fc": FAINT, "lw": 0}
_STRIP_CORRECTED: dict[str, Any] = {"fc": "white", "ec": HAMMER, "hatch": "////", "lw": 0.8}  # as above


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
    """Draw speed over time with the reps shaded and numbered, and the phases around them.

    Of a session that was corrected by hand, the reps as found are drawn along the bottom, with the numbers that a
    correction names them by.

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
    as_found = session.reps if session.found is None else session.found.reps
    if session.found is not None:
        _strip(ax, as_found, session.reps, per_s)
    for row in session.rows:
        middle_s = (row.start_s + row.end_s) / 2.0
        if row.kind == "rep":
            look = _AS_FOUND if _is_among(row, as_found) else _BY_HAND
            ax.axvspan(row.start_s, row.end_s, zorder=0.5, **look)
            if (middle_s - written_s) * per_s >= NUMBER_IN:
                _write(ax, middle_s, str(row.run_rep), INK)
                written_s = middle_s
        elif row.kind in PHASE_FILLS:
            ax.axvspan(row.start_s, row.end_s, color=PHASE_FILLS[row.kind], lw=0, zorder=0.4)
            if row.duration_s * per_s > _NAME_IN:
                _write(ax, middle_s, phase_name(row.kind), FAINT)
    return figure


def _strip(ax: Axes, as_found: tuple[Segment, ...], as_they_count: tuple[Segment, ...], per_s: float) -> None:
    """Draw the reps as they were found along the bottom, and say what the colours are."""
    written_s = -np.inf
    for row in as_found:
        is_gone = not _is_among(row, as_they_count)
        look = _STRIP_CORRECTED if is_gone else _STRIP_KEPT
        ax.axvspan(row.start_s, row.end_s, 0.0, _STRIP, zorder=4, **look)
        middle_s = (row.start_s + row.end_s) / 2.0
        if (middle_s - written_s) * per_s >= NUMBER_IN:
            _write(ax, middle_s, str(row.run_rep), HAMMER if is_gone else FAINT, height=_STRIP + 0.045)
            written_s = middle_s
    ax.legend(
        handles=[
            Patch(**_AS_FOUND, label="rep, as found"),
            Patch(**_BY_HAND, label="rep, by hand"),
            Patch(**_STRIP_KEPT, label="along the bottom: as found"),
            Patch(**_STRIP_CORRECTED, label="of these, corrected"),
        ],
        loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=4, borderaxespad=0.2, **LEGEND,
    )  # fmt: skip


def _is_among(row: Segment, others: tuple[Segment, ...]) -> bool:
    return any(
        abs(row.start_s - other.start_s) <= _SAME_S and abs(row.end_s - other.end_s) <= _SAME_S for other in others
    )


def _write(ax: Axes, at_s: float, text: str, colour: str, height: float = 1.0) -> None:
    ax.annotate(
        text, (at_s, height), xycoords=("data", "axes fraction"), xytext=(0, -4 if height == 1.0 else 0),
        textcoords="offset points", ha="center", va="top" if height == 1.0 else "center", fontsize=SMALL_PT,
        color=colour,
    )  # fmt: skip
