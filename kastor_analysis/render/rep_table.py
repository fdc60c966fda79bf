"""The table of reps for a terminal: columns that fit the width, and each rep's place against the target band.

Conventions: a line is a list of (text, style) spans; a column is as wide as its widest cell. The place of a rep is the
ratio of its pace to its target's: left of the target is less time (faster), right of it more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import floor, isfinite, nan
from typing import NamedTuple

from ..quantities.lengths import Units
from ..report import Report, RepResult
from ..shown import numbers as u
from ..shown.bands import found_name, found_otherwise, pace_said, rep_name, rest_said
from ..words.vocabulary import COLUMNS, RIGHT, pace_column
from .glyphs import ASCII, Glyphs, plain

Span = tuple[str, str]
Line = list[Span]

BAR_MIN, BAR_MAX = 9, 41
_GAP = 2
_BAR_SPAN = (0.80, 1.20)
"""Ratios beyond these are drawn at the edge, as an arrow."""

GOOD, BAD, HAMMER, FAINT, HEAD, PLAIN = "green", "bold red", "bold magenta", "dim", "bold", ""


@dataclass(frozen=True)
class _Column:
    key: str
    head: str
    cells: Sequence[Line]
    align: str = "right"

    @cached_property
    def width(self) -> int:
        return max(len(self.head), *(sum(len(text) for text, _ in cell) for cell in self.cells))


def rep_lines(report: Report, *, width: int, units: Units, glyphs: Glyphs) -> list[Line]:
    """Return the table as lines no wider than `width`, heading first; empty where there is no rep."""
    rows = report.rep_rows
    if not rows:
        return []
    columns = _columns(report, rows, units, glyphs)
    chosen, left = _fitting(columns, width)
    bar_width = min(left - _GAP, BAR_MAX)
    if bar_width >= BAR_MIN and (bar := _bar_column(report, rows, bar_width, glyphs)):
        at = next(i for i, column in enumerate(chosen) if column.key == "verdict") + 1
        chosen.insert(at, bar)
    heads = [c.head.ljust(c.width) if c.align == "left" else c.head.rjust(c.width) for c in chosen]
    head: Line = [(" " * (_GAP if i else 0) + text, FAINT) for i, text in enumerate(heads)]
    body = [[span for i, c in enumerate(chosen) for span in _padded(c.cells[n], c, i)] for n in range(len(rows))]
    return [_stripped(head), *map(_stripped, body)]


def place(row: RepResult) -> float:
    """Return a rep's time over its target's: below 1 is faster; NaN where it has none."""
    return row.time_s / row.target_s if row.target_s > 0 else nan


def band(report: Report) -> tuple[float, float] | None:
    """Return the target band of regular reps as ratios to the target; None where no rep has a target."""
    if report.plan is None or not any(row.target_s > 0 for row in report.rep_rows):
        return None
    return report.plan.band


def _columns(report: Report, rows: Sequence[RepResult], units: Units, glyphs: Glyphs) -> list[_Column]:
    """Return every column that has something to show, in the order of the table."""
    digits = u.time_digits(row.time_sd_s for row in rows)
    ratio_digits = u.ratio_digits([row.rest_s for row in rows], [row.time_sd_s for row in rows])
    any_hammer = any(row.is_hammer for row in rows)

    def column(key: str, text: Callable[[RepResult], str], align: str = "right", style: str = PLAIN) -> None:
        cells: list[Line] = [[(text(row), HAMMER if style == "rep" and row.is_hammer else style)] for row in rows]
        if any(cell[0][0] for cell in cells):
            head = pace_column(units) if key == "pace" else COLUMNS[key]
            columns.append(_Column(key, head.head, cells, align))

    columns: list[_Column] = []
    column("rep", lambda row: rep_name(row) + ("  " if any_hammer and not row.is_hammer else ""), style="rep")
    if found_otherwise(rows):
        column("found", found_name, style=FAINT)
    if len({row.set for row in rows}) > 1:
        column("set", lambda row: str(row.set) if row.set is not None else "", style=FAINT)
    if len({row.rep_kind for row in rows if row.rep_kind}) > 1:
        column("run", lambda row: row.rep_kind or "")
    column("time", lambda row: u.clock(row.time_s, digits, missing=glyphs.none), style="rep")
    column("off", lambda row: u.signed(row.deviation_s, digits))
    columns.append(_Column("verdict", "", [_pace_verdict(row, report, glyphs) for row in rows], "left"))
    column("pace", lambda row: u.pace(row.pace_s_per_km, units))
    column("heart", lambda row: u.number(row.heart_rate_avg_bpm))
    column("heart max", lambda row: u.number(row.heart_rate_max_bpm))
    column("cadence", lambda row: u.number(row.cadence_spm))
    column("watch", lambda row: u.number(row.watch_distance_m) + " m" if row.watch_distance_m > 0 else "")
    column("rest", lambda row: u.clock(row.rest_s))
    column("ratio", lambda row: u.ratio(row.rest_ratio, ratio_digits))
    rests: list[Line] = [_rest_verdict(row, report, glyphs) for row in rows]
    if any(cell[0][0] for cell in rests):
        columns.append(_Column("rest verdict", "", rests, "left"))
    column("rest kind", lambda row: row.rest_kind or "", "left", FAINT)
    column("fall", lambda row: u.number(row.heart_rate_drop_bpm), style=FAINT)
    column("source", lambda row: row.source or "", "left", FAINT)
    return columns


_ALWAYS = ("rep", "time", "verdict")
_THEN = ("off", "rest", "rest verdict", "ratio", "run", "pace", "heart", "bar", "watch", "heart max")
_WIDE = ("found", "set", "rest kind", "fall", "cadence", "source")
"""Which columns a narrow terminal keeps: these, in this order, as long as they fit."""


def _fitting(columns: Sequence[_Column], width: int) -> tuple[list[_Column], int]:
    """Return the columns that fit and what is left of the width for the bar."""
    by_key = {column.key: column for column in columns}
    kept = {key for key in _ALWAYS if key in by_key}
    left = width - sum(by_key[key].width + _GAP for key in kept) + _GAP
    bar = 0
    for key in (*_THEN, *_WIDE):
        if key == "bar":
            # Wide terminals give the bar more room before they show the columns that few need.
            bar = min(25 if width >= 96 else 13, left - _GAP) + _GAP if left - _GAP >= BAR_MIN else 0
            left -= bar
        elif key in by_key and by_key[key].width + _GAP <= left:
            kept.add(key)
            left -= by_key[key].width + _GAP
    return [column for column in columns if column.key in kept], left + bar


def _pace_verdict(row: RepResult, report: Report, glyphs: Glyphs) -> Line:
    said = pace_said(row, report)
    if row.status == "extra" or not said:
        return [(said, FAINT)]
    return [_signed(said, glyphs)]


def _rest_verdict(row: RepResult, report: Report, glyphs: Glyphs) -> Line:
    return [_signed(rest_said(row, report), glyphs)]


def _signed(said: str, glyphs: Glyphs) -> Span:
    """Return a verdict with the sign that tells less from more without colour."""
    sign = {"fast": glyphs.less, "short": glyphs.less, "slow": glyphs.more, "long": glyphs.more}.get(said, "")
    text = f"{sign} {said}".strip()
    # Signs that ASCII writes longer take their room in the column.
    return (plain(text) if glyphs is ASCII else text, (GOOD if said in RIGHT else BAD) if said else PLAIN)


def _bar_column(report: Report, rows: Sequence[RepResult], width: int, glyphs: Glyphs) -> _Column | None:
    edges = band(report)
    places = [place(row) for row in rows]
    known = [p for p in places if isfinite(p)]
    if edges is None or not known:
        return None
    low = max(min(*known, 2 * edges[0] - 1.0) - 0.005, _BAR_SPAN[0])
    high = min(max(*known, 2 * edges[1] - 1.0) + 0.005, _BAR_SPAN[1])
    scale = _Scale(low, high, width)
    cells = [
        _bar(p, scale, edges, glyphs, hammer=row.is_hammer, off=row.pace_verdict in ("fast", "slow"))
        for p, row in zip(places, rows, strict=True)
    ]
    target = scale.column(1.0)
    head = list(" " * width)
    for text, at in (("faster", target - 7), ("slower", target + 2)):
        if at >= 0 and at + len(text) <= width:
            head[at : at + len(text)] = text
    head[target] = glyphs.target
    return _Column("bar", "".join(head), cells, "left")


class _Scale(NamedTuple):
    low: float
    high: float
    width: int

    def column(self, ratio: float) -> int:
        at = floor((ratio - self.low) / (self.high - self.low) * self.width)
        return min(max(at, 0), self.width - 1)


def _bar(ratio: float, scale: _Scale, edges: tuple[float, float], glyphs: Glyphs, *, hammer: bool, off: bool) -> Line:
    """Return one rep's place: the band shaded, the target a line, a stem from it to the rep."""
    target, first, last = scale.column(1.0), scale.column(edges[0]), scale.column(edges[1])
    signs = [glyphs.band if first <= i <= last else " " for i in range(scale.width)]
    styles = [FAINT] * scale.width
    signs[target] = glyphs.target
    if isfinite(ratio):
        at = scale.column(ratio)
        style = HAMMER if hammer else BAD if off else GOOD
        for i in range(min(at, target), max(at, target) + 1):
            if i != target or i == at:
                signs[i], styles[i] = glyphs.stem, style
        beyond = glyphs.beyond_left if ratio < scale.low else glyphs.beyond_right if ratio > scale.high else ""
        signs[at] = beyond or (glyphs.hammer if hammer else glyphs.rep)
    spans: Line = []
    for sign, style in zip(signs, styles, strict=True):
        if spans and spans[-1][1] == style:
            spans[-1] = (spans[-1][0] + sign, style)
        else:
            spans.append((sign, style))
    return spans


def _padded(cell: Line, column: _Column, index: int) -> Line:
    """Return a cell filled up to its column's width, with the gap before it."""
    fill = " " * (column.width - sum(len(text) for text, _ in cell))
    gap = " " * _GAP if index else ""
    return [(gap, PLAIN), *cell, (fill, PLAIN)] if column.align == "left" else [(gap + fill, PLAIN), *cell]


def _stripped(line: Line) -> Line:
    """Return a line without trailing blanks, which pipes and copies would carry along."""
    spans = list(line)
    while spans and not spans[-1][0].rstrip():
        spans.pop()
    if spans:
        spans[-1] = (spans[-1][0].rstrip(), spans[-1][1])
    return spans
