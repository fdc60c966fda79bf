"""A runner's own threshold, from the sessions of the weeks around: as a pace, and as the heart rate at that pace.

The rule, in one place:

- *Pace.* Each session counts as a race over the sum of its reps, as everywhere in a season (Riegel's law,
  `season.likeness`), which gives the 5K pace it is beside, and by Daniels and Gilbert's equations (1979, Oxygen Power)
  a VO2max. The runner's is that which the better quarter of their sessions reaches: the others are of hills, or easier.
  It takes `LEAST_SESSIONS` within `WITHIN_DAYS` before or after the week; strides, and reps as short, say nothing. The
  threshold is the speed whose oxygen cost is 87 % of it: within the 83 to 88 % of Daniels' threshold running, and where
  Seiler's scale begins its high zone; easy ends at 80 %, as in `season.intensity`.
- *Heart rate.* Heart rate grows in a straight line with the oxygen that running costs (Swain and Leutholtz 1997, Med.
  Sci. Sports Exerc. 29:410-414). Two points of the runner's own make the line: easy runs (average speed and heart rate
  of those of 20 min and more) and reps of 3 min and more (their speed and the heart rate they end with, which has
  arrived by then), the medians of at least `LEAST_RUNS` and `LEAST_REPS`. The reps have to be at 83 % or beyond, so
  that the threshold lies between or beside the points; otherwise it is not known.

Where it is not known nothing is guessed: the weeks then stand as the runner's goal and stated maximum heart rate part
them, and say so.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import nan
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..quantities.equal import EqualNan
from ..quantities.ordered import median, quantile
from ..quantities.table import Table
from .columns import read_columns
from .effort import HEART_EDGES_BPM, PARTS, SPEED_EDGES_MPS, Efforts, beyond
from .intensity import HIGH_FROM_VO2MAX, MODERATE_FROM_VO2MAX, vo2_cost, vo2_speed, vo2max_of_race
from .likeness import AXIS_M, equivalent_paces
from .record import RUNNING_SPORTS
from .store import Whose, whose
from .window import Window

FloatArray = NDArray[np.float64]

WITHIN_DAYS: Final = 42
"""Six weeks either way: a fitness changes by a percent or two in as long."""
LEAST_SESSIONS: Final = 4  # the better quarter of fewer is one of them
LEAST_RUNS: Final = 4  # a median of fewer is one of them
LEAST_REPS: Final = 6  # two sessions of three, one of six
BETTER_QUARTER: Final = 0.75  # a quantile: see above
LEAST_RUN_S: Final = 1200.0  # the heart has found its level by then
LEAST_REP_S: Final = 170.0
"""Reps that are named 3:00, and found."""
HARD_FROM_VO2MAX: Final = 0.83  # where Daniels' threshold running begins


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Threshold(EqualNan):
    """A runner's threshold in one week.

    Attributes
    ----------
    speed_mps, heart_rate_bpm : float
        Where high begins; NaN where it is not known.
    easy_to_mps, easy_to_bpm : float
        Where low ends.
    sessions : int
        How many it rests on.
    """

    speed_mps: float = nan
    heart_rate_bpm: float = nan
    easy_to_mps: float = nan
    easy_to_bpm: float = nan
    sessions: int = 0


class Evidence:
    """What a season holds of one runner that tells their threshold.

    Parameters
    ----------
    sessions : Table
        Theirs.
    runs, reps : ndarray, shape (n, 3)
        Day (counted from 1970), oxygen cost and heart rate of easy runs and of long reps.
    """

    def __init__(self, sessions: Table, runs: FloatArray, reps: FloatArray) -> None:
        paces = equivalent_paces(sessions)["equivalent_5k_pace_s_per_km"]
        known = np.isfinite(paces)
        vo2max = [vo2max_of_race(AXIS_M, AXIS_M / 1000.0 * pace) for pace in paces[known]]
        days = sessions["date"][known].astype(np.float64)
        self._sessions = _by_day(np.column_stack([days, np.array(vo2max, dtype=np.float64)]))
        self._runs, self._reps = _by_day(runs), _by_day(reps)

    def at(self, day: float) -> Threshold:
        """Return the threshold in the week of a day."""
        own = _near(self._sessions, day)[:, 1]
        if own.size < LEAST_SESSIONS:
            return Threshold()
        vo2max = float(quantile(own, BETTER_QUARTER))
        easy_bpm, high_bpm = self._heart_rates(day, vo2max)
        return Threshold(
            speed_mps=vo2_speed(HIGH_FROM_VO2MAX * vo2max),
            heart_rate_bpm=high_bpm,
            easy_to_mps=vo2_speed(MODERATE_FROM_VO2MAX * vo2max),
            easy_to_bpm=easy_bpm,
            sessions=int(own.size),
        )

    def _heart_rates(self, day: float, vo2max: float) -> tuple[float, float]:
        """Return the heart rates at which easy ends and high begins."""
        points = []
        for rows, least in ((self._runs, LEAST_RUNS), (self._reps, LEAST_REPS)):
            near = _near(rows, day)
            if len(near) < least:
                return nan, nan
            points.append((float(median(near[:, 1])) / vo2max, float(median(near[:, 2]))))
        (easy, easy_bpm), (hard, hard_bpm) = points
        if not (easy < MODERATE_FROM_VO2MAX and hard >= HARD_FROM_VO2MAX and hard_bpm > easy_bpm):
            return nan, nan
        rise = (hard_bpm - easy_bpm) / (hard - easy)
        low, high = (easy_bpm + rise * (share - easy) for share in (MODERATE_FROM_VO2MAX, HIGH_FROM_VO2MAX))
        return low, high


def _by_day(rows: FloatArray) -> FloatArray:
    return rows[np.argsort(rows[:, 0], kind="stable")]


def _near(rows: FloatArray, day: float) -> FloatArray:
    first, last = np.searchsorted(rows[:, 0], [day - WITHIN_DAYS, day + WITHIN_DAYS + 0.5])
    return rows[first:last]


def evidence_of(
    connection: sqlite3.Connection, *, athlete: Whose = None, since: date = date.min
) -> dict[str, Evidence]:
    """Return what tells each runner's threshold: all that the season holds, be it looked at or not.

    Parameters
    ----------
    connection : sqlite3.Connection
        To the season.
    athlete : str or sequence of str, optional
        Whose. Default: all.
    since : date
        The Monday of the first week whose threshold will be asked for.
    """
    chosen, names = whose(athlete)
    first = date.fromordinal(max(since.toordinal() - WITHIN_DAYS, 1))
    marks = ", ".join("?" * len(RUNNING_SPORTS))
    runs = connection.execute(
        "SELECT name, julianday(local_date) - 2440587.5, distance_m / moving_s, heart_rate_avg_bpm "
        "FROM activities JOIN athletes USING (athlete_id) WHERE NOT is_session AND moving_s >= ? AND distance_m > 0 "
        f"AND heart_rate_avg_bpm > 0 AND (sport IS NULL OR sport IN ({marks})) AND {chosen} AND local_date >= ?",
        (LEAST_RUN_S, *RUNNING_SPORTS, *names, first.isoformat()),
    ).fetchall()
    reps = connection.execute(
        "SELECT name, julianday(local_date) - 2440587.5, scored_distance_m / time_s, reps.heart_rate_max_bpm "
        "FROM activities JOIN reps USING (activity_id) JOIN athletes USING (athlete_id) "
        "WHERE status = 'run' AND time_s >= ? AND scored_distance_m > 0 AND reps.heart_rate_max_bpm > 0 "
        f"AND {chosen} AND local_date >= ?",
        (LEAST_REP_S, *names, first.isoformat()),
    ).fetchall()
    sessions = read_columns(connection, athlete=athlete, window=Window(since=first))
    easy, long, none = _by_name(runs), _by_name(reps), np.empty((0, 3))
    return {name: Evidence(sessions[name], easy.get(name, none), long.get(name, none)) for name in sessions}


def part_by(efforts: Efforts, thresholds: Sequence[Threshold]) -> dict[str, FloatArray]:
    """Return the time and the distance of each run at each intensity, ``low_s`` ... ``unknown_m``.

    Parameters
    ----------
    efforts : Efforts
        Of runs.
    thresholds : sequence of Threshold
        One a run, known.
    """
    speeds = [[getattr(own, name) for own in thresholds] for name in ("easy_to_mps", "speed_mps")]
    hearts = [[getattr(own, name) for own in thresholds] for name in ("easy_to_bpm", "heart_rate_bpm")]
    by_heart = np.isfinite(hearts[1])
    parted: dict[str, FloatArray] = {}
    for unit, which in (("s", 0), ("m", 1)):
        amounts = {name: efforts.part(name)[which] for name in PARTS}
        by_speed = amounts["reps"] + amounts["speed"] + np.where(by_heart[:, None], 0.0, amounts["speed_of_heart"])
        heart = np.where(by_heart[:, None], amounts["heart"], 0.0)
        hard, high = (
            (by_speed * beyond(SPEED_EDGES_MPS, np.array(mps))).sum(axis=1)
            + (heart * beyond(HEART_EDGES_BPM, np.nan_to_num(bpm))).sum(axis=1)
            for mps, bpm in zip(speeds, hearts, strict=True)
        )
        between, unknown = amounts["between"][:, 0], amounts["unknown"][:, 0]
        # A heart rate without a speed tells nothing where that of the threshold is not known.
        blind = amounts["heart"].sum(axis=1) - amounts["speed_of_heart"].sum(axis=1)
        unknown += np.where(by_heart, 0.0, np.maximum(blind, 0.0).round(1))
        parted |= {f"low_{unit}": by_speed.sum(axis=1) + heart.sum(axis=1) + between - hard}
        parted |= {f"moderate_{unit}": hard - high, f"high_{unit}": high, f"unknown_{unit}": unknown}
    return parted


def _by_name(rows: list[tuple[str, float, float, float]]) -> dict[str, FloatArray]:
    """Return the day, the oxygen cost and the heart rate of each runner's rows of name, day, speed and heart rate."""
    found: dict[str, list[tuple[float, float, float]]] = {}
    for name, day, speed_mps, heart_rate_bpm in rows:
        found.setdefault(name, []).append((day, speed_mps, heart_rate_bpm))
    points = {name: np.array(own, dtype=np.float64) for name, own in found.items()}
    return {name: np.column_stack([own[:, 0], vo2_cost(own[:, 1]), own[:, 2]]) for name, own in points.items()}
