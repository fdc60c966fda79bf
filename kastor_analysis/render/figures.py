"""The pictures of the report's page as inline SVG: speed over time, reps, rests, track.

Conventions: everything that belongs to a rep stands in a group with ``data-rep``, the index of its row in
`Report.rep_rows`, by which the page's script highlights it in all pictures and in the table at once. Quicker is up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from math import cos, isfinite, sin

import numpy as np
from numpy.typing import NDArray

from ..activity import FloatArray
from ..quantities.lengths import Units
from ..report import Report, RepResult
from ..shown.bands import PHASE_NAMES, drawn_by, pace_band, rep_name, rest_band
from ..shown.numbers import clock, number, signed, time_digits
from ..shown.oval import outline_of, turn_of, turned
from ..shown.scales import clock_ticks, pace_ticks
from ..shown.trace import Trace
from ..words.vocabulary import NO_TIME
from .svg import Scale, path, picture, tag, text, thinned

IntArray = NDArray[np.intp]
SPEED_CLASSES = 5
_USUAL_REST = 2.8
"""Rests of up to this many times the median one set how high their picture is."""
_STANDING_MPS = 0.5
"""Slower is no pace, and parts no colours."""


def trace_figure(report: Report, trace: Trace, units: Units = "km") -> str:
    """Return speed over time with phases, bands and numbered reps, heart rate below."""
    width, left, right, top, speed_low, heart_low = 1000.0, 46.0, 994.0, 20.0, 250.0, 340.0
    end_s = max(report.session.activity.duration_s, 1.0)
    x = Scale(0.0, end_s, left, right)
    fastest = [float(np.nanpercentile(trace.speed_mps, 99.7))] if trace.has_speed else []
    fastest += [r.scored_distance_m / r.time_s for r in report.rep_rows if r.time_s > 0 < r.scored_distance_m]
    top_mps = max([*fastest, 3.0]) * 1.08
    y = Scale(0.0, top_mps, speed_low, top)
    bottom = heart_low if trace.has_heart_rate else speed_low
    parts = [_phases(report, x, top, bottom)]
    for mps, pace_s in pace_ticks(1.2, top_mps * 0.97, units, most_ticks=8):
        parts.append(tag("line", x1=left, x2=right, y1=y(mps), y2=y(mps), class_="grid"))
        parts.append(text(left - 5, y(mps) + 4, clock(pace_s), anchor="end"))
    parts.append(text(0, top - 8, f"min/{units}", "faint"))
    parts += _bands(report, x, y)
    parts.append(_line("speed", x.of(trace.time_s), y.of(trace.speed_mps)))
    if trace.has_heart_rate:
        parts += _heart(trace, x, Scale(*_heart_range(trace), heart_low, speed_low + 22), left, right)
    for i, row in enumerate(report.rep_rows):
        if isfinite(row.start_s):
            parts.append(_trace_rep(i, row, x, y, top, bottom, report))
    for tick_s in clock_ticks(0.0, end_s, most_ticks=10):
        at = x(tick_s)
        parts.append(text(min(at, right), bottom + 17, clock(tick_s), anchor="end" if at > right - 20 else "middle"))
    label = f"Speed over time with {len(report.session.reps)} reps"
    return picture(width, bottom + 24, parts, label=label, described_by="trace-caption")


def reps_figure(report: Report, units: Units = "km") -> str:
    """Return each rep's time with its uncertainty and its band; empty where no rep was run."""
    rows = report.rep_rows
    per, _ = drawn_by(rows, units)
    run = [i for i, row in enumerate(rows) if row.status in ("run", "extra") and isfinite(row.time_s * per[i])]
    if not run:
        return ""
    width, height, left, right, top, low = 620.0, 262.0, 46.0, 612.0, 14.0, 236.0
    bands = {i: band for i in run if (band := pace_band(rows[i], report))}
    values = [rows[i].time_s * per[i] for i in run]
    values += [edge * per[i] for i, band in bands.items() for edge in band]
    room = max(0.08 * (max(values) - min(values)), 0.6)
    y = Scale(min(values) - room, max(values) + room, top, low)
    x = Scale(0.5, len(rows) + 0.5, left, right)
    half = (right - left) / len(rows) / 2
    parts = []
    for tick_s in clock_ticks(y.low, y.high, most_ticks=7):
        parts.append(tag("line", x1=left, x2=right, y1=y(tick_s), y2=y(tick_s), class_="grid"))
        parts.append(text(left - 5, y(tick_s) + 4, clock(tick_s), anchor="end"))
    for i, row in enumerate(rows):
        at, k = x(i + 1), per[i]
        shapes = [tag("rect", x=at - half, y=top, width=2 * half, height=low - top, class_="hit")]
        if i in bands:
            quick, slow = (y(edge * k) for edge in bands[i])
            shapes.append(tag("rect", x=at - half, y=quick, width=2 * half, height=slow - quick, class_="band"))
        if i in run:
            if isfinite(row.time_sd_s):
                ends = (y.clipped((row.time_s + s * row.time_sd_s) * k) for s in (-1, 1))
                shapes.append(tag("path", d="M{:.1f} {:.1f}V{:.1f}".format(at, *ends), class_="sd"))
            shapes.append(_mark(at, y(row.time_s * k), row))
        else:
            said = NO_TIME if row.status == "run" else row.status
            shapes.append(
                tag(
                    "text", said, x=0, y=0, class_="faint", transform=f"translate({at + 4:.1f} {low - 6:g}) rotate(-90)"
                )
            )
        if len(rows) <= 30 or (i + 1) % 5 == 0 or row.is_hammer:
            shapes.append(text(at, low + 16, rep_name(row), "number", "middle"))
        parts.append(_group(i, row, shapes, report))
    return picture(width, height, parts, label="Every rep against the target band", described_by="reps-caption")


def rests_figure(report: Report) -> str:
    """Return each rest as a share of its rep, against the band; empty where no rest was found."""
    rows = report.rep_rows
    shares, bands = _rest_shares(report)
    if not shares:
        return ""
    width, height, left, right, top, low = 620.0, 190.0, 46.0, 612.0, 22.0, 164.0
    high = _highest_share(shares, bands)
    y = Scale(min(0.0, *shares.values()), high, low, top)
    x = Scale(0.5, len(rows) + 0.5, left, right)
    half = (right - left) / len(rows) / 2
    parts = []
    step = next((step for step in (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 25.0) if high / step <= 8), high)
    for k in range(int(high / step) + 1):
        parts.append(tag("line", x1=left, x2=right, y1=y(k * step), y2=y(k * step), class_="grid"))
        parts.append(text(left - 5, y(k * step) + 4, f"{k * step:g}", anchor="end"))
    for i, row in enumerate(rows):
        at = x(i + 1)
        shapes = [tag("rect", x=at - half, y=top, width=2 * half, height=low - top, class_="hit")]
        if i in bands:
            short, long = (y.clipped(edge) for edge in bands[i])
            shapes.append(tag("rect", x=at - half, y=long, width=2 * half, height=short - long, class_="band"))
        if i in shares:
            tall = y.clipped(shares[i])
            shapes.append(tag("rect", x=at - 0.3 * half, y=tall, width=0.6 * half, height=low - tall, class_="rest"))
            if shares[i] > high:
                shapes.append(text(at, tall - 3, clock(row.rest_s), "number", "middle"))
        if len(rows) <= 30 or (i + 1) % 5 == 0:
            shapes.append(text(at, low + 16, rep_name(row), "number", "middle"))
        parts.append(_group(i, row, shapes, report))
    return picture(width, height, parts, label="Every rest against the time of its rep", described_by="rests-caption")


def has_cut_rest(report: Report) -> bool:
    """Return whether a rest is too long for `rests_figure`, which writes its time on top of its bar."""
    shares, bands = _rest_shares(report)
    return bool(shares) and max(shares.values()) > _highest_share(shares, bands)


def _rest_shares(report: Report) -> tuple[dict[int, float], dict[int, tuple[float, float]]]:
    """Return each rest as a share of its rep, and the band that is asked for, by row."""
    rows = report.rep_rows
    shares = {i: row.rest_s / row.time_s for i, row in enumerate(rows) if row.rest_s > 0 and row.time_s > 0}
    return shares, {
        i: (b[0] / rows[i].time_s, b[1] / rows[i].time_s) for i in shares if (b := rest_band(rows[i], report))
    }


def _highest_share(shares: Mapping[int, float], bands: Mapping[int, tuple[float, float]]) -> float:
    """Return where the picture of rests ends: above all but those that would make the others small."""
    edges = [edge for band in bands.values() for edge in band] or [1.0]
    usual = max(_USUAL_REST * float(np.median(list(shares.values()))), *edges)
    return 1.06 * max([*(share for share in shares.values() if share <= usual), *edges])


def track_figure(report: Report, trace: Trace) -> tuple[str, list[float]]:
    """Return where the reps were run, coloured by speed, and the speeds that part the colours; empty without positions.

    The paths lie with the track's straights level, where it is a track.
    """
    turn_rad = turn_of(report.session)
    x_m, y_m = turned(trace.x_m, trace.y_m, turn_rad)
    spans = [(i, row) for i, row in enumerate(report.rep_rows) if isfinite(row.start_s)]
    inside = {i: trace.within(row.start_s, row.end_s) for i, row in spans}
    fast = np.any(list(inside.values()), axis=0) if inside else np.zeros(x_m.shape, dtype=bool)
    speeds = trace.place_speed_mps[fast & np.isfinite(trace.place_speed_mps)]
    if fast.sum() < 2 or not speeds.size:
        return "", []
    line = outline_of(report.session)
    if line is not None:
        line = turned(*line, turn_rad)
    every_x = np.concatenate([x_m[fast], *([line[0]] if line else [])])
    every_y = np.concatenate([y_m[fast], *([line[1]] if line else [])])
    width, edge = 620.0, 14.0
    wide_m, high_m = max(float(np.ptp(every_x)), 20.0), max(float(np.ptp(every_y)), 20.0)
    scale = min((width - 2 * edge) / wide_m, (400.0 - 2 * edge) / high_m)
    height = high_m * scale + 2 * edge + 24
    x_px = (x_m - every_x.min()) * scale + (width - wide_m * scale) / 2
    y_px = (every_y.max() - y_m) * scale + edge
    parts = []
    if line is not None:
        line_px = (
            (line[0] - every_x.min()) * scale + (width - wide_m * scale) / 2,
            (every_y.max() - line[1]) * scale + edge,
        )
        parts.append(tag("path", d=path(*line_px) + "Z", class_="outline"))
    cuts = np.quantile(speeds, np.linspace(0, 1, SPEED_CLASSES + 1)[1:-1])
    cuts = np.unique(cuts[cuts >= _STANDING_MPS])
    classes = np.searchsorted(cuts, np.nan_to_num(trace.place_speed_mps, nan=float(np.median(speeds))))
    for i, row in spans:
        parts.append(_group(i, row, _coloured(x_px, y_px, classes, np.flatnonzero(inside[i])), report))
    bar_m = max(step for step in (10, 20, 50, 100, 200, 500, 1000, 2000, 5000) if step <= max(wide_m / 3, 10))
    parts.append(tag("path", d=f"M{edge:g} {height - 16:.1f}h{bar_m * scale:.1f}", class_="scale"))
    parts.append(text(edge, height - 3, f"{bar_m} m", "faint"))
    parts.append(_north(width - 24, height - 26, turn_rad))
    label = "Where the reps were run" + (", on a 400 m track" if line is not None else "")
    return picture(width, height, parts, label=label, described_by="track-caption"), cuts.tolist()


def rep_title(row: RepResult, report: Report) -> str:
    """Return what a pointer resting on a rep is told."""
    digits = time_digits(r.time_sd_s for r in report.rep_rows)
    said = [f"Rep {rep_name(row)}: {clock(row.time_s, digits, missing=row.status)}"]
    if isfinite(row.deviation_s):
        said.append(f"{signed(row.deviation_s, digits)} s to the target")
    if isfinite(row.heart_rate_avg_bpm):
        said.append(f"{number(row.heart_rate_avg_bpm)} bpm")
    if isfinite(row.rest_s):
        said.append(f"rest {clock(row.rest_s)}")
    return ", ".join(said)


def _group(i: int, row: RepResult, shapes: Sequence[str], report: Report) -> str:
    title = tag("title", _escaped(rep_title(row, report)))
    return tag("g", title + "".join(shapes), class_="rep hammer" if row.is_hammer else "rep", data_rep=i)


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;")


def _trace_rep(i: int, row: RepResult, x: Scale, y: Scale, top: float, bottom: float, report: Report) -> str:
    start, end = x(row.start_s), x(row.end_s)
    shapes = [tag("rect", x=start, y=top, width=end - start, height=bottom - top, class_="span")]
    if row.time_s > 0 and isfinite(row.scored_distance_m):
        at = y.clipped(row.scored_distance_m / row.time_s)
        shapes.append(tag("path", d=f"M{start:.1f} {at:.1f}H{end:.1f}", class_="pace"))
    if len(report.rep_rows) <= 30 or (i + 1) % 5 == 0 or row.is_hammer:
        shapes.append(text((start + end) / 2, top - 6, rep_name(row), "number", "middle"))
    return _group(i, row, shapes, report)


def _phases(report: Report, x: Scale, top: float, bottom: float) -> str:
    parts = []
    for row in report.session.rows:
        if row.kind in PHASE_NAMES:
            start, end = x(row.start_s), x(row.end_s)
            parts.append(tag("rect", x=start, y=top, width=end - start, height=bottom - top, class_="phase"))
            if end - start > 60:
                parts.append(text((start + end) / 2, top - 6, PHASE_NAMES[row.kind], "faint", "middle"))
    return "".join(parts)


def _bands(report: Report, x: Scale, y: Scale) -> list[str]:
    run = [row for row in report.rep_rows if isfinite(row.start_s)]
    parts = []
    for row, after in zip_longest(run, run[1:]):
        if (band := pace_band(row, report)) and isfinite(row.scored_distance_m):
            fast, slow = (y.clipped(row.scored_distance_m / time_s) for time_s in band)
            end = x(after.start_s if after else row.end_s)
            start = x(row.start_s)
            parts.append(tag("rect", x=start, y=fast, width=end - start, height=slow - fast, class_="band"))
    return parts


def _heart_range(trace: Trace) -> tuple[float, float]:
    low, high = float(np.nanmin(trace.heart_rate_bpm)), float(np.nanmax(trace.heart_rate_bpm))
    return min(low, high - 20.0), high + 2.0


def _heart(trace: Trace, x: Scale, y: Scale, left: float, right: float) -> list[str]:
    parts = []
    step = next(step for step in (10, 20, 25, 50, 100) if (y.high - y.low) / step <= 4 or step == 100)
    for bpm in range(0, 300, step):
        if y.low <= bpm <= y.high:
            parts.append(tag("line", x1=left, x2=right, y1=y(bpm), y2=y(bpm), class_="grid"))
            parts.append(text(left - 5, y(bpm) + 4, str(bpm), anchor="end"))
    parts.append(text(left - 5, y.end - 5, "bpm", "faint", "end"))
    parts.append(_line("heart", x.of(trace.heart_time_s), y.of(trace.heart_rate_bpm)))
    return parts


def _line(class_: str, x: FloatArray, y: FloatArray) -> str:
    return tag("path", d=path(*thinned(x, y)), class_=class_)


def _mark(x: float, y: float, row: RepResult) -> str:
    class_ = "mark off" if row.pace_verdict in ("fast", "slow") else "mark"
    if row.is_hammer:
        return tag("path", d=f"M{x:.1f} {y - 7:.1f}l7 7l-7 7l-7 -7z", class_=class_)
    return tag("circle", cx=x, cy=y, r=5, class_=class_)


def _coloured(x: FloatArray, y: FloatArray, classes: IntArray, at: IntArray) -> list[str]:
    """Return the path through the samples `at` as one piece a run of equal speed class; none where there are none."""
    if not at.size:
        return []
    breaks = np.flatnonzero((np.diff(at) != 1) | (np.diff(classes[at]) != 0)) + 1
    pieces = []
    for piece in np.split(at, breaks):
        after = piece[-1] + 1
        joined = np.append(piece, after) if after in at else piece
        if joined.size > 1:
            pieces.append(tag("path", d=path(x[joined], y[joined]), class_=f"s{classes[piece[0]]}"))
    return pieces


def _north(x: float, y: float, turn_rad: float) -> str:
    dx, dy = -sin(turn_rad) * 11, -cos(turn_rad) * 11
    arrow = tag("path", d=f"M{x - dx:.1f} {y - dy:.1f}L{x + dx:.1f} {y + dy:.1f}", class_="north")
    head = tag("circle", cx=x + dx, cy=y + dy, r=2.2, class_="north")
    return arrow + head + text(x - 1.9 * dx, y - 1.9 * dy + 4, "N", "faint", "middle")
