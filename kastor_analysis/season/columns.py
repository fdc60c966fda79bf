"""Sessions as a `Table`: what is asked of every runner of a squad, many times, where each step of pandas would cost
more than the work itself.

Conventions: one row a session in order of time, names and units those of `Season.sessions`; text is an object array
with None for what is missing, numbers are floats with NaN, ``date`` is a day.
"""

from __future__ import annotations

import sqlite3
from itertools import groupby
from typing import Any, Final

import numpy as np

from ..quantities.table import Table
from .schema import TEXT_COLUMNS
from .store import Whose, whose
from .window import Window

NAMES: Final = (
    "activity_id", "rep_kind", "rep_distance_m", "median_regular_s", "spread_s", "hammer_gain", "rest_on_share",
    "heart_rate_at_goal_bpm", "rest_median_s", "reps_distance_m", "run_reps", "device", "on_track", "pressed_share",
    "temperature_c",
)  # fmt: skip
"""What decides which sessions compare, and what is followed over them."""


def read_columns(connection: sqlite3.Connection, *, athlete: Whose, window: Window) -> dict[str, Table]:
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


def no_sessions() -> Table:
    """Return the columns of a runner who has none."""
    return _columns([])


def _columns(rows: list[tuple[Any, ...]]) -> Table:
    _, days, *columns = zip(*rows, strict=True) if rows else [()] * (2 + len(NAMES))
    return Table(
        {
            "date": np.array(days, dtype="datetime64[D]"),
            **{
                name: np.array(column, dtype=object if name in TEXT_COLUMNS else np.float64)
                for name, column in zip(NAMES, columns, strict=True)
            },
        }
    )
