"""`Activity`: what was read from a recording.

Conventions: time is seconds since `Activity.start_time` on the *elapsed* (wall) clock, as float64; every column
is SI with its unit in its name; missing is NaN (numbers) or ``None`` (text). Sample times are strictly increasing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from math import isfinite, nan
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from .arguments import names_arguments
from .quantities.equal import EqualNan
from .quantities.table import Table

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from .quantities.lengths import Units

FloatArray = NDArray[np.float64]

Source = str | os.PathLike[str] | bytes | BinaryIO
"""What a recording can be read from: a path, its bytes, an open binary file."""

SAMPLE_COLUMNS = (
    "time_s", "lat_deg", "lon_deg", "altitude_m", "distance_m", "speed_mps", "heart_rate_bpm", "cadence_spm",
    "power_w", "temperature_c",
)  # fmt: skip
"""Columns that every activity has, NaN where the recording has none; readers may append others."""

LAP_COLUMNS = ("start_s", "end_s", "timer_s", "distance_m", "trigger", "intensity", "workout_step")
"""`trigger`: manual, time, distance, position, session_end, fitness_equipment ... or None. `intensity`: active, rest,
warmup, cooldown, recovery, interval, other or None. `workout_step`: index into `Activity.workout`, or NaN."""

PAUSE_COLUMNS = ("start_s", "end_s")


@names_arguments()
@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class WorkoutStep(EqualNan):
    """One step of the workout that was loaded on the watch, as the recording tells it.

    `duration_s` or `distance_m` is NaN unless the step ends by time or by distance; both are NaN where it ends by
    a lap press. `speed_low_mps` and `speed_high_mps` are the speeds it was to be run between, NaN where it had no such
    target. A step that only repeats others has `repeat_from`, the index of the first step repeated, and
    `repeat_count`, how often they are run in all; both are None for a step that is run.

    Examples
    --------
    >>> activity.workout
    ()
    """

    name: str | None
    intensity: str | None
    duration_s: float
    distance_m: float
    speed_low_mps: float = nan
    speed_high_mps: float = nan
    repeat_from: int | None = None
    repeat_count: int | None = None


@names_arguments()
@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Activity:
    """One recording as columns over time, with its laps and pauses.

    Attributes
    ----------
    start_time : datetime
        Aware, UTC: the earliest of timer start, first record and first lap. Time zero.
    sample_table : Table
        Columns `SAMPLE_COLUMNS` and any others, shape (n_samples,).
    lap_table : Table
        Columns `LAP_COLUMNS`, one row a lap, in order of time, half-open [start_s, end_s).
    pause_table : Table
        Columns `PAUSE_COLUMNS`: spans in which the watch's timer stood still.
    workout : tuple of WorkoutStep
        The workout loaded on the watch; empty where there was none.
    device, sport, sub_sport : str or None
        As far as the recording tells.
    utc_offset_s : float or None
        Local time less UTC, where the file tells it.
    source, format : str
        The path as given (or ``"bytes"``) and ``"fit"``, ``"gpx"``, ``"tcx"``.
    derived : tuple of str
        Sample columns that the reader worked out because the recording has none (the distance along positions).
    warnings : tuple of str
        What was repaired, lost or doubtful, a sentence each.

    Examples
    --------
    >>> activity = load("run.fit")
    >>> activity.duration_s, activity.sport, activity.device
    (4829.612, 'running', 'Forerunner 255')
    >>> activity.column("heart_rate_bpm")[:3]
    array([89., 90., 92.])
    """

    start_time: datetime
    sample_table: Table
    lap_table: Table = field(default_factory=lambda: _empty(LAP_COLUMNS))
    pause_table: Table = field(default_factory=lambda: _empty(PAUSE_COLUMNS))
    workout: tuple[WorkoutStep, ...] = ()
    device: str | None = None
    sport: str | None = None
    sub_sport: str | None = None
    utc_offset_s: float | None = None
    source: str = "recording"
    format: str = ""
    derived: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.start_time.tzinfo is None:
            raise ValueError("start_time must be an aware datetime")
        object.__setattr__(self, "start_time", self.start_time.astimezone(UTC))
        if missing := [name for name in SAMPLE_COLUMNS if name not in self.sample_table]:
            n = self.sample_table.n_rows
            filled = {name: self.sample_table.get(name, np.full(n, np.nan)) for name in SAMPLE_COLUMNS}
            if "time_s" in missing:
                raise ValueError("samples need a time_s column")
            object.__setattr__(self, "sample_table", Table({**filled, **self.sample_table}))
        time_s = self.column("time_s")
        if time_s.size and not (np.isfinite(time_s).all() and (np.diff(time_s) > 0).all()):
            raise ValueError("time_s must be finite and strictly increasing")

    @classmethod
    def from_columns(
        cls,
        start_time: datetime,
        samples: Mapping[str, Any],
        *,
        laps: Mapping[str, Any] | None = None,
        pauses: Mapping[str, Any] | None = None,
        **attributes: Any,
    ) -> Activity:
        """Make an activity from plain columns, for instance those of a DataFrame.

        Parameters
        ----------
        start_time : datetime
            Aware.
        samples, laps, pauses : mapping of str to array_like
            `samples` needs ``time_s``, `laps` and `pauses` ``start_s`` and ``end_s``; other columns are filled.
        **attributes
            Other fields of `Activity`.

        Returns
        -------
        Activity
            Times count from `start_time`.

        Examples
        --------
        >>> from datetime import datetime, timezone
        >>> start = datetime(2026, 5, 5, 16, 30, tzinfo=timezone.utc)
        >>> made = Activity.from_columns(start, {"time_s": [0, 1, 2], "speed_mps": [2.9, 3.0, 3.1]})
        >>> made.duration_s, made.column("speed_mps").tolist()
        (2.0, [2.9, 3.0, 3.1])
        """
        return cls(
            start_time=start_time,
            sample_table=Table(samples),
            lap_table=_filled(laps, LAP_COLUMNS),
            pause_table=_filled(pauses, PAUSE_COLUMNS),
            **attributes,
        )

    def __repr__(self) -> str:
        minutes = self.duration_s / 60
        return (
            f"<Activity {self.source} {self.start_time:%Y-%m-%d %H:%M} UTC, {minutes:.0f} min, "
            f"{self.sample_table.n_rows} samples, {self.lap_table.n_rows} laps>"
        )

    def column(self, name: str) -> FloatArray:
        """Return one sample column, read-only, shape (n_samples,).

        Returns
        -------
        ndarray, shape (n_samples,)
            In the unit that the name ends in; NaN where nothing was recorded.

        Raises
        ------
        KeyError
            If there is no such column, naming those there are.

        Examples
        --------
        >>> activity.column("distance_m")[:3]
        array([0.06, 0.77, 1.99])
        """
        try:
            return self.sample_table[name]
        except KeyError:
            raise KeyError(f"there is no column {name!r}; there are {', '.join(self.sample_table)}") from None

    @property
    def samples(self) -> pd.DataFrame:
        """The samples as a detached DataFrame."""
        return self.sample_table.frame()

    @property
    def laps(self) -> pd.DataFrame:
        """The laps as a detached DataFrame (start_s end_s timer_s distance_m trigger intensity ...)."""
        return self.lap_table.frame()

    @property
    def pauses(self) -> pd.DataFrame:
        """The pauses as a detached DataFrame (start_s end_s)."""
        return self.pause_table.frame()

    @property
    def duration_s(self) -> float:
        """Elapsed seconds from time zero to the last sample or lap end."""
        ends = [self.column("time_s")[-1:], self.lap_table["end_s"]]
        return float(np.nanmax(np.concatenate([[0.0], *ends])))

    @property
    def has_positions(self) -> bool:
        """Whether any sample has a position."""
        return bool(np.isfinite(self.column("lat_deg")).any())

    @property
    def local_date(self) -> date:
        """The runner's calendar day of the start.

        By the offset the file tells; else by the hour of the longitude, which is the clock on the wall to an hour or
        two and keeps a Sunday evening's run in its week; else UTC.
        """
        offset_s = self.utc_offset_s
        if offset_s is None or not isfinite(offset_s):
            longitudes = self.column("lon_deg")
            known = longitudes[np.isfinite(longitudes)]
            offset_s = round(float(known[0]) / 15.0) * 3600.0 if known.size else 0.0
        return (self.start_time + timedelta(seconds=offset_s)).date()

    def without(self, times_s: Iterable[float] | Sequence[float], within_s: float) -> Activity:
        """Return the activity less the samples within `within_s` of any of `times_s`.

        Returns
        -------
        Activity
            A copy; times count from the same start.

        Examples
        --------
        >>> len(activity.samples), len(activity.without([10.0, 20.0], within_s=1.5).samples)
        (4830, 4824)
        """
        time_s = self.column("time_s")
        centres = np.sort(np.asarray(list(times_s), dtype=np.float64))
        if not centres.size or not time_s.size:
            return self
        after = np.searchsorted(centres, time_s)
        nearest = np.minimum(
            np.abs(time_s - centres[np.minimum(after, centres.size - 1)]),
            np.abs(time_s - centres[np.maximum(after - 1, 0)]),
        )
        return replace(self, sample_table=self.sample_table.take(nearest > within_s))

    def with_heart_rate(self, other: Activity) -> Activity:
        """Return the activity with the heart rate of another recording of the same run, such as a strap's.

        The two are laid over each other by the clock. Where their heart rates (or, without one of its own, heart rate
        and effort) show that the clocks disagree, that is made up for; `warnings` tell what was done.

        Returns
        -------
        Activity
            A copy whose `heart_rate_bpm` is the other's; `warnings` tell how well the two agreed.

        Raises
        ------
        ReadError
            If the other has no heart rate, or was recorded at another time.

        Examples
        --------
        >>> activity.with_heart_rate(activity).column("heart_rate_bpm")[:3]
        array([89., 90., 92.])
        """
        from .readers.pairing import with_heart_rate_of

        return with_heart_rate_of(self, other)

    def without_laps(self) -> Activity:
        """Return the activity less laps and workout: what the signal alone tells.

        Returns
        -------
        Activity
            A copy without laps.

        Examples
        --------
        >>> len(activity.laps), len(activity.without_laps().laps)
        (34, 0)
        """
        return replace(self, lap_table=_empty(LAP_COLUMNS), workout=())

    def plot(self, *, units: Units = "km", ax: Axes | None = None) -> Axes:
        """Draw speed over time.

        Parameters
        ----------
        units : {"km", "mi"}
            Of the paces.
        ax : Axes, optional
            Where to draw. Default: a new figure.

        Returns
        -------
        Axes
            What was drawn in; ``ax.figure`` is the figure.

        Examples
        --------
        >>> axes = activity.plot(units="mi")
        >>> axes.get_ylabel()
        'pace, min/mi'
        """
        from .charts import first_axes, plot_activity

        return first_axes(plot_activity(self, units=units, ax=ax), ax)

    def _repr_html_(self) -> str:
        from .render.notebook import activity_html

        return activity_html(self)


_TEXT_COLUMNS = frozenset({"trigger", "intensity"})


def _empty(names: Sequence[str]) -> Table:
    return _filled(None, names)


def _filled(columns: Mapping[str, Any] | None, names: Sequence[str]) -> Table:
    given = Table(columns or {})
    n = given.n_rows
    blank: dict[str, Any] = {
        name: np.full(n, None, dtype=object) if name in _TEXT_COLUMNS else np.full(n, np.nan) for name in names
    }
    return Table({**blank, **given})
