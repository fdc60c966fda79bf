"""A season as one self-contained HTML page: trends, reps session by session, weeks of 80/20, a sortable table.

Conventions are those of `page`: numbers are the season's own (`Season.sessions`, `reps`, `weeks`, `trends`), a cell
carries its value in ``data-value``, and the page asks nothing of the network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING, Any

from ..quantities.lengths import UNIT_M, Units
from ..shown import numbers as u
from ..shown.cells import Column, filled, number_column, word_column
from ..shown.threshold import told
from ..words import counted
from .heat import HeatRow, heat, missing_as_nan, records
from .page import render
from .season_figures import Dot, Week, median_figure, weeks_figure

if TYPE_CHECKING:
    import pandas as pd

    from ..season.asking import SeasonAnswers


MOST_SESSIONS = 400
"""More, some years of them, no page can show: its figures would be a blur, and a browser slow."""

PRINTED = 8
"""How many sessions, the last ones, stand on the printed sheet."""
_NOT_PRINTED = ("±", "Pace", "Hammer", "Rest", "Heart")
"""Columns that the sheet has no room for: the parts of the score, and what the sentences say."""

_OF_WEEK = ("week", "distance_m", "verdict", "low_s", "moderate_s", "high_s", "unknown_s")


def season_page(
    season: SeasonAnswers,
    before: int = 0,
    *,
    athlete: str | None = None,
    units: Units = "km",
    called: Mapping[str, str] | None = None,
) -> str:
    """Return a season of one athlete as a page; no more than `MOST_SESSIONS` of it can be shown.

    Parameters
    ----------
    season : Season
        What to show.
    before : int
        How many sessions there are before that.
    athlete : str, optional
        Whose; not needed where the season has one athlete.
    units : {"km", "mi"}
        Of distances and paces.
    called : mapping of str to str, optional
        How runners are called, in place of their names.

    Returns
    -------
    str
        The HTML document.

    Raises
    ------
    SeasonError
        If there are several athletes and none was named.
    """
    from markupsafe import Markup

    sessions = season.sessions(athlete)
    alike = sessions[sessions["activity_id"].isin(season.likened(athlete)[0])]
    index = {int(number): i for i, number in enumerate(sessions["activity_id"])}
    fitted = season.trend(athlete=athlete)
    line = (fitted.at_start, fitted.at_end) if fitted.is_more_than_noise else None
    metres = missing_as_nan(alike["rep_distance_m"].median()) if len(alike) else float("nan")
    dots = Dot.all_of(alike, [index[int(number)] for number in alike["activity_id"]])
    weeks = season.weeks(athlete)
    named = athlete or (str(sessions["athlete"].iloc[0]) if len(sessions) else "")
    trends = [row for row in season.trends(athlete=athlete).to_dict("records") if row["n"]] if len(alike) else []
    named = (called or {}).get(named, named)
    shown = {
        "title": f"Season of {named}" if named and named != "runner" else "The season",
        "facts": _facts(sessions, before),
        "printed": PRINTED,
        "not_printed": _NOT_PRINTED,
        "trends": trends,
        "basis": [*dict.fromkeys(f"It rests on {t['basis']}." for t in trends[:2] if t["basis"])],
        "what": u.rep_distance(metres),
        "units": units,
        "median": Markup(median_figure(dots, line, distance_m=metres, units=units)),
        "has_line": line is not None,
        "has_paces": isfinite(metres) and abs(metres - UNIT_M[units]) >= 1.0,
        "heat": heat(
            season.reps_of(alike["activity_id"].tolist()),
            [_heat_row(row, index) for row in records(alike, "activity_id", "date")],
        ),
        "weeks": Markup(weeks_figure([_week(row) for row in records(weeks, *_OF_WEEK)], units)),
        "threshold": told(weeks, units) if len(weeks) else "",
        "columns": _columns(sessions, units),
        "rows": [{"index": i, "date": f"{day:%Y-%m-%d}"} for i, day in enumerate(sessions["date"])],
    }
    return render("season.html.j2", title=shown["title"], shown=shown)


def _facts(sessions: pd.DataFrame, before: int) -> list[str]:
    if not len(sessions):
        return ["no sessions yet"]
    first, last = sessions["date"].iloc[0], sessions["date"].iloc[-1]
    number = counted(len(sessions), "session")
    if before:
        number = f"the last {len(sessions):,} of {len(sessions) + before:,} sessions; a page of earlier ones: --until"
    return [number, f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"]


def _heat_row(row: dict[Any, Any], index: dict[int, int]) -> HeatRow:
    number = int(row["activity_id"])
    return HeatRow(index=index[number], name=f"{row['date']:%Y-%m-%d}", activity_id=number)


def _week(row: dict[Any, Any]) -> Week:
    monday: date = row["week"].date()
    times = {name: missing_as_nan(row[name]) for name in _OF_WEEK if name.endswith("_s")}
    return Week(monday=monday, distance_m=missing_as_nan(row["distance_m"]), verdict=str(row["verdict"]), **times)


def _columns(sessions: pd.DataFrame, units: Units) -> list[Column]:
    """Return the table of sessions, column by column; those that no session has a value in are left out."""
    paces = 1000.0 * sessions["median_regular_s"] / sessions["rep_distance_m"]
    sessions = sessions.assign(pace_s_per_km=paces)
    digits = u.time_digits(sessions["median_regular_sd_s"]) if len(sessions) else 0

    def number(key: str, head: str, about: str, say: Callable[[float], str]) -> Column:
        return number_column(head, about, [missing_as_nan(value) for value in sessions[key]], say)

    return filled(
        [
            word_column("Plan", "what it was held against", sessions["plan_name"].tolist()),
            word_column("Goal", "the goal it was scored by", sessions["goal"].tolist()),
            number("score_overall", "Score", "overall score of 100", u.number),
            number("run_reps", "Reps", "reps run", u.number),
            number("median_regular_s", "Median", "median regular rep", lambda v: u.clock(v, digits)),
            number(
                "median_regular_sd_s", "±", "one standard deviation of the median, seconds", lambda v: u.number(v, 1)
            ),
            number("pace_s_per_km", f"Pace /{units}", f"its pace, minutes a {units}", lambda v: u.pace(v, units)),
            number("target_s", "Target", "target of the day", u.target),
            number("spread_s", "Spread", "spread of the regular reps, seconds", lambda v: u.number(v, 1)),
            number("hammer_gain", "Hammer %", "how much quicker the hammers were", lambda v: u.number(100 * v)),
            number("rest_on_share", "Rests %", "rests on target", lambda v: u.number(100 * v)),
            number("heart_rate_at_goal_bpm", "Heart", "heart rate at goal pace, bpm", u.number),
            number("score_pace", "Pace", "pace part (evenness without a goal)", u.number),
            number("score_hammer", "Hammer", "hammer part", u.number),
            number("score_rest", "Rest", "rest part", u.number),
        ]
    )
