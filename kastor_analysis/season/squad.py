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

from .likeness import is_short
from .trends import Trend

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


def squad_frame(sessions: pd.DataFrame, weeks: pd.DataFrame, trends: Mapping[str, Trend]) -> pd.DataFrame:
    """Return one row a runner whose trend is given, in that order; see `SeasonAnswers.squad`."""
    have_run, n_weeks = set(weeks["athlete"]), 0
    if have_run:
        weeks_ago = (weeks["week"].max() - weeks["week"]).dt.days // 7
        n_weeks = min(LAST_WEEKS, int(weeks_ago.max()) + 1)
        weeks = weeks[weeks_ago < n_weeks]
    own_weeks = dict(tuple(weeks.groupby("athlete")))
    own_sessions = dict(tuple(sessions.groupby("athlete")))
    rows = []
    for name, trend in trends.items():
        own = own_weeks.get(name, weeks.iloc[:0]) if name in have_run else None
        of_sessions = _of_sessions(own_sessions.get(name, sessions.iloc[:0]), trend)
        rows.append({"athlete": name, **of_sessions, **_of_weeks(own, n_weeks)})
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["date"] = pd.to_datetime(frame["date"])
    for name in ("activity_id", "run_reps"):
        frame[name] = frame[name].astype("Int64")
    for name in _NUMBERS:
        frame[name] = frame[name].astype("float64")
    return frame


def _of_sessions(sessions: pd.DataFrame, trend: Trend) -> dict[str, Any]:
    long = np.flatnonzero(~is_short(sessions))
    last = long[-1] if long.size else -1
    latest: dict[str, Any] = {column: sessions[column].iat[last] for column in _OF_LATEST} if len(sessions) else {}
    return {
        "sessions": len(sessions),
        **{column: latest.get(column) for column in _OF_LATEST},
        "deviation_s": latest["median_regular_s"] - latest["target_s"] if len(sessions) else None,
        "trend_metric": trend.metric.name,
        "trend_sessions": trend.n,
        **{column: getattr(trend, column) for column in _OF_TREND},
        "trend": trend.in_short,
    }


def _of_weeks(weeks: pd.DataFrame | None, n_weeks: int) -> dict[str, Any]:
    """Return what a runner ran in the last weeks; None stands for one of whom no run is known at all."""
    if weeks is None:
        return {"weekly_distance_m": None, "hard_share_time": None, "weeks_over_the_line": 0}
    judged = weeks[weeks["verdict"].isin(["over the line", "within the line"])]
    hard_s = float((judged["moderate_s"] + judged["high_s"]).sum())
    known_s = hard_s + float(judged["low_s"].sum())
    return {
        "weekly_distance_m": float(weeks["distance_m"].sum()) / n_weeks,
        "hard_share_time": hard_s / known_s if known_s > 0 else None,
        "weeks_over_the_line": int((weeks["verdict"] == "over the line").sum()),
    }
