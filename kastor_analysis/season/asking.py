"""What is asked of a season: which sessions compare, their trends, who is how far. `SeasonReader` shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Final

from ..errors import SeasonError
from .clock import CLOCKED, PressClock
from .figures import TIMED_OVER_M, is_mixed, is_timed
from .opened import OpenSeason
from .store import Whose
from .trends import METRICS, Trend, together, trend

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from ..quantities.table import Table
    from .compare import Comparison

_SEE_SESSIONS: Final = "See the sessions with: kastor season list"
_SAME_DISTANCE: Final = 0.10
"""Reps within this share of a distance are over it."""


class SeasonAnswers(OpenSeason):
    """What follows from what is kept; see `Season`."""

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
        return found["activity_id"].astype(int).tolist(), str(found["rep_kind"][0]) if found.n_rows else ""

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
        trend that `headline` returns ``trend_metric trend_sessions slope_per_week low_per_week high_per_week p_value
        verdict`` and ``trend`` in short; of the last four weeks in which anybody ran ``weekly_distance_m``, and of
        those of them that can be judged ``hard_share_time weeks_over_the_line``.

        Parameters
        ----------
        athlete : str or sequence of str, optional
            Who, in this order. Default: all.
        distance_m : float, optional
            Of the reps whose median is followed instead.

        Returns
        -------
        DataFrame
            One row an athlete.

        Examples
        --------
        >>> season.squad()["athlete"].tolist()
        ['Anna']
        """
        from .squad import LAST_WEEKS, squad_frame
        from .weeks import last_weeks

        names = self.names(athlete)
        if distance_m is None:
            trends = {name: self.headline(name) for name in names}
        else:
            trends = {name: self.trend(athlete=name, distance_m=distance_m) for name in names}
        last = min(self._window.last or LAST_WEEKS, LAST_WEEKS)
        with self._reading():
            weeks = last_weeks(self._connection, athlete=names, window=replace(self._window, last=last))
        return squad_frame(self.sessions(names), weeks, trends)

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
        return self.comparisons([(a, b)])[0]

    def comparisons(self, pairs: Sequence[tuple[int, int]]) -> list[Comparison]:
        """Hold the second session of each pair (their ``activity_id``) against the first, as `compare` does.

        Parameters
        ----------
        pairs : sequence of tuple of int
            Of a squad, say, each runner's last two.

        Returns
        -------
        list of Comparison
            One a pair.

        Raises
        ------
        SeasonError
            If one of them is not there.

        Examples
        --------
        >>> [found.verdict for found in season.comparisons([(1, 2), (2, 3)])]
        ['quicker', 'quicker']
        """
        from .compare import compare_sessions
        from .tables import sessions_frame

        numbers = sorted({number for pair in pairs for number in pair})
        with self._reading():
            sessions = sessions_frame(
                self._connection, athlete=None, runs=False, window=self._window, only=numbers
            ).set_index("activity_id")
        for number in numbers:
            if number not in sessions.index:
                raise SeasonError(f"has no session {number}", file=str(self.path), hint=_SEE_SESSIONS)
        clocks = {name: self.clock(name) for name in sessions["athlete"].unique()}
        return compare_sessions(sessions, self.reps_of(numbers), pairs, clocks)

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


def trend_of(sessions: Table, metric: str, clock: PressClock) -> Trend:
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
