"""`plot_reps`, `plot_rests`, `plot_splits`: the reps side by side.

Conventions: reps stand in the order they were run; the quicker is always further up; one standard deviation is drawn
as the error bar. A value far outside the others stands at the edge with an arrow and its number, so that one set rest
of nine minutes does not flatten the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import FuncFormatter, MultipleLocator

from ..activity import FloatArray
from ..quantities.lengths import Units, check_units
from ..report import Report, RepResult
from ..shown.bands import drawn_by, pace_band, rep_name, rest_band
from ..shown.numbers import clock, signed, time_digits
from ..words.vocabulary import BAND as BAND_NAME
from ..words.vocabulary import BAND_NO_GOAL, NO_TIME
from .style import (
    BAND,
    FAINT,
    HAMMER,
    INK,
    REP,
    SMALL_PT,
    TEXT_PT,
    clock_axis,
    dress,
    legend,
    new_axes,
    say,
)
from .timeline import subtitle_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LABEL_SHARE = 0.25
"""How much of the width of `plot_rests` a time takes that stands beside its mark."""
_EVEN_SHARES = (0.05, 0.15)
"""Difference from an even split, as a share of it, at which `plot_splits` has its full colour: least and most."""


def plot_reps(
    report: Report,
    *,
    units: Units = "km",
    ax: Axes | None = None,
    size_in: tuple[float, float] = (9.0, 4.2),
) -> Figure:
    """Draw every rep's time with its uncertainty, the target band, and the hammers.

    Reps of different distances are drawn by their pace.

    Parameters
    ----------
    report : Report
        What to draw.
    units : {"km", "mi"}
        Of paces, where paces are drawn.
    ax : Axes, optional
        Where to draw. Default: a new figure.
    size_in : tuple of float
        Width and height of a new figure, in inches.

    Returns
    -------
    Figure
        The figure drawn in.
    """
    check_units(units)
    rows = report.rep_rows
    shown = "Reps against the target" if _has_goal(report) else "Reps and how even they were"
    figure, ax = new_axes(ax, size_in=size_in, title=f"{shown}: {subtitle_of(report)}")
    per, what = drawn_by(rows, units)
    values = [row.time_s * k for row, k in zip(rows, per, strict=True)]
    run = [i for i, row in enumerate(rows) if row.status in ("run", "extra") and isfinite(values[i])]
    if not run:
        return say(ax, "no reps were found")
    bands = {i: (b[0] * per[i], b[1] * per[i]) for i in run if (b := pace_band(rows[i], report))}
    for i, (low, high) in bands.items():
        ax.add_patch(Rectangle((i + 0.5, low), 1.0, high - low, color=BAND, alpha=0.28, lw=0, zorder=1))
    for i, row in enumerate(rows):
        if i in run:
            _point(ax, i + 1, values[i], row.time_sd_s * per[i], row)
    sds = [row.time_sd_s * k if isfinite(row.time_sd_s) else 0.0 for row, k in zip(rows, per, strict=True)]
    edges = [values[i] + sign * sds[i] for i in run for sign in (-1, 1)] + [
        edge for band in bands.values() for edge in band
    ]
    room = max(0.08 * (max(edges) - min(edges)), 0.8)
    ax.set_ylim(max(edges) + room, min(edges) - room)
    for i, row in enumerate(rows):
        if i not in run:
            _at_edge(ax, i + 1, row)
    ax.set_xlim(0.4, len(rows) + 0.6)
    _number_axis(ax, rows)
    clock_axis(ax.yaxis, max(edges) - min(edges) + 2 * room)
    ax.set_ylabel(f"{what}  (quicker is up)", fontsize=TEXT_PT)
    legend(ax, handles=_rep_handles(report))
    return figure


def plot_rests(report: Report, *, ax: Axes | None = None, size_in: tuple[float, float] = (5.2, 5.2)) -> Figure:
    """Draw each rest against the rep before it, with the 1:1 line and the band around it.

    Rests outside the band bear the number of their rep.

    Parameters
    ----------
    report : Report
        What to draw.
    ax : Axes, optional
        Where to draw. Default: a new figure.
    size_in : tuple of float
        Width and height of a new figure, in inches.

    Returns
    -------
    Figure
        The figure drawn in.
    """
    figure, ax = new_axes(ax, size_in=size_in, title=f"Rest against its rep: {subtitle_of(report)}")
    dress(ax, grid="both")
    rows = [row for row in report.rep_rows if isfinite(row.rest_s) and isfinite(row.time_s)]
    if not rows:
        return say(ax, "no rests were found")
    times = np.array([row.time_s for row in rows])
    rests = np.array([row.rest_s for row in rows])
    bands = [band for row in rows if (band := rest_band(row, report))]
    wanted = [edge for band in bands for edge in band]
    low = 0.9 * min(times.min(), rests.min(), *wanted)
    top = max(2.2 * float(np.median(rests)), *wanted, 0.0)
    top = min(top, 1.08 * max(rests.max(), times.max(), *wanted))
    room = max(0.08 * np.ptp(times), 2.0)
    across = np.array([times.min() - 3 * room, times.max() + 3 * room])
    has_band = _draw_rest_band(ax, [row for row in rows if isfinite(row.rest_target_s)], report, across)
    ax.plot(across, across, color=BAND, lw=1.4)
    cut_at: list[float] = []
    for row in rows:
        y = min(row.rest_s, top * 0.985)
        outside = row.rest_s > top
        marker = "^" if outside else "D" if row.is_hammer else "o"
        colour = HAMMER if row.is_hammer else REP
        ax.plot(row.time_s, y, marker, ms=6.5, color=colour, mec="white", mew=0.7, zorder=3)
        if row.rest_verdict in ("short", "long") or outside:
            text = rep_name(row) + (f": {clock(row.rest_s)}" if outside else "")
            # Rests cut off at the top beside one another would write their times into each other.
            lines = sum(abs(row.time_s - x) < _LABEL_SHARE * np.ptp(across) for x in cut_at) if outside else 0
            down = (6, -3 - 1.4 * SMALL_PT * lines)
            ax.annotate(text, (row.time_s, y), xytext=down, textcoords="offset points", fontsize=SMALL_PT, color=INK)
            if outside:
                cut_at.append(row.time_s)
    ax.set_xlim(*across)
    ax.set_ylim(low, top)
    clock_axis(ax.xaxis, float(np.ptp(across)), most_ticks=6)
    clock_axis(ax.yaxis, top - low, most_ticks=8)
    ax.set_xlabel("time of the rep", fontsize=TEXT_PT)
    ax.set_ylabel("rest that followed", fontsize=TEXT_PT)
    handles = [
        Line2D([], [], color=BAND, lw=1.4, label="1:1"),
        *([Patch(color=BAND, alpha=0.2, lw=0, label="rest asked for")] if has_band else []),
        _marker("o", REP, "after a rep"),
    ]
    if any(row.is_hammer for row in rows):
        handles.append(_marker("D", HAMMER, "after a hammer"))
    legend(ax, handles=handles, columns=4)
    return figure


def plot_splits(report: Report, *, ax: Axes | None = None, size_in: tuple[float, float] | None = None) -> Figure:
    """Draw the parts of every rep (each 100 m on a track): the time, coloured by how far it is from an even split.

    Parameters
    ----------
    report : Report
        What to draw; its `splits` are filled where the session was run on a track.
    ax : Axes, optional
        Where to draw. Default: a new figure.
    size_in : tuple of float, optional
        Width and height of a new figure, in inches. Default: as high as there are reps.

    Returns
    -------
    Figure
        The figure drawn in.
    """
    names = list(dict.fromkeys((row.planned_rep, row.run_rep) for row in report.split_rows))
    size_in = size_in or (5.4, max(2.6, 1.3 + 0.27 * len(names)))
    figure, ax = new_axes(ax, size_in=size_in, title=f"Splits inside the reps, seconds: {subtitle_of(report)}")
    if not names:
        return say(ax, "splits inside reps need a 400 m track with positions")
    parts = list(dict.fromkeys((row.start_m, row.end_m) for row in report.split_rows))
    time_s = np.full((len(names), len(parts)), np.nan)
    sd_s = np.full_like(time_s, np.nan)
    for row in report.split_rows:
        at = names.index((row.planned_rep, row.run_rep)), parts.index((row.start_m, row.end_m))
        time_s[at], sd_s[at] = row.time_s, row.time_sd_s
    metres = np.array([end - start for start, end in parts])
    per_m = time_s / metres
    even = (
        np.nansum(time_s, axis=1, keepdims=True) / np.nansum(np.where(np.isfinite(time_s), metres, 0), axis=1)[:, None]
    )
    share = per_m / even - 1.0
    full = float(np.clip(np.nanpercentile(np.abs(share), 95), *_EVEN_SHARES))
    # PuOr: purple against orange stays apart for every kind of colour vision, and both darken in a grey print.
    image = ax.imshow(share, cmap="PuOr_r", vmin=-full, vmax=full, aspect="auto")
    digits = time_digits(row.time_sd_s for row in report.split_rows)
    for (i, j), value in np.ndenumerate(time_s):
        if isfinite(value):
            colour = "white" if abs(share[i, j]) > 0.75 * full else INK
            ax.text(j, i, f"{value:.{digits}f}", ha="center", va="center", fontsize=SMALL_PT, color=colour)
    shown = {(row.planned_rep, row.run_rep): rep_name(row) for row in report.rep_rows}
    ax.set_yticks(range(len(names)), [shown.get(name, str(name[0] or name[1])) for name in names])
    ax.set_xticks(range(len(parts)), [f"{start:.0f}–{end:.0f} m" for start, end in parts])
    ax.grid(visible=False)
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.set_ylabel("rep", fontsize=TEXT_PT)
    bar = figure.colorbar(image, ax=ax, shrink=0.6, aspect=18, pad=0.03)
    bar.ax.tick_params(labelsize=SMALL_PT, length=0)
    bar.ax.yaxis.set_major_locator(MultipleLocator(0.02 if full < 0.1 else 0.05))
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{signed(100 * value)} %"))
    bar.ax.set_title("slower", fontsize=SMALL_PT, color=FAINT, pad=4)
    bar.ax.set_xlabel("quicker", fontsize=SMALL_PT, color=FAINT)
    bar.outline.set_visible(False)
    return figure


def _draw_rest_band(ax: Axes, rows: Sequence[RepResult], report: Report, across: FloatArray) -> bool:
    """Draw what rest was asked for, as a wedge where it goes by the rep's time and as a strip where it is fixed."""
    if report.plan is None or not rows:
        return False
    low, high = report.plan.rules.rest_band
    steps = {step.planned_rep: step for step in report.plan.steps}
    fixed_s = {steps[row.planned_rep].rest_s for row in rows if row.planned_rep in steps}
    ratios = {steps[row.planned_rep].rest_ratio for row in rows if row.planned_rep in steps}
    if len(fixed_s) == 1 and isfinite(rest_s := fixed_s.pop()):
        asked = np.full(2, rest_s)
    elif len(ratios) == 1 and isfinite(ratio := ratios.pop()):
        asked = across * ratio
    else:
        return False
    ax.fill_between(across, asked * low, asked * high, color=BAND, alpha=0.2, lw=0)
    return True


def _point(ax: Axes, x: float, value: float, sd: float, row: RepResult) -> None:
    colour, marker, size = (HAMMER, "D", 7.0) if row.is_hammer else (REP, "o", 6.5)
    hollow = row.planned_rep is None
    ax.errorbar(
        x,
        value,
        yerr=sd if isfinite(sd) else None,
        fmt=marker,
        ms=size,
        color=colour,
        mfc="white" if hollow else colour,
        mec=colour if hollow else "white",
        mew=0.8,
        elinewidth=1.3,
        capsize=2.5,
        zorder=3,
    )


def _at_edge(ax: Axes, x: float, row: RepResult) -> None:
    slow_edge = ax.get_ylim()[0]
    ax.plot(x, slow_edge, "x", color=FAINT, ms=7, mew=1.8, clip_on=False, zorder=4)
    text = NO_TIME if row.status == "run" else row.status
    ax.annotate(
        text, (x, slow_edge), xytext=(0, 7), textcoords="offset points", rotation=90, ha="center", va="bottom",
        fontsize=SMALL_PT, color=FAINT,
    )  # fmt: skip


def _number_axis(ax: Axes, rows: Sequence[RepResult]) -> None:
    step = next(step for step in (1, 2, 5, 10, 20, 50) if len(rows) / step <= 30)
    shown = [i for i, row in enumerate(rows) if i % step == step - 1 or step == 1 or row.is_hammer]
    ax.set_xticks([i + 1 for i in shown], [rep_name(rows[i]) for i in shown])
    for tick, i in zip(ax.get_xticklabels(), shown, strict=True):
        if rows[i].is_hammer:
            tick.set(color=HAMMER, fontweight="bold")
    ax.set_xlabel("rep", fontsize=TEXT_PT)


def _rep_handles(report: Report) -> list[Any]:
    rows = report.rep_rows
    handles: list[Any] = [_marker("o", REP, "rep, ± 1 sd")]
    if any(row.is_hammer for row in rows):
        handles.append(_marker("D", HAMMER, "hammer rep (H)"))
    if any(row.planned_rep is None for row in rows):
        handles.append(Line2D([], [], marker="o", ls="", ms=6.5, color=REP, mfc="white", label="extra rep (+)"))
    if any(pace_band(row, report) for row in report.rep_rows):
        label = BAND_NAME if _has_goal(report) else BAND_NO_GOAL
        handles.append(Patch(color=BAND, alpha=0.28, lw=0, label=label))
    return handles


def _marker(marker: str, colour: str, label: str) -> Line2D:
    return Line2D([], [], marker=marker, ls="", ms=6.5, color=colour, mec="white", mew=0.7, label=label)


def _has_goal(report: Report) -> bool:
    return report.plan is not None and report.plan.goal is not None
