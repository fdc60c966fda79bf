"""The season as text: tables that read at 80 columns, in a pipe and without colour."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby
from math import isfinite
from typing import TYPE_CHECKING, Any

from ..render.cells import shortened, text_table
from ..render.units import clock, distance, number, rep_distance, signed

if TYPE_CHECKING:
    import pandas as pd

    from ..season import Season
    from ..season.compare import Comparison

WIDTH = 80
_MISSING = "-"
_EMPTY_WEEKS_SHOWN = 3
"""A longer gap without runs (an injury, a winter) is one line."""


def sessions_text(table: pd.DataFrame, *, with_athlete: bool) -> str:
    """Return the sessions, one a line; a run without reps shows its distance and time."""
    if table.empty:
        return "No sessions yet."
    head = ["No", "Date", "Session", "Median", "Target", "Spread", "Hammer", "Rests", "Score"]
    rows = []
    for row in _rows(table):
        label = row.plan_name if row.is_session else f"run {distance(row.distance_m)}, {clock(row.elapsed_s)}"
        digits = 1 if isfinite(row.median_regular_sd_s) and row.median_regular_sd_s < 1.0 else 0
        cells = [
            str(row.activity_id),
            f"{row.date:%Y-%m-%d}",
            shortened(str(label), 20),
            clock(row.median_regular_s, digits, missing=_MISSING),
            clock(row.target_s, 1 if row.target_s % 1 else 0, missing=_MISSING),
            number(row.spread_s, 1, missing=_MISSING),
            _percent(row.hammer_gain, sign=True),
            _percent(row.rest_on_share),
            number(row.score_overall, missing=_MISSING),
        ]
        if with_athlete:
            cells.insert(2, shortened(str(row.athlete), 10))
        rows.append(cells)
    if with_athlete:
        head.insert(2, "Athlete")
    return _table(head, rows, left={"Date", "Session", "Athlete"})


def trends_lines(season: Season, athlete: str) -> list[str]:
    """Return what is worth a sentence under the list: the trend, and the weeks over the line."""
    lines = []
    alike = season.like(athlete)
    if len(alike) >= 2:
        distance_m = float(alike["rep_distance_m"].iloc[0])
        sentence = str(season.trend("median_regular_s", athlete=athlete))
        lines.append(f"{len(alike)} sessions of {rep_distance(distance_m)}. {sentence}.")
    weeks = season.weeks(athlete)
    over = weeks[weeks["verdict"] == "over the line"]
    if len(over):
        named = ", ".join(f"{row.week:%Y-%m-%d} ({_percent(row.hard_share_time)} hard)" for row in _rows(over.tail(3)))
        more = f"{len(over)} in all, the last: " if len(over) > 3 else ""
        lines.append(f"Weeks over the 80/20 line: {more}{named}.")
    return ["", *(textwrap.fill(line, WIDTH) for line in lines)] if lines else []


def weeks_text(table: pd.DataFrame) -> str:
    """Return the weeks, one a line, with their hard share by time, distance and runs."""
    if table.empty:
        return "No runs yet."
    several = table["athlete"].nunique() > 1
    head = ["Week of", "Runs", "Time", "Distance", "Hard: time", "distance", "runs", ""]
    rows = []
    for (athlete, is_empty), group in groupby(_rows(table), key=lambda row: (row.athlete, not row.runs)):
        weeks = list(group)
        if is_empty and len(weeks) > _EMPTY_WEEKS_SHOWN:
            cells = [[f"{len(weeks)} weeks", "0", *([_MISSING] * 5), ""]]
        else:
            cells = [_week_cells(row) for row in weeks]
        rows += [[shortened(str(athlete), 10), *line] for line in cells] if several else cells
    head = ["Athlete", *head] if several else head
    return _table(head, rows, left={"Week of", "Athlete", ""})


def _week_cells(row: Any) -> list[str]:
    return [
        f"{row.week:%Y-%m-%d}",
        str(row.runs),
        clock(row.moving_s) if row.runs else _MISSING,
        distance(row.distance_m) if row.runs else _MISSING,
        _percent(row.hard_share_time),
        _percent(row.hard_share_distance),
        _percent(row.hard_share_runs),
        "" if row.verdict == "within the line" else row.verdict if row.runs else "",
    ]


def reps_text(table: pd.DataFrame) -> str:
    """Return reps, one a line; several sessions one below the other."""
    if table.empty:
        return "No reps."
    parts = []
    several = table["athlete"].nunique() > 1
    for (_, day, athlete), session in table.groupby(["activity_id", "date", "athlete"], sort=False, observed=True):
        digits = 0 if (session["time_sd_s"] > 1.0).any() else 1
        rows = [
            [
                f"{_whole(row.planned_rep)}{'*' if row.is_hammer else ''}",
                clock(row.time_s, digits, missing=str(row.status)),
                signed(row.deviation_s, digits, missing=_MISSING),
                _word(row.pace_verdict),
                clock(row.pace_s_per_km, missing=_MISSING),
                number(row.heart_rate_avg_bpm, missing=_MISSING),
                clock(row.rest_s, missing=_MISSING),
                number(row.rest_ratio, 2, missing=_MISSING),
                _word(row.rest_verdict),
            ]
            for row in _rows(session)
        ]
        head = ["Rep", "Time", "Diff", "", "min/km", "HR", "Rest", "Ratio", ""]
        hammers = "   (* hammer)" if session["is_hammer"].any() else ""
        whose = f"  {athlete}" if several else ""
        parts.append(f"{day:%Y-%m-%d}{whose}{hammers}\n{_table(head, rows, left={''})}")
    return "\n\n".join(parts)


def comparison_text(found: Comparison) -> str:
    """Return two sessions rep by rep."""
    rows = [
        [
            f"{_whole(row.planned_rep)}{'*' if row.is_hammer else ''}",
            clock(row.time_a_s, 1, missing=_MISSING),
            clock(row.time_b_s, 1, missing=_MISSING),
            signed(row.difference_s, 1, missing=_MISSING),
            f"± {row.difference_sd_s:.1f}" if isfinite(row.difference_sd_s) else "",
            _word(row.verdict),
        ]
        for row in _rows(found.reps)
    ]
    head = ["Rep", found.label_a[:10], found.label_b[:10], "Diff", "sd", ""]
    return f"{_table(head, rows, left={''})}\n\n{textwrap.fill(str(found), WIDTH)}."


def goals_text(table: pd.DataFrame) -> str:
    """Return the goals, one a line."""
    if table.empty:
        return "No goals yet."
    rows = [
        [str(row.athlete), f"{row.since:%Y-%m-%d}" if row.since == row.since else "all along", row.goal,
         f"{clock(row.pace_s_per_km)}/km"]
        for row in _rows(table)
    ]  # fmt: skip
    return _table(["Athlete", "Since", "Goal", "Pace"], rows, left={"Athlete", "Since", "Goal"})


def _rows(table: pd.DataFrame) -> Iterable[Any]:
    return table.itertuples()


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, left: set[str]) -> str:
    return "\n".join(text_table(head, rows, left=left))


def _percent(share: float, *, sign: bool = False) -> str:
    if not isfinite(share):
        return _MISSING
    return f"{100 * share:+.0f} %" if sign else f"{100 * share:.0f} %"


def _whole(value: Any) -> str:
    return _MISSING if value is None or value != value else str(int(value))


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""
