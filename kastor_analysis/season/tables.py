"""The season as DataFrames. pandas is imported here and nowhere else in the season's core.

Conventions: one row a thing, columns with their units, dates as calendar days where the run was (datetime64), whole
numbers that can be missing as ``Int64``, text from a known vocabulary as categories.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import date
from itertools import chain
from typing import Any, Final, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..goal import Goal
from ..report import PaceVerdict, RestVerdict, ResultStatus
from ..words.escapes import shown
from .figures import TIMED_OVER_M
from .likeness import equivalent_paces
from .schema import ACTIVITY_COLUMNS, REP_COLUMNS, SET_COLUMNS, TEXT_COLUMNS
from .soundness import can_be
from .store import Whose, whose
from .window import EVERYTHING, Window

FloatArray = NDArray[np.float64]

_FEW: Final = 0.5
"""Of fewer of the sessions the reps are looked up one by one; of more the table is read through."""

_SESSION_COLUMNS: Final = tuple(
    name
    for name in ACTIVITY_COLUMNS
    if name not in ("athlete_id", "part", "local_date", "effort") and not name.endswith("_json")
)
_WHOLE_COLUMNS: Final = (
    "planned_reps", "run_reps", "planned_rep", "run_rep", "found_rep", "corrections", "set_number", "strides"
)  # fmt: skip


def sessions_frame(
    connection: sqlite3.Connection,
    *,
    athlete: Whose,
    runs: bool,
    window: Window = EVERYTHING,
    only: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Return one row a session in order of time (`runs`: every run, with or without reps); `only` those of numbers."""
    names = [f"activities.{name}" for name in _SESSION_COLUMNS]
    chosen, values = whose(athlete)
    within, limits = window.condition(runs=runs)
    among, numbers = _among(only)
    rows = connection.execute(
        f"SELECT activity_id, athletes.name, local_date, {', '.join(names)}, "
        "(SELECT CAST(path || iif(entry = '', '', '/' || entry) AS BLOB) FROM files "
        "WHERE files.activity_id = activities.activity_id "
        "AND files.content_hash = activities.content_hash LIMIT 1), "
        "(SELECT group_concat(tag, ' ') FROM (SELECT tag FROM tags WHERE tags.activity_id = activities.activity_id "
        "ORDER BY tag)), (SELECT note FROM notes WHERE notes.activity_id = activities.activity_id) "
        "FROM activities JOIN athletes USING (athlete_id) "
        f"WHERE (is_session OR ?) AND {chosen} AND {within} AND {among} ORDER BY start_time_s, activity_id",
        (runs, *values, *limits, *numbers),
    ).fetchall()
    columns = ["activity_id", "athlete", "date", *_SESSION_COLUMNS, "file", "tags", "note"]
    frame = pd.DataFrame(rows, columns=columns)
    paths = [path and shown(path.decode("utf-8", "surrogateescape")) for path in frame["file"]]
    frame["file"] = pd.Series(paths, dtype=object)
    for place, name in enumerate(("tags", "note"), start=-2):
        frame[name] = pd.Series([row[place] and shown(row[place]) for row in rows], dtype=object)
    for name in _SESSION_COLUMNS:
        if name in _WHOLE_COLUMNS:
            frame[name] = frame[name].astype("Int64")
        elif name not in TEXT_COLUMNS:
            frame[name] = frame[name].astype("float64")
    frame["activity_id"] = frame["activity_id"].astype("int64")
    frame["is_session"] = frame["is_session"].astype(bool)
    frame["date"] = pd.to_datetime(frame["date"])
    frame["on_track"] = frame["on_track"].astype("boolean")
    frame["pace_s_per_km"] = 1000.0 * frame["median_regular_s"] / frame["rep_distance_m"]
    frame = frame.assign(**equivalent_paces(frame))
    frame.insert(3, "start_time", pd.to_datetime(frame.pop("start_time_s"), unit="s", utc=True))
    return frame


class RowsByRunner:
    """Rows of a table of several runners (all of `names`), of which those of one are handed out."""

    def __init__(self, rows: pd.DataFrame, names: list[str]) -> None:
        # A copy lies together: rows that were put together column by column are taken from one by one.
        self.rows, self.names = rows.copy(), names
        self._places: dict[Any, Any] = dict(rows.groupby("athlete", sort=False, observed=True).indices)

    def of(self, name: str) -> pd.DataFrame:
        """Return those of one runner."""
        return self.rows.take(self._places.get(name, [])).reset_index(drop=True)


def athletes_frame(connection: sqlite3.Connection) -> pd.DataFrame:
    """Return one row an athlete."""
    rows = connection.execute(
        "SELECT name, coalesce(sum(is_session), 0), count(activity_id), min(local_date), max(local_date), "
        "max_heart_rate_bpm, top_speed_mps, best_400_s FROM athletes LEFT JOIN activities USING (athlete_id) "
        "GROUP BY athlete_id ORDER BY name COLLATE NOCASE"
    ).fetchall()
    columns = ["athlete", "sessions", "runs", "first_date", "last_date"]
    columns += ["max_heart_rate_bpm", "top_speed_mps", "best_400_s"]
    frame = pd.DataFrame(rows, columns=columns)
    for name in columns[5:]:
        frame[name] = frame[name].astype("float64")
    for name in ("first_date", "last_date"):
        frame[name] = pd.to_datetime(frame[name])
    return frame


def goals_frame(connection: sqlite3.Connection, *, athlete: Whose) -> pd.DataFrame:
    """Return one row a goal, with the day from which it holds."""
    chosen, values = whose(athlete)
    rows = connection.execute(
        f"SELECT name, since, goal FROM goals JOIN athletes USING (athlete_id) WHERE {chosen} ORDER BY name, since",
        values,
    ).fetchall()
    speeds = [Goal.parse(goal).speed_mps for *_, goal in rows]
    frame = pd.DataFrame(rows, columns=["athlete", "since", "goal"])
    dated = frame["since"].mask(frame["since"] == date.min.isoformat(), None)
    frame["since"] = pd.to_datetime(dated, format="%Y-%m-%d")
    frame["speed_mps"] = pd.Series(speeds, dtype="float64")
    frame["pace_s_per_km"] = 1000.0 / frame["speed_mps"]
    return frame


def _among(only: Sequence[int] | None) -> tuple[str, tuple[str, ...]]:
    """Return the condition that chooses activities of these numbers, or (None) all, and its values."""
    if only is None:
        return "TRUE", ()
    return "activity_id IN (SELECT value FROM json_each(?))", (json.dumps([int(number) for number in only]),)


def reps_frame(
    connection: sqlite3.Connection,
    *,
    athlete: Whose,
    window: Window = EVERYTHING,
    only: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Return one row a rep of every session, in order of time; `only` of the sessions of these numbers.

    Raises
    ------
    ValueError
        If a cell cannot be.
    """
    chosen, values = whose(athlete)
    within, limits = window.condition(runs=False)
    among, numbers = _among(only)
    sessions = connection.execute(
        "SELECT activity_id, athletes.name, local_date FROM activities JOIN athletes USING (athlete_id) "
        f"WHERE is_session AND {chosen} AND {within} AND {among} ORDER BY start_time_s, activity_id",
        (*values, *limits, *numbers),
    ).fetchall()
    (every,) = connection.execute("SELECT count(*) FROM activities WHERE is_session").fetchone()
    among, numbers = _among([row[0] for row in sessions] if len(sessions) < _FEW * every else None)
    vocabularies: dict[str, Sequence[str]] = {
        "status": get_args(ResultStatus),
        "pace_verdict": get_args(PaceVerdict),
        "rest_verdict": get_args(RestVerdict),
    }
    pairs = connection.execute(
        f"SELECT DISTINCT rest_kind, source, rep_kind FROM reps WHERE {among}", numbers
    ).fetchall()
    for which, name in enumerate(("rest_kind", "source", "rep_kind")):
        vocabularies[name] = sorted({pair[which] for pair in pairs if pair[which] is not None})
    table = _numbers(connection, vocabularies, among, numbers)
    activity_ids = np.array([row[0] for row in sessions], dtype=np.int64)
    # Rows lie in the table by activity; a session's place in time decides their order.
    order = np.argsort(activity_ids, kind="stable")
    for name in ("activity_id", *REP_COLUMNS):
        if name not in vocabularies and not can_be(name, table[name], is_needed=name == "activity_id"):
            raise ValueError(f"a {name} that cannot be")
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
    return frame.rename(columns={"set_number": "set"})


def sets_frame(connection: sqlite3.Connection, *, athlete: Whose, window: Window = EVERYTHING) -> pd.DataFrame:
    """Return one row a set of every session, in order of time."""
    chosen, values = whose(athlete)
    within, limits = window.condition(runs=False)
    rows = connection.execute(
        f"SELECT activity_id, athletes.name, local_date, {', '.join(f'sets.{name}' for name in SET_COLUMNS)} "
        "FROM sets JOIN activities USING (activity_id) JOIN athletes USING (athlete_id) "
        f"WHERE {chosen} AND {within} ORDER BY start_time_s, activity_id, row",
        (*values, *limits),
    ).fetchall()
    frame = pd.DataFrame(rows, columns=["activity_id", "athlete", "date", *SET_COLUMNS])
    frame["activity_id"] = frame["activity_id"].astype("int64")
    frame["date"] = pd.to_datetime(frame["date"])
    for name in SET_COLUMNS:
        if name == "rep_kind":
            frame[name] = frame[name].astype("category")
        else:
            frame[name] = frame[name].astype("Int64" if name in ("set_number", "reps") else "float64")
    frame["athlete"] = frame["athlete"].astype("category")
    return frame.rename(columns={"set_number": "set"})


def over_nominal(reps: pd.DataFrame) -> pd.DataFrame:
    """Return reps with their times, sds and targets as over the nominal distance, of reps by time as over 1 km.

    On a marked track that changes nothing; elsewhere reps of one session were as long as the watch measured each.
    """
    is_known = reps["scored_distance_m"] > 0
    over_m = reps["nominal_distance_m"].where(reps["nominal_distance_m"].notna() | ~is_known, TIMED_OVER_M)
    share = (over_m / reps["scored_distance_m"]).where(is_known).fillna(1.0)
    times = {name: reps[name] * share for name in ("time_s", "time_sd_s", "target_s")}
    return reps.assign(nominal_distance_m=over_m, **times)


def _numbers(
    connection: sqlite3.Connection, vocabularies: dict[str, Sequence[str]], among: str, numbers: tuple[str, ...]
) -> dict[str, FloatArray]:
    """Return the table of reps, or some of them, as float columns, text as its place in the vocabulary, missing as NaN.

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
    statement = f"SELECT {', '.join(selected)} FROM reps WHERE {among} ORDER BY rowid"
    rows = connection.execute(statement, (*texts, *numbers))
    flat = np.fromiter(chain.from_iterable(rows), dtype=np.float64)
    flat[np.isinf(flat)] = np.nan
    table = np.ascontiguousarray(flat.reshape(-1, len(selected)).T)
    return dict(zip(("activity_id", *REP_COLUMNS), table, strict=True))
