"""What a season answers: its runners, tables, trends and comparisons. `SeasonReader` shows and hands them out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from ..athlete import Athlete
from ..errors import SeasonError
from ..words.sentences import counted
from . import store
from .clock import CLOCKED, PressClock, press_clock
from .database import connect, reading, refuse_wrong_values
from .figures import TIMED_OVER_M, is_mixed, is_timed
from .location import default_path
from .store import Whose
from .trends import METRICS, Trend, together, trend
from .window import EVERYTHING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from .columns import Columns
    from .compare import Comparison


_SEE_SESSIONS: Final = "See the sessions with: kastor season list"
_ALWAYS_READ: Final = ("athletes", "goals", "activities", "notes", "tags", "changes")
_SAME_DISTANCE: Final = 0.10
"""Reps within this share of a distance are over it."""


class SeasonAnswers:
    """The part of a season that is open, and what is asked of it; see `Season`."""

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self.path: Path = default_path() if path is None else Path(path)
        self._connection = connect(self.path)
        self._looked_at: dict[str, tuple[int, int]] = {}
        self._window = EVERYTHING
        self._kept: tuple[tuple[int, int], dict[str, Columns]] | None = None

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

        with self._reading():
            return sessions_frame(self._connection, athlete=athlete, runs=False, window=self._window)

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
        from .tables import weeks_frame

        with self._reading():
            return weeks_frame(self._connection, athlete=athlete, window=self._window)

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

    # -- what they say

    def like(self, athlete: str | None = None, distance_m: float | None = None) -> pd.DataFrame:
        """Return the sessions of one athlete that compare: of one kind of rep (default: their commonest), like rests.

        Within a kind that was chosen (``within(kind=...)``) rests may be what they are.

        Returns
        -------
        DataFrame
            Rows of `sessions`.

        Raises
        ------
        SeasonError
            If there are several athletes and none was named.

        Examples
        --------
        >>> season.like()["activity_id"].tolist()
        [1, 2, 3]
        """
        name = self._one_athlete(athlete)
        found: pd.DataFrame = self.sessions(name).iloc[self._alike(name, distance_m)]
        return found.reset_index(drop=True)

    def left_out(self, athlete: str | None = None, distance_m: float | None = None) -> dict[str, int]:
        """Return how many sessions of which kinds `like` leaves out: ``{"1000 m": 4, ...}``.

        Returns
        -------
        dict of str to int
            Sessions by the name of their kind.

        Examples
        --------
        >>> season.left_out()
        {}
        """
        from .likeness import left_out

        name = self._one_athlete(athlete)
        return left_out(self._columns(name), self._alike(name, distance_m))

    def likened(self, athlete: str | None = None, distance_m: float | None = None) -> tuple[list[int], str]:
        """Return the numbers of the sessions that `like` returns, and of which kind they are.

        Returns
        -------
        tuple of list of int and str
            ``activity_id`` in order of time; of no session, no kind.

        Examples
        --------
        >>> season.likened()
        ([1, 2, 3], '400 m')
        """
        name = self._one_athlete(athlete)
        found = self._columns(name).take(self._alike(name, distance_m))
        return found["activity_id"].tolist(), str(found["rep_kind"][0]) if found.n else ""

    def trend(
        self, metric: str = "median_regular_s", *, athlete: str | None = None, distance_m: float | None = None
    ) -> Trend:
        """Return the robust slope of a metric over the sessions that compare, and whether it is more than noise.

        Parameters
        ----------
        metric : str
            One of `kastor_analysis.season.METRICS`. ``pace`` is of all kinds of session but strides; sessions of two
            kinds, or off the track of two watches, are never held against each other.
        athlete : str, optional
            Whose; not needed where the season has one athlete.
        distance_m : float, optional
            Of the reps; default: the commonest.

        Returns
        -------
        Trend
            Slope a week with its interval, in the unit of the metric.

        Raises
        ------
        SeasonError
            If there is no such metric, or several athletes and none was named.

        Examples
        --------
        >>> season.trend("median_regular_s").n
        3
        """
        if metric not in METRICS:
            raise SeasonError(f"there is no metric {metric!r}", hint=f"Choose one of {', '.join(METRICS)}")
        name = self._one_athlete(athlete)
        sessions = self._columns(name)
        if metric == "pace" and distance_m is None:
            return trend_of(sessions, metric, self.clock(name))
        return trend_of(sessions.take(self._alike(name, distance_m)), metric, self.clock(name))

    def trends(self, *, athlete: str | None = None, distance_m: float | None = None) -> pd.DataFrame:
        """Return every metric's trend, one row each: ``pace`` first, where there are several kinds of session.

        The first is claimed by itself; the others are claimed together (`kastor_analysis.season.trends.together`).
        Columns: metric n kinds slope_per_week low_per_week high_per_week p_value verdict sentence basis.

        Returns
        -------
        DataFrame
            One row a metric.

        Examples
        --------
        >>> season.trends()["metric"].tolist()[:2]
        ['median_regular_s', 'spread_s']
        """
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "metric": found.metric.name,
                    "n": found.n,
                    "kinds": found.kinds,
                    "slope_per_week": found.slope_per_week,
                    "low_per_week": found.low_per_week,
                    "high_per_week": found.high_per_week,
                    "p_value": found.p_value,
                    "verdict": found.verdict,
                    "sentence": str(found),
                    "basis": found.basis,
                }
                for found in self._trends(athlete, distance_m)
            ]
        )

    def headline(self, athlete: str | None = None) -> Trend:
        """Return the one trend that is asked of every season: the pace, or where there is one kind its median rep.

        Returns
        -------
        Trend
            Slope a week with its interval, in the unit of the metric.

        Examples
        --------
        >>> print(season.headline())
        Median regular rep: known in 3 sessions, too few to tell a trend (at least 5)
        """
        return self._pace_of_kinds(athlete) or self.trend(athlete=athlete)

    def _trends(self, athlete: str | None, distance_m: float | None) -> list[Trend]:
        name = self._one_athlete(athlete)
        sessions = self._columns(name).take(self._alike(name, distance_m))
        pace = self._pace_of_kinds(name) if distance_m is None else None
        clock = self.clock(name)
        found = [trend_of(sessions, metric, clock) for metric in METRICS if metric != "pace"]
        return together([pace, *found] if pace is not None else found)

    def _pace_of_kinds(self, athlete: str | None) -> Trend | None:
        """Return the pace's trend where it is of more sessions than those of one kind, None where it is not."""
        pace = self.trend("pace", athlete=athlete)
        return pace if pace.kinds > 1 and pace.n > len(self.likened(athlete)[0]) else None

    def squad(self, athlete: Whose = None, *, distance_m: float | None = None) -> pd.DataFrame:
        """Return one row an athlete: the latest session, what changes, and the last four weeks.

        ``athlete sessions``; of the latest session ``activity_id date plan_name run_reps rep_distance_m
        median_regular_s target_s deviation_s (of the median) spread_s hammer_gain rest_on_share score_overall``; of the
        trend of the median regular rep ``trend_sessions slope_per_week low_per_week high_per_week p_value verdict`` and
        ``trend`` in short; of the last four weeks in which anybody ran ``weekly_distance_m``, and of those of them that
        can be judged ``hard_share_time weeks_over_the_line``.

        Parameters
        ----------
        athlete : str or sequence of str, optional
            Who, in this order. Default: all.
        distance_m : float, optional
            Of the reps whose trend it is; default: each runner's commonest.

        Returns
        -------
        DataFrame
            One row an athlete.

        Examples
        --------
        >>> season.squad()["athlete"].tolist()
        ['Anna']
        """
        from .squad import squad_frame

        return squad_frame(self, self.names(athlete), distance_m)

    def overlay(self, session: int | None = None, athlete: Whose = None) -> pd.DataFrame:
        """Return one row a runner of one session that several ran: who held, who faded, whose rests were short.

        ``athlete activity_id date rep_kind reps goal``; ``off_share``: the median regular rep over its target, less 1;
        ``fade_share fade_sd held``: the last third of the regular reps over the first, less 1, and what is told of it
        (``held faded quickened``, ``not known``); ``rests rests_short rest_target_ratio rests_held`` (``on target
        short long``, ``not planned``); ``fades_before``: the same of the runner's sessions of this kind before. The
        rules stand in `kastor_analysis.season.overlay`.

        Parameters
        ----------
        session : int, optional
            Anybody's ``activity_id``; the others' are those of its kind within three days. Default: the latest that
            more than one of them ran.
        athlete : str or sequence of str, optional
            Who. Default: all.

        Returns
        -------
        DataFrame
            One row a runner.

        Raises
        ------
        SeasonError
            If there is no such session, or none that more than one ran.

        Examples
        --------
        >>> season.overlay()[["athlete", "activity_id"]].values.tolist()
        [['Anna', 3]]
        """
        return self._overlaid(session, athlete)[0]

    def _reps(self, athlete: Whose, only: Sequence[int] | None) -> pd.DataFrame:
        """Return the reps of every session, or of those of these numbers."""
        from .tables import reps_frame

        with self._reading():
            try:
                return reps_frame(self._connection, athlete=athlete, window=self._window, only=only)
            except ValueError:
                refuse_wrong_values(self._connection, self.path, ["reps"])
                raise

    def _columns(self, athlete: str) -> Columns:
        """Return the sessions of one runner as plain columns; all runners' are read once, until something is written.

        Many questions follow each other, of a squad of each runner.
        """
        from .columns import no_sessions, read_columns

        with self._reading():
            version = self._version()
            if self._kept is None or self._kept[0] != version:
                self._kept = version, read_columns(self._connection, athlete=None, window=self._window)
            return self._kept[1].get(athlete) or no_sessions()

    def _alike(self, athlete: str, distance_m: float | None) -> NDArray[np.int64]:
        """Return the places of the sessions of one runner that compare."""
        from .likeness import alike

        return alike(self._columns(athlete), distance_m, is_chosen=self._window.kind is not None)

    def _overlaid(self, session: int | None, athlete: Whose) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return what `overlay` does, and the reps of these runners' sessions, this one's and those before it."""
        from .overlay import aligned, overlay_frame, those_before
        from .tables import over_nominal

        names = self.names(athlete)
        sessions = self.sessions(names)
        chosen = self._same_session(session, names, sessions)
        before = those_before(sessions, chosen)
        numbers = [*chosen.values(), *chain.from_iterable(before.values())]
        lines = aligned(over_nominal(self.reps_of(numbers)), sessions)
        return overlay_frame(sessions, lines, chosen, before), lines

    def _same_session(self, session: int | None, names: list[str], every: pd.DataFrame) -> dict[str, int]:
        from .likeness import is_short
        from .overlay import same_session

        sessions = every[every["run_reps"].fillna(0) > 0]
        if session is not None:
            if session not in set(sessions["activity_id"]):
                raise SeasonError(f"has no session {session} with reps", file=str(self.path), hint=_SEE_SESSIONS)
            return same_session(every, names, session)
        long = sessions[~is_short(sessions)]
        for number in reversed((long if len(long) else sessions)["activity_id"].tolist()):
            found = same_session(every, names, number)
            if len(found) > 1 or len(names) == 1:
                return found
        raise SeasonError("has no session that several of them ran", file=str(self.path), hint=_SEE_SESSIONS)

    def compare(self, a: int, b: int) -> Comparison:
        """Hold session `b` against session `a` (their ``activity_id``), rep by rep.

        Returns
        -------
        Comparison
            With one row a rep in `reps`.

        Raises
        ------
        SeasonError
            If one of them is not there.

        Examples
        --------
        >>> round(season.compare(1, 2).median_difference_s, 1)
        -1.4
        """
        from .compare import Clocks, compare
        from .tables import over_nominal, sessions_frame

        with self._reading():
            sessions = sessions_frame(
                self._connection, athlete=None, runs=False, window=self._window, only=[a, b]
            ).set_index("activity_id")
        reps = self.reps_of([a, b])
        for number in (a, b):
            if number not in sessions.index:
                raise SeasonError(f"has no session {number}", file=str(self.path), hint=_SEE_SESSIONS)
        dates, plans = sessions["date"].dt.strftime("%Y-%m-%d"), sessions["plan_name"].fillna("")
        names = sessions["athlete"]
        several = names[a] != names[b]
        labels = [f"{dates[n]!s} {names[n] if several else plans[n]!s}".strip() for n in (a, b)]
        clocks = Clocks.of(
            [sessions["pressed_share"][n] for n in (a, b)],
            [sessions["on_track"].eq(False).fillna(False)[n] for n in (a, b)],
            [self.clock(names[n]) for n in (a, b)],
        )
        own = (reps[reps["activity_id"] == number] for number in (a, b))
        moved = (each.assign(time_s=each["time_s"] + s) for each, s in zip(own, clocks.moved_s, strict=True))
        first, second = map(over_nominal, moved)
        return compare(first, second, label_a=labels[0], label_b=labels[1], clocks=clocks)

    @contextmanager
    def _reading(self, *rows: str) -> Iterator[None]:
        """Refuse what is damaged of the tables that are read: the small ones, the activities, and `rows` of them."""
        with reading(self.path):
            seen = self._version()
            unseen = [table for table in (*_ALWAYS_READ, *rows) if self._looked_at.get(table) != seen]
            if unseen:
                refuse_wrong_values(self._connection, self.path, unseen)
                self._looked_at |= dict.fromkeys(unseen, seen)
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

    def _kind_of(self, session: int) -> tuple[str, float | None]:
        """Return the kind of a session and its usual rest, None where that is not known."""
        with self._reading():
            row = self._connection.execute(
                "SELECT rep_kind, rest_median_s FROM activities WHERE activity_id = ?", (session,)
            ).fetchone()
        if row is None or row[0] is None:
            what = f"has no session {session}" if row is None else f"knows no kind of rep in session {session}"
            raise SeasonError(what, file=str(self.path), hint=_SEE_SESSIONS)
        return str(row[0]), row[1]

    def _reps_like(self, athlete: str | None, distance_m: float | None) -> pd.DataFrame:
        """Return the reps of the sessions that compare, less those over another distance (200s between 800s).

        Times are over the nominal distance; the target is missing where there was no goal.
        """
        from .tables import over_nominal

        sessions = self.like(athlete, distance_m)
        reps = over_nominal(self.reps_of(sessions["activity_id"].tolist()))
        kind = sessions["rep_kind"].iloc[0] if len(sessions) else None
        if is_mixed(kind):
            share = TIMED_OVER_M / reps["nominal_distance_m"]
            times = {name: reps[name] * share for name in ("time_s", "time_sd_s", "target_s")}
            reps = reps.assign(nominal_distance_m=TIMED_OVER_M, **times)
        elif kind is not None:
            usual_m = float(sessions["rep_distance_m"].iloc[0])
            is_other = reps["rep_kind"].notna() & (reps["rep_kind"].astype(object) != kind)
            is_far = (reps["nominal_distance_m"] - usual_m).abs() > _SAME_DISTANCE * usual_m
            reps = reps[~(is_far | (is_other & is_timed(kind)))].reset_index(drop=True)
        with_goal = sessions.loc[sessions["goal"].notna(), "activity_id"]
        reps["target_s"] = reps["target_s"].where(reps["activity_id"].isin(with_goal))
        return reps


def trend_of(sessions: Columns, metric: str, clock: PressClock) -> Trend:
    """Return the trend of one metric over sessions of one runner, none of a kind held against another.

    Times are on one clock, that of the runner's presses where there are such.
    """
    import numpy as np

    from .likeness import basis, is_short, moved_s, strata

    if metric == "pace":
        sessions = sessions.take(~is_short(sessions))
    times_s = sessions["median_regular_s"] + moved_s(sessions, clock)
    if metric == "pace":
        with np.errstate(divide="ignore"):
            values = np.log(times_s / sessions["rep_distance_m"])
    else:
        values = times_s if metric == "median_regular_s" else sessions[metric]
    days = (sessions["date"] - sessions["date"][:1]).astype(np.float64)
    labels = strata(sessions, across_kinds=metric == "pace")
    said = basis(sessions.take(np.isfinite(values)), clock if metric in CLOCKED else None)
    return trend(days, values, METRICS[metric], strata=labels, basis=said)
