"""Putting a season right: whose a run is, what an athlete is called, goals of days gone by, notes and tags.

Conventions: as in `store`, every function is called inside `database.transaction`; what they change can be taken back
(`journal`).
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from ..athlete import Athlete
from ..errors import SeasonError
from ..goal import Goal
from ..words.escapes import shown
from . import store

LONGEST_TAG: Final = 30  # a word, that fits a column
_TAG = re.compile(r"[^\s,]+")


def rename(connection: sqlite3.Connection, old: str, new: str) -> None:
    """Give an athlete another name.

    Raises
    ------
    SeasonError
        If another athlete has it.
    """
    name = Athlete(name=new).name
    taken = connection.execute("SELECT 1 FROM athletes WHERE name = ? AND name <> ?", (name, old)).fetchone()
    if taken:
        raise SeasonError(f"has an athlete {name!r} already", hint="Make one of two: kastor season merge")
    connection.execute("UPDATE athletes SET name = ? WHERE name = ?", (name, old))


def merge(connection: sqlite3.Connection, old: str, into: str) -> tuple[int, int]:
    """Make one athlete of two; return how many runs were handed over, and how many of them both had.

    What is known of `into` is kept; only what is not known of them is taken from `old`.
    """
    known, more = store.read_athlete(connection, into), store.read_athlete(connection, old)
    if known is None or more is None or old == into:
        raise SeasonError("merge takes two athletes who are there")
    days = {since for since, _ in known.goals}
    joined = Athlete(
        name=into,
        goals=tuple(goal for goal in more.goals if goal[0] not in days),
        max_heart_rate_bpm=known.max_heart_rate_bpm or more.max_heart_rate_bpm,
        top_speed_mps=known.top_speed_mps or more.top_speed_mps,
        best_400_s=known.best_400_s or more.best_400_s,
    )
    store.write_athlete(connection, joined)
    numbers = connection.execute(
        "SELECT activity_id FROM activities JOIN athletes USING (athlete_id) WHERE name = ?", (old,)
    ).fetchall()
    counts = move(connection, [number for (number,) in numbers], into)
    connection.execute("DELETE FROM athletes WHERE name = ?", (old,))
    return counts


def move(connection: sqlite3.Connection, activity_ids: Iterable[int], to: str) -> tuple[int, int]:
    """Hand runs over to an athlete, known or new; return how many, and how many of them were there in another file.

    Of a run that both have from different files the better format stays, as when it is added.
    """
    athlete = store.athlete_id(connection, Athlete(name=to).name)
    moved = doubled = 0
    for number in activity_ids:
        cursor = connection.execute(
            "SELECT start_time_s, elapsed_s, distance_m, heart_rate_avg_bpm, format FROM activities "
            "WHERE activity_id = ? AND athlete_id <> ?",
            (number, athlete),
        )
        row = cursor.fetchone()
        if row is None:
            continue
        ours = dict(zip([name for name, *_ in cursor.description], row, strict=True))
        same = store.twin(connection, athlete, ours)
        loser = None
        if same is not None:
            doubled += 1
            loser, stays = (
                (same[0], number) if store.is_better_format(str(ours["format"]), same[1]) else (number, same[0])
            )
            for table in ("files", "notes", "tags"):
                connection.execute(
                    f"UPDATE OR IGNORE {table} SET activity_id = ? WHERE activity_id = ?", (stays, loser)
                )
            connection.execute("DELETE FROM activities WHERE activity_id = ?", (loser,))
        if loser != number:
            connection.execute("UPDATE activities SET athlete_id = ? WHERE activity_id = ?", (athlete, number))
        moved += 1
    return moved, doubled


def set_goal(
    connection: sqlite3.Connection,
    athlete: str,
    goal: Goal,
    since: date,
    until: date | None = None,
    *,
    forget_later: bool = False,
) -> None:
    """Let a goal hold from a day on (`forget_later`: in place of later ones), or from a day to a day.

    After that day the earlier goal holds again.

    Raises
    ------
    SeasonError
        If a day follows on which no goal would hold.
    """
    known = store.read_athlete(connection, athlete) or Athlete(name=athlete)
    goals = {day: held for day, held in known.goals if not (forget_later and until is None and day > since)}
    if until is not None:
        if until < since:
            raise SeasonError(f"a goal cannot hold from {since} until {until}", hint="Name the earlier day first")
        goals = {day: held for day, held in goals.items() if not since <= day <= until}
    if until is not None and until < date.max:
        after = until + timedelta(days=1)
        later = known.goal_on(after)
        if later is None:
            raise SeasonError(
                f"knows no goal of {athlete} that would hold after {until}",
                hint=f'Say it first: kastor season goal "5k 20:00" --since {after}',
            )
        goals.setdefault(after, later)
    goals[since] = goal
    number = store.athlete_id(connection, athlete)
    connection.execute("DELETE FROM goals WHERE athlete_id = ?", (number,))
    store.write_athlete(connection, Athlete(name=athlete, goals=tuple(sorted(goals.items(), key=lambda g: g[0]))))


def forget_goals_asked(connection: sqlite3.Connection, activity_ids: Sequence[int]) -> None:
    """Let the goal of the day hold for runs, in place of one that they were added with."""
    for number in activity_ids:
        rows = connection.execute("SELECT rowid, request FROM files WHERE activity_id = ?", (number,)).fetchall()
        for row, request in rows:
            asked = json.loads(request or "{}")
            asked.pop("goal", None)
            if (plan := asked.get("plan")) is not None:
                asked["plan"] = json.dumps({**json.loads(plan), "goal": None})
            connection.execute("UPDATE files SET request = ? WHERE rowid = ?", (json.dumps(asked), row))


def write_note(connection: sqlite3.Connection, activity_id: int, note: str) -> None:
    """Keep a note with a run, in place of the one there is; an empty one takes it away."""
    text = shown(" ".join(note.split()))
    connection.execute("DELETE FROM notes WHERE activity_id = ?", (activity_id,))
    if text:
        connection.execute("INSERT INTO notes VALUES (?, ?)", (activity_id, text))


def write_tags(
    connection: sqlite3.Connection, activity_ids: Iterable[int], add: Iterable[str], drop: Iterable[str]
) -> None:
    """Tag runs, and take tags off."""
    add, drop = [checked_tag(tag) for tag in add], [checked_tag(tag) for tag in drop]
    for number in activity_ids:
        connection.executemany("DELETE FROM tags WHERE activity_id = ? AND tag = ?", [(number, tag) for tag in drop])
        connection.executemany("INSERT OR IGNORE INTO tags VALUES (?, ?)", [(number, tag) for tag in add])


def checked_tag(tag: str) -> str:
    """Return a tag in small letters.

    Raises
    ------
    SeasonError
        If it is no single word.
    """
    if not _TAG.fullmatch(tag) or len(tag) > LONGEST_TAG or not tag.isprintable():
        raise SeasonError(
            f"{tag!r} is no tag", hint=f"A tag is one word of at most {LONGEST_TAG} letters, such as track or heat"
        )
    return tag.casefold()
