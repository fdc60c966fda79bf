"""How a season is shown and handed out: parts of it, pictures, pages, files, copies. `Season` adds the writing."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..quantities.lengths import Units
from .asking import SeasonAnswers
from .database import copy_to, integrity_faults
from .store import Whose
from .window import Window, as_day, as_kind

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class SeasonReader(SeasonAnswers):
    """The reading half of `Season`; see there."""

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
            Those of this kind of session, ``"400 m"`` or ``"6x3:00"``, however many, ``"400 m r60"`` with such rests,
            ``"400, 800, 400 m"``, ``"strides"``; not of weeks.
        like : int, optional
            Those of the kind of this session, with rests like its own.

        Returns
        -------
        Season
            A view of the same database.

        Raises
        ------
        SeasonError
            If a day, a tag or a kind cannot be understood, or there is no such session.

        Examples
        --------
        >>> len(season.sessions()), len(season.within(since="2026-03-10").sessions())
        (3, 2)
        """
        from .mending import checked_tag

        chosen, rest_s = as_kind(kind) if kind is not None else (None, None)
        if like is not None:
            chosen, rest_s = self._kind_of(like)
        return self._part(
            Window(
                since=as_day(since) if since is not None else None,
                until=as_day(until) if until is not None else None,
                last=last,
                tags=tuple(checked_tag(word) for word in ([tag] if isinstance(tag, str) else tag)),
                kind=chosen,
                rest_s=rest_s,
            )
        )

    def newest(self, most: int, athlete: Whose = None) -> tuple[SeasonReader, int]:
        """Return what is looked at from the day of the last `most` sessions on, and how many are before it.

        Sessions of that day are all in it, unless they are more than `most`.

        Returns
        -------
        tuple of Season and int
            A view of the same database, and sessions before it.

        Examples
        --------
        >>> view, before = season.newest(2)
        >>> len(view.sessions()), before
        (2, 1)
        """
        sessions = self.sessions(athlete)
        if len(sessions) <= most:
            return self, 0
        part = self._part(replace(self._window, since=sessions["date"].iloc[-most].date()))
        kept = len(part.sessions(athlete))
        if kept > 2 * most:
            part, kept = self._part(replace(part._window, last=most)), most
        return part, len(sessions) - kept

    # -- pictures

    def plot_splits(
        self,
        *,
        athlete: str | None = None,
        distance_m: float | None = None,
        units: Units = "km",
        ax: Axes | None = None,
    ) -> Figure:
        """Draw rep splits over the weeks: a line a session coloured by date, hammers marked, target of that day.

        Returns
        -------
        Axes or Figure
            What was drawn in.

        Examples
        --------
        >>> _ = season.plot_splits()
        """
        from ..charts.season import plot_splits

        return plot_splits(self._reps_like(athlete, distance_m), units=units, ax=ax)

    def plot_heatmap(
        self, *, athlete: str | None = None, distance_m: float | None = None, ax: Axes | None = None
    ) -> Figure:
        """Draw sessions x reps, coloured by seconds from target, hammers framed.

        Returns
        -------
        Axes or Figure
            What was drawn in.

        Examples
        --------
        >>> _ = season.plot_heatmap()
        """
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
        """Draw a metric over time with its uncertainty and its trend.

        Returns
        -------
        Axes or Figure
            What was drawn in.

        Examples
        --------
        >>> _ = season.plot_trend("median_regular_s")
        """
        from ..charts.season_weeks import plot_trend
        from .likeness import on_one_clock

        fitted = self.trend(metric, athlete=athlete, distance_m=distance_m)
        sessions = on_one_clock(self.like(athlete, distance_m), self.clock(athlete))
        return plot_trend(sessions, fitted, units=units, ax=ax)

    def plot_intensity(self, *, athlete: str | None = None, units: Units = "km", ax: Axes | None = None) -> Figure:
        """Draw each week's time by intensity against the 80/20 line, and its distance.

        Returns
        -------
        Axes or Figure
            What was drawn in.

        Examples
        --------
        >>> _ = season.plot_intensity()
        """
        from ..charts.season_weeks import plot_intensity

        return plot_intensity(self.weeks(self._one_athlete(athlete)), units=units, ax=ax)

    def plot_compare(self, a: int, b: int, *, units: Units = "km", ax: Axes | None = None) -> Figure:
        """Draw two sessions rep by rep.

        Returns
        -------
        Axes or Figure
            What was drawn in.

        Examples
        --------
        >>> _ = season.plot_compare(1, 2)
        """
        from ..charts.season import plot_compare

        return plot_compare(self.compare(a, b), units=units, ax=ax)

    def plot_pace(self, *, athlete: str | None = None, units: Units = "km", ax: Axes | None = None) -> Figure:
        """Draw sessions of every kind on one axis, as the 5K pace that each is beside, with the pace's trend.

        Returns
        -------
        Figure
            The figure drawn in.

        Examples
        --------
        >>> _ = season.plot_pace()
        """
        from ..charts.season_pace import plot_pace
        from .likeness import on_one_clock

        sessions = on_one_clock(self.sessions(self._one_athlete(athlete)), self.clock(athlete))
        return plot_pace(sessions, self.trend("pace", athlete=athlete), units=units, ax=ax)

    def plot_squad(
        self,
        *,
        athlete: Whose = None,
        distance_m: float | None = None,
        units: Units = "km",
        called: Mapping[str, str] | None = None,
    ) -> Figure:
        """Draw the median regular rep of each athlete over time, a panel a runner, all to one scale.

        Returns
        -------
        Axes or Figure
            What was drawn in.

        Examples
        --------
        >>> _ = season.plot_squad()
        """
        import pandas as pd

        from ..charts.season_squad import plot_squad
        from .likeness import on_one_clock

        alike = {name: self.likened(name, distance_m)[0] for name in self.names(athlete)}
        names = [name for name, numbers in alike.items() if numbers]
        sessions = self.sessions(names)
        sessions = sessions[sessions["activity_id"].isin({number for name in names for number in alike[name]})]
        moved = [on_one_clock(own, self.clock(str(name))) for name, own in sessions.groupby("athlete", sort=False)]
        return plot_squad(
            pd.concat(moved) if moved else sessions,
            {name: self.trend(athlete=name, distance_m=distance_m) for name in names},
            units=units,
            called=called,
        )

    def plot_overlay(
        self,
        session: int | None = None,
        *,
        athlete: Whose = None,
        called: Mapping[str, str] | None = None,
        ax: Axes | None = None,
    ) -> Figure:
        """Draw one session of several runners over each other, each against their own target; as `overlay` chooses.

        Returns
        -------
        Figure
            The figure drawn in.

        Examples
        --------
        >>> _ = season.plot_overlay()
        """
        from ..charts.season_overlay import plot_overlay

        found, lines = self._overlaid(session, athlete)
        reps = lines[lines["activity_id"].isin(found["activity_id"])]
        kind = found["rep_kind"].iloc[0]
        kind = kind if isinstance(kind, str) else "Reps"
        title = f"{kind}, {found['date'].max():%d %b %Y}: each against their own goal"
        return plot_overlay(
            reps, dict(zip(found["athlete"], found["held"], strict=True)), title=title, called=called, ax=ax
        )

    # -- out

    def to_html(
        self,
        *,
        athlete: Whose = None,
        units: Units = "km",
        pages: Mapping[str, str] | None = None,
        called: Mapping[str, str] | None = None,
    ) -> str:
        """Return one self-contained HTML page: of one athlete's season, or of a squad side by side.

        Parameters
        ----------
        athlete : str or sequence of str, optional
            One for a season, several for a squad. Default: all there are.
        units : {"km", "mi"}
            Of distances and paces.
        pages : mapping of str to str, optional
            The page of each runner of a squad, which their name shall lead to.
        called : mapping of str to str, optional
            How runners are called on it, in place of their names.

        Returns
        -------
        str
            One file that needs nothing else.

        Examples
        --------
        >>> season.to_html().startswith("<!doctype html>")
        True
        """
        names = self.names(athlete)
        if len(names) > 1:
            from ..render.squad_page import squad_page

            return squad_page(self, names, units=units, pages=pages or {}, called=called or {})
        from ..render.season_page import MOST_SESSIONS, season_page

        one = names[0] if names else None
        return season_page(*self.newest(MOST_SESSIONS, one), athlete=one, units=units, called=called or {})

    def export(
        self,
        folder: str | os.PathLike[str],
        *,
        format: Literal["csv", "parquet"] = "csv",
        partitioned: bool = False,
        athlete: Whose = None,
        force: bool = False,
    ) -> list[Path]:
        """Write ``sessions``, ``runs``, ``reps``, ``sets`` and ``weeks`` as files into a folder; return their paths.

        An earlier export is replaced; another file of such a name only with `force`, and never a recording or a season.

        Parameters
        ----------
        folder : path
            Made where it is not there.
        format : {"csv", "parquet"}
            Of a file a table.
        partitioned : bool
            As Parquet, a folder a table, parted by athlete and year: ``reps/athlete=Anna/year=2026/part.parquet``.
        athlete : str or sequence of str, optional
            Whose. Default: all.
        force : bool
            Whether files of unknown origin may be replaced.

        Returns
        -------
        list of Path
            The files written.

        Raises
        ------
        SeasonError
            If Parquet is asked for without pyarrow.
        WriteError
            If a file cannot be written, or must not be replaced; then none is.

        Examples
        --------
        >>> [path.name for path in season.export("tables")]
        ['sessions.csv', 'runs.csv', 'reps.csv', 'sets.csv', 'weeks.csv']
        """
        from ..files.saving import Saver
        from .export import export_partitioned, export_tables

        runs = self.runs(athlete)
        # The last so many sessions are not those of the last so many runs.
        is_all = self._window.last is None
        tables = {
            "sessions": runs[runs["is_session"]].reset_index(drop=True) if is_all else self.sessions(athlete),
            "runs": runs,
            "reps": self.reps(athlete),
            "sets": self.sets(athlete),
            "weeks": self.weeks(athlete),
        }
        if partitioned:
            return export_partitioned(tables, Path(folder), Saver([self.path], force=force))
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

        Returns
        -------
        Path
            The copy.

        Raises
        ------
        SeasonError
            If there is a file already, or it cannot be written; or if the season is damaged.

        Examples
        --------
        >>> season.backup("copy.db").name
        'copy.db'
        """
        target = Path(path)
        copy_to(self._connection, self.path, target)
        return target

    def faults(self) -> list[str]:
        """Return what is wrong with the file or with what it holds, a sentence each; nothing where it is sound.

        Returns
        -------
        list of str
            Empty where all is well.

        Examples
        --------
        >>> season.faults()
        []
        """
        from .database import guard
        from .soundness import value_faults

        with guard(self.path):
            return integrity_faults(self._connection) or value_faults(self._connection, thorough=True)

    # -- inside

    def _part(self, window: Window) -> SeasonReader:
        part = SeasonReader.__new__(SeasonReader)
        part.path, part._connection, part._looked_at = self.path, self._connection, self._looked_at
        part._window = window
        part._forget()
        return part
