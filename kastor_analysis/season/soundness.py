"""Whether a season holds what this software writes: each cell of its column's kind and within reach.

SQLite keeps whatever it is given in whatever column, and a wrong byte in the file may make text of a number, or 1e300
of a time. Conventions: tables are looked at before they are read, all columns of one in one pass of SQLite's own; and
only those are that a question is asked of.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from ..errors import GoalError
from ..goal import Goal
from ..words import counted
from .schema import ACTIVITY_COLUMNS, REP_COLUMNS, SET_COLUMNS, TEXT_COLUMNS, WHOLE_COLUMNS

if TYPE_CHECKING:
    from .record import Record, Value

MOST_REPS: Final = 100_000  # a hundred times what a recording can hold
_LATEST_S: Final = 7_258_118_400
"""The year 2200, up to which a reader believes a time: what is added must be there to be read."""
_WITHIN: Final[dict[str, tuple[float, float]]] = {
    **dict.fromkeys(("start_time_s", "made_s"), (0.0, _LATEST_S)),
    **dict.fromkeys(("planned_rep", "run_rep", "found_rep", "wrong_rep", "rank"), (1, MOST_REPS)),
    **dict.fromkeys(("planned_reps", "run_reps", "reps", "set_number", "strides"), (0, MOST_REPS)),
    **dict.fromkeys(("is_session", "is_hammer", "on_track"), (0, 1)),
}
_WITHIN_BY_UNIT: Final = {  # far beyond what anybody runs
    "_s": 1e8, "_m": 1e8, "_bpm": 1e4, "_spm": 1e4, "_mps": 1e4,
}  # fmt: skip
_WITHIN_OTHERWISE: Final = 1e9  # counts and codes of other software

_TABLES: Final = {
    "activities": ("activity_id", *ACTIVITY_COLUMNS),
    "reps": ("activity_id", *REP_COLUMNS),
    "sets": ("activity_id", *SET_COLUMNS),
    "athletes": ("athlete_id", "name", "max_heart_rate_bpm", "top_speed_mps", "best_400_s"),
    "goals": ("athlete_id", "since", "goal"),
    "notes": ("activity_id", "note"),
    "tags": ("activity_id", "tag"),
    "changes": ("change_id", "made_s", "said"),
}
_NEVER_MISSING: Final = frozenset(
    {("activities", "athlete_id"), ("activities", "start_time_s"), ("activities", "local_date")}
    | {
        ("reps", "activity_id"),
        ("sets", "activity_id"),
        ("activities", "activity_id"),
        ("activities", "is_session"),
        ("athletes", "name"),
        ("goals", "since"),
        ("goals", "goal"),
        ("notes", "note"),
        ("tags", "tag"),
        ("changes", "said"),
        ("changes", "made_s"),
    }
)
_BAND: Final = re.compile(r"[0-9:.]{3,12} to [0-9:.]{3,12}/km")
"""What a session whose plan names several paces is held against; no goal that anybody sets."""


def _goal_told(text: str) -> object:
    return _BAND.fullmatch(text) or Goal.parse(text)


_WORDS: Final[tuple[tuple[str, str, Callable[[str], object]], ...]] = (
    ("activities", "local_date", date.fromisoformat),
    ("goals", "since", date.fromisoformat),
    ("goals", "goal", Goal.parse),
    ("activities", "goal", _goal_told),
)
_MORE_TEXT: Final = frozenset({"name", "since", "tag", "said"})
_IDS: Final = frozenset({"activity_id", "athlete_id", "part", "change_id"})
_ADDED_LATER: Final = frozenset({"athlete_id", "content_hash", "part"})


def value_faults(
    connection: sqlite3.Connection, *, tables: Collection[str] = tuple(_TABLES), thorough: bool = False
) -> list[str]:
    """Return what is wrong with the values of these tables, a sentence a column; if `thorough`, also in their texts."""
    faults = [fault for table in tables if not _looks_sound(connection, table) for fault in _faults(connection, table)]
    if not faults and thorough:
        faults += _faults_of_letters(connection)
    if not faults:
        for table, column, parse in _WORDS:
            faults += _faults_of_words(connection, column, table, parse) if table in tables else []
    return faults


def unfit_value(record: Record) -> str | None:
    """Return what of a record would count as damage once it is stored, ``name = value``; None where nothing would."""
    cells = [("activities", name, record.activity.get(name)) for name in ACTIVITY_COLUMNS if name not in _ADDED_LATER]
    for table, names, rows in (("reps", REP_COLUMNS, record.reps), ("sets", SET_COLUMNS, record.sets)):
        cells += [(table, name, value) for row in rows for name, value in zip(names, row, strict=True)]
    return next((f"{name} = {value}" for table, name, value in cells if _is_unfit(table, name, value)), None)


def _is_unfit(table: str, name: str, value: Value) -> bool:
    if value is None:
        return (table, name) in _NEVER_MISSING
    if name in TEXT_COLUMNS:
        # SQLite makes a text of whatever it is; but some are read again.
        return any(_is_wrong_word(str(value), parse) for *place, parse in _WORDS if place == [table, name])
    if isinstance(value, str):
        return True
    low, high = _limits(name)
    return not low <= value <= high or (name in WHOLE_COLUMNS and value != int(value))


def _looks_sound(connection: sqlite3.Connection, table: str) -> bool:
    """Return whether the least and the greatest value of each column can be: three times as quick as cell by cell.

    SQLite sorts numbers before text and text before bytes, so that the two tell of other kinds, too.
    """
    sound = " AND ".join(_spans_soundly(table, name) for name in _TABLES[table])
    return bool(connection.execute(f"SELECT {sound} FROM {table}").fetchone()[0])


def _faults(connection: sqlite3.Connection, table: str) -> list[str]:
    columns = _TABLES[table]
    wrong = ", ".join(f"sum({_is_wrong(table, name)})" for name in columns)
    counts = connection.execute(f"SELECT {wrong} FROM {table}").fetchone()
    return [
        f"{counted(count, 'value')} of {name} in {table} cannot be"
        for name, count in zip(columns, counts, strict=True)
        if count
    ]


def can_be(name: str, values: NDArray[np.float64], *, is_needed: bool = False) -> bool:
    """Return whether the numbers of a column, NaN where they are missing, are such as it holds."""
    low, high = _limits(name)
    known = values[values == values]
    is_known = known.size == values.size or not is_needed
    is_within = not known.size or bool(known.min() >= low and known.max() <= high)
    return is_known and is_within and not (_is_whole(name) and (known % 1.0).any())


def _faults_of_letters(connection: sqlite3.Connection) -> list[str]:
    faults = []
    for table, columns in _TABLES.items():
        for name in columns:
            if name not in TEXT_COLUMNS and name not in _MORE_TEXT:
                continue
            for (text,) in connection.execute(f"SELECT DISTINCT CAST({name} AS BLOB) FROM {table}"):
                try:
                    (text or b"").decode()
                except UnicodeDecodeError:
                    faults.append(f"a {name} in {table} is no text")
                    break
    return faults


def _faults_of_words(
    connection: sqlite3.Connection, column: str, table: str, parse: Callable[[str], object]
) -> list[str]:
    for (text,) in connection.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL"):
        if _is_wrong_word(text, parse):
            return [f"a {column} in {table} is {text[:40]!r}"]
    return []


def _is_wrong_word(text: str, parse: Callable[[str], object]) -> bool:
    try:
        parse(text)
    except (ValueError, GoalError):
        return True
    return False


def _is_wrong(table: str, name: str) -> str:
    """Return the SQL that is 1 where a cell cannot be, else 0 or NULL."""
    missing = f"{name} IS NULL" if (table, name) in _NEVER_MISSING else "0"
    if _is_text(name):
        return f"{missing} OR typeof({name}) NOT IN ('text', 'null')"
    kinds = "('integer', 'null')" if _is_whole(name) else "('real', 'integer', 'null')"
    low, high = _limits(name)
    return f"{missing} OR typeof({name}) NOT IN {kinds} OR ifnull({name} NOT BETWEEN {low} AND {high}, 0)"


def _spans_soundly(table: str, name: str) -> str:
    """Return the SQL that is 1 where no cell of a column is wrong."""
    least, greatest = f"min({name})", f"max({name})"
    if _is_text(name):
        sound = f"typeof({least}) IN ('text', 'null') AND typeof({greatest}) IN ('text', 'null')"
    else:
        low, high = _limits(name)
        sound = f"ifnull({least} >= {low} AND {greatest} <= {high}, 1)"
        if _is_whole(name):
            # By the alphabet: integer, null, real.
            sound += f" AND max(typeof({name})) <= 'null'"
    return f"{sound} AND count(*) = count({name})" if (table, name) in _NEVER_MISSING else sound


def _is_text(name: str) -> bool:
    return name in TEXT_COLUMNS or name in _MORE_TEXT


def _is_whole(name: str) -> bool:
    return name in WHOLE_COLUMNS or name in _IDS


def _limits(name: str) -> tuple[float, float]:
    if _is_whole(name):
        return _WITHIN.get(name, (0.0, 2**62 if name in _IDS else MOST_REPS))
    unit = next((most for ending, most in _WITHIN_BY_UNIT.items() if name.endswith(ending)), _WITHIN_OTHERWISE)
    return _WITHIN.get(name, (-unit, unit))
