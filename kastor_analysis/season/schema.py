"""The season's database: tables, migrations, and opening one without ever harming it.

Conventions: one SQLite file in WAL mode; ``application_id`` says that it is a season, ``user_version`` which schema it
has. Columns bear their units as everywhere; instants are Unix seconds (UTC); missing is NULL. A session's reps lie in
``reps``, with the rest that followed each. A file that is not a season, is damaged, or was made by newer software is
refused with a `SeasonError` before anything is written to it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ..errors import SeasonError

APPLICATION_ID: Final = 0x4B415354
"""``KAST``, in the header of every season."""

BUSY_TIMEOUT_S: Final = 60.0
"""How long a writer waits for another process's transaction (each lasts milliseconds)."""

ACTIVITY_COLUMNS: Final = (
    "athlete_id",
    "content_hash",
    "part",
    "format",
    "sport",
    "sub_sport",
    "device",
    "start_time_s",
    "local_date",
    "elapsed_s",
    "moving_s",
    "distance_m",
    "heart_rate_avg_bpm",
    "heart_rate_max_bpm",
    "low_s",
    "moderate_s",
    "high_s",
    "unknown_s",
    "low_m",
    "moderate_m",
    "high_m",
    "unknown_m",
    "intensity_basis",
    "is_session",
    "plan_name",
    "plan_source",
    "planned_reps",
    "run_reps",
    "rep_distance_m",
    "plan_json",
    "goal",
    "goal_speed_mps",
    "goal_of_day",
    "athlete_max_heart_rate_bpm",
    "target_s",
    "score_overall",
    "score_pace",
    "score_hammer",
    "score_rest",
    "score_structure",
    "median_regular_s",
    "median_regular_sd_s",
    "spread_s",
    "hammer_gain",
    "hammer_gain_sd",
    "rest_on_share",
    "rest_on_share_sd",
    "heart_rate_at_goal_bpm",
    "heart_rate_at_goal_sd_bpm",
    "notes_json",
    "advice_json",
    "figures_json",
    "warnings_json",
    "software_version",
    "corrections",
)

REP_COLUMNS: Final = (
    "planned_rep",
    "run_rep",
    "status",
    "is_hammer",
    "start_s",
    "end_s",
    "time_s",
    "time_sd_s",
    "nominal_distance_m",
    "watch_distance_m",
    "scored_distance_m",
    "target_s",
    "pace_verdict",
    "pace_score",
    "heart_rate_avg_bpm",
    "heart_rate_max_bpm",
    "cadence_spm",
    "heart_rate_drop_bpm",
    "rest_s",
    "rest_target_s",
    "rest_verdict",
    "rest_score",
    "rest_kind",
    "source",
    "found_rep",
)
"""Of `RepResult`, less what follows from the others: pace, deviation, rest ratio."""

HAMMER_COLUMNS: Final = (
    "planned_rep",
    "run_rep",
    "time_s",
    "gain",
    "gain_sd",
    "rank",
    "score",
    "verdict",
    "wrong_rep",
    "next_ratio",
    "heart_rate_max_bpm",
)

PHASE_COLUMNS: Final = (
    "kind",
    "start_s",
    "end_s",
    "duration_s",
    "distance_m",
    "pace_s_per_km",
    "heart_rate_avg_bpm",
    "note",
)

SPLIT_COLUMNS: Final = ("planned_rep", "run_rep", "start_m", "end_m", "time_s", "time_sd_s")

ROW_TABLES: Final = {
    "reps": REP_COLUMNS,
    "hammers": HAMMER_COLUMNS,
    "phases": PHASE_COLUMNS,
    "splits": SPLIT_COLUMNS,
}

TEXT_COLUMNS: Final = frozenset(
    {"content_hash", "format", "sport", "sub_sport", "device", "local_date", "intensity_basis", "software_version"}
    | {
        "plan_name",
        "plan_source",
        "plan_json",
        "goal",
        "goal_of_day",
        "athlete_max_heart_rate_bpm",
        "notes_json",
        "advice_json",
        "figures_json",
        "warnings_json",
    }
    | {"status", "pace_verdict", "rest_verdict", "rest_kind", "source", "verdict", "kind", "note"}
)
WHOLE_COLUMNS: Final = frozenset(
    {
        "athlete_id",
        "part",
        "is_session",
        "corrections",
        "planned_reps",
        "run_reps",
        "planned_rep",
        "run_rep",
        "is_hammer",
    }
    | {"rank", "wrong_rep", "found_rep"}
)

_SINCE: Final = {"corrections": 2, "found_rep": 2}
"""Columns that came later than the first schema, and with which."""


def _kind(column: str) -> str:
    return "TEXT" if column in TEXT_COLUMNS else "INTEGER" if column in WHOLE_COLUMNS else "REAL"


def _typed(columns: tuple[str, ...]) -> str:
    return ",\n  ".join(f"{name} {_kind(name)}" for name in columns if name not in _SINCE)


def _added(version: int, **tables: tuple[str, ...]) -> str:
    """Return what adds the columns of a schema version to its tables."""
    return "".join(
        f"ALTER TABLE {table} ADD COLUMN {name} {_kind(name)};"
        for table, columns in tables.items()
        for name in columns
        if _SINCE.get(name) == version
    )


def _row_table(name: str, columns: tuple[str, ...]) -> str:
    return f"""
CREATE TABLE {name} (
  activity_id INTEGER NOT NULL REFERENCES activities ON DELETE CASCADE,
  row INTEGER NOT NULL,
  {_typed(columns)},
  PRIMARY KEY (activity_id, row)
);"""


MIGRATIONS: tuple[str, ...] = (
    f"""
CREATE TABLE athletes (
  athlete_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  max_heart_rate_bpm REAL,
  top_speed_mps REAL,
  best_400_s REAL
);
CREATE TABLE goals (
  athlete_id INTEGER NOT NULL REFERENCES athletes ON DELETE CASCADE,
  since TEXT NOT NULL,
  goal TEXT NOT NULL,
  PRIMARY KEY (athlete_id, since)
);
CREATE TABLE activities (
  activity_id INTEGER PRIMARY KEY,
  {_typed(ACTIVITY_COLUMNS)},
  UNIQUE (content_hash, part),
  FOREIGN KEY (athlete_id) REFERENCES athletes
);
CREATE INDEX activities_by_start ON activities (start_time_s);
CREATE TABLE files (
  path TEXT NOT NULL,
  entry TEXT NOT NULL,
  part INTEGER NOT NULL,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  raw_size INTEGER NOT NULL,
  content_hash TEXT,
  activity_id INTEGER REFERENCES activities ON DELETE SET NULL,
  outcome TEXT NOT NULL,
  reason TEXT,
  request TEXT,
  software_version TEXT NOT NULL,
  PRIMARY KEY (path, entry, part)
);
CREATE INDEX files_by_content ON files (content_hash);
CREATE INDEX files_by_raw_size ON files (raw_size);
CREATE INDEX files_by_activity ON files (activity_id);
"""
    + "".join(_row_table(name, columns) for name, columns in ROW_TABLES.items()),
    _added(2, activities=ACTIVITY_COLUMNS, reps=REP_COLUMNS)
    + """
CREATE TABLE corrections (
  content_hash TEXT NOT NULL,
  part INTEGER NOT NULL,
  toml TEXT NOT NULL,
  PRIMARY KEY (content_hash, part)
);
""",
)
"""Each script takes the schema one version up; one that was ever released is never edited, only followed."""


def connect(path: Path) -> sqlite3.Connection:
    """Open the season at `path`, made where there is none, and bring its schema up to date.

    Raises
    ------
    SeasonError
        If the file is no season, is damaged, was made by newer software, or cannot be written. It is left as it was.
    """
    with guard(path):
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise SeasonError("is a folder", file=str(path), hint="Name the database file itself (--db FILE)")
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        try:
            _recognise(connection, path)
            connection.execute("PRAGMA journal_mode = WAL")
            # In WAL mode NORMAL loses no committed transaction when the process is killed, only when the power fails.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            _migrate(connection, path)
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def guard(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system raise into a `SeasonError` that names the database."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            what, hint = "is in use by another program", "Wait until that has finished, then try again"
        elif "readonly" in str(error) or "unable to open" in str(error):
            what, hint = f"cannot be opened or written ({error})", "Check the folder and its permissions"
        elif "full" in str(error):
            what, hint = "cannot grow: the disk is full", "Free some space; what was committed is kept"
        else:
            what, hint = f"cannot be used ({error})", _DAMAGED_HINT
        raise SeasonError(what, file=str(path), hint=hint) from error
    except sqlite3.DatabaseError as error:
        what = "is not a season database" if "not a database" in str(error) else f"is damaged ({error})"
        raise SeasonError(what, file=str(path), hint=_DAMAGED_HINT) from error
    except OSError as error:
        raise SeasonError(
            f"cannot be opened ({error.strerror or error})", file=str(path), hint="Check the folder and its permissions"
        ) from error


_DAMAGED_HINT = "Nothing was overwritten. Name another file (--db), or restore this one and add the recordings again"


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run one write transaction: all of it or none, and no other writer in between."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # Where the disk is full SQLite has rolled back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a damaged database before it is written to.

    Raises
    ------
    SeasonError
        Naming the first fault SQLite finds.
    """
    with guard(path):
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise SeasonError(f"is damaged ({' '.join(str(verdict).split())})", file=str(path), hint=_DAMAGED_HINT)


def _recognise(connection: sqlite3.Connection, path: Path) -> None:
    # One transaction, so that a season which another process is just making is seen whole or not at all.
    connection.execute("BEGIN")
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.execute("COMMIT")
    if application_id != APPLICATION_ID and (tables or version or application_id):
        raise SeasonError("is the database of another program", file=str(path), hint=_DAMAGED_HINT)
    if version > len(MIGRATIONS):
        raise SeasonError(
            f"was made by a newer version of kastor_analysis (schema {version}, this one knows {len(MIGRATIONS)})",
            file=str(path),
            hint="Update kastor_analysis, or name another file (--db)",
        )


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == len(MIGRATIONS):
        return
    if version:
        check(connection, path)
    with transaction(connection):
        # Another process may have migrated while this one waited for the lock.
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        for script in MIGRATIONS[version:]:
            for statement in script.split(";"):
                if statement.strip():
                    connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
