"""`Season`: many sessions over time, in one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from ..arguments import names_arguments
from ..athlete import Athlete
from ..corrections import Corrections
from ..errors import SeasonError
from ..files.folders import Paths
from ..goal import Goal
from ..plan import Plan
from ..session import Session
from ..words.escapes import shown
from . import mending, store
from .journal import Change
from .mender import SeasonMender
from .window import as_day

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from .adding import Adder
    from .result import AddResult
    from .work import Outcome, Task


@names_arguments(SeasonError)
class Season(SeasonMender):
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

    Examples
    --------
    >>> with Season("season.db") as season:
    ...     season.in_short()
    '3 sessions, 0 other runs, 1 athlete'
    """

    def add(
        self,
        paths: Paths,
        *,
        athlete: Athlete | str | None = None,
        plan: Plan | str | Path | None = None,
        goal: Goal | str | None = None,
        again: bool = False,
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
        again : bool
            Whether to take in again what was removed, and to try again what failed.
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

        Examples
        --------
        >>> season.add(["runs"], progress=False)
        <AddResult: 0 sessions added, 3 already there, 0 runs without reps kept, 0 failed>
        """
        paths = [paths] if isinstance(paths, str | PathLike) else list(paths)
        adder = self._adder(jobs, executor, progress, again=again)
        whose = self._known_athlete(athlete)
        with self._recorded(f"added {_named(paths)} as {whose.name}'s"):
            return adder.add([(paths, whose)], plan=_as_plan(plan), goal=_as_goal(goal))

    def add_squad(
        self,
        folder: str | PathLike[str],
        *,
        athletes: Mapping[str, Athlete] | None = None,
        plan: Plan | str | Path | None = None,
        goal: Goal | str | None = None,
        again: bool = False,
        jobs: int = 1,
        executor: Executor | None = None,
        progress: bool = True,
    ) -> AddResult:
        """Analyse the recordings of a squad, a folder a runner, and keep them; one change, which `undo` takes back.

        Parameters
        ----------
        folder : path
            Each folder in it that holds recordings is a runner's, called as the folder; a runner of the season whose
            name differs in capitals alone is meant. What lies beside these folders is nobody's, and fails.
        athletes : mapping of str to Athlete, optional
            What is known of some, by the names of their folders.
        plan, goal, again, jobs, executor, progress
            As in `add`.

        Returns
        -------
        AddResult
            What was added, was there already, is no session, or failed and why.

        Raises
        ------
        GoalError, PlanError, SeasonError
            If no folder in it holds recordings, or the goal, the plan or the database cannot be used.

        Examples
        --------
        >>> season.add_squad("squad", progress=False)
        <AddResult: 0 sessions added, 2 already there, 0 runs without reps kept, 0 failed>
        """
        from .contents import recordings_beside, runners_folders
        from .result import AddItem, AddResult

        names = runners_folders(folder)
        if not names:
            raise SeasonError(
                "has no folders with recordings in it",
                file=shown(str(folder)),
                hint="Each runner has one of their own",
            )
        known = {name.casefold(): name for name in self._names()}
        whose = {
            name: self._known_athlete((athletes or {}).get(name) or known.get(name.casefold(), name)) for name in names
        }
        adder = self._adder(jobs, executor, progress, again=again)
        groups = [(Path(folder, name), athlete) for name, athlete in whose.items()]
        with self._recorded(f"added {_named([folder])}, each folder as its runner's"):
            added = adder.add(groups, plan=_as_plan(plan), goal=_as_goal(goal))
        beside = [
            AddItem(path=path, outcome="failed", reason=f"{shown(path)}: lies in no runner's folder")
            for path in recordings_beside(folder)
        ]
        return AddResult(items=(*added.items, *beside))

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

        Examples
        --------
        >>> season.refresh(progress=False)
        <AddResult: 0 sessions added, 0 already there, 0 runs without reps kept, 0 failed>
        """
        return self._adder(jobs, executor, progress).refresh(everything=everything, athlete=athlete)

    def session(self, number: int) -> Session:
        """Return a session as the season keeps it, read from its recording: found, and corrected by hand.

        Parameters
        ----------
        number : int
            Its ``activity_id``.

        Returns
        -------
        Session
            As it counts.

        Raises
        ------
        SeasonError
            If there is none of that number, or its recording is no longer there.

        Examples
        --------
        >>> len(season.session(1).reps)
        14
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

        Returns
        -------
        AddResult
            What was analysed again.

        Raises
        ------
        SeasonError
            As `session`.

        Examples
        --------
        >>> right = season.session(1).corrected(drop=[3])
        >>> season.correct(1, right.corrections)
        <AddResult: 1 session added, 0 already there, 0 runs without reps kept, 0 failed>
        """
        with self._recorded(f"corrected session {number}"):
            return self._adder(1, None, False).correct(number, corrections)

    def apply_goal(
        self,
        goal: Goal | str,
        *,
        since: date | str | None = None,
        until: date | str | None = None,
        athlete: str | None = None,
        jobs: int = 1,
        progress: bool = True,
    ) -> AddResult:
        """Hold sessions that are there already against a goal, whatever they were added with.

        Parameters
        ----------
        goal : Goal or str
            The goal.
        since, until : date or str, optional
            The first and the last day on which it holds. Default: all of them, also those to come.
        athlete : str, optional
            Whose; not needed where the season has one athlete.
        jobs, progress
            As in `add`.

        Returns
        -------
        AddResult
            As of `refresh`.

        Raises
        ------
        GoalError, SeasonError
            If the goal or a day cannot be understood, or none would hold after `until`.

        Examples
        --------
        >>> season.apply_goal("5k 19:30", since="2026-03-10", progress=False)
        <AddResult: 2 sessions added, 0 already there, 0 runs without reps kept, 0 failed>
        """
        parsed = goal if isinstance(goal, Goal) else Goal.parse(goal)
        name = self._one_athlete(athlete)
        first = as_day(since) if since is not None else date.min
        last = as_day(until) if until is not None else None
        adder = self._adder(jobs, None, progress)
        with self._recorded(f"{name}'s sessions held against {parsed}"):
            held = self._ids_between(name, first, last)
            with self._writing():
                mending.set_goal(self._connection, name, parsed, first, last, forget_later=True)
                mending.forget_goals_asked(self._connection, held)
            return adder.refresh(everything=False, athlete=name, only=held)

    def undo(self) -> Change:
        """Take the last change back, and return it: all that it did to the season, and nothing else.

        Changes are what `add`, `remove`, `correct`, `rename`, `merge`, `move`, `note`, `tag` and goals do; the last
        fifty can be taken back, the last one first. `refresh` changes nothing but figures, and is none.

        Returns
        -------
        Change
            What was taken back.

        Raises
        ------
        SeasonError
            If there is nothing to take back.

        Examples
        --------
        >>> season.tag([1], "track")
        >>> str(season.undo())
        'tagged session 1: track'
        """
        adder = self._adder(1, None, False)
        change = self._take_back()
        adder.bring_beside_up_to_date()
        return change

    # -- inside

    @staticmethod
    def _analyse_task(task: Task) -> tuple[Outcome, ...]:
        from .work import analyse_task

        return analyse_task(task)

    def _adder(self, jobs: int, executor: Executor | None, progress: bool, again: bool = False) -> Adder:
        if jobs < 0:
            raise SeasonError(f"jobs must be 0 (every core) or more, not {jobs}")
        from .adding import Adder

        if jobs == 0:
            from ..pipeline.pool import usable_cores

            jobs = usable_cores()
        self._prepare()
        return Adder(
            self._connection,
            self.path,
            analyse=self._analyse_task,
            jobs=jobs,
            executor=executor,
            progress=progress,
            again=again,
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


def _named(paths: Sequence[str | PathLike[str]]) -> str:
    """Return what was added, for the journal."""
    first = shown(Path(paths[0]).name or str(paths[0])) if paths else "nothing"
    return first if len(paths) < 2 else f"{first} and {len(paths) - 1} more"


def _as_plan(plan: Plan | str | Path | None) -> Plan | None:
    return plan if plan is None or isinstance(plan, Plan) else Plan.load(plan)


def _as_goal(goal: Goal | str | None) -> Goal | None:
    return goal if goal is None or isinstance(goal, Goal) else Goal.parse(goal)
