"""What a season says: its tables, trends, comparisons and pictures. `Season` adds the writing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Self

from ..athlete import Athlete
from ..errors import SeasonError
from ..lengths import Units
from . import store
from .database import connect, copy_to, integrity_faults, reading, refuse_wrong_values
from .location import default_path
from .store import Whose
from .trends import METRICS, Trend, trend
from .window import EVERYTHING, Window, as_day, as_kind

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .compare import Comparison


_SAME_DISTANCE: Final = 0.10
"""Reps within this share of a distance are over it."""


class SeasonReader:
    """The reading half of `Season`; see there."""

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self.path: Path = default_path() if path is None else Path(path)
        self._connection = connect(self.path)
        self._looked_at: tuple[int, int] | None = None
        self._window = EVERYTHING

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; closing again does nothing."""
        self._connection.close()

    def __repr__(self) -> str:
        return f"<Season {self.path.name}: {self.in_short()}>"

    def in_short(self) -> str:
        """Return what there is: ``12 sessions, 30 other runs, 1 athlete``."""
        with self._reading():
            sessions, runs, athletes = self._connection.execute(
                "SELECT coalesce(sum(is_session), 0), count(*), count(DISTINCT athlete_id) FROM activities"
            ).fetchone()
        counts = ((sessions, "session"), (runs - sessions, "other run"), (athletes, "athlete"))
        return ", ".join(f"{n} {noun}{'s' * (n != 1)}" for n, noun in counts)

    # -- athletes

    def athletes(self) -> pd.DataFrame:
        """Return one row an athlete: athlete sessions runs first_date last_date max_heart_rate_bpm top_speed_mps ..."""
        from .tables import athletes_frame

        with self._reading():
            return athletes_frame(self._connection)

    def names(self, athlete: Whose = None) -> list[str]:
        """Return the names of the athletes chosen, in the order given, once each; by default all, by the alphabet.

        Raises
        ------
        SeasonError
            If there is none of that name.
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

        Raises
        ------
        SeasonError
            If there is no such athlete, or several and none was named.
        """
        (chosen,) = self.names(self._one_athlete(name))
        with self._reading():
            found = store.read_athlete(self._connection, chosen)
        return found or Athlete(name=chosen)

    def goals(self, athlete: Whose = None) -> pd.DataFrame:
        """Return every goal with the day from which it holds: athlete since goal speed_mps pace_s_per_km.

        `since` is missing where the goal has held all along.
        """
        from .tables import goals_frame

        with self._reading():
            return goals_frame(self._connection, athlete=athlete)

    def within(
        self,
        *,
        since: date | str | None = None,
        until: date | str | None = None,
        last: int | None = None,
        tag: str | Sequence[str] = (),
        kind: str | None = None,
        like: int | None = None,
    ) -> SeasonReader:
        """Return the same season as if it held these sessions alone; it is open as long as the season is.

        Parameters
        ----------
        since, until : date or str, optional
            The first and the last day. Weeks are looked at as a whole.
        last : int, optional
            So many of each athlete's sessions, of what the others leave; of weeks, so many weeks.
        tag : str or sequence of str
            Those that have this tag, or all of these.
        kind : str, optional
            Those of this kind of rep, ``"400 m"`` or ``"6x3:00"``, however many; not of weeks.
        like : int, optional
            Those of the kind of this session.

        Raises
        ------
        SeasonError
            If a day, a tag or a kind cannot be understood, or there is no such session.
        """
        from .mending import checked_tag

        part = SeasonReader.__new__(SeasonReader)
        part.path, part._connection, part._looked_at = self.path, self._connection, None
        part._window = Window(
            since=as_day(since) if since is not None else None,
            until=as_day(until) if until is not None else None,
            last=last,
            tags=tuple(checked_tag(word) for word in ([tag] if isinstance(tag, str) else tag)),
            kind=as_kind(kind) if kind is not None else self._kind_of(like) if like is not None else None,
        )
        return part

    # -- tables

    def sessions(self, athlete: Whose = None) -> pd.DataFrame:
        """Return one row a session in order of time.

        ``activity_id athlete date start_time plan_name run_reps rep_distance_m goal target_s score_overall ...``, and
        the figures trends are made of with their standard deviations: ``median_regular_s spread_s hammer_gain
        rest_on_share heart_rate_at_goal_bpm`` (defined in `kastor_analysis.season.record`); last ``tags note``.
        """
        from .tables import sessions_frame

        with self._reading():
            return sessions_frame(self._connection, athlete=athlete, runs=False, window=self._window)

    def runs(self, athlete: Whose = None) -> pd.DataFrame:
        """Return one row a run, with or without reps; columns as in `sessions`."""
        from .tables import sessions_frame

        with self._reading():
            return sessions_frame(self._connection, athlete=athlete, runs=True, window=self._window)

    def reps(self, athlete: Whose = None) -> pd.DataFrame:
        """Return one row a rep of every session: activity_id athlete date and the columns of `Report.reps`."""
        from .tables import reps_frame

        with self._reading():
            return reps_frame(self._connection, athlete=athlete, window=self._window)

    def weeks(self, athlete: Whose = None) -> pd.DataFrame:
        """Return one row an athlete and week, Monday to Sunday, weeks without a run included.

        ``athlete week runs sessions hard_runs moving_s distance_m``, time and distance by intensity (``low_s`` ...
        ``unknown_m``), the hard shares by time, distance and runs, and ``verdict``: ``over the line`` where more than
        20 % of the known time was hard, else ``within the line``; ``too few runs`` (under 3) and ``intensity unknown``
        (under three quarters of the time known) are not judged. The rule is in `kastor_analysis.season.intensity`.
        """
        from .tables import weeks_frame

        with self._reading():
            return weeks_frame(self._connection, athlete=athlete, window=self._window)

    # -- what they say

    def like(self, athlete: str | None = None, distance_m: float | None = None) -> pd.DataFrame:
        """Return the sessions of one athlete of one kind of rep (default: their commonest), which compare.

        Raises
        ------
        SeasonError
            If there are several athletes and none was named.
        """
        sessions = self.sessions(self._one_athlete(athlete))
        if distance_m is None:
            common = sessions["rep_kind"].dropna().mode()
            return sessions[sessions["rep_kind"].isin(common.iloc[-1:])].reset_index(drop=True)
        is_timed = sessions["rep_kind"].map(_is_time).astype(bool)
        is_alike = (sessions["rep_distance_m"] - distance_m).abs() < 1.0
        return sessions[is_alike & ~is_timed].reset_index(drop=True)

    def trend(
        self, metric: str = "median_regular_s", *, athlete: str | None = None, distance_m: float | None = None
    ) -> Trend:
        """Return the robust slope of a metric over the sessions of one distance, and whether it is more than noise.

        Parameters
        ----------
        metric : str
            One of `kastor_analysis.season.METRICS`.
        athlete : str, optional
            Whose; not needed where the season has one athlete.
        distance_m : float, optional
            Of the reps; default: the commonest.

        Raises
        ------
        SeasonError
            If there is no such metric, or several athletes and none was named.
        """
        if metric not in METRICS:
            raise SeasonError(f"there is no metric {metric!r}", hint=f"Choose one of {', '.join(METRICS)}")
        return trend_of(self.like(athlete, distance_m), metric)

    def trends(self, *, athlete: str | None = None, distance_m: float | None = None) -> pd.DataFrame:
        """Return every metric's trend, one row each.

        Columns: metric n slope_per_week low_per_week high_per_week p_value verdict sentence.
        """
        import pandas as pd

        sessions = self.like(athlete, distance_m)
        rows = []
        for name in METRICS:
            found = trend_of(sessions, name)
            rows.append(
                {
                    "metric": name,
                    "n": found.n,
                    "slope_per_week": found.slope_per_week,
                    "low_per_week": found.low_per_week,
                    "high_per_week": found.high_per_week,
                    "p_value": found.p_value,
                    "verdict": found.verdict,
                    "sentence": str(found),
                }
            )
        return pd.DataFrame(rows)

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
        """
        from .squad import squad_frame

        return squad_frame(self, self.names(athlete), distance_m)

    def compare(self, a: int, b: int) -> Comparison:
        """Hold session `b` against session `a` (their ``activity_id``), rep by rep.

        Raises
        ------
        SeasonError
            If one of them is not there.
        """
        from .compare import compare
        from .tables import over_nominal

        sessions, reps = self.sessions().set_index("activity_id"), self.reps()
        for number in (a, b):
            if number not in sessions.index:
                raise SeasonError(
                    f"has no session {number}", file=str(self.path), hint="See the numbers with: kastor season list"
                )
        dates, plans = sessions["date"].dt.strftime("%Y-%m-%d"), sessions["plan_name"].fillna("")
        names = sessions["athlete"]
        several = names[a] != names[b]
        labels = [f"{dates[n]!s} {names[n] if several else plans[n]!s}".strip() for n in (a, b)]
        first, second = (over_nominal(reps[reps["activity_id"] == number]) for number in (a, b))
        return compare(first, second, label_a=labels[0], label_b=labels[1])

    # -- pictures

    def plot_splits(
        self,
        *,
        athlete: str | None = None,
        distance_m: float | None = None,
        units: Units = "km",
        ax: Axes | None = None,
    ) -> Figure:
        """Draw rep splits over the weeks: a line a session coloured by date, hammers marked, target of that day."""
        from ..charts.season import plot_splits

        return plot_splits(self._reps_like(athlete, distance_m), units=units, ax=ax)

    def plot_heatmap(
        self, *, athlete: str | None = None, distance_m: float | None = None, ax: Axes | None = None
    ) -> Figure:
        """Draw sessions x reps, coloured by seconds from target, hammers framed."""
        from ..charts.season import plot_heatmap

        return plot_heatmap(self._reps_like(athlete, distance_m), ax=ax)

    def plot_trend(
        self,
        metric: str = "median_regular_s",
        *,
        athlete: str | None = None,
        distance_m: float | None = None,
        units: Units = "km",
        ax: Axes | None = None,
    ) -> Figure:
        """Draw a metric over time with its uncertainty and its trend."""
        from ..charts.season_weeks import plot_trend

        fitted = self.trend(metric, athlete=athlete, distance_m=distance_m)
        return plot_trend(self.like(athlete, distance_m), fitted, units=units, ax=ax)

    def plot_intensity(self, *, athlete: str | None = None, units: Units = "km", ax: Axes | None = None) -> Figure:
        """Draw each week's time by intensity against the 80/20 line, and its distance."""
        from ..charts.season_weeks import plot_intensity

        return plot_intensity(self.weeks(self._one_athlete(athlete)), units=units, ax=ax)

    def plot_compare(self, a: int, b: int, *, units: Units = "km", ax: Axes | None = None) -> Figure:
        """Draw two sessions rep by rep."""
        from ..charts.season import plot_compare

        return plot_compare(self.compare(a, b), units=units, ax=ax)

    def plot_squad(self, *, athlete: Whose = None, distance_m: float | None = None, units: Units = "km") -> Figure:
        """Draw the median regular rep of each athlete over time, a panel a runner, all to one scale."""
        import pandas as pd

        from ..charts.season_squad import plot_squad

        names = self.names(athlete)
        sessions = [self.like(name, distance_m) for name in names]
        trends = {
            name: trend_of(own, "median_regular_s") for name, own in zip(names, sessions, strict=True) if len(own)
        }
        return plot_squad(pd.concat(sessions) if names else self.sessions(), trends, units=units)

    # -- out

    def to_html(self, *, athlete: Whose = None, units: Units = "km", pages: Mapping[str, str] | None = None) -> str:
        """Return one self-contained HTML page: of one athlete's season, or of a squad side by side.

        Parameters
        ----------
        athlete : str or sequence of str, optional
            One for a season, several for a squad. Default: all there are.
        units : {"km", "mi"}
            Of distances and paces.
        pages : mapping of str to str, optional
            The page of each runner of a squad, which their name shall lead to.
        """
        names = self.names(athlete)
        if len(names) > 1:
            from ..render.squad_page import squad_page

            return squad_page(self, names, units=units, pages=pages or {})
        from ..render.season_page import season_page

        return season_page(self, athlete=names[0] if names else None, units=units)

    def export(
        self,
        folder: str | os.PathLike[str],
        *,
        format: Literal["csv", "parquet"] = "csv",
        athlete: Whose = None,
        force: bool = False,
    ) -> list[Path]:
        """Write ``sessions``, ``runs``, ``reps`` and ``weeks`` as files into a folder; return their paths.

        An earlier export is replaced; another file of such a name only with `force`, and never a recording or a season.

        Raises
        ------
        SeasonError
            If Parquet is asked for without pyarrow.
        WriteError
            If a file cannot be written, or must not be replaced; then none is.
        """
        from ..saving import Saver
        from .export import export_tables

        tables = {
            "sessions": self.sessions(athlete),
            "runs": self.runs(athlete),
            "reps": self.reps(athlete),
            "weeks": self.weeks(athlete),
        }
        return export_tables(tables, Path(folder), format, Saver([self.path], force=force))

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the last sessions."""
        import html

        shown = self.sessions().tail(8)
        names = ["activity_id", "athlete", "date", "plan_name", "run_reps", "median_regular_s", "score_overall"]
        table = shown[names].to_html(index=False, border=0, na_rep="", float_format="{:.1f}".format)
        return f"<p><b>{html.escape(repr(self).strip('<>'))}</b></p>{table}"

    # -- keeping it

    def backup(self, path: str | os.PathLike[str]) -> Path:
        """Copy the season to a new file, also while it is being added to; return its path.

        Raises
        ------
        SeasonError
            If there is a file already, or it cannot be written; or if the season is damaged.
        """
        target = Path(path)
        copy_to(self._connection, self.path, target)
        return target

    def faults(self) -> list[str]:
        """Return what is wrong with the file or with what it holds, a sentence each; nothing where it is sound."""
        from .database import guard
        from .soundness import value_faults

        with guard(self.path):
            return integrity_faults(self._connection) or value_faults(self._connection, thorough=True)

    # -- inside

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with reading(self.path):
            # Looked at again whenever anything was written since, here or by another process.
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
            seen = (version, self._connection.total_changes)
            if seen != self._looked_at:
                refuse_wrong_values(self._connection, self.path)
                self._looked_at = seen
            yield

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

    def _kind_of(self, session: int) -> str:
        with self._reading():
            row = self._connection.execute(
                "SELECT rep_kind FROM activities WHERE activity_id = ?", (session,)
            ).fetchone()
        if row is None or row[0] is None:
            what = f"has no session {session}" if row is None else f"knows no kind of rep in session {session}"
            raise SeasonError(what, file=str(self.path), hint="See the sessions with: kastor season list")
        return str(row[0])

    def _reps_like(self, athlete: str | None, distance_m: float | None) -> pd.DataFrame:
        """Return the reps of the sessions that compare, less those over another distance (200s between 800s).

        Times are over the nominal distance; the target is missing where there was no goal.
        """
        from .tables import over_nominal

        sessions = self.like(athlete, distance_m)
        reps = self.reps(self._one_athlete(athlete))
        reps = reps[reps["activity_id"].isin(sessions["activity_id"])]
        reps = over_nominal(reps.reset_index(drop=True))
        if len(sessions):
            usual_m, kind = float(sessions["rep_distance_m"].iloc[0]), sessions["rep_kind"].iloc[0]
            is_other = reps["rep_kind"].notna() & (reps["rep_kind"].astype(object) != kind)
            is_far = (reps["nominal_distance_m"] - usual_m).abs() > _SAME_DISTANCE * usual_m
            reps = reps[~(is_far | (is_other & _is_time(kind)))].reset_index(drop=True)
        with_goal = sessions.loc[sessions["goal"].notna(), "activity_id"]
        reps["target_s"] = reps["target_s"].where(reps["activity_id"].isin(with_goal))
        return reps


def _is_time(kind: str | None) -> bool:
    return kind is not None and (":" in kind or kind.endswith(" s"))


def trend_of(sessions: pd.DataFrame, metric: str) -> Trend:
    """Return the trend of one metric over rows of `Season.sessions`."""
    days = (sessions["date"] - sessions["date"].min()).dt.days.to_numpy(dtype="float64")
    return trend(days, sessions[metric].to_numpy(dtype="float64"), METRICS[metric])
