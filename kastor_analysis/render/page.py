"""A report as one self-contained HTML page: no network, light, dark and print, keyboard and screen reader.

Conventions: every number on the page is a value of `report_dict`, written by `shown.numbers`; a cell of a table carries
the value itself in ``data-value``, by which it is sorted. What comes from a file reaches the page through the
template's escaping alone, and a content security policy that names the page's own script by its hash lets no other run.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING, Any

from .._version import __version__
from ..quantities.lengths import Units, check_units
from ..report import SCORE_PARTS, Report, RepResult
from ..shown import numbers as u
from ..shown.bands import (
    accuracy,
    drawn_by,
    found_name,
    found_otherwise,
    hammer_facts,
    is_by_watch_distance,
    pace_said,
    phase_pace,
    rep_name,
    rest_band,
    rest_said,
    said_within_noise,
    set_words,
    splits_accuracy,
    total_distance_m,
)
from ..shown.cells import Cell, Column
from ..shown.trace import trace_of
from ..words import vocabulary
from ..words.escapes import shown_lines
from ..words.vocabulary import COLUMNS, RIGHT, pace_column
from .data import report_dict
from .editing import edit_data
from .figures import has_cut_rest, reps_figure, rests_figure, trace_figure, track_figure
from .table_cells import row_of, tds

_LEADING = re.compile(r"^\s*(?://.*\n)?", re.MULTILINE)
"""What a script needs for its readers alone: indents, and comments that have a line of their own."""

if TYPE_CHECKING:
    from jinja2 import Environment


def report_page(report: Report, *, units: Units = "km") -> str:
    """Return a report as a page."""
    from markupsafe import Markup

    check_units(units)
    trace = trace_of(report.session.activity)
    track, cuts_mps = track_figure(report, trace)
    plain = report_dict(report)
    shown = {
        "title": _title(report),
        "facts": _facts(report, units),
        "overall": _overall(report, plain["scores"]),
        "parts": _parts(report, plain["scores"]),
        "advice": report.advice,
        "has_reps": any(row.run_rep is not None for row in report.rep_rows),
        "trace": Markup(trace_figure(report, trace, units)),
        "edit": edit_data(report, trace, units),
        "has_heart_rate": trace.has_heart_rate,
        "nothing_found": vocabulary.NOTHING_FOUND,
        "band_name": "the target" if report.plan and report.plan.goal else "around the median rep",
        "has_rest_band": any(rest_band(row, report) for row in report.rep_rows),
        "has_cut_rest": has_cut_rest(report),
        "has_hammers": any(row.is_hammer for row in report.rep_rows),
        "is_inferred": report.plan is not None and report.plan.is_inferred,
        "has_goal": bool(report.plan and report.plan.goal),
        "has_band": any(row.target_s > 0 for row in report.rep_rows),
        "reps": Markup(reps_figure(report, units)),
        "reps_axis": drawn_by(report.rep_rows, units)[1],
        "rests": Markup(rests_figure(report)),
        "track": Markup(track),
        "speed_classes": _speed_classes(cuts_mps, units),
        "columns": rep_columns(report, plain["reps"], units),
        "rows": [
            {"index": i, "name": rep_name(row), "is_hammer": row.is_hammer} for i, row in enumerate(report.rep_rows)
        ],
        "hammers": _hammers(report),
        "sets": _sets(report, units),
        "splits": _splits(report),
        "phases": _phases(report, units),
        "remarks": _remarks(report),
        "accuracy": _accuracy(report),
    }
    title = f"{_title(report)}, {u.file_name(report.session.activity.source)}"
    return render("report.html.j2", parts=("page", "edit"), title=title, shown=shown)


def render(template: str, *, parts: Sequence[str] = ("page",), **values: Any) -> str:
    """Return a template of this package as a page, with the style and the script of each part inside it."""
    from markupsafe import Markup

    script = "".join(_LEADING.sub("", _text(f"{part}.js")) for part in parts)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    page = (
        _environment()
        .get_template(template)
        .render(
            style=Markup("".join(_text(f"{part}.css") for part in parts)),
            script=Markup(script),
            policy=f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'",
            version=__version__,
            **values,
        )
    )
    return shown_lines(page)


def rep_columns(report: Report, plain: Sequence[Mapping[str, Any]], units: Units) -> list[Column]:
    """Return the rep table, column by column; those that nobody has a value in are left out."""
    rows = report.rep_rows
    digits = u.time_digits(row.time_sd_s for row in rows)
    ratio_digits = u.ratio_digits([row.rest_s for row in rows], [row.time_sd_s for row in rows])
    target_digits = 1 if any(row.target_s % 1 for row in rows if isfinite(row.target_s)) else 0
    columns: list[Column] = []

    def column(key: str, name: str, text: Callable[[RepResult], str]) -> None:
        cells = [Cell(text(row), values[key]) for row, values in zip(rows, plain, strict=True)]
        if any(cell.text for cell in cells):
            term = pace_column(units) if name == "pace" else COLUMNS[name]
            columns.append(Column(term.head, term.about, cells, key=key))

    def words(name: str, say: Callable[[RepResult, Report], str]) -> None:
        cells = [_verdict(say(row, report)) for row in rows]
        if any(cell.text for cell in cells):
            columns.append(Column(COLUMNS[name].head, COLUMNS[name].about, cells, is_text=True, key=name))

    if found_otherwise(rows):
        column("found_rep", "found", lambda r: found_name(r))
    if len({row.set for row in rows}) > 1:
        column("set", "set", lambda r: str(r.set) if r.set is not None else "")
    if len({row.rep_kind for row in rows if row.rep_kind}) > 1:
        column("rep_kind", "run", lambda r: r.rep_kind or "")
    column("time_s", "time", lambda r: u.clock(r.time_s, digits))
    column("time_sd_s", "sd", lambda r: u.number(r.time_sd_s, 1))
    column("target_s", "target", lambda r: u.clock(r.target_s, target_digits))
    column("deviation_s", "off", lambda r: u.signed(r.deviation_s, digits))
    words("verdict", pace_said)
    column("pace_s_per_km", "pace", lambda r: u.pace(r.pace_s_per_km, units))
    column("watch_distance_m", "watch", lambda r: u.number(r.watch_distance_m))
    column("heart_rate_avg_bpm", "heart", lambda r: u.number(r.heart_rate_avg_bpm))
    column("heart_rate_max_bpm", "heart max", lambda r: u.number(r.heart_rate_max_bpm))
    column("cadence_spm", "cadence", lambda r: u.number(r.cadence_spm))
    column("rest_s", "rest", lambda r: u.clock(r.rest_s))
    column("rest_ratio", "ratio", lambda r: u.ratio(r.rest_ratio, ratio_digits))
    words("rest verdict", rest_said)
    column("heart_rate_drop_bpm", "fall", lambda r: u.number(r.heart_rate_drop_bpm))
    return columns


def _verdict(said: str) -> Cell:
    """Return a verdict with the sign that tells more from less without colour."""
    sign = {"fast": "▲ ", "slow": "▼ ", "short": "▼ ", "long": "▲ "}.get(said, "")
    return Cell(f"{sign}{said}", said or None, "" if said in ("", "extra") else "good" if said in RIGHT else "bad")


def _title(report: Report) -> str:
    plan = report.plan
    if plan is None or not any(row.run_rep is not None for row in report.rep_rows):
        return "No reps found" if not report.session.reps else f"{len(report.session.reps)} reps"
    return plan.title + (f", goal {plan.goal.text}" if plan.goal else "")


def _facts(report: Report, units: Units) -> list[str]:
    activity = report.session.activity
    facts = [
        report.athlete.name if report.athlete else "",
        u.date_and_time(activity.start_time, activity.utc_offset_s),
        u.clock(activity.duration_s),
        u.distance(total_distance_m(report), units),
        activity.device or "",
        f"recorded as {activity.sport}" if activity.sport and activity.sport != "running" else "",
        u.file_name(activity.source),
    ]
    facts.append(report.session.corrected_by_hand)
    if report.plan and report.plan.source == "inferred":
        facts.append("plan as found in the recording: none was named")
    return [fact for fact in facts if fact]


def _overall(report: Report, scores: Mapping[str, Any]) -> dict[str, Any]:
    value = report.scores.get("overall", float("nan"))
    return {
        "text": u.number(value),
        "value": scores.get("overall"),
        "note": report.notes.get("overall", ""),
    }


def _parts(report: Report, scores: Mapping[str, Any]) -> list[dict[str, Any]]:
    parts = []
    inferred = report.plan is not None and report.plan.is_inferred
    for name in SCORE_PARTS[1:]:
        value, note = report.scores.get(name, float("nan")), report.notes.get(name, "")
        if isfinite(value) or (note and not inferred):
            evenness = name == "pace" and not (report.plan and report.plan.goal)
            shown = "evenness" if evenness else name
            parts.append({"name": shown, "text": u.number(value, missing="–"), "value": scores.get(name), "note": note})
    return parts


def _hammers(report: Report) -> list[dict[str, Any]]:
    return [{"rep": row.planned_rep, "said": ", ".join(hammer_facts(row))} for row in report.hammer_rows]


def _sets(report: Report, units: Units) -> list[dict[str, str]]:
    """Return a set in words each, where there are several."""
    digits = u.time_digits(row.time_sd_s for row in report.rep_rows)
    words = [(row.set, *set_words(row, digits, units)) for row in report.set_rows]
    return [{"number": str(number), "what": what, "said": said} for number, what, said in words if len(words) > 1]


def _splits(report: Report) -> dict[str, Any] | None:
    """Return the parts of the reps as a table: one row a rep, one column a part."""
    parts = list(dict.fromkeys((row.start_m, row.end_m) for row in report.split_rows))
    if not parts:
        return None
    digits = u.time_digits(row.time_sd_s for row in report.split_rows)
    found = {(row.planned_rep, row.run_rep, row.start_m, row.end_m): row for row in report.split_rows}
    rows = []
    for i, rep in enumerate(report.rep_rows):
        cells = [found.get((rep.planned_rep, rep.run_rep, *part)) for part in parts]
        if any(cells):
            shown = [Cell(u.number(c.time_s, digits), round(c.time_s, 6)) if c else Cell("") for c in cells]
            rows.append({"index": i, "name": rep_name(rep), "is_hammer": rep.is_hammer, "cells": shown})
    heads = [f"{start:.0f}–{end:.0f} m" for start, end in parts]
    return {"heads": heads, "rows": rows, "sure": splits_accuracy(report)}


def _phases(report: Report, units: Units) -> list[dict[str, str]]:
    return [
        {
            "name": vocabulary.phase_name(row.kind),
            "time": u.clock(row.duration_s),
            "distance": u.distance(row.distance_m, units),
            "pace": phase_pace(row, units),
            "heart": u.number(row.heart_rate_avg_bpm),
            "note": row.note or "",
        }
        for row in report.phase_rows
    ]


def _speed_classes(cuts_mps: Sequence[float], units: Units) -> list[str]:
    """Return what each colour of the track stands for, the slowest first."""
    if not cuts_mps:
        return []
    paces = [u.pace(1000.0 / cut, units) for cut in cuts_mps]
    between = [f"{slow}–{quick}" for slow, quick in pairwise(paces)]
    return [f"slower than {paces[0]}", *between, f"quicker than {paces[-1]} /{units}"]


def _remarks(report: Report) -> list[str]:
    said = [text for name, text in report.notes.items() if name not in SCORE_PARTS]
    said = [*said, *report.session.notes, *report.session.activity.warnings]
    return list(dict.fromkeys(text if text.endswith((".", "!", "?")) else f"{text}." for text in said))


def _accuracy(report: Report) -> str:
    sure = accuracy(report)
    what = "Times over the distance measured" if is_by_watch_distance(report) else "Times"
    said = f"{what} are good to about {sure} (one standard deviation)." if sure else ""
    if said_within_noise(report):
        said = f"{said} {vocabulary.WITHIN_NOISE_MEANS[0].upper()}{vocabulary.WITHIN_NOISE_MEANS[1:]}.".strip()
    return said


@cache
def _text(name: str) -> str:
    return files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"row_of": row_of, "tds": tds}
    return environment
