"""Weeks as a DataFrame: how far, how long and how hard each runner ran, and whether that was within the 80/20.

Conventions: a week begins on its Monday, as numbers count it in days from 1970; a runner's weeks go from the first in
which they ran to the last, those without a run included. Runs are parted by the runner's own threshold in the week,
where the season tells it (`season.threshold`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .effort import efforts_of
from .figures import STRIDES
from .intensity import HARD_SHARE_LINE, INTENSITIES
from .record import RUNNING_SPORTS
from .store import Whose, whose
from .threshold import Threshold, evidence_of, part_by
from .window import EVERYTHING, Window

IntArray = NDArray[np.int64]

LEAST_RUNS_A_WEEK: Final = 3
"""A week with fewer runs recorded is not judged: what is missing would decide."""

LEAST_KNOWN_SHARE: Final = 0.75
"""A week of whose moving time less than this could be judged is not."""

_PARTED_AT_ONCE: Final = 2000
"""Runs, of some 2 kB each while they are."""

_DAY_ZERO: Final = date(1970, 1, 1)
_AMOUNTS: Final = [f"{name}_{unit}" for unit in ("s", "m") for name in INTENSITIES]
_SUMMED: Final = ["runs", "sessions", "hard_runs", "moving_s", "distance_m", *_AMOUNTS]


class LastWeeks(NamedTuple):
    """The last weeks in which any of several runners ran.

    Attributes
    ----------
    rows : DataFrame
        As `weeks_frame` returns them.
    n : int
        How many weeks these are.
    have_run : collection of str
        Who of them ran in any week, be it before.
    """

    rows: pd.DataFrame
    n: int
    have_run: Collection[str]


class _Span(NamedTuple):
    """The Mondays of the first and the last week in which a runner ran."""

    first: int
    last: int


def weeks_frame(connection: sqlite3.Connection, *, athlete: Whose, window: Window = EVERYTHING) -> pd.DataFrame:
    """Return one row an athlete and week (Monday to Sunday), weeks without a run included, with its 80/20.

    The `last` so many weeks of the window are those of all the runners together.
    """
    return last_weeks(connection, athlete=athlete, window=window).rows


def last_weeks(connection: sqlite3.Connection, *, athlete: Whose, window: Window) -> LastWeeks:
    """Return the weeks of the window, and who has run in it at all; nothing is read of the weeks before the last ones.

    Parameters
    ----------
    connection : sqlite3.Connection
        To the season.
    athlete : str or sequence of str, optional
        Whose. Default: all.
    window : Window
        What is looked at, so many weeks as `last` says.
    """
    whole = window.in_whole_weeks()
    spans = _spans(connection, athlete, whole)
    first, last = (
        min((span.first for span in spans.values()), default=0),
        max((span.last for span in spans.values()), default=-7),
    )
    n = (last - first) // 7 + 1
    if window.last is not None and window.last < n:
        n = max(window.last, 0)
        whole = replace(whole, since=_DAY_ZERO + timedelta(days=last - 7 * (n - 1)))
    return LastWeeks(_rows(connection, athlete, whole, spans), n, spans.keys())


def _spans(connection: sqlite3.Connection, athlete: Whose, window: Window) -> dict[str, _Span]:
    """Return from when to when each runner ran who ever did, by the alphabet."""
    chosen, values = _running(athlete, window)
    rows = connection.execute(
        "SELECT athletes.name, min(local_date), max(local_date) "
        f"FROM activities JOIN athletes USING (athlete_id) WHERE {chosen} GROUP BY athlete_id",
        values,
    )
    return dict(sorted((name, _Span(*_mondays(days).tolist())) for name, *days in rows))


def _rows(connection: sqlite3.Connection, athlete: Whose, window: Window, spans: Mapping[str, _Span]) -> pd.DataFrame:
    since = window.since or date.min
    chosen, values = _running(athlete, window)
    rows = connection.execute(
        f"SELECT athletes.name, local_date, is_session AND ifnull(rep_kind, '') <> '{STRIDES}', moving_s, "
        f"distance_m, {', '.join(_AMOUNTS)}, effort FROM activities JOIN athletes USING (athlete_id) WHERE {chosen} "
        "ORDER BY activity_id",
        values,
    ).fetchall()
    runs = pd.DataFrame(rows, columns=["athlete", "date", "sessions", "moving_s", "distance_m", *_AMOUNTS, "effort"])
    runs["monday"] = _mondays(runs.pop("date").tolist())
    numbers = ["sessions", "moving_s", "distance_m", *_AMOUNTS]
    runs[numbers] = runs[numbers].astype("float64")
    thresholds = _Thresholds(connection, athlete, since)
    runs = _parted(runs, thresholds)
    hard_s = runs["moderate_s"] + runs["high_s"]
    is_hard = (runs["sessions"] == 1) | (hard_s > (runs["low_s"] + runs["moderate_s"] + runs["high_s"]) / 2)
    runs["hard_runs"] = is_hard.astype("float64")
    runs["runs"] = 1.0
    every = pd.MultiIndex.from_arrays(_every_week(spans, since), names=["athlete", "monday"])
    weeks = runs.groupby(["athlete", "monday"], sort=False)[_SUMMED].sum().reindex(every, fill_value=0.0)
    weeks = _judged(weeks).reset_index()
    found = thresholds.of(weeks["athlete"], weeks["monday"])
    weeks.insert(1, "week", pd.to_datetime(weeks.pop("monday"), unit="D"))
    weeks["threshold_sessions"] = np.array([each.sessions for each in found], dtype=np.int64)
    weeks["threshold_pace_s_per_km"] = np.array([1000.0 / each.speed_mps for each in found], dtype=np.float64)
    weeks["threshold_bpm"] = np.array([each.heart_rate_bpm for each in found], dtype=np.float64)
    return weeks


def _running(athlete: Whose, window: Window) -> tuple[str, tuple[object, ...]]:
    """Return the condition on the runs that weeks are made of, and its values."""
    chosen, names = whose(athlete)
    within, limits = window.condition(runs=True)
    marks = ", ".join("?" * len(RUNNING_SPORTS))
    return f"(sport IS NULL OR sport IN ({marks})) AND {chosen} AND {within}", (*RUNNING_SPORTS, *names, *limits)


def _mondays(days: Sequence[str]) -> IntArray:
    numbers = np.array(days, dtype="datetime64[D]").astype(np.int64)
    return numbers - (numbers + 3) % 7  # the first day of 1970 was a Thursday


def _every_week(spans: Mapping[str, _Span], since: date) -> tuple[list[str], IntArray]:
    """Return runner and Monday of every row."""
    mondays = {
        name: np.arange(max(span.first, (since - _DAY_ZERO).days), span.last + 1, 7) for name, span in spans.items()
    }
    names = [name for name, own in mondays.items() for _ in own]
    return names, np.concatenate([*mondays.values(), np.empty(0, dtype=np.int64)])


def _judged(weeks: pd.DataFrame) -> pd.DataFrame:
    """Return sums of weeks with the hard shares of each, and what is said of it."""
    for unit, column in (("s", "time"), ("m", "distance")):
        hard = weeks[f"moderate_{unit}"] + weeks[f"high_{unit}"]
        known = weeks[f"low_{unit}"] + hard
        weeks[f"hard_share_{column}"] = hard / known.where(known > 0)
    weeks["hard_share_runs"] = weeks["hard_runs"] / weeks["runs"].where(weeks["runs"] > 0)
    total_s = weeks[[f"{name}_s" for name in INTENSITIES]].sum(axis=1)
    weeks["known_share"] = 1.0 - weeks["unknown_s"] / total_s.where(total_s > 0)
    verdict = np.where(weeks["hard_share_time"] > HARD_SHARE_LINE, "over the line", "within the line")
    too_few, unknown = weeks["runs"] < LEAST_RUNS_A_WEEK, ~(weeks["known_share"] >= LEAST_KNOWN_SHARE)
    weeks["verdict"] = np.select([too_few, unknown], ["too few runs", "intensity unknown"], verdict)
    return weeks.astype(dict.fromkeys(("runs", "sessions", "hard_runs"), "int64"))


class _Thresholds:
    """Each runner's threshold in each week, found when it is asked for."""

    def __init__(self, connection: sqlite3.Connection, athlete: Whose, since: date) -> None:
        self._evidence = evidence_of(connection, athlete=athlete, since=since)
        self._found: dict[tuple[str, int], Threshold] = {}

    def of(self, athletes: pd.Series, mondays: pd.Series) -> list[Threshold]:
        """Return the threshold of each pair of runner and week."""
        pairs = list(zip(athletes.tolist(), mondays.tolist(), strict=True))
        for name, monday in dict.fromkeys(pairs):
            if (name, monday) not in self._found:
                own = self._evidence.get(name)
                self._found[name, monday] = own.at(monday + 3.0) if own else Threshold()
        return [self._found[pair] for pair in pairs]


def _parted(runs: pd.DataFrame, thresholds: _Thresholds) -> pd.DataFrame:
    """Return runs with their time and distance parted by the runner's threshold in the week, where that is known."""
    found = thresholds.of(runs["athlete"], runs["monday"])
    is_known = np.array([each.sessions > 0 for each in found], dtype=bool) & runs["effort"].notna().to_numpy()
    values = {name: runs[name].to_numpy(copy=True) for name in _AMOUNTS}
    texts = runs["effort"].to_numpy(dtype=object)
    for rows in np.array_split(np.flatnonzero(is_known), max(int(is_known.sum()) // _PARTED_AT_ONCE, 1)):
        by_name = part_by(efforts_of(texts[rows].tolist()), [found[row] for row in rows])
        for name, column in by_name.items():
            values[name][rows] = column
    return runs.assign(**values)
