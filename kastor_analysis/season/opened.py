"""A season that is open: who is in it, and what it keeps, as tables. `SeasonAnswers` makes something of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from ..athlete import Athlete
from ..errors import SeasonError
from ..words import counted
from . import store
from .clock import PressClock, press_clock
from .database import connect, reading, refuse_wrong_values
from .location import default_path
from .store import Whose
from .window import EVERYTHING

if TYPE_CHECKING:
    import pandas as pd

    from ..quantities.table import Table
    from .tables import RowsByRunner

_ALWAYS_READ: Final = ("athletes", "goals", "activities", "notes", "tags", "changes")


class OpenSeason:
    """The file, and the part of it that is looked at; see `Season`."""

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self.path: Path = default_path() if path is None else Path(path)
        self._connection = connect(self.path)
        self._looked_at: dict[str, tuple[int, int]] = {}
        self._window = EVERYTHING
        self._forget()

    def _forget(self) -> None:
        """Keep nothing of what was read."""
        self._read_at: tuple[int, int] | None = None
        self._kept_columns: dict[str, Table] | None = None
        self._kept_rows: dict[str, RowsByRunner] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; closing again does nothing.

        Examples
        --------
        >>> season.close()
        """
        self._connection.close()

    def __repr__(self) -> str:
        return f"<Season {self.path.name}: {self.in_short()}>"

    def in_short(self) -> str:
        """Return what there is: ``12 sessions, 30 other runs, 1 athlete``.

        Returns
        -------
        str
            In words.

        Examples
        --------
        >>> season.in_short()
        '3 sessions, 0 other runs, 1 athlete'
        """
        (of_sessions, values), (of_runs, more) = (self._window.condition(runs=runs) for runs in (False, True))
        with self._reading():
            sessions, runs, athletes = self._connection.execute(
                "SELECT coalesce(sum(is_session), 0), coalesce(sum(NOT is_session), 0), count(DISTINCT athlete_id) "
                f"FROM activities WHERE is_session AND {of_sessions} OR NOT is_session AND {of_runs}",
                (*values, *more),
            ).fetchone()
        counts = ((sessions, "session"), (runs, "other run"), (athletes, "athlete"))
        return ", ".join(counted(n, noun) for n, noun in counts)

    # -- athletes

    def athletes(self) -> pd.DataFrame:
        """Return one row an athlete: athlete sessions runs first_date last_date max_heart_rate_bpm top_speed_mps ...

        Returns
        -------
        DataFrame
            One row an athlete.

        Examples
        --------
        >>> season.athletes()[["athlete", "sessions"]].values.tolist()
        [['Anna', 3]]
        """
        from .tables import athletes_frame

        with self._reading():
            return athletes_frame(self._connection)

    def names(self, athlete: Whose = None) -> list[str]:
        """Return the names of the athletes chosen, in the order given, once each; by default all, by the alphabet.

        Returns
        -------
        list of str
            Names.

        Raises
        ------
        SeasonError
            If there is none of that name.

        Examples
        --------
        >>> season.names()
        ['Anna']
        """
        known = self._names()
        if athlete is None:
            return known
        chosen = [athlete] if isinstance(athlete, str) else list(dict.fromkeys(athlete))
        for name in chosen:
            if name not in known:
                raise SeasonError(f"has no athlete {name!r}", file=str(self.path), hint=self._athletes_hint())
        return chosen

    def athlete(self, name: str | None = None) -> Athlete:
        """Return what the season knows of an athlete (default: its only one), goals included.

        Returns
        -------
        Athlete
            With the goals of all days.

        Raises
        ------
        SeasonError
            If there is no such athlete, or several and none was named.

        Examples
        --------
        >>> season.athlete().name
        'Anna'
        """
        (chosen,) = self.names(self._one_athlete(name))
        with self._reading():
            found = store.read_athlete(self._connection, chosen)
        return found or Athlete(name=chosen)

    def goals(self, athlete: Whose = None) -> pd.DataFrame:
        """Return every goal with the day from which it holds: athlete since goal speed_mps pace_s_per_km.

        `since` is missing where the goal has held all along.

        Returns
        -------
        DataFrame
            One row a goal; speed in m/s, pace in s/km.

        Examples
        --------
        >>> season.set_goal("5k 20:00")
        >>> season.goals()[["athlete", "goal"]].values.tolist()
        [['Anna', '5k 20:00']]
        """
        from .tables import goals_frame

        with self._reading():
            return goals_frame(self._connection, athlete=athlete)

    def clock(self, athlete: str | None = None) -> PressClock:
        """Return how much longer an athlete's reps are by presses than as found in the motion.

        From all their sessions with presses, each looked at once without them when it was added, and what is known of
        other runners; it takes three. Sessions that older software added tell nothing until `Season.refresh`.

        Returns
        -------
        PressClock
            ``late_s late_sd_s sessions``.

        Raises
        ------
        SeasonError
            If there are several athletes and none was named.

        Examples
        --------
        >>> print(season.clock())
        +0.0 ± 0.2 s
        """
        import numpy as np

        with self._reading():
            rows = self._connection.execute(
                "SELECT pressed_late_s, pressed_late_scale_s FROM activities JOIN athletes USING (athlete_id) "
                "WHERE name = ? AND pressed_late_scale_s > 0",
                (self._one_athlete(athlete),),
            ).fetchall()
        late_s, scale_s = np.array(rows, dtype=np.float64).reshape(-1, 2).T
        return press_clock(late_s, scale_s)

    # -- tables

    def sessions(self, athlete: Whose = None) -> pd.DataFrame:
        """Return one row a session in order of time.

        ``activity_id athlete date start_time plan_name run_reps rep_distance_m goal target_s score_overall ...``, and
        the figures trends are made of with their standard deviations: ``median_regular_s spread_s hammer_gain
        rest_on_share heart_rate_at_goal_bpm`` (defined in `kastor_analysis.season.figures`); last ``tags note``.

        Returns
        -------
        DataFrame
            One row a session; units in the names.

        Examples
        --------
        >>> season.sessions()[["run_reps", "rep_distance_m"]].head(1).values.tolist()
        [[14, 400.0]]
        """
        from .tables import sessions_frame

        def read() -> pd.DataFrame:
            return sessions_frame(self._connection, athlete=athlete, runs=False, window=self._window)

        with self._reading():
            return self._rows("sessions", athlete, read)

    def runs(self, athlete: Whose = None) -> pd.DataFrame:
        """Return one row a run, with or without reps; columns as in `sessions`.

        Returns
        -------
        DataFrame
            One row a run.

        Examples
        --------
        >>> len(season.runs())
        3
        """
        from .tables import sessions_frame

        with self._reading():
            return sessions_frame(self._connection, athlete=athlete, runs=True, window=self._window)

    def reps(self, athlete: Whose = None) -> pd.DataFrame:
        """Return one row a rep of every session: activity_id athlete date and the columns of `Report.reps`.

        Returns
        -------
        DataFrame
            One row a rep; units in the names.

        Examples
        --------
        >>> season.reps().groupby("activity_id")["time_s"].median().round(1).tolist()
        [102.5, 100.5, 99.8]
        """
        return self._reps(athlete, None)

    def reps_of(self, sessions: Sequence[int]) -> pd.DataFrame:
        """Return the reps of some sessions, columns as in `reps`.

        Parameters
        ----------
        sessions : sequence of int
            Their ``activity_id``.

        Returns
        -------
        DataFrame
            One row a rep, in order of time.

        Examples
        --------
        >>> len(season.reps_of([1]))
        16
        """
        return self._reps(None, sessions)

    def sets(self, athlete: Whose = None) -> pd.DataFrame:
        """Return one row a set of every session, in order of time.

        ``activity_id`` int64, ``athlete`` category, ``date`` datetime64, ``set`` and ``reps`` Int64, ``rep_kind``
        category; float64: ``median_s`` and ``spread_s`` of its regular reps, ``evenness_score``, ``rest_median_s``
        within the set, ``rest_after_s`` before the next, ``distance_m pace_s_per_km``. Sessions that older software
        analysed have none until `Season.refresh`.

        Returns
        -------
        DataFrame
            One row a set; units in the names.

        Examples
        --------
        >>> season.sets()[["activity_id", "rep_kind", "reps"]].head(1).values.tolist()
        [[1, '400 m', 14]]
        """
        from .tables import sets_frame

        with self._reading("sets"):
            return sets_frame(self._connection, athlete=athlete, window=self._window)

    def weeks(self, athlete: Whose = None) -> pd.DataFrame:
        """Return one row an athlete and week, Monday to Sunday, weeks without a run included.

        ``athlete week runs sessions hard_runs moving_s distance_m``, time and distance by intensity (``low_s`` ...
        ``unknown_m``), the hard shares by time, distance and runs, and ``verdict``: ``over the line`` where more than
        20 % of the known time was hard, else ``within the line``; ``too few runs`` (under 3) and ``intensity unknown``
        (under three quarters of the time known) are not judged. Runs are parted by the runner's own threshold where the
        sessions within six weeks tell it: ``threshold_sessions`` (0: not known, by the goal and maximum heart rate that
        were given) ``threshold_pace_s_per_km threshold_bpm``. The rules are in `kastor_analysis.season.threshold` and
        `kastor_analysis.season.intensity`.

        Returns
        -------
        DataFrame
            One row an athlete and week; time in seconds, distance in metres.

        Examples
        --------
        >>> season.weeks()["runs"].tolist()
        [1, 1, 1]
        """
        from .weeks import weeks_frame

        def read() -> pd.DataFrame:
            return weeks_frame(self._connection, athlete=athlete, window=self._window)

        with self._reading():
            # The last weeks are those of whoever is asked for.
            return self._rows("weeks", athlete, read) if self._window.last is None else read()

    def index(self, athlete: Whose = None) -> list[store.Indexed]:
        """Return what sessions and runs are found by, in order of time: number, day, is_session, reps.

        Returns
        -------
        list of Indexed
            Sessions and runs.

        Examples
        --------
        >>> season.index()[0].reps
        14
        """
        with self._reading():
            return store.index(self._connection, athlete, self._window)

    def other_sports(self, athlete: Whose = None) -> dict[str, int]:
        """Return how many recordings of other sports are kept, and in no list.

        Returns
        -------
        dict of str to int
            Recordings by sport, the most first.

        Examples
        --------
        >>> season.other_sports()
        {}
        """
        with self._reading():
            return store.other_sports(self._connection, athlete, self._window)

    def words_of(self, session: int) -> tuple[list[str], str]:
        """Return the tags of a session, and its note.

        Returns
        -------
        tuple of list of str and str
            Empty where there are none.

        Examples
        --------
        >>> season.words_of(1)
        ([], '')
        """
        with self._reading():
            return store.words_of(self._connection, session)

    def _reps(self, athlete: Whose, only: Sequence[int] | None) -> pd.DataFrame:
        """Return the reps of every session, or of those of these numbers."""
        from .tables import reps_frame

        with self._reading():
            try:
                return reps_frame(self._connection, athlete=athlete, window=self._window, only=only)
            except ValueError:
                refuse_wrong_values(self._connection, self.path, ["reps"])
                raise

    def _columns(self, athlete: str) -> Table:
        """Return the sessions of one runner as plain columns; all runners' are read once, until something is written.

        Many questions follow each other, of a squad of each runner.
        """
        from .columns import no_sessions, read_columns

        with self._reading():
            if self._kept_columns is None:
                self._kept_columns = read_columns(self._connection, athlete=None, window=self._window)
            return self._kept_columns.get(athlete) or no_sessions()

    def _rows(self, table: str, athlete: Whose, read: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """Return rows of a table: those of one runner from what was read of several, until something is written."""
        from .tables import RowsByRunner

        kept = self._kept_rows.get(table)
        if isinstance(athlete, str):
            return kept.of(athlete) if kept is not None and athlete in kept.names else read()
        names = self._names() if athlete is None else list(athlete)
        if kept is None or kept.names != names:
            kept = self._kept_rows[table] = RowsByRunner(read(), names)
        return kept.rows.copy()

    @contextmanager
    def _reading(self, *rows: str) -> Iterator[None]:
        """Refuse what is damaged of the tables that are read: the small ones, the activities, and `rows` of them."""
        with reading(self.path):
            seen = self._version()
            unseen = [table for table in (*_ALWAYS_READ, *rows) if self._looked_at.get(table) != seen]
            if unseen:
                refuse_wrong_values(self._connection, self.path, unseen)
                self._looked_at |= dict.fromkeys(unseen, seen)
            if self._read_at != seen:
                self._forget()
                self._read_at = seen
            yield

    def _version(self) -> tuple[int, int]:
        """Return what changes whenever anything is written, here or by another process."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return version, self._connection.total_changes

    def _names(self) -> list[str]:
        with self._reading():
            rows = self._connection.execute("SELECT name FROM athletes ORDER BY name COLLATE NOCASE").fetchall()
        return [name for (name,) in rows]

    def _athletes_hint(self) -> str:
        names = self._names()
        return f"Its athletes are: {', '.join(names)}" if names else "Add recordings first: kastor season add FOLDER"

    def _one_athlete(self, name: str | None) -> str:
        if name is not None:
            return name
        names = self._names()
        if len(names) > 1:
            raise SeasonError(
                f"has several athletes ({', '.join(names)})", file=str(self.path), hint="Name one (athlete=, --athlete)"
            )
        return names[0] if names else store.DEFAULT_ATHLETE
