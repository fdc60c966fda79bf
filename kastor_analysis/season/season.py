"""`Season`: many sessions over time, in one file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from ..athlete import Athlete
from ..corrections import Corrections
from ..errors import SeasonError
from ..goal import Goal
from ..plan import Plan
from ..session import Session
from . import store
from .adding import Adder
from .contents import Paths
from .database import guard, prepare_to_write, transaction
from .pool import usable_cores
from .reading import SeasonReader
from .result import AddResult
from .work import analyse_task


class Season(SeasonReader):
    """Analysed sessions of one runner or a squad, in one SQLite file; a context manager.

    Parameters
    ----------
    path : path, optional
        The database; made where there is none. Default: ``season.db`` in the user's data directory.

    Raises
    ------
    SeasonError
        If the file is no season, is damaged, was made by newer software, or cannot be written. It is left as it was.

    Notes
    -----
    Several processes may use one season at once; the file must lie on a local disk (SQLite's WAL mode).
    """

    _analyse_task = staticmethod(analyse_task)
    _is_prepared = False

    def add(
        self,
        paths: Paths,
        *,
        athlete: Athlete | str | None = None,
        plan: Plan | str | Path | None = None,
        goal: Goal | str | None = None,
        jobs: int = 1,
        executor: Executor | None = None,
        progress: bool = True,
    ) -> AddResult:
        """Analyse recordings and keep them; what is there already is left alone.

        Parameters
        ----------
        paths : path or iterable of paths
            Recordings, folders, zips and account exports.
        athlete : Athlete or str, optional
            Whose runs these are; an `Athlete`'s goals and figures are stored. Default: the only athlete of the season,
            else ``"runner"``.
        plan : Plan, or the name or path of a recipe, optional
            As in `analyze`.
        goal : Goal or str, optional
            For these recordings, in place of the athlete's goal of the day.
        jobs : int
            Processes to work in; 0 takes every core. More than one needs the usual ``if __name__ == "__main__":`` in
            a script.
        executor : concurrent.futures.Executor, optional
            Works there instead, for instance on a Dask cluster: ``Client(...).get_executor()``. Its workers must see
            the files under the same paths.
        progress : bool
            Whether to show a bar on a terminal or in a notebook.

        Returns
        -------
        AddResult
            What was added, was there already, is no session, or failed and why.

        Raises
        ------
        GoalError, PlanError, SeasonError
            If the goal, the plan or the database cannot be used. What a file does raises nothing.

        Notes
        -----
        The linear systems solved are small; with ``jobs=1`` in a program of your own, ``OPENBLAS_NUM_THREADS=1`` set
        before NumPy is imported keeps its threads from costing more than they give. Pools and the command line do so.
        """
        if goal is not None and not isinstance(goal, Goal):
            goal = Goal.parse(goal)
        if plan is not None and not isinstance(plan, Plan):
            plan = Plan.load(plan)
        return self._adder(jobs, executor, progress).add(
            paths, athlete=self._known_athlete(athlete), plan=plan, goal=goal
        )

    def refresh(
        self,
        *,
        everything: bool = False,
        athlete: str | None = None,
        jobs: int = 1,
        executor: Executor | None = None,
        progress: bool = True,
    ) -> AddResult:
        """Analyse again, from their files, what is out of date: other software, goal of the day or maximum heart rate.

        Parameters
        ----------
        everything : bool
            Analyse all of it, also what is up to date.
        athlete : str, optional
            Only this athlete's.
        jobs, executor, progress
            As in `add`.

        Returns
        -------
        AddResult
            ``added`` are the sessions analysed again; a file that is gone is among ``failed``, and what was known of it
            is kept.
        """
        return self._adder(jobs, executor, progress).refresh(everything=everything, athlete=athlete)

    def session(self, number: int) -> Session:
        """Return a session as the season keeps it, read from its recording: found, and corrected by hand.

        Parameters
        ----------
        number : int
            Its ``activity_id``.

        Raises
        ------
        SeasonError
            If there is none of that number, or its recording is no longer there.
        """
        return self._adder(1, None, False).session(number)

    def correct(self, number: int, corrections: Corrections) -> AddResult:
        """Keep these corrections of a session in place of those there are, and analyse it again.

        They are kept with the content of the recording, so that one that is renamed, moved, or removed and added again
        has them still. A file of corrections that lies beside the recording is brought up to date.

        Parameters
        ----------
        number : int
            The session's ``activity_id``.
        corrections : Corrections
            All of them: ``season.session(number).corrected(drop=[9]).corrections``.

        Raises
        ------
        SeasonError
            As `session`.
        """
        return self._adder(1, None, False).correct(number, corrections)

    def remove(self, sessions: int | Iterable[int]) -> int:
        """Take sessions (or runs) out by their ``activity_id``; return how many were there.

        Their files are not touched, and a folder added again does not bring them back; naming a file itself does.
        """
        numbers = [sessions] if isinstance(sessions, int) else [int(number) for number in sessions]
        with self._writing():
            return store.remove(self._connection, numbers)

    def set_athlete(self, athlete: Athlete) -> None:
        """Store what is known of an athlete; what `athlete` leaves open is kept, its goals join those stored."""
        with self._writing():
            store.write_athlete(self._connection, athlete)

    def set_goal(self, goal: Goal | str, *, since: date | str | None = None, athlete: str | None = None) -> None:
        """Give an athlete a goal from a day on (default: today); `refresh` scores what it changes anew.

        Raises
        ------
        GoalError, SeasonError
            If the goal or the day cannot be understood.
        """
        parsed = goal if isinstance(goal, Goal) else Goal.parse(goal)
        day = _day(since) if since is not None else datetime.now(UTC).astimezone().date()
        name = self._one_athlete(athlete)
        self.set_athlete(Athlete(name=name, goals=((day, parsed),)))

    def athlete_or_new(self, name: str | None = None) -> Athlete:
        """Return what the season knows of an athlete (default: its only one), or a new one of that name."""
        return self._known_athlete(name)

    # -- inside

    def _prepare(self) -> None:
        """Refuse a damaged season before the first thing is written to it."""
        if not self._is_prepared:
            prepare_to_write(self._connection, self.path)
            with self._reading():
                self._is_prepared = True

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._prepare()
        with guard(self.path), transaction(self._connection):
            yield

    def _adder(self, jobs: int, executor: Executor | None, progress: bool) -> Adder:
        if jobs < 0:
            raise SeasonError(f"jobs must be 0 (every core) or more, not {jobs}")
        self._prepare()
        return Adder(
            self._connection,
            self.path,
            analyse=self._analyse_task,
            jobs=jobs or usable_cores(),
            executor=executor,
            progress=progress,
        )

    def _known_athlete(self, athlete: Athlete | str | None) -> Athlete:
        """Return the athlete asked for together with what the season knows of them."""
        given = athlete if isinstance(athlete, Athlete) else Athlete(name=self._one_athlete(athlete))
        with self._reading():
            stored = store.read_athlete(self._connection, given.name)
        if stored is None:
            return given
        goals = {**dict(stored.goals), **dict(given.goals)}
        return replace(
            given,
            goals=tuple(sorted(goals.items(), key=lambda item: item[0])),
            max_heart_rate_bpm=given.max_heart_rate_bpm or stored.max_heart_rate_bpm,
            top_speed_mps=given.top_speed_mps or stored.top_speed_mps,
            best_400_s=given.best_400_s or stored.best_400_s,
        )


def _day(day: date | str) -> date:
    if isinstance(day, date):
        return day
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise SeasonError(f"{day!r} is no day", hint="Write it as 2026-05-31") from error
