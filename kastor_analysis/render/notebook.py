"""How values show themselves in Jupyter: small pieces of HTML that stand by themselves.

Styles are inline and colours inherit the notebook's own, so that they fit its light and its dark theme and survive
the sanitiser of notebooks that are not trusted. Everything that comes from a file is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby, zip_longest
from math import isfinite

import numpy as np

from ..activity import Activity
from ..plan import Plan
from ..report import Report, RepResult
from ..session import Session
from ..shown.bands import pace_said, rep_name, rest_said
from ..shown.colours import HAMMER, REP
from ..shown.numbers import (
    clock,
    date_and_time,
    file_name,
    number,
    planned_rest,
    ratio,
    ratio_digits,
    rep_distance,
    signed,
    time_digits,
)
from ..shown.trace import trace_of
from ..words import counted
from ..words.escapes import shown_html
from ..words.vocabulary import COLUMNS, segment_name
from .svg import path, thinned

_BOX = "font-family:system-ui,sans-serif;font-size:13px;line-height:1.45;max-width:760px"
_FAINT = "opacity:.72"
_MOMENT_S = 0.5
"""The clocks of samples and of laps end a moment apart: what lies between is not worth a row."""
_CELL = "text-align:right;padding:1px 8px;font-variant-numeric:tabular-nums"


def activity_html(activity: Activity) -> str:
    """Return an activity as a head line, its speed and what was doubtful."""
    facts = [
        date_and_time(activity.start_time, activity.utc_offset_s),
        f"{clock(activity.duration_s)} elapsed",
        counted(activity.sample_table.n_rows, "sample"),
        counted(activity.lap_table.n_rows, "lap"),
        counted(activity.pause_table.n_rows, "pause"),
    ]
    if activity.device:
        facts.append(activity.device)
    return _box(_head(file_name(activity.source), facts), _spark(activity, ()), _list(activity.warnings))


def plan_html(plan: Plan) -> str:
    """Return a plan as a head line and its steps, those alike in one row."""
    facts = [f"goal {plan.goal.text}"] if plan.goal else ["no goal"]
    rows = []
    for _, same in groupby(plan.steps, key=lambda step: (replace(step, planned_rep=0), step is plan.steps[-1])):
        steps = list(same)
        step, last = steps[0], steps[-1]
        numbers = str(step.planned_rep) if step is last else f"{step.planned_rep} to {last.planned_rep}"
        what = rep_distance(step.distance_m) or clock(step.duration_s)
        aim = "all out" if step.is_hammer else clock(step.target_s, 1 if step.target_s % 1 else 0)
        rests = planned_rest(plan.rest_after(step)) if step is not plan.steps[-1] else ""
        rows.append((numbers, what, aim, rests))
    return _box(_head(plan.title, facts), _table(("reps", "run", "target", "rest"), rows))


def session_html(session: Session) -> str:
    """Return a session as a head line, its speed with the reps marked, and one row a segment."""
    facts = [counted(len(session.reps), "rep"), session.plan.title if session.plan else "no plan"]
    if session.corrected_by_hand:
        facts.append(session.corrected_by_hand)
    rows = []
    digits = time_digits(row.duration_sd_s for row in session.reps)
    for row, after in zip_longest(session.rows, session.rows[1:]):
        if (row.kind == "recovery" and row.run_rep is not None) or row.duration_s < _MOMENT_S:
            continue
        rest_s = after.duration_s if after is not None and after.kind == "recovery" else float("nan")
        rows.append(
            (
                f"{segment_name(row.kind)} {row.run_rep or ''}".strip()
                + (f" ({row.status})" if row.status not in (None, "run") else ""),
                clock(row.start_s),
                clock(row.duration_s, digits if row.kind == "rep" else 0),
                number(row.duration_sd_s, 1),
                number(row.distance_m),
                clock(rest_s),
                row.source,
            )
        )
    names = ("segment", "start", "time", "± s", "m", "rest", "from")
    return _box(
        _head(file_name(session.activity.source), facts),
        _spark(session.activity, [(row.start_s, row.end_s, False) for row in session.reps]),
        _table(names, rows),
        _list(session.notes),
    )


def report_html(report: Report) -> str:
    """Return a report as its score, its speed with the reps marked, the rep table and the advice."""
    overall = report.scores.get("overall", float("nan"))
    facts = [report.plan.title if report.plan else "no plan"]
    if report.plan and report.plan.goal:
        facts.append(f"goal {report.plan.goal.text}")
    facts.append(f"score {overall:.0f} of 100" if isfinite(overall) else "no overall score")
    called = {} if report.plan and report.plan.goal else {"pace": "evenness"}
    parts = {called.get(name, name): value for name, value in report.scores.items() if name != "overall"}
    facts += [f"{name} {value:.0f}" for name, value in parts.items() if isfinite(value)]
    digits = time_digits(row.time_sd_s for row in report.rep_rows)
    keys = ("rep", "run", "time", "target", "off", "verdict", "heart", "rest", "ratio", "rest verdict")
    names = tuple("" if key.endswith("verdict") else COLUMNS[key].head for key in keys)
    cells = [_rep_cells(row, digits, report) for row in report.rep_rows]
    if len({row[1] for row in cells}) == 1:  # the head tells what each rep was
        names, cells = (names[0], *names[2:]), [(row[0], *row[2:]) for row in cells]
    return _box(
        _head(file_name(report.session.activity.source), facts),
        _spark(report.session.activity, [(r.start_s, r.end_s, r.is_hammer) for r in report.rep_rows]),
        _table(names, cells),
        _list(report.advice),
    )


def _rep_cells(row: RepResult, digits: int, report: Report) -> tuple[str, ...]:
    rows = report.rep_rows
    return (
        rep_name(row),
        row.rep_kind or "",
        clock(row.time_s, digits),
        clock(row.target_s, 1 if row.target_s % 1 else 0),
        signed(row.deviation_s, digits),
        pace_said(row, report),
        number(row.heart_rate_avg_bpm),
        clock(row.rest_s),
        ratio(row.rest_ratio, ratio_digits([r.rest_s for r in rows], [r.time_sd_s for r in rows])),
        rest_said(row, report),
    )


def _box(*parts: str) -> str:
    return f'<div style="{_BOX}">{"".join(parts)}</div>'


def _head(title: str, facts: Iterable[str]) -> str:
    line = shown_html(" · ".join(facts))
    return f'<div><strong>{shown_html(title)}</strong> <span style="{_FAINT}">{line}</span></div>'


def _list(lines: Sequence[str]) -> str:
    if not lines:
        return ""
    items = "".join(f"<li>{shown_html(line)}</li>" for line in lines)
    return f'<ul style="margin:4px 0 0;padding-left:20px">{items}</ul>'


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    words = _CELL.replace("right", "left", 1)
    styles = [words if i == 0 or name in ("", "from") else _CELL for i, name in enumerate(names)]
    head = "".join(
        f'<th scope="col" style="{style}">{shown_html(name)}</th>' for name, style in zip(names, styles, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(f'<td style="{style}">{shown_html(cell)}</td>' for cell, style in zip(row, styles, strict=True))
        + "</tr>"
        for row in rows
    )
    return (
        '<table style="border-collapse:collapse;margin:4px 0;font-size:inherit">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _spark(activity: Activity, reps: Iterable[tuple[float, float, bool]]) -> str:
    """Return speed over time as a small picture; reps are (start_s, end_s, is_hammer)."""
    trace = trace_of(activity)
    known = np.isfinite(trace.speed_mps)
    if known.sum() < 2:
        return ""
    width, height = 740.0, 90.0
    end_s = max(activity.duration_s, 1.0)
    top_mps = max(float(np.nanpercentile(trace.speed_mps, 99.5)), 1.0) * 1.05
    bars = "".join(
        f'<rect x="{start / end_s * width:.1f}" y="0" width="{(end - start) / end_s * width:.1f}" height="{height:g}" '
        f'fill="{HAMMER if hammer else REP}" fill-opacity=".22"/>'
        for start, end, hammer in reps
        if isfinite(start) and isfinite(end)
    )
    line = path(*thinned(trace.time_s / end_s * width, height * (1 - np.clip(trace.speed_mps / top_mps, 0, 1))))
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="100%" role="img" aria-label="Speed over time, reps shaded">'
        f'{bars}<path d="{line}" fill="none" stroke="currentColor" stroke-width="1"/></svg>'
    )
