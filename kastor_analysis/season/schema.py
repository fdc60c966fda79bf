"""The season's database: its tables and migrations.

Conventions: one SQLite file in WAL mode; ``application_id`` says that it is a season, ``user_version`` which schema it
has. Columns bear their units as everywhere; instants are Unix seconds (UTC); missing is NULL. A session's reps lie in
``reps``, with the rest that followed each.
"""

from __future__ import annotations

from typing import Final

APPLICATION_ID: Final = 0x4B415354
"""``KAST``, in the header of every season."""

BUSY_TIMEOUT_S: Final = 60.0
"""How long a writer waits for another process's transaction (each lasts milliseconds)."""

ACTIVITY_COLUMNS: Final = (
    "athlete_id", "content_hash", "part", "format", "sport", "sub_sport", "device", "start_time_s", "local_date",
    "elapsed_s", "moving_s", "distance_m", "heart_rate_avg_bpm", "heart_rate_max_bpm", "low_s", "moderate_s", "high_s",
    "unknown_s", "low_m", "moderate_m", "high_m", "unknown_m", "intensity_basis", "is_session", "plan_name",
    "plan_source", "planned_reps", "run_reps", "rep_distance_m", "rep_kind", "plan_json", "goal", "goal_speed_mps",
    "goal_of_day", "athlete_max_heart_rate_bpm", "target_s", "score_overall", "score_pace", "score_hammer",
    "score_rest", "score_structure", "median_regular_s", "median_regular_sd_s", "spread_s", "hammer_gain",
    "hammer_gain_sd", "rest_on_share", "rest_on_share_sd", "heart_rate_at_goal_bpm", "heart_rate_at_goal_sd_bpm",
    "notes_json", "advice_json", "figures_json", "warnings_json", "software_version", "corrections", "strides",
    "rest_median_s", "reps_distance_m", "pressed_share", "on_track", "temperature_c", "pressed_late_s",
    "pressed_late_scale_s", "effort",
)  # fmt: skip

REP_COLUMNS: Final = (
    "planned_rep", "run_rep", "status", "is_hammer", "start_s", "end_s", "time_s", "time_sd_s", "nominal_distance_m",
    "watch_distance_m", "scored_distance_m", "target_s", "pace_verdict", "pace_score", "heart_rate_avg_bpm",
    "heart_rate_max_bpm", "cadence_spm", "heart_rate_drop_bpm", "rest_s", "rest_target_s", "rest_verdict", "rest_score",
    "rest_kind", "source", "found_rep", "rep_kind", "set_number",
)  # fmt: skip
"""Of `RepResult`, less what follows from the others: pace, deviation, rest ratio; `set` is a word of SQL's own."""

SET_COLUMNS: Final = (
    "set_number", "rep_kind", "reps", "median_s", "spread_s", "evenness_score", "rest_median_s", "rest_after_s",
    "distance_m", "pace_s_per_km",
)  # fmt: skip
"""Of `SetResult`."""

HAMMER_COLUMNS: Final = (
    "planned_rep", "run_rep", "time_s", "gain", "gain_sd", "rank", "score", "verdict", "wrong_rep", "next_ratio",
    "heart_rate_max_bpm",
)  # fmt: skip

PHASE_COLUMNS: Final = (
    "kind", "start_s", "end_s", "duration_s", "distance_m", "pace_s_per_km", "heart_rate_avg_bpm", "note",
)  # fmt: skip

SPLIT_COLUMNS: Final = ("planned_rep", "run_rep", "start_m", "end_m", "time_s", "time_sd_s")

ROW_TABLES: Final[dict[str, tuple[str, ...]]] = {
    "reps": REP_COLUMNS,
    "sets": SET_COLUMNS,
    "hammers": HAMMER_COLUMNS,
    "phases": PHASE_COLUMNS,
    "splits": SPLIT_COLUMNS,
}

TEXT_COLUMNS: Final = frozenset({
    "content_hash", "format", "sport", "sub_sport", "device", "local_date", "intensity_basis", "software_version",
    "plan_name", "rep_kind", "plan_source", "plan_json", "goal", "goal_of_day", "athlete_max_heart_rate_bpm",
    "notes_json", "advice_json", "figures_json", "warnings_json", "effort", "status", "pace_verdict", "rest_verdict",
    "rest_kind", "source", "verdict", "kind", "note",
})  # fmt: skip
WHOLE_COLUMNS: Final = frozenset({
    "athlete_id", "part", "is_session", "corrections", "planned_reps", "run_reps", "planned_rep", "run_rep",
    "is_hammer", "rank", "wrong_rep", "found_rep", "set_number", "reps", "strides", "on_track",
})  # fmt: skip

_SINCE: Final = {
    "corrections": 2,
    "found_rep": 2,
    "rep_kind": 4,
    **dict.fromkeys(
        ("strides", "rest_median_s", "reps_distance_m", "pressed_share", "on_track", "temperature_c", "set_number"), 5
    ),
    "pressed_late_s": 6,
    "pressed_late_scale_s": 6,
    "effort": 7,
}
"""Columns of the first schema's tables that came later, and with which."""
_FIRST_TABLES: Final = ("reps", "hammers", "phases", "splits")


def _kind(column: str) -> str:
    return "TEXT" if column in TEXT_COLUMNS else "INTEGER" if column in WHOLE_COLUMNS else "REAL"


def _typed(columns: tuple[str, ...], version: int = 1) -> str:
    return ",\n  ".join(f"{name} {_kind(name)}" for name in columns if _SINCE.get(name, 1) <= version)


def _added(version: int, **tables: tuple[str, ...]) -> str:
    """Return what adds the columns of a schema version to its tables."""
    return "".join(
        f"ALTER TABLE {table} ADD COLUMN {name} {_kind(name)};"
        for table, columns in tables.items()
        for name in columns
        if _SINCE.get(name) == version
    )


def _row_table(name: str, columns: tuple[str, ...], version: int = 1) -> str:
    return f"""
CREATE TABLE {name} (
  activity_id INTEGER NOT NULL REFERENCES activities ON DELETE CASCADE,
  row INTEGER NOT NULL,
  {_typed(columns, version)},
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
    + "".join(_row_table(name, ROW_TABLES[name]) for name in _FIRST_TABLES),
    _added(2, activities=ACTIVITY_COLUMNS, reps=REP_COLUMNS)
    + """
CREATE TABLE corrections (
  content_hash TEXT NOT NULL,
  part INTEGER NOT NULL,
  toml TEXT NOT NULL,
  PRIMARY KEY (content_hash, part)
);
""",
    """
CREATE TABLE notes (
  activity_id INTEGER PRIMARY KEY REFERENCES activities ON DELETE CASCADE,
  note TEXT NOT NULL
);
CREATE TABLE tags (
  activity_id INTEGER NOT NULL REFERENCES activities ON DELETE CASCADE,
  tag TEXT NOT NULL,
  PRIMARY KEY (activity_id, tag)
);
CREATE INDEX activities_by_athlete ON activities (athlete_id, start_time_s);
CREATE TABLE changes (
  change_id INTEGER PRIMARY KEY AUTOINCREMENT,
  made_s REAL NOT NULL,
  said TEXT NOT NULL
);
CREATE TABLE undoing (
  step INTEGER PRIMARY KEY,
  change_id INTEGER NOT NULL REFERENCES changes ON DELETE CASCADE,
  statement TEXT NOT NULL
);
CREATE INDEX undoing_by_change ON undoing (change_id);
""",
    _added(4, activities=ACTIVITY_COLUMNS, reps=REP_COLUMNS)
    + "UPDATE activities SET rep_kind = CAST(round(rep_distance_m) AS INTEGER) || ' m' WHERE rep_distance_m > 0;",
    _added(5, activities=ACTIVITY_COLUMNS, reps=REP_COLUMNS) + _row_table("sets", SET_COLUMNS, 5),
    _added(6, activities=ACTIVITY_COLUMNS),
    _added(7, activities=ACTIVITY_COLUMNS),
)
"""Each script takes the schema one version up; one that was ever released is never edited, only followed."""
