"""Sessions as NumPy columns: what is asked of every runner of a squad, many times, where each step of pandas would cost
more than the work itself.

Conventions: one row a session in order of time, names and units those of `Season.sessions`; text is an object array
with None for what is missing, numbers are floats with NaN, ``date`` is a day.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from .schema import TEXT_COLUMNS
from .store import Whose, whose
from .window import Window

if TYPE_CHECKING:
    import pandas as pd

NAMES: Final = (
    "activity_id",
    "rep_kind",
    "rep_distance_m",
    "median_regular_s",
    "spread_s",
    "hammer_gain",
    "rest_on_share",
    "heart_rate_at_goal_bpm",
    "rest_median_s",
    "reps_distance_m",
    "run_reps",
    "device",
    "on_track",
    "pressed_share",
    "temperature_c",
)
"""What decides which sessions compare, and what is followed over them."""


class Columns(Mapping[str, NDArray[Any]]):
    """Sessions of one runner."""

    def __init__(self, columns: Mapping[str, NDArray[Any]]) -> None:
        self._columns = columns

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    @property
    def n(self) -> int:
        """How many sessions there are."""
        return int(self._columns["date"].size)

    def take(self, rows: NDArray[Any]) -> Columns:
        """Return the sessions of these places, or those of which this is true."""
        return Columns({name: column[rows] for name, column in self._columns.items()})


def read_columns(connection: sqlite3.Connection, *, athlete: Whose, window: Window) -> dict[str, Columns]:
    """Return the sessions of each runner who has any."""
    chosen, values = whose(athlete)
    within, limits = window.condition(runs=False)
    rows = connection.execute(
        f"SELECT athletes.name, local_date, {', '.join(f'activities.{name}' for name in NAMES)} "
        f"FROM activities JOIN athletes USING (athlete_id) WHERE is_session AND {chosen} AND {within} "
        "ORDER BY athlete_id, start_time_s, activity_id",
        (*values, *limits),
    )
    return {name: _columns(list(own)) for name, own in groupby(rows, key=lambda row: row[0])}


def columns_of(sessions: pd.DataFrame) -> Columns:
    """Return rows of `Season.sessions` of one runner as columns."""
    columns = {name: sessions[name] for name in NAMES if name in sessions}
    return Columns(
        {
            "date": sessions["date"].to_numpy(dtype="datetime64[D]"),
            **{
                name: column.astype(object).where(column.notna(), None).to_numpy()
                if name in TEXT_COLUMNS
                else column.to_numpy(dtype=np.int64 if name == "activity_id" else np.float64, na_value=np.nan)
                for name, column in columns.items()
            },
        }
    )


def no_sessions() -> Columns:
    """Return the columns of a runner who has none."""
    return _columns([])


def _columns(rows: list[tuple[Any, ...]]) -> Columns:
    _, days, *columns = zip(*rows, strict=True) if rows else [()] * (2 + len(NAMES))
    return Columns(
        {
            "date": np.array(days, dtype="datetime64[D]"),
            **{name: _column(name, column) for name, column in zip(NAMES, columns, strict=True)},
        }
    )


def _column(name: str, values: tuple[Any, ...]) -> NDArray[Any]:
    if name == "activity_id":
        return np.array(values, dtype=np.int64)
    return np.array(values, dtype=object if name in TEXT_COLUMNS else np.float64)
