"""A squad side by side, a row a runner: the latest session, what changes, and the last weeks.

Conventions: each runner's trend is the one that is asked of every season, the pace over all kinds of session or, of one
kind, its median rep; over a distance, where one is named, that of its median rep. The last weeks are the same for all,
counted back from the last one in which any of them ran, so that who was away shows it. The latest session is the latest
of reps longer than strides, where there is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .likeness import is_short
from .trends import Trend
from .weeks import LastWeeks

LAST_WEEKS: Final = 4
"""What a runner does now: long enough for a week of rest, too short for last season."""

_OF_LATEST: Final = (
    "activity_id", "date", "plan_name", "run_reps", "rep_kind", "rep_distance_m", "median_regular_s",
    "median_regular_sd_s", "target_s", "spread_s", "hammer_gain", "rest_on_share", "score_overall",
)  # fmt: skip
_OF_TREND: Final = ("slope_per_week", "low_per_week", "high_per_week", "p_value", "verdict")
COLUMNS: Final = (
    "athlete", "sessions", *_OF_LATEST, "deviation_s", "trend_metric", "trend_sessions", *_OF_TREND, "trend",
    "weekly_distance_m", "hard_share_time", "weeks_over_the_line",
)  # fmt: skip
_AWAY: Final = {"weekly_distance_m": 0.0, "hard_share_time": None, "weeks_over_the_line": 0}
_NEVER: Final = {**_AWAY, "weekly_distance_m": None}
"""Of the last weeks, of one who has run before them, and of one of whom no run is known at all."""
_NUMBERS: Final = ("deviation_s", "weekly_distance_m", "hard_share_time", *_OF_LATEST[5:], *_OF_TREND[:4])


def initials_of(names: Sequence[str]) -> dict[str, str]:
    """Return what each runner is called in short: initials of all words, with more letters where two would be alike."""
    found: dict[str, str] = {}
    for name in names:
        words = name.split() or [name]
        for letters in range(1, max(map(len, words)) + 1):
            short = "".join(word[:letters].capitalize() for word in words)
            if short not in found.values():
                break
        else:
            short = f"{short}{len(found) + 1}"
        found[name] = short
    return found


def squad_frame(sessions: pd.DataFrame, weeks: LastWeeks, trends: Mapping[str, Trend]) -> pd.DataFrame:
    """Return one row a runner whose trend is given, in that order; see `SeasonAnswers.squad`."""
    of_weeks = _of_weeks(weeks.rows, weeks.n)
    own_sessions: dict[Any, Any] = dict(sessions.groupby("athlete").indices)
    latest = _latest(sessions, own_sessions)
    rows = []
    for name, trend in trends.items():
        rows.append(
            {
                "athlete": name,
                "sessions": len(own_sessions.get(name, ())),
                **latest.get(name, {}),
                "trend_metric": trend.metric.name,
                "trend_sessions": trend.n,
                **{column: getattr(trend, column) for column in _OF_TREND},
                "trend": trend.in_short,
                **(of_weeks.get(name, _AWAY) if name in weeks.have_run else _NEVER),
            }
        )
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["date"] = pd.to_datetime(frame["date"])
    for name in ("activity_id", "run_reps"):
        frame[name] = frame[name].astype("Int64")
    for name in _NUMBERS:
        frame[name] = frame[name].astype("float64")
    return frame


def _latest(sessions: pd.DataFrame, places: Mapping[str, NDArray[np.intp]]) -> dict[str, dict[Any, Any]]:
    """Return of each runner's latest session, of reps longer than strides where there is one, what is told of it."""
    long = ~is_short(sessions)
    lasts = [int(own[long[own]][-1] if long[own].any() else own[-1]) for own in places.values()]
    told = sessions.iloc[lasts][list(_OF_LATEST)].astype(object)
    told["deviation_s"] = told["median_regular_s"] - told["target_s"]
    return dict(zip(places, told.to_dict("records"), strict=True))


def _of_weeks(weeks: pd.DataFrame, n: int) -> dict[str, dict[str, Any]]:
    """Return what each runner of the last weeks ran in them."""
    is_over = weeks["verdict"] == "over the line"
    is_judged = is_over | (weeks["verdict"] == "within the line")
    hard_s = (weeks["moderate_s"] + weeks["high_s"]).where(is_judged, 0.0)
    sums = (
        weeks.assign(hard_s=hard_s, known_s=hard_s + weeks["low_s"].where(is_judged, 0.0), over=is_over)
        .groupby("athlete")[["distance_m", "hard_s", "known_s", "over"]]
        .sum()
    )
    return {
        name: {
            "weekly_distance_m": metres / n,
            "hard_share_time": hard / known if known > 0 else None,
            "weeks_over_the_line": int(over),
        }
        for name, metres, hard, known, over in sums.itertuples()
    }
