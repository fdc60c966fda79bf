"""A report as plain values: dict, JSON, CSV.

Conventions: keys are the names of the fields, so their units stand in them; missing is None (JSON ``null``, an empty
field of CSV); floats are rounded to microseconds and the like, far below what a recording tells.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from math import isfinite
from typing import Any

from .._version import __version__
from ..plan import Plan
from ..report import Report, RepResult
from ..words.escapes import shown, shown_json

_FORMULA_STARTS = re.compile("((?:\\A|;) *)(?=[=+@\t\r\n＝＋－＠-])")
SCHEMA = 1
"""Raised when a key of `report_dict` is renamed or removed; adding one does not raise it."""


def report_dict(report: Report) -> dict[str, Any]:
    """Return the whole report as plain values.

    Keys: ``schema version source start_time utc_offset_s duration_s device sport athlete plan scores notes figures reps
    hammers phases splits segments advice corrections session_notes warnings``.
    """
    activity = report.session.activity
    return {
        "schema": SCHEMA,
        "version": __version__,
        "source": activity.source,
        "format": activity.format,
        "start_time": activity.start_time.isoformat().replace("+00:00", "Z"),
        "utc_offset_s": _plain(activity.utc_offset_s),
        "duration_s": _plain(activity.duration_s),
        "device": activity.device,
        "sport": activity.sport,
        "athlete": report.athlete.name if report.athlete else None,
        "plan": _plan_dict(report.plan),
        "scores": _plain(report.scores),
        "notes": _plain(report.notes),
        "figures": _plain(report.figures),
        "reps": [_plain(asdict(row)) for row in report.rep_rows],
        "hammers": [_plain(asdict(row)) for row in report.hammer_rows],
        "phases": [_plain(asdict(row)) for row in report.phase_rows],
        "splits": [_plain(asdict(row)) for row in report.split_rows],
        "segments": [_plain({**asdict(row), "duration_s": row.duration_s}) for row in report.session.rows],
        "advice": list(report.advice),
        "corrections": [str(correction) for correction in report.session.corrections],
        "session_notes": list(report.session.notes),
        "warnings": list(activity.warnings),
    }


def report_json(report: Report, *, indent: int | None = 2) -> str:
    """Return `report_dict` as JSON text; strict JSON, so no NaN."""
    text = json.dumps(report_dict(report), indent=indent, ensure_ascii=False, allow_nan=False)
    return shown_json(text)


def reps_columns() -> list[str]:
    """Return the columns of `reps_csv`."""
    return ["recording", "start_time", *(field.name for field in fields(RepResult))]


def reps_csv(reports: Iterable[Report]) -> str:
    """Return the reps of reports as CSV (RFC 4180): ``recording``, ``start_time``, then the fields of `RepResult`.

    Text that a spreadsheet would compute is made harmless, see `cell_text`.
    """
    columns = reps_columns()
    names = columns[2:]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for report in reports:
        activity = report.session.activity
        head = [cell_text(shown(activity.source)), activity.start_time.isoformat().replace("+00:00", "Z")]
        for row in report.rep_rows:
            writer.writerow([*head, *(cell_text(_plain(getattr(row, name))) for name in names)])
    return out.getvalue()


def cell_text(value: Any) -> Any:
    """Return the value of a cell as a table of text may hold it: text that begins as a formula does gets an apostrophe.

    A spreadsheet computes such text as soon as the table is opened, where its own mark between cells is another also
    behind that; numbers are left as they are.
    """
    return _FORMULA_STARTS.sub(r"\1'", value) if isinstance(value, str) else value


def _plan_dict(plan: Plan | None) -> dict[str, Any] | None:
    if plan is None:
        return None
    goal = plan.goal
    return {
        "name": plan.name,
        "source": plan.source,
        "is_kastor": plan.is_kastor,
        "goal": _plain(asdict(goal)) if goal else None,
        "rules": _plain(asdict(plan.rules)),
        "steps": [_plain(asdict(step)) for step in plan.steps],
    }


def _plain(value: Any) -> Any:
    """Return `value` with NaN as None, NumPy scalars as Python's, tuples as lists."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return round(value, 6) if isfinite(value) else None
    return value
