"""A season to make mutants of."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ..season.fakes import FakeSeason, write_fake


def small_season(folder: Path) -> bytes:
    """Return the file of a season of three sessions and a goal."""
    path = folder / "sound.db"
    for week in range(3):
        write_fake(folder, f"{week}.fit", start=f"2026-01-{1 + 7 * week:02d}T07:00:00+00:00")
    with FakeSeason(path) as season:
        season.add([folder / f"{week}.fit" for week in range(3)], goal="5k 20:00", progress=False)
        season.set_goal("5k 19:30", since="2026-02-01")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return path.read_bytes()
