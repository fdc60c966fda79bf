"""A squad's season as one self-contained HTML page: runners side by side, a row or a small picture each.

Conventions are those of `season_page`; a runner is marked everywhere by the index of their row. Where the runners have
pages of their own, their names lead there. A squad of more than `MOST_SIDE_BY_SIDE` is shown by `large_squad_page`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from statistics import median
from typing import TYPE_CHECKING, Any

from ..quantities.lengths import UNIT_M, Units
from ..shown import numbers as u
from ..shown.cells import Cell, Column, filled, number_column, word_column
from ..shown.scales import LEAST_HALF_SHARE, MOST_SIDE_BY_SIDE
from .heat import HeatRow, heat, missing_as_nan, records
from .large_squad_page import dots_of, large_squad, trends_column
from .page import render
from .season_figures import PANEL, Dot, day_month, median_figure, reach

if TYPE_CHECKING:
    import pandas as pd

    from ..season.asking import SeasonAnswers
    from ..season.trends import Trend

WEEKS = 8
"""How many weeks the page shows, the last of them that in which anybody ran last."""


_NEAR_TARGET = 0.05
"""A target further than this share from its session is not shown: it would flatten everybody's sessions."""


def squad_page(
    season: SeasonAnswers,
    names: Sequence[str],
    *,
    units: Units = "km",
    pages: Mapping[str, str] | None = None,
    called: Mapping[str, str] | None = None,
) -> str:
    """Return the season of several athletes, side by side, as a page.

    Parameters
    ----------
    season : Season
        What to show.
    names : sequence of str
        Which athletes, in this order.
    units : {"km", "mi"}
        Of distances and paces.
    pages : mapping of str to str, optional
        The page of each athlete, beside this one.
    called : mapping of str to str, optional
        How runners are called, in place of their names.

    Returns
    -------
    str
        The HTML document.
    """
    squad = season.squad(names)
    said = {name: (called or {}).get(name, name) for name in names}
    rows = [
        {"index": i, "name": said[name], "page": (pages or {}).get(name, "")} for i, name in enumerate(squad["athlete"])
    ]
    shown: dict[str, Any] = {
        "title": "The squad",
        "facts": _facts(squad),
        "columns": [trends_column(squad), *_columns(squad, units)],
        "rows": rows,
        "has_pages": any(row["page"] for row in rows),
        "units": units,
    }
    together = _overlay(season, names)
    if len(names) > MOST_SIDE_BY_SIDE:
        shown |= large_squad(season, squad, together, rows)
        shown["columns"] = [trends_column(squad, dots_of(season, squad)), *shown["columns"][1:], *shown["more_columns"]]
        return render("large_squad.html.j2", title=shown["title"], shown=shown)
    latest = [
        HeatRow(index=i, name=f"{said[row['athlete']]}, {day_month(row['date'])}", activity_id=int(row["activity_id"]))
        for i, row in enumerate(records(squad, "athlete", "date", "activity_id", "sessions"))
        if row["sessions"]
    ]
    panels = _panels(season, squad, said, units)
    shown |= {
        "heat": heat(season.reps_of([row.activity_id for row in latest]), latest),
        "panels": panels,
        "what": panels[0]["what"] if len({panel["what"] for panel in panels}) == 1 else "",
        "weeks": _weeks(season.weeks(names), said, units),
        "together": _together(together, said),
    }
    return render("squad.html.j2", title=shown["title"], shown=shown)


def _facts(squad: pd.DataFrame) -> list[str]:
    dates = squad["date"].dropna()
    facts = [f"{len(squad)} runners", f"{squad['sessions'].sum():,} sessions"]
    return [*facts, f"the latest on {dates.max():%Y-%m-%d}"] if len(dates) else facts


def _columns(squad: pd.DataFrame, units: Units) -> list[Column]:
    """Return the table of runners, column by column; those that no runner has a value in are left out."""
    paces = 1000.0 * squad["median_regular_s"] / squad["rep_distance_m"]
    squad = squad.assign(pace_s_per_km=paces)
    digits = u.time_digits(squad["median_regular_sd_s"])

    def number(key: str, head: str, about: str, say: Callable[[float], str]) -> Column:
        return number_column(head, about, [missing_as_nan(value) for value in squad[key]], say)

    return filled(
        [
            word_column(
                "Latest", "day of the latest session", [f"{d:%Y-%m-%d}" if d == d else "" for d in squad["date"]]
            ),
            number("median_regular_s", "Median", "median regular rep", lambda v: u.clock(v, digits)),
            number("pace_s_per_km", f"Pace /{units}", f"its pace, minutes a {units}", lambda v: u.pace(v, units)),
            number("target_s", "Target", "target of the day", u.target),
            number("deviation_s", "Off", "median less target, seconds", lambda v: u.signed(v, digits)),
            number("spread_s", "Spread", "spread of the regular reps, seconds", lambda v: u.number(v, 1)),
            number("score_overall", "Score", "overall score of 100", u.number),
            number("run_reps", "Reps", "reps run", u.number),
            number("hammer_gain", "Hammer", "how much quicker the hammers were", _percent),
            number("rest_on_share", "Rests", "rests on target", _percent),
            number(
                "weekly_distance_m", f"{units}/week", "over the last four weeks", lambda v: u.number(v / UNIT_M[units])
            ),
            number("hard_share_time", "Hard", "share of the known time of the last four weeks", _percent),
            word_column("Session", "what it was held against", squad["plan_name"].tolist()),
        ]
    )


def _percent(share: float) -> str:
    return f"{u.number(100 * share)} %" if isfinite(share) else ""


def _panels(season: SeasonAnswers, squad: pd.DataFrame, said: Mapping[str, str], units: Units) -> list[dict[str, Any]]:
    """Return a picture of each runner's medians, all with the same days and the same share of a rep's time."""
    from markupsafe import Markup

    dots: dict[int, list[Dot]] = {}
    metres: dict[int, float] = {}
    trends: dict[int, Trend] = {}
    for i, name in enumerate(squad["athlete"]):
        alike = season.like(name).dropna(subset=["median_regular_s"])
        if not len(alike):
            continue
        trends[i] = season.trend(athlete=name)
        dots[i] = Dot.all_of(alike, [i] * len(alike))
        metres[i] = float(alike["rep_distance_m"].iloc[0])
    if not dots:
        return []
    all_dots = [dot for own in dots.values() for dot in own]
    days = min(dot.day for dot in all_dots), max(dot.day for dot in all_dots)
    reached = {i: reach(own, near_target=_NEAR_TARGET) for i, own in dots.items()}
    half_share = max(LEAST_HALF_SHARE, *(0.58 * (high - low) / (0.5 * (high + low)) for low, high in reached.values()))
    panels = []
    for i, own in dots.items():
        middle_s, trend = 0.5 * sum(reached[i]), trends[i]
        line = (trend.at_start, trend.at_end) if trend.is_more_than_noise else None
        drawn = median_figure(
            own, line, distance_m=metres[i], units=units, frame=PANEL, days=days,
            reach_s=(middle_s * (1.0 - half_share), middle_s * (1.0 + half_share)), described_by=None,
        )  # fmt: skip
        row = squad.iloc[i]
        panels.append(
            {
                "index": i,
                "name": said[row["athlete"]],
                "what": u.rep_distance(metres[i]),
                "trend": trend.in_short,
                "verdict": trend.verdict.split()[0],
                "spread": _usual_spread(own),
                "picture": Markup(drawn),
            }
        )
    return panels


def _usual_spread(dots: Sequence[Dot]) -> str:
    known = [dot.spread_s for dot in dots if isfinite(dot.spread_s)]
    return f" · spread {u.number(median(known), 1)} s" if known else ""


def _overlay(season: SeasonAnswers, names: Sequence[str]) -> pd.DataFrame | None:
    """Return the latest session that several ran; None where there is none."""
    from ..errors import SeasonError

    try:
        return season.overlay(athlete=names)
    except SeasonError:
        return None


def _together(found: pd.DataFrame | None, said: Mapping[str, str]) -> dict[str, Any] | None:
    """Return of the session that several ran who held, who faded, whose rests were short."""
    if found is None:
        return None
    places = {name: i for i, name in enumerate(said)}
    rows = []
    has_rests = bool((found["rests"] > 0).any())
    for row in found.to_dict("records"):
        off, fade = missing_as_nan(row["off_share"]), missing_as_nan(row["fade_share"])
        before = " ".join(u.signed(100.0 * value, 1) for value in row["fades_before"] if isfinite(value))
        cells = [
            Cell(u.signed(100.0 * off, 1), round(off, 6)),
            Cell(u.signed(100.0 * fade, 1), round(fade, 6)),
            Cell(row["held"], None, "bad" if row["held"] == "faded" else ""),
        ]
        if has_rests:
            cells += [
                Cell(f"{row['rests_short']} of {row['rests']}" if row["rests"] else "–"),
                Cell(row["rests_held"], None, "bad" if row["rests_held"] == "short" else ""),
            ]
        cells.append(Cell(before or "–"))
        rows.append({"index": places[row["athlete"]], "name": said[row["athlete"]], "cells": cells})
    heads = ["Off %", "Fade %", "Told", *(["Short rests", "Rests"] if has_rests else []), "Faded before, %"]
    kind = found["rep_kind"].iloc[0]
    kind = kind if isinstance(kind, str) else "reps"
    return {"what": f"{kind}, {day_month(found['date'].max())}", "heads": heads, "rows": rows}


def _weeks(weeks: pd.DataFrame, said: Mapping[str, str], units: Units) -> dict[str, Any] | None:
    """Return runners x weeks: the distance, and the hard share where the week can be judged."""
    import pandas as pd

    if weeks.empty:
        return None
    shown = weeks[weeks["week"] > weeks["week"].max() - pd.Timedelta(weeks=WEEKS)]
    mondays = sorted(shown["week"].unique())
    cells = records(shown, "athlete", "week", "runs", "distance_m", "verdict", "hard_share_time")
    found = {(row["athlete"], row["week"]): row for row in cells}
    rows = [
        {"index": i, "name": said[name], "cells": [_week(found.get((name, monday)), units) for monday in mondays]}
        for i, name in enumerate(said)
    ]
    return {"heads": [day_month(monday) for monday in mondays], "rows": rows}


def _week(row: dict[Any, Any] | None, units: Units) -> Cell:
    if row is None or not row["runs"]:
        return Cell("–")
    text, metres = u.number(row["distance_m"] / UNIT_M[units]), round(float(row["distance_m"]), 1)
    judged = row["verdict"] in ("over the line", "within the line")
    if not judged:
        return Cell(text, metres)
    over = row["verdict"] == "over the line"
    return Cell(f"{'▲ ' if over else ''}{text} ({u.hard_share(row['hard_share_time'])})", metres, "bad" if over else "")
