"""A season as one self-contained HTML page: trends, reps session by session, weeks of 80/20, a sortable table.

Conventions are those of `page`: numbers are the season's own (`Season.sessions`, `reps`, `weeks`, `trends`), a cell
carries its value in ``data-value``, and the page asks nothing of the network.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING, Any

from . import units as u
from .cells import Cell, Column
from .page import render
from .season_figures import Dot, Week, median_figure, missing_as_nan, weeks_figure

if TYPE_CHECKING:
    import pandas as pd

    from ..season.reading import SeasonReader

_RATIO_CLASSES = (
    (0.955, "quick3"),
    (0.97, "quick2"),
    (0.99, "quick1"),
    (1.01, "even"),
    (1.03, "slow1"),
    (1.045, "slow2"),
)
"""A rep's time / its target up to which its cell has that colour."""


def season_page(season: SeasonReader, *, athlete: str | None = None) -> str:
    """Return a season of one athlete as a page.

    Parameters
    ----------
    season : Season
        What to show.
    athlete : str, optional
        Whose; not needed where the season has one athlete.

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

    alike = season.like(athlete)
    sessions = season.sessions(athlete)
    reps = season.reps(athlete)
    index = {int(number): i for i, number in enumerate(sessions["activity_id"])}
    fitted = season.trend(athlete=athlete)
    line = (fitted.at_start, fitted.at_end) if fitted.is_more_than_noise else None
    metres = missing_as_nan(alike["rep_distance_m"].median()) if len(alike) else float("nan")
    weeks = [_week(row) for row in season.weeks(athlete).to_dict("records")]
    named = athlete or (str(sessions["athlete"].iloc[0]) if len(sessions) else "")
    shown = {
        "title": f"Season of {named}" if named and named != "runner" else "The season",
        "facts": _facts(sessions),
        "trends": list(season.trends(athlete=athlete).to_dict("records")) if len(alike) else [],
        "what": u.rep_distance(metres),
        "median": Markup(median_figure([_dot(row, index) for row in alike.to_dict("records")], line)),
        "has_line": line is not None,
        "heat": _heat(alike, reps[reps["activity_id"].isin(alike["activity_id"])], index),
        "weeks": Markup(weeks_figure(weeks)),
        "columns": _columns(sessions),
        "rows": [{"index": i, "date": f"{day:%Y-%m-%d}"} for i, day in enumerate(sessions["date"])],
    }
    return render("season.html.j2", title=shown["title"], shown=shown)


def _facts(sessions: pd.DataFrame) -> list[str]:
    if not len(sessions):
        return ["no sessions yet"]
    first, last = sessions["date"].iloc[0], sessions["date"].iloc[-1]
    return [f"{len(sessions)} session{'s' * (len(sessions) != 1)}", f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"]


def _dot(row: dict[Any, Any], index: dict[int, int]) -> Dot:
    return Dot(
        index=index[int(row["activity_id"])],
        day=row["date"].date(),
        time_s=missing_as_nan(row["median_regular_s"]),
        sd_s=missing_as_nan(row["median_regular_sd_s"]),
        target_s=missing_as_nan(row["target_s"]),
    )


def _week(row: dict[Any, Any]) -> Week:
    monday: date = row["week"].date()
    times = {name: missing_as_nan(row[name]) for name in ("low_s", "moderate_s", "high_s", "unknown_s")}
    return Week(monday=monday, verdict=str(row["verdict"]), **times)


def _heat(sessions: pd.DataFrame, reps: pd.DataFrame, index: dict[int, int]) -> dict[str, Any] | None:
    """Return sessions x reps: seconds from the target of the day (or from the session's own median)."""
    planned = reps[reps["planned_rep"].notna() & (reps["status"] == "run")]
    if not len(planned):
        return None
    numbers = range(1, int(planned["planned_rep"].max()) + 1)
    digits = u.time_digits(planned["time_sd_s"])
    hammers = set(planned.loc[planned["is_hammer"], "planned_rep"].astype(int))
    rows = []
    for session in sessions.to_dict("records"):
        number, own = int(session["activity_id"]), planned[planned["activity_id"] == session["activity_id"]]
        found = {int(rep["planned_rep"]): rep for rep in own.to_dict("records")}
        cells = [_heat_cell(found.get(n), digits) for n in numbers]
        rows.append({"index": index[number], "date": f"{session['date']:%Y-%m-%d}", "cells": cells})
    return {"heads": [f"{n}H" if n in hammers else str(n) for n in numbers], "rows": rows}


def _heat_cell(rep: dict[Any, Any] | None, digits: int) -> Cell:
    if rep is None or not isfinite(missing_as_nan(rep["deviation_s"])):
        return Cell("")
    deviation_s, target_s = float(rep["deviation_s"]), float(rep["target_s"])
    ratio = 1.0 + deviation_s / target_s
    kind = next((name for edge, name in _RATIO_CLASSES if ratio <= edge), "slow3")
    return Cell(u.signed(deviation_s, digits), round(deviation_s, 6), kind)


def _columns(sessions: pd.DataFrame) -> list[Column]:
    """Return the table of sessions, column by column; those that no session has a value in are left out."""
    rows = sessions.to_dict("records")
    digits = u.time_digits(sessions["median_regular_sd_s"]) if len(sessions) else 0
    columns: list[Column] = []

    def column(key: str, head: str, about: str, say: Callable[[float], str]) -> None:
        values = [missing_as_nan(row[key]) for row in rows]
        cells = [Cell(say(value), round(value, 6) if isfinite(value) else None) for value in values]
        if any(cell.text for cell in cells):
            columns.append(Column(head, about, cells))

    def words(key: str, head: str, about: str) -> None:
        said = [row[key] if isinstance(row[key], str) else "" for row in rows]
        if any(said):
            columns.append(Column(head, about, [Cell(text, text or None) for text in said], is_text=True))

    words("plan_name", "Plan", "what it was held against")
    words("goal", "Goal", "the goal it was scored by")
    column("score_overall", "Score", "overall score of 100", u.number)
    column("run_reps", "Reps", "reps run", u.number)
    column("median_regular_s", "Median", "median regular rep", lambda v: u.clock(v, digits))
    column("median_regular_sd_s", "±", "one standard deviation of the median, seconds", lambda v: u.number(v, 1))
    column("target_s", "Target", "target of the day", lambda v: u.clock(v, 1 if v % 1 else 0))
    column("spread_s", "Spread", "spread of the regular reps, seconds", lambda v: u.number(v, 1))
    column("hammer_gain", "Hammer %", "how much quicker the hammers were", lambda v: u.number(100 * v))
    column("rest_on_share", "Rests %", "rests on target", lambda v: u.number(100 * v))
    column("heart_rate_at_goal_bpm", "Heart", "heart rate at goal pace, bpm", u.number)
    column("score_pace", "Pace", "pace part (evenness without a goal)", u.number)
    column("score_hammer", "Hammer", "hammer part", u.number)
    column("score_rest", "Rest", "rest part", u.number)
    return columns
