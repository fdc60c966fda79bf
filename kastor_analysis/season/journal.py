"""The journal: what was changed in a season, and how each change is taken back.

Conventions: while a change is recorded, triggers of this connection alone write down for every row that it touches the
statement that puts the row back as it was; taken back is from the last statement to the first, all of them or none. Of
an update only the columns that it changed are put back. Rows of a session (its reps and so on) that a change adds go
with the session, or with all others of their table that it has then. The last `LONGEST` changes are kept.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from .database import transaction
from .schema import ROW_TABLES

LONGEST: Final = 50  # changes that can be taken back

_PARENTS: Final = ("athletes", "goals", "activities", "files", "corrections", "notes", "tags")
_ALLOWED: Final = frozenset(
    {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE, sqlite3.SQLITE_READ}
    | {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)
_WRITTEN: Final = frozenset({*_PARENTS, *ROW_TABLES, "undoing"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change that can be taken back."""

    change_id: int
    made: datetime
    said: str

    def __str__(self) -> str:
        return self.said


@contextmanager
def recorded(connection: sqlite3.Connection, said: str) -> Iterator[None]:
    """Record what the block changes, in one transaction or several, as one change; one that changes nothing is none.

    A block within another belongs to it. What a block that fails, or a process that dies, had committed by then can be
    taken back as well.
    """
    _set_up(connection)
    if connection.execute("SELECT change_id FROM recording").fetchone() is not None:
        yield
        return
    with transaction(connection):
        cursor = connection.execute("INSERT INTO changes (made_s, said) VALUES (?, ?)", (time.time(), said))
        connection.execute("INSERT INTO recording VALUES (?)", (cursor.lastrowid,))
    try:
        yield
    finally:
        with transaction(connection):
            connection.execute("DELETE FROM recording")
            connection.execute(
                "DELETE FROM changes WHERE change_id = ? "
                "AND NOT EXISTS (SELECT 1 FROM undoing WHERE undoing.change_id = changes.change_id)",
                (cursor.lastrowid,),
            )
            connection.execute(
                "DELETE FROM changes WHERE change_id NOT IN "
                "(SELECT change_id FROM changes ORDER BY change_id DESC LIMIT ?)",
                (LONGEST,),
            )


def changes(connection: sqlite3.Connection) -> list[Change]:
    """Return the changes that can be taken back, the last one first."""
    rows = connection.execute("SELECT change_id, made_s, said FROM changes ORDER BY change_id DESC").fetchall()
    return [
        Change(change_id=number, made=datetime.fromtimestamp(made_s, UTC), said=said) for number, made_s, said in rows
    ]


def take_back(connection: sqlite3.Connection, change: Change) -> None:
    """Put back every row that a change touched; call it inside `database.transaction`."""
    rows = connection.execute(
        "SELECT statement FROM undoing WHERE change_id = ? ORDER BY step DESC", (change.change_id,)
    ).fetchall()
    # Parents come back after their children.
    connection.execute("PRAGMA defer_foreign_keys = ON")
    # Whatever somebody else wrote into the file, nothing but rows of its tables is touched.
    connection.set_authorizer(_authorized)
    try:
        for (statement,) in rows:
            connection.execute(statement)
    finally:
        connection.set_authorizer(None)
    connection.execute("DELETE FROM changes WHERE change_id = ?", (change.change_id,))


def _authorized(action: int, first: str | None, *_: str | None) -> int:
    writes = action in (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE)
    is_allowed = action in _ALLOWED and (not writes or first in _WRITTEN)
    return sqlite3.SQLITE_OK if is_allowed else sqlite3.SQLITE_DENY


def _set_up(connection: sqlite3.Connection) -> None:
    if connection.execute("SELECT 1 FROM sqlite_temp_master WHERE name = 'recording'").fetchone():
        return
    connection.execute("CREATE TEMP TABLE recording (change_id INTEGER)")
    for table in (*_PARENTS, *ROW_TABLES):
        columns = [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})").fetchall()]
        for event, statement in _statements(table, columns).items():
            connection.execute(
                f"CREATE TEMP TRIGGER journal_{event}_{table} AFTER {event} ON main.{table} "
                f"WHEN {_when(table, event, columns)} BEGIN "
                f"INSERT INTO undoing (change_id, statement) SELECT change_id, {statement} FROM recording; END"
            )


def _when(table: str, event: str, columns: list[str]) -> str:
    further = ""
    if event == "insert" and table in ROW_TABLES:
        further = " AND NEW.row = 0"
    if event == "update":
        before, after = (", ".join(f'{which}."{name}"' for name in columns) for which in ("OLD", "NEW"))
        further = f" AND ({before}) IS NOT ({after})"
    return f"EXISTS (SELECT 1 FROM recording){further}"


def _statements(table: str, columns: list[str]) -> dict[str, str]:
    """Return the SQL that makes the statement which takes back an insert, a delete and an update of a row."""
    values = " || ', ' || ".join(f'quote(OLD."{name}")' for name in columns)
    changed = " || ".join(
        f"""iif(OLD."{name}" IS NEW."{name}", '', ', "{name}" = ' || quote(OLD."{name}"))""" for name in columns
    )
    names = ", ".join(f'"{name}"' for name in columns)
    inserted = f"'DELETE FROM {table} WHERE rowid = ' || NEW.rowid"
    if table in ROW_TABLES:
        inserted = f"'DELETE FROM {table} WHERE activity_id = ' || NEW.activity_id"
    return {
        "insert": inserted,
        "delete": f"""'INSERT INTO {table} (rowid, {names}) VALUES (' || OLD.rowid || ', ' || {values} || ')'""",
        "update": f"'UPDATE {table} SET rowid = rowid' || {changed} || ' WHERE rowid = ' || NEW.rowid",
    }
