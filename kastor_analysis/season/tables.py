"""The season as DataFrames: sessions, reps, weeks. pandas is imported here and nowhere else in the season's core.

Conventions: one row a thing, columns with their units, dates as calendar days where the run was (datetime64), whole
numbers that can be missing as ``Int64``, text from a known vocabulary as categories.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import chain
from typing import Final, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..escapes import shown
from ..report import PaceVerdict, RestVerdict, ResultStatus
from .intensity import HARD_SHARE_LINE, INTENSITIES
from .record import RUNNING_SPORTS
from .schema import ACTIVITY_COLUMNS, REP_COLUMNS, TEXT_COLUMNS
from .store import Whose, whose

FloatArray = NDArray[np.float64]

LEAST_RUNS_A_WEEK: Final = 3
"""A week with fewer runs recorded is not judged: what is missing would decide."""

LEAST_KNOWN_SHARE: Final = 0.75
"""A week of whose moving time less than this could be judged is not."""

_SESSION_COLUMNS: Final = tuple(
    name for name in ACTIVITY_COLUMNS if name not in ("athlete_id", "part", "local_date") and not name.endswith("_json")
)
_WHOLE_COLUMNS: Final = ("planned_reps", "run_reps", "planned_rep", "run_rep", "found_rep", "corrections")


def sessions_frame(connection: sqlite3.Connection, *, athlete: Whose, runs: bool) -> pd.DataFrame:
    """Return one row a session in order of time (`runs`: every run, with or without reps)."""
    names = [f"activities.{name}" for name in _SESSION_COLUMNS]
    chosen, values = whose(athlete)
    rows = connection.execute(
        f"SELECT activity_id, athletes.name, local_date, {', '.join(names)}, "
        "(SELECT CAST(path || iif(entry = '', '', '/' || entry) AS BLOB) FROM files "
        "WHERE files.activity_id = activities.activity_id "
        "AND files.content_hash = activities.content_hash LIMIT 1) "
        "FROM activities JOIN athletes USING (athlete_id) "
        f"WHERE (is_session OR ?) AND {chosen} ORDER BY start_time_s, activity_id",
        (runs, *values),
    ).fetchall()
    columns = ["activity_id", "athlete", "date", *_SESSION_COLUMNS, "file"]
    frame = pd.DataFrame(rows, columns=columns)
    paths = [path and shown(path.decode("utf-8", "surrogateescape")) for path in frame["file"]]
    frame["file"] = pd.Series(paths, dtype=object)
    for name in _SESSION_COLUMNS:
        if name in _WHOLE_COLUMNS:
            frame[name] = frame[name].astype("Int64")
        elif name not in TEXT_COLUMNS:
            frame[name] = frame[name].astype("float64")
    frame["activity_id"] = frame["activity_id"].astype("int64")
    frame["is_session"] = frame["is_session"].astype(bool)
    frame["date"] = pd.to_datetime(frame["date"])
    frame.insert(3, "start_time", pd.to_datetime(frame.pop("start_time_s"), unit="s", utc=True))
    return frame


def reps_frame(connection: sqlite3.Connection, *, athlete: Whose) -> pd.DataFrame:
    """Return one row a rep of every session, in order of time."""
    chosen, values = whose(athlete)
    sessions = connection.execute(
        "SELECT activity_id, athletes.name, local_date FROM activities JOIN athletes USING (athlete_id) "
        f"WHERE is_session AND {chosen} ORDER BY start_time_s, activity_id",
        values,
    ).fetchall()
    vocabularies: dict[str, Sequence[str]] = {
        "status": get_args(ResultStatus),
        "pace_verdict": get_args(PaceVerdict),
        "rest_verdict": get_args(RestVerdict),
    }
    pairs = connection.execute("SELECT DISTINCT rest_kind, source FROM reps").fetchall()
    for which, name in enumerate(("rest_kind", "source")):
        vocabularies[name] = sorted({pair[which] for pair in pairs if pair[which] is not None})
    table = _numbers(connection, vocabularies)
    activity_ids = np.array([row[0] for row in sessions], dtype=np.int64)
    # Rows lie in the table by activity; a session's place in time decides their order.
    order = np.argsort(activity_ids, kind="stable")
    if np.isnan(table["activity_id"]).any():
        raise ValueError("a rep of no session")
    ids = table["activity_id"].astype(np.int64)
    place = np.searchsorted(activity_ids[order], ids).clip(0, max(activity_ids.size - 1, 0))
    wanted = activity_ids[order][place] == ids if activity_ids.size else np.zeros(ids.size, dtype=bool)
    session = order[place[wanted]] if activity_ids.size else np.empty(0, dtype=np.int64)
    rows = np.flatnonzero(wanted)[np.argsort(session, kind="stable")]
    session = np.sort(session, kind="stable")

    dates = np.array([row[2] for row in sessions], dtype="datetime64[s]")
    names, codes = np.unique(np.array([row[1] for row in sessions], dtype=object), return_inverse=True)
    data: dict[str, object] = {
        "activity_id": ids[rows],
        "athlete": pd.Categorical.from_codes(codes[session], dtype=pd.CategoricalDtype(list(names))),
        "date": dates[session],
    }
    for name in REP_COLUMNS:
        column = table[name][rows]
        if name in vocabularies:
            data[name] = pd.Categorical.from_codes(
                np.where(np.isnan(column), -1, column).astype(np.int64),
                dtype=pd.CategoricalDtype(list(vocabularies[name])),
            )
        elif name in _WHOLE_COLUMNS:
            missing = np.isnan(column)
            data[name] = pd.arrays.IntegerArray(np.where(missing, 0, column).astype(np.int64), missing)
        elif name == "is_hammer":
            data[name] = column == 1
        else:
            data[name] = column
    frame = pd.DataFrame(data)
    frame["deviation_s"] = frame["time_s"] - frame["target_s"]
    frame["pace_s_per_km"] = 1000.0 * frame["time_s"] / frame["scored_distance_m"]
    frame["rest_ratio"] = frame["rest_s"] / frame["time_s"]
    return frame


def over_nominal(reps: pd.DataFrame) -> pd.DataFrame:
    """Return reps with their times, sds and targets as over the nominal distance.

    On a marked track that changes nothing; elsewhere reps of one session were as long as the watch measured each.
    """
    share = (reps["nominal_distance_m"] / reps["scored_distance_m"]).where(reps["scored_distance_m"] > 0).fillna(1.0)
    return reps.assign(**{name: reps[name] * share for name in ("time_s", "time_sd_s", "target_s")})


def weeks_frame(connection: sqlite3.Connection, *, athlete: Whose) -> pd.DataFrame:
    """Return one row an athlete and week (Monday to Sunday), weeks without a run included, with its 80/20."""
    columns = [f"{name}_{unit}" for unit in ("s", "m") for name in INTENSITIES]
    marks = ", ".join("?" * len(RUNNING_SPORTS))
    chosen, values = whose(athlete)
    rows = connection.execute(
        f"SELECT athletes.name, local_date, is_session, moving_s, distance_m, {', '.join(columns)} "
        "FROM activities JOIN athletes USING (athlete_id) "
        f"WHERE (sport IS NULL OR sport IN ({marks})) AND {chosen}",
        (*RUNNING_SPORTS, *values),
    ).fetchall()
    frame = pd.DataFrame(rows, columns=["athlete", "date", "sessions", "moving_s", "distance_m", *columns])
    numbers = ["sessions", "moving_s", "distance_m", *columns]
    frame[numbers] = frame[numbers].astype("float64")
    day = pd.to_datetime(frame["date"])
    frame["week"] = day - pd.to_timedelta(day.dt.day_of_week, unit="D")
    known_s = frame["low_s"] + frame["moderate_s"] + frame["high_s"]
    hard_s = frame["moderate_s"] + frame["high_s"]
    is_hard = (frame["sessions"] == 1) | (hard_s > known_s / 2)
    frame["runs"] = 1
    frame["hard_runs"] = is_hard.astype(int)
    numbers = ["runs", "sessions", "hard_runs", "moving_s", "distance_m", *columns]
    frame[numbers] = frame[numbers].astype("float64")
    weeks = frame.groupby(["athlete", "week"], sort=True)[numbers].sum()
    weeks = _every_week(weeks)
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
    for name in ("runs", "sessions", "hard_runs"):
        weeks[name] = weeks[name].astype("int64")
    return weeks.reset_index()


def _every_week(weeks: pd.DataFrame) -> pd.DataFrame:
    if weeks.empty:
        return weeks
    parts = []
    for name, own in weeks.groupby(level="athlete", sort=True):
        mondays = pd.date_range(
            own.index.get_level_values("week").min(), own.index.get_level_values("week").max(), freq="7D", name="week"
        )
        full = own.droplevel("athlete").reindex(mondays, fill_value=0.0)
        parts.append(pd.concat({name: full}, names=["athlete"]))
    return pd.concat(parts)


def _numbers(connection: sqlite3.Connection, vocabularies: dict[str, Sequence[str]]) -> dict[str, FloatArray]:
    """Return the whole table of reps as float columns, text as its place in the vocabulary, missing as NaN.

    SQLite hands over plain floats, with infinity for NULL, straight into one array: half the time of rows of objects.
    """
    selected, texts = ["activity_id"], []
    for name in REP_COLUMNS:
        if name in vocabularies:
            cases = " ".join(f"WHEN ? THEN {place}" for place in range(len(vocabularies[name])))
            selected.append(f"(CASE {name} {cases} ELSE 9e999 END)" if cases else "9e999")
            texts += list(vocabularies[name])
        else:
            selected.append(f"ifnull({name}, 9e999)")
    rows = connection.execute(f"SELECT {', '.join(selected)} FROM reps ORDER BY rowid", texts)
    flat = np.fromiter(chain.from_iterable(rows), dtype=np.float64)
    flat[np.isinf(flat)] = np.nan
    table = np.ascontiguousarray(flat.reshape(-1, len(selected)).T)
    return dict(zip(("activity_id", *REP_COLUMNS), table, strict=True))
