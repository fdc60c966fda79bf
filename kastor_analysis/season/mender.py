"""Putting right what is in a season, and taking it back: the writing that analyses nothing. `Season` adds that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from ..athlete import Athlete
from ..errors import SeasonError
from ..goal import Goal
from . import journal, mending, store
from .database import guard, prepare_to_write, transaction
from .journal import Change
from .reading import SeasonReader
from .window import as_day

Sessions = int | Iterable[int]


class SeasonMender(SeasonReader):
    """The half of `Season` that changes what is there; see there."""

    _is_prepared = False

    # -- sessions

    def remove(self, sessions: Sessions) -> int:
        """Take sessions (or runs) out by their ``activity_id``; return how many were there.

        Their files are not touched, and a folder added again does not bring them back; naming a file itself does, and
        so does ``add(folder, again=True)``.

        Returns
        -------
        int
            How many were there.

        Examples
        --------
        >>> season.remove([2])
        1
        """
        numbers = _numbers(sessions)
        with self._recorded(f"removed {_listed(numbers)}"), self._writing():
            return store.remove(self._connection, numbers)

    def move(self, sessions: Sessions, to: str) -> int:
        """Hand sessions (or runs) over to another athlete, known or new; return how many were another's.

        What they are held against is the new athlete's from the next `refresh` on.

        Returns
        -------
        int
            How many went over.

        Raises
        ------
        AthleteError, SeasonError
            If the name cannot be one, or a session is not there.

        Examples
        --------
        >>> season.move([2, 3], "Berta")
        2
        """
        numbers = self._there(sessions)
        with self._recorded(f"moved {_listed(numbers)} to {to}"), self._writing():
            return mending.move(self._connection, numbers, to)[0]

    def note(self, session: int, note: str) -> None:
        """Keep a note with a session, in place of the one there is; an empty one takes it away.

        Raises
        ------
        SeasonError
            If the session is not there.

        Examples
        --------
        >>> season.note(1, "wind on the back straight")
        """
        (number,) = self._there(session)
        with self._recorded(f"noted something of session {number}"), self._writing():
            mending.write_note(self._connection, number, note)

    def tag(self, sessions: Sessions, *tags: str, drop: Iterable[str] = ()) -> None:
        """Tag sessions with words, and take tags off them (`drop`).

        Raises
        ------
        SeasonError
            If a session is not there, or a tag is no single word.

        Examples
        --------
        >>> season.tag([1, 2], "track")
        >>> season.sessions()["tags"].tolist()
        ['track', 'track', None]
        """
        numbers, dropped = self._there(sessions), list(drop)
        words = " ".join([*tags, *(f"-{tag}" for tag in dropped)])
        with self._recorded(f"tagged {_listed(numbers)}: {words}"), self._writing():
            mending.write_tags(self._connection, numbers, tags, dropped)

    # -- athletes

    def rename(self, athlete: str, name: str) -> None:
        """Give an athlete another name.

        Raises
        ------
        AthleteError, SeasonError
            If there is no such athlete, the name cannot be one, or another has it.

        Examples
        --------
        >>> season.rename("Anna", "Anna K.")
        >>> season.names()
        ['Anna K.']
        """
        (old,) = self.names(athlete)
        with self._recorded(f"renamed {old} to {name}"), self._writing():
            mending.rename(self._connection, old, name)

    def merge(self, athlete: str, into: str) -> tuple[int, int]:
        """Make one athlete of two; return how many runs went over, and how many of them both had.

        What is known of `into` counts; of `athlete` is taken what is not known of them: goals of other days, figures.

        Returns
        -------
        tuple of int
            Runs that went over, runs that both had.

        Raises
        ------
        SeasonError
            If one of them is not there.

        Examples
        --------
        >>> season.move([2], "Ana")
        1
        >>> season.merge("Ana", "Anna")
        (1, 0)
        """
        (old,), (kept,) = self.names(athlete), self.names(into)
        with self._recorded(f"merged {old} into {kept}"), self._writing():
            return mending.merge(self._connection, old, kept)

    def set_athlete(self, athlete: Athlete) -> None:
        """Store what is known of an athlete; what `athlete` leaves open is kept, its goals join those stored.

        Examples
        --------
        >>> season.set_athlete(Athlete(name="Anna", max_heart_rate_bpm=188))
        >>> season.athlete().max_heart_rate_bpm
        188.0
        """
        with self._recorded(f"what is known of {athlete.name}"), self._writing():
            store.write_athlete(self._connection, athlete)

    def set_goal(
        self,
        goal: Goal | str,
        *,
        since: date | str | None = None,
        until: date | str | None = None,
        athlete: str | None = None,
    ) -> None:
        """Give an athlete a goal from a day on (default: today); `refresh` scores what it changes anew.

        With `until` the earlier goal holds again on the day after. A session that was added with a goal of its own
        keeps that; `apply_goal` takes it away.

        Raises
        ------
        GoalError, SeasonError
            If the goal or a day cannot be understood, or none would hold after `until`.

        Examples
        --------
        >>> season.set_goal("5k 20:00", since="2026-03-01")
        """
        parsed = goal if isinstance(goal, Goal) else Goal.parse(goal)
        first = as_day(since) if since is not None else datetime.now(UTC).astimezone().date()
        last = as_day(until) if until is not None else None
        name = Athlete(name=self._one_athlete(athlete)).name
        with self._recorded(f"{name}'s goal {parsed}"), self._writing():
            mending.set_goal(self._connection, name, parsed, first, last)

    def athlete_or_new(self, name: str | None = None) -> Athlete:
        """Return what the season knows of an athlete (default: its only one), or a new one of that name.

        Returns
        -------
        Athlete
            Known or new.

        Examples
        --------
        >>> season.athlete_or_new("Berta").name
        'Berta'
        """
        chosen = self._one_athlete(name)
        with self._reading():
            return store.read_athlete(self._connection, chosen) or Athlete(name=chosen)

    # -- the journal

    def changes(self) -> list[Change]:
        """Return the changes that `Season.undo` can take back, the last one first; at most fifty.

        Returns
        -------
        list of Change
            At most fifty.

        Examples
        --------
        >>> season.note(1, "wind")
        >>> str(season.changes()[0])
        'noted something of session 1'
        """
        with self._reading():
            return journal.changes(self._connection)

    # -- inside

    def _take_back(self) -> Change:
        known = self.changes()
        if not known:
            raise SeasonError("has nothing to undo", file=str(self.path))
        with self._writing():
            journal.take_back(self._connection, known[0])
        return known[0]

    @contextmanager
    def _recorded(self, said: str) -> Iterator[None]:
        self._prepare()
        with guard(self.path), journal.recorded(self._connection, said):
            yield

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._prepare()
        with guard(self.path), transaction(self._connection):
            yield

    def _prepare(self) -> None:
        """Refuse a damaged season before the first thing is written to it."""
        if not self._is_prepared:
            prepare_to_write(self._connection, self.path)
            with self._reading("reps", "sets"):
                self._is_prepared = True

    def _there(self, sessions: Sessions) -> list[int]:
        numbers = _numbers(sessions)
        with self._reading():
            known = {number for (number,) in self._connection.execute("SELECT activity_id FROM activities")}
        for number in numbers:
            if number not in known:
                raise SeasonError(
                    f"has no session {number}", file=str(self.path), hint="See the numbers with: kastor season list"
                )
        return numbers

    def _ids_between(self, athlete: str, first: date, last: date | None) -> list[int]:
        rows = self._connection.execute(
            "SELECT activity_id FROM activities JOIN athletes USING (athlete_id) "
            "WHERE name = ? AND local_date BETWEEN ? AND ?",
            (athlete, first.isoformat(), (last or date.max).isoformat()),
        ).fetchall()
        return [number for (number,) in rows]


def _numbers(sessions: Sessions) -> list[int]:
    return [sessions] if isinstance(sessions, int) else [int(number) for number in sessions]


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:5]))
    more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
    return f"session{'s' * (len(numbers) != 1)} {shown}{more}"
