"""Writing to the season and asking it what it has: content already there, one run in two files, files unchanged.

Conventions: every function that writes is called inside `database.transaction`, which keeps other writers out, so that
what is looked up stays true until it is written.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from .._version import __version__
from ..athlete import Athlete
from ..corrections import Corrections
from ..errors import SeasonError
from ..goal import Goal
from .record import RUNNING_SPORTS, Record, Value
from .schema import ACTIVITY_COLUMNS, ROW_TABLES
from .window import Window

Whose = str | Sequence[str] | None
"""One athlete, several, or all."""

DEFAULT_ATHLETE: Final = "runner"

TWIN_START_S: Final = 20.0
TWIN_END_S: Final = 30.0
TWIN_DISTANCE_SHARE: Final = 0.05
TWIN_HEART_RATE_BPM: Final = 2.0
"""Two recordings of one athlete are one run where they start and end together and distance and average heart rate,
where both have them, agree. A GPX starts with its first fix and measures along positions: hence the room. Heart
rate keeps apart two runners of a squad who share an athlete's name."""

_FORMAT_RANK: Final = {"fit": 3, "tcx": 2, "gpx": 1}  # by what they tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where a record went: ``added``, or ``already`` there with how it was recognised."""

    activity_id: int
    outcome: str
    reason: str | None = None
    is_same_content: bool = False


class Indexed(NamedTuple):
    """What a session or run is found by."""

    number: int
    day: str
    is_session: bool
    reps: int


def index(connection: sqlite3.Connection, athlete: Whose, window: Window) -> list[Indexed]:
    """Return the sessions and runs in order of time."""
    chosen, values = whose(athlete)
    within, limits = window.condition(runs=True)
    rows = connection.execute(
        "SELECT activity_id, local_date, is_session, ifnull(run_reps, 0) FROM activities "
        f"JOIN athletes USING (athlete_id) WHERE {chosen} AND {within} ORDER BY start_time_s, activity_id",
        (*values, *limits),
    )
    return [Indexed(number, day, bool(is_session), reps) for number, day, is_session, reps in rows]


def other_sports(connection: sqlite3.Connection, athlete: Whose, window: Window) -> dict[str, int]:
    """Return how many recordings there are of which sports that count as no running, the most first."""
    chosen, values = whose(athlete)
    within, limits = window.condition(runs=True)
    rows = connection.execute(
        "SELECT sport, count(*) FROM activities JOIN athletes USING (athlete_id) "
        f"WHERE sport NOT IN ({', '.join('?' * len(RUNNING_SPORTS))}) AND {chosen} AND {within} "
        "GROUP BY sport ORDER BY count(*) DESC, min(start_time_s)",
        (*RUNNING_SPORTS, *values, *limits),
    )
    return dict(rows.fetchall())


def words_of(connection: sqlite3.Connection, activity_id: int) -> tuple[list[str], str]:
    """Return the tags and the note of a session."""
    tags = connection.execute("SELECT tag FROM tags WHERE activity_id = ? ORDER BY tag", (activity_id,)).fetchall()
    note = connection.execute("SELECT note FROM notes WHERE activity_id = ?", (activity_id,)).fetchone()
    return [tag for (tag,) in tags], note[0] if note else ""


def whose(athlete: Whose) -> tuple[str, tuple[str, ...]]:
    """Return the condition on ``athletes.name`` that chooses one athlete, several, or (None) all, and its values."""
    if athlete is None:
        return "TRUE", ()
    names = (athlete,) if isinstance(athlete, str) else tuple(athlete)
    return f"athletes.name IN ({', '.join('?' * len(names))})", names


def athlete_id(connection: sqlite3.Connection, name: str) -> int:
    """Return the id of an athlete, made known where not yet."""
    connection.execute("INSERT OR IGNORE INTO athletes (name) VALUES (?)", (name,))
    (number,) = connection.execute("SELECT athlete_id FROM athletes WHERE name = ?", (name,)).fetchone()
    return int(number)


def write_athlete(connection: sqlite3.Connection, athlete: Athlete) -> int:
    """Store what is known of an athlete; what `athlete` leaves open is kept. Return the id."""
    number = athlete_id(connection, athlete.name)
    connection.execute(
        "UPDATE athletes SET max_heart_rate_bpm = coalesce(?, max_heart_rate_bpm), "
        "top_speed_mps = coalesce(?, top_speed_mps), best_400_s = coalesce(?, best_400_s) WHERE athlete_id = ?",
        (athlete.max_heart_rate_bpm, athlete.top_speed_mps, athlete.best_400_s, number),
    )
    connection.executemany(
        "INSERT INTO goals VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET goal = excluded.goal",
        [(number, since.isoformat(), goal.text) for since, goal in athlete.goals],
    )
    return number


def read_athlete(connection: sqlite3.Connection, name: str) -> Athlete | None:
    """Return a stored athlete with their goals, or None."""
    row = connection.execute(
        "SELECT athlete_id, max_heart_rate_bpm, top_speed_mps, best_400_s FROM athletes WHERE name = ?", (name,)
    ).fetchone()
    if row is None:
        return None
    goals = connection.execute("SELECT since, goal FROM goals WHERE athlete_id = ? ORDER BY since", row[:1]).fetchall()
    return Athlete(
        name=name,
        goals=tuple((date.fromisoformat(since), Goal.parse(goal)) for since, goal in goals),
        max_heart_rate_bpm=row[1],
        top_speed_mps=row[2],
        best_400_s=row[3],
    )


def keep(connection: sqlite3.Connection, athlete: int, content_hash: str, part: int, record: Record) -> Kept:
    """Store a record, unless its content or the same run is there already.

    A better format of a run that is there (FIT before TCX before GPX) takes its place, so that the order in which files
    are added does not matter.
    """
    row = connection.execute(
        "SELECT activity_id, athletes.name, athlete_id FROM activities JOIN athletes USING (athlete_id) "
        "WHERE content_hash = ? AND part = ?",
        (content_hash, part),
    ).fetchone()
    if row is not None:
        if row[2] == athlete:
            return Kept(activity_id=row[0], outcome="already", reason="the same content is there", is_same_content=True)
        return Kept(activity_id=row[0], outcome="already", reason=elsewhere(row[1]))
    same = twin(connection, athlete, record.activity)
    if same is not None:
        activity_id, twin_format = same
        ours = record.activity["format"]
        if is_better_format(str(ours), twin_format):
            replace(connection, activity_id, athlete, content_hash, part, record)
            reason = f"the same run is there from a {twin_format.upper()} file; the {str(ours).upper()} took its place"
        else:
            reason = f"the same run is there from a {twin_format.upper()} file"
        return Kept(activity_id=activity_id, outcome="already", reason=reason)
    return Kept(activity_id=_insert(connection, athlete, content_hash, part, record), outcome="added")


def is_better_format(ours: str, theirs: str) -> bool:
    """Return whether a run is rather kept from our format: FIT before TCX before GPX."""
    return _FORMAT_RANK.get(ours, 0) > _FORMAT_RANK.get(theirs, 0)


def elsewhere(athlete: str) -> str:
    """Return the reason why a run that is there as another athlete's is not added."""
    return f"the same content is there as a run of {athlete}; move it with: kastor season move"


def replace(
    connection: sqlite3.Connection, activity_id: int, athlete: int, content_hash: str, part: int, record: Record
) -> None:
    """Put a record in the place of one that is there; its id stays."""
    values = _values(athlete, content_hash, part, record)
    assignments = ", ".join(f"{name} = ?" for name in ACTIVITY_COLUMNS)
    connection.execute(f"UPDATE activities SET {assignments} WHERE activity_id = ?", (*values, activity_id))
    for table in ROW_TABLES:
        connection.execute(f"DELETE FROM {table} WHERE activity_id = ?", (activity_id,))
    _insert_rows(connection, activity_id, record)


def stored_path(path: str) -> str | bytes:
    """Return a path as the database holds it: a name that is no UTF-8 is kept as its bytes."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path)
    return path


def note_file(
    connection: sqlite3.Connection,
    *,
    path: str,
    entry: str,
    part: int,
    size: int,
    mtime_ns: int,
    raw_size: int,
    content_hash: str | None,
    activity_id: int | None,
    outcome: str,
    reason: str | None,
    request: str | None,
) -> None:
    """Remember a file as it was when it was looked at, and what became of it.

    `size` and `mtime_ns` are of the file on the disk, `raw_size` of the recording as it lies there or in its archive.
    """
    connection.execute(
        "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            stored_path(path),
            entry,
            part,
            size,
            mtime_ns,
            raw_size,
            content_hash,
            activity_id,
            outcome,
            reason,
            request,
            __version__,
        ),
    )


def known_content(connection: sqlite3.Connection, content_hash: str, athlete: str) -> list[tuple[int, int]]:
    """Return part and activity of what was found in this content before, as runs of this athlete."""
    return connection.execute(
        "SELECT DISTINCT files.part, activity_id FROM files JOIN activities USING (activity_id) "
        "JOIN athletes USING (athlete_id) WHERE files.content_hash = ? AND athletes.name = ?",
        (content_hash, athlete),
    ).fetchall()


def has_raw_size(connection: sqlite3.Connection, raw_size: int) -> bool:
    """Return whether anything of this size was ever looked at: only then is it worth hashing beforehand."""
    row = connection.execute("SELECT 1 FROM files WHERE raw_size = ? LIMIT 1", (raw_size,)).fetchone()
    return row is not None


def read_corrections(connection: sqlite3.Connection) -> tuple[tuple[str, int, Corrections], ...]:
    """Return every corrected recording's corrections, by the hash of its content and its part."""
    rows = connection.execute("SELECT content_hash, part, toml FROM corrections").fetchall()
    return tuple((digest, part, Corrections.from_toml(toml, file="the season")) for digest, part, toml in rows)


def write_corrections(connection: sqlite3.Connection, digest: str, part: int, corrections: Corrections) -> None:
    """Keep a recording's corrections, in place of those there are; they stay when it is moved or taken out."""
    connection.execute("DELETE FROM corrections WHERE content_hash = ? AND part = ?", (digest, part))
    if corrections:
        connection.execute("INSERT INTO corrections VALUES (?, ?, ?)", (digest, part, corrections.to_toml()))


def remove(connection: sqlite3.Connection, activity_ids: Sequence[int]) -> int:
    """Take activities out; their files are remembered, so that a folder added again does not bring them back."""
    removed = 0
    for activity_id in activity_ids:
        connection.execute(
            "UPDATE files SET outcome = 'removed', reason = 'removed by you; name the file itself to add it again' "
            "WHERE activity_id = ?",
            (activity_id,),
        )
        removed += connection.execute("DELETE FROM activities WHERE activity_id = ?", (activity_id,)).rowcount
    return removed


def twin(connection: sqlite3.Connection, athlete: int, ours: Mapping[str, Value]) -> tuple[int, str] | None:
    """Return the activity of an athlete that is the same run as `ours`, and its format."""
    start_s, elapsed_s = _float(ours["start_time_s"]), _float(ours["elapsed_s"])
    rows = connection.execute(
        "SELECT activity_id, coalesce(format, ''), start_time_s + elapsed_s, distance_m, heart_rate_avg_bpm "
        "FROM activities WHERE athlete_id = ? AND start_time_s BETWEEN ? AND ? ORDER BY abs(start_time_s - ?)",
        (athlete, start_s - TWIN_START_S, start_s + TWIN_START_S, start_s),
    ).fetchall()
    for activity_id, twin_format, end_s, distance_m, heart_rate_bpm in rows:
        our_m, our_bpm = ours.get("distance_m"), ours.get("heart_rate_avg_bpm")
        if abs(end_s - start_s - elapsed_s) > TWIN_END_S:
            continue
        if distance_m and our_m and abs(distance_m / _float(our_m) - 1.0) > TWIN_DISTANCE_SHARE:
            continue
        if heart_rate_bpm and our_bpm and abs(heart_rate_bpm - _float(our_bpm)) > TWIN_HEART_RATE_BPM:
            continue
        return int(activity_id), str(twin_format)
    return None


def _insert(connection: sqlite3.Connection, athlete: int, content_hash: str, part: int, record: Record) -> int:
    marks = ", ".join("?" * len(ACTIVITY_COLUMNS))
    cursor = connection.execute(
        f"INSERT INTO activities ({', '.join(ACTIVITY_COLUMNS)}) VALUES ({marks})",
        _values(athlete, content_hash, part, record),
    )
    if cursor.lastrowid is None:
        raise SeasonError("a session could not be stored")
    _insert_rows(connection, cursor.lastrowid, record)
    return cursor.lastrowid


def _insert_rows(connection: sqlite3.Connection, activity_id: int, record: Record) -> None:
    for table, columns in ROW_TABLES.items():
        names = ("activity_id", "row", *columns)
        connection.executemany(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
            [(activity_id, number, *row) for number, row in enumerate(getattr(record, table))],
        )


def _values(athlete: int, content_hash: str, part: int, record: Record) -> tuple[Value, ...]:
    values: Mapping[str, Value] = {**record.activity, "athlete_id": athlete, "content_hash": content_hash, "part": part}
    return tuple(values.get(name) for name in ACTIVITY_COLUMNS)


def _float(value: Value) -> float:
    return float(value) if value is not None else 0.0
