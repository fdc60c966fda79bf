"""The page of a squad too large for a picture of each runner: whom to look at first, and one table that sorts.

Conventions are those of `squad_page`. What is told of a runner is told by the season: the trend that is asked of every
season, the latest session that several ran, the last four weeks. Rep by rep and week by week stands in the runner's own
page. The dots beside a trend have the same days and the same share of a rep's time from bottom to top for all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from ..shown import numbers as u
from ..shown.cells import Cell, Column, number_column
from .heat import missing_as_nan
from .season_figures import day_month
from .svg import Scale, tag

if TYPE_CHECKING:
    import pandas as pd

    from ..season.asking import SeasonAnswers

FloatArray = NDArray[np.float64]

NAMED: Final = 15
"""So many runners of a kind are named; the table tells the others."""
_WIDTH, _HEIGHT = 96.0, 20.0
_HALF_SHARE: Final = 0.05
"""Of a runner's usual time, from the middle of the dots to their edge: what a season changes, and bad days besides."""
_OFTEN_WEEKS: Final = 2


def large_squad(
    season: SeasonAnswers, squad: pd.DataFrame, together: pd.DataFrame | None, rows: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return what the page shows beside the columns that every squad's table has.

    Parameters
    ----------
    season : Season
        What is shown.
    squad, together : DataFrame
        `SeasonAnswers.squad`, and the session that several ran (`SeasonAnswers.overlay`), where there is one.
    rows : sequence of mapping
        The runners as the page's table has them.
    """
    if together is not None:
        together = together.set_index("athlete").reindex(squad["athlete"])
    return {
        "first_looks": [
            {**group, "rows": [rows[place] for place in group["places"][:NAMED]]}
            for group in _first_looks(squad, together)
        ],
        "more_columns": _of_session(together) if together is not None else [],
    }


def _first_looks(squad: pd.DataFrame, together: pd.DataFrame | None) -> list[dict[str, Any]]:
    """Return groups of runners: what it is, whether that is good or bad, and their places, the most so first."""
    share = np.where(squad["trend_metric"] == "pace", 1.0, 1.0 / squad["median_regular_s"]) * squad["slope_per_week"]
    groups: list[tuple[str, str, Any, Any]] = [
        ("Slower, more than noise", "bad", squad["verdict"] == "worse", -share),
        ("Quicker, more than noise", "good", squad["verdict"] == "better", share),
    ]
    if together is not None:
        session = _session(together)
        groups += [
            (f"Faded in {session}", "bad", together["held"] == "faded", -together["fade_share"]),
            (f"Rests too short in {session}", "bad", together["rests_held"] == "short", together["rest_target_ratio"]),
        ]
    often = squad["weeks_over_the_line"] >= _OFTEN_WEEKS
    away = ~(squad["weekly_distance_m"] > 0.0)
    groups += [
        (f"Over 20 % hard in {_OFTEN_WEEKS} or more of the last four weeks", "bad", often, -squad["hard_share_time"]),
        ("No run in the last four weeks", "", away, np.arange(len(squad))),
    ]
    found = []
    for what, why, who, first in groups:
        places = np.flatnonzero(np.asarray(who, dtype=bool))
        in_order = places[np.argsort(np.asarray(first, dtype=np.float64)[places], kind="stable")]
        found.append({"what": what, "why": why, "places": in_order.tolist()})
    return [{**group, "more": max(len(group["places"]) - NAMED, 0)} for group in found if group["places"]]


def _session(together: pd.DataFrame) -> str:
    kinds = together["rep_kind"].dropna()
    return f"{kinds.iloc[0] if len(kinds) else 'the session'} of {day_month(together['date'].max())}"


def _of_session(together: pd.DataFrame) -> list[Column]:
    shares = [missing_as_nan(share) for share in together["fade_share"]]
    rests = zip(together["rests_short"], together["rests"], strict=True)
    cells = [Cell(f"{short:.0f} of {n:.0f}", short / n) if n > 0 else Cell("") for short, n in rests]
    about = f"last third of the regular reps over the first, {_session(together)}"
    return [
        number_column("Fade %", about, shares, lambda share: u.signed(100.0 * share, 1)),
        Column("Short rests", f"rests too short, {_session(together)}", cells),
    ]


def trends_column(squad: pd.DataFrame, dots: Mapping[str, str] | None = None) -> Column:
    """Return the trend that is asked of every season, sorted by its share of a rep, beside the runner's dots."""
    from markupsafe import Markup

    cells = []
    said = ("athlete", "trend", "verdict", "trend_metric", "slope_per_week", "median_regular_s")
    for name, trend, verdict, metric, slope, median_s in zip(*(squad[key] for key in said), strict=True):
        share = slope if metric == "pace" else slope / median_s
        kind = {"better": "good", "worse": "bad"}.get(verdict, "")
        text = Markup('{}<span class="{}">{}</span>').format(Markup((dots or {}).get(name, "")), kind, trend)
        cells.append(Cell(text, round(share, 9) if isfinite(share) else None))
    return Column(
        "Trend", "what changes; of several kinds of session the pace, of one its median rep", cells, is_text=True
    )


def dots_of(season: SeasonAnswers, squad: pd.DataFrame) -> dict[str, str]:
    """Return a small picture of each runner: the medians of the sessions that compare."""
    names = squad["athlete"].tolist()
    sessions = season.sessions(names)
    place = {int(number): i for i, number in enumerate(sessions["activity_id"])}
    days = sessions["date"].to_numpy().astype("datetime64[D]").astype(np.float64)
    times_s = sessions["median_regular_s"].to_numpy(np.float64)
    found = {}
    for name in names:
        rows = [row for number in season.likened(name)[0] if isfinite(times_s[row := place[number]])]
        if rows:
            x = Scale(days.min(), max(days.max(), days.min() + 1.0), 2.0, _WIDTH - 2.0).of(days[rows])
            found[name] = _dots(x, times_s[rows])
    return found


def _dots(x: FloatArray, times_s: FloatArray) -> str:
    middle_s = float(np.median(times_s))
    y = Scale(middle_s * (1.0 - _HALF_SHARE), middle_s * (1.0 + _HALF_SHARE), 2.0, _HEIGHT - 2.0).of(times_s)
    dots = "".join(f"M{xi:.0f} {yi:.1f}h0" for xi, yi in zip(x.tolist(), y.tolist(), strict=True))
    size = {"viewBox": f"0 0 {_WIDTH:g} {_HEIGHT:g}", "width": f"{_WIDTH:g}", "height": f"{_HEIGHT:g}"}
    return tag("svg", tag("path", d=dots), class_="dots", aria_hidden="true", **size)
