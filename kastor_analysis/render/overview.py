"""Several reports in one table, a line each: a squad's session, or a runner's last few, at a glance.

Conventions: rows keep the order of the reports; a column that no report has a value for is left out. Times and paces
are those of regular reps, and have the digits that the report's own table has.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Sequence
from itertools import takewhile
from math import isfinite, nan
from typing import Any

from ..quantities.lengths import Units
from ..report import Report, RepResult
from ..shown import numbers as u
from ..shown.cells import Cell, Column, shortened, text_table
from .glyphs import Glyphs
from .page import render

NAME = "Recording"
_NAME_MAX, _SESSION_MAX = 26, 22
_FIRST = ("Score", "Even", "Median", "Target", "On pace", "Reps", "Session", "Rests on", "Hammers", "Date", "Pace")
"""Which columns a narrow terminal keeps, in this order, as long as they fit; last those that say the same of all."""


def overview_columns(reports: Sequence[Report], units: Units = "km") -> list[Column]:
    """Return the table, column by column, without the recordings' names."""
    columns: list[Column] = []

    def column(head: str, about: str, say: Callable[[Report], Cell], *, is_text: bool = False) -> None:
        cells = [say(report) for report in reports]
        if any(cell.text for cell in cells):
            columns.append(Column(head, about, cells, is_text))

    column("Date", "day of the run", _date, is_text=True)
    column("Session", "what it was held against", _session, is_text=True)
    column("Score", "overall score, of 100", lambda report: _score(report, "overall", goal=True))
    column("Even", "evenness, of 100: without a goal", lambda report: _score(report, "pace", goal=False))
    column("Reps", "reps run, of those planned", _reps)
    column("Median", "median regular rep, where they share a distance", _median)
    column("Target", "target of a regular rep", _target)
    column("Pace", f"median pace of the regular reps, min/{units}", lambda report: _pace(report, units))
    column("On pace", "regular reps in the band, of those judged", _on_pace)
    column("Hammers", "how much quicker than the median rep the hammers were", _hammers)
    column("Rests on", "rests in the band, of those judged", _rests)
    return columns


def overview_lines(reports: Sequence[Report], *, width: int, units: Units = "km", glyphs: Glyphs) -> list[str]:
    """Return the table as lines no wider than `width` (of 40 columns at least), as many columns as fit."""
    names = [shortened(name, _NAME_MAX) for name in _names(reports)]
    columns = {
        column.head: [shortened(cell.text, _SESSION_MAX) or glyphs.none for cell in column.cells]
        for column in overview_columns(reports, units)
    }
    left = width - max(len(NAME), *map(len, names))
    kept = set()
    for head in sorted(_FIRST, key=lambda head: _says_the_same(columns.get(head, ()), missing=glyphs.none)):
        if head in columns and (needed := 2 + max(len(head), *map(len, columns[head]))) <= left:
            kept.add(head)
            left -= needed
    shown = {head: cells for head, cells in columns.items() if head in kept}
    rows = list(zip(names, *shown.values(), strict=True))
    return text_table([NAME, *shown], rows, left={NAME, "Date", "Session"})


def _says_the_same(cells: Sequence[str], *, missing: str) -> bool:
    """Return whether a column tells nothing of one recording that it does not tell of the others, too."""
    known = [cell for cell in cells if cell != missing]
    return len(known) > 1 and len(set(known)) == 1


def overview_page(reports: Sequence[Report], pages: Sequence[str], *, units: Units = "km") -> str:
    """Return the table as a page that links to the report of each recording.

    `pages` are the files of the reports' own pages, beside this one.
    """
    names = _names(reports)
    shown = {
        "title": f"{len(reports)} recordings" if len(reports) != 1 else "1 recording",
        "columns": overview_columns(reports, units),
        "rows": [{"index": i, "name": names[i], "page": page} for i, page in enumerate(pages)],
    }
    return render("overview.html.j2", title=shown["title"], shown=shown)


def _names(reports: Sequence[Report]) -> list[str]:
    """Return the recordings' names without the folders they share."""
    sources = [report.session.activity.source for report in reports]
    folders = [re.split(r"[/\\\\]", source)[:-1] for source in sources]
    shared = sum(1 for _ in takewhile(lambda parts: len(set(parts)) == 1, zip(*folders, strict=False)))
    return ["/".join([*folder[shared:], u.file_name(source)]) for folder, source in zip(folders, sources, strict=True)]


def _date(report: Report) -> Cell:
    activity = report.session.activity
    local, _ = u.local_time(activity.start_time, activity.utc_offset_s)
    return Cell(f"{local:%Y-%m-%d}", f"{local:%Y-%m-%d %H:%M}")


def _session(report: Report) -> Cell:
    if not _run(report):
        return Cell("no repeats", "")
    name = report.plan.title if report.plan else ""
    return Cell(name, name)


def _reps(report: Report) -> Cell:
    planned = [row for row in report.rep_rows if row.planned_rep is not None]
    run = sum(row.status in ("run", "double") for row in planned)
    if not planned or not _run(report):
        return Cell("")
    return Cell(f"{run}/{len(planned)}" if run < len(planned) else str(run), run)


def _median(report: Report) -> Cell:
    rows = _regular(report)
    if not rows or len({row.nominal_distance_m for row in rows}) > 1 or not isfinite(rows[0].nominal_distance_m):
        return Cell("")
    # As time over the nominal distance: off a marked track each rep was as long as the watch says.
    time_s = statistics.median(row.pace_s_per_km for row in rows) * rows[0].nominal_distance_m / 1000.0
    return _told(time_s, u.clock(time_s, u.time_digits(row.time_sd_s for row in report.rep_rows)))


def _target(report: Report) -> Cell:
    plan = report.plan
    if plan is None or plan.goal is None or not _run(report):
        return Cell("")
    targets = {step.target_s for step in plan.steps if not step.is_hammer}
    target_s = targets.pop() if len(targets) == 1 else nan
    return _told(target_s, u.clock(target_s, 1 if target_s % 1 else 0))


def _pace(report: Report, units: Units) -> Cell:
    rows = _regular(report)
    pace = statistics.median(row.pace_s_per_km for row in rows) if rows else nan
    return _told(pace, u.pace(pace, units))


def _on_pace(report: Report) -> Cell:
    if "coarse" in report.notes:
        # Only what is surely off has a verdict there: nothing could be on pace.
        return Cell("")
    verdicts = [row.pace_verdict for row in _regular(report) if row.pace_verdict is not None]
    return _share([verdict == "on" for verdict in verdicts])


def _rests(report: Report) -> Cell:
    verdicts = [row.rest_verdict for row in report.rep_rows if row.rest_verdict is not None]
    return _share([verdict == "on" for verdict in verdicts])


def _hammers(report: Report) -> Cell:
    gains = [row.gain for row in report.hammer_rows if isfinite(row.gain)]
    if not gains:
        return Cell("")
    gain = statistics.fmean(gains)
    return Cell(f"{100.0 * gain:+.0f} %", round(gain, 6))


def _score(report: Report, part: str, *, goal: bool) -> Cell:
    if bool(report.plan and report.plan.goal) is not goal:
        return Cell("")
    value = report.scores.get(part, nan)
    return _told(value, u.number(value))


def _share(right: Sequence[bool]) -> Cell:
    return Cell(f"{sum(right)}/{len(right)}", round(sum(right) / len(right), 6)) if right else Cell("")


def _told(value: float, text: str) -> Cell:
    known: Any = round(value, 6) if isfinite(value) else None
    return Cell(text, known)


def _run(report: Report) -> bool:
    return any(row.run_rep is not None for row in report.rep_rows)


def _regular(report: Report) -> list[RepResult]:
    return [
        row
        for row in report.rep_rows
        if row.planned_rep is not None and row.status == "run" and not row.is_hammer and isfinite(row.pace_s_per_km)
    ]
