"""`Report`: a session held against its plan. Plain values; how they look is the business of `render` and `charts`.

Conventions: SI units, times in seconds on the elapsed clock, missing is NaN (None for whole numbers and text).
Scores run from 0 to 100; one that cannot be told is NaN, with its reason in `Report.notes`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import nan
from typing import TYPE_CHECKING, Any, Literal

from .arguments import names_arguments
from .plan import Plan
from .quantities.equal import EqualNan
from .quantities.table import rows_frame
from .session import Session

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from .athlete import Athlete
    from .quantities.lengths import Units

SCORE_PARTS = ("overall", "pace", "hammer", "rest", "structure")
PaceVerdict = Literal["on", "fast", "slow"]
RestVerdict = Literal["on", "short", "long"]
HammerVerdict = Literal["all out", "faster, not all out", "not hammered", "on the wrong rep", "missing"]
ResultStatus = Literal["run", "missing", "extra", "aborted", "double"]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class RepResult(EqualNan):
    """One rep, planned or run, with the rest that followed it."""

    planned_rep: int | None
    run_rep: int | None
    status: ResultStatus
    is_hammer: bool
    set: int | None = None
    rep_kind: str | None = None
    """What it was to be, or was: ``400 m``, ``3:00``."""
    start_s: float = nan
    end_s: float = nan
    time_s: float = nan
    time_sd_s: float = nan
    stopped_s: float = nan
    """How long the watch, or the runner, stood inside the rep; `time_s` is on the clock all the same."""
    nominal_distance_m: float = nan
    watch_distance_m: float = nan
    scored_distance_m: float = nan
    pace_s_per_km: float = nan
    target_s: float = nan
    deviation_s: float = nan
    pace_verdict: PaceVerdict | None = None
    pace_score: float = nan
    heart_rate_avg_bpm: float = nan
    heart_rate_max_bpm: float = nan
    cadence_spm: float = nan
    rest_s: float = nan
    rest_target_s: float = nan
    rest_ratio: float = nan
    rest_verdict: RestVerdict | None = None
    rest_score: float = nan
    rest_distance_m: float = nan
    rest_target_m: float = nan
    """Where the rest was planned by its distance."""
    rest_pace_s_per_km: float = nan
    rest_heart_rate_start_bpm: float = nan
    rest_heart_rate_end_bpm: float = nan
    rest_kind: str | None = None
    """``standing``, ``walking``, ``jogging``, ``paused`` or None."""
    heart_rate_drop_bpm: float = nan
    """Fall in the first minute of the rest (or all of it where shorter); NaN where the sensor cannot be trusted."""
    source: str | None = None
    found_rep: int | None = None
    """The number by which a correction names the rep: that of the session as found; None for one added by hand."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class HammerResult(EqualNan):
    """One planned hammer rep."""

    planned_rep: int
    run_rep: int | None
    time_s: float = nan
    gain: float = nan
    gain_sd: float = nan
    rank: int | None = None
    score: float = nan
    verdict: HammerVerdict
    wrong_rep: int | None = None
    """The planned rep that was hammered in its stead."""
    heart_rate_max_bpm: float = nan
    next_ratio: float = nan
    """The rep after it / the median regular rep: what the hammer cost; NaN where none or another hammer follows."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class SetResult(EqualNan):
    """One set: reps of one kind, or of kinds that take turns, with like rests between them."""

    set: int
    rep_kind: str
    """``400 m``, ``3:00``; of kinds that take turns ``300, 3 x 400 m``."""
    reps: int
    """How many were run."""
    median_s: float = nan
    """Of the regular reps; NaN where they are of several kinds."""
    spread_s: float = nan
    """One standard deviation of their times."""
    evenness_score: float = nan
    """Mean score of its regular reps against their targets."""
    rest_median_s: float = nan
    """Within the set."""
    rest_after_s: float = nan
    """Before the next set."""
    distance_m: float = nan
    pace_s_per_km: float = nan


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class PhaseResult(EqualNan):
    """One phase of the session: warmup, drills, strides, main set, cooldown, other; NaN is what was not recorded."""

    kind: str
    start_s: float
    end_s: float
    duration_s: float
    distance_m: float
    pace_s_per_km: float
    heart_rate_avg_bpm: float
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitResult:
    """A part of a rep, along the line of the track: [start_m, end_m)."""

    planned_rep: int | None
    run_rep: int | None
    start_m: float
    end_m: float
    time_s: float
    time_sd_s: float


@names_arguments()
@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Report:
    """A session held against its plan.

    Attributes
    ----------
    session : Session
        What was found.
    plan : Plan or None
        What it was held against; None where no repeats were found and none was given.
    athlete : Athlete or None
        Who ran it.
    rep_rows, set_rows, hammer_rows, phase_rows, split_rows : tuples
        The rows of `reps`, `sets`, `hammers`, `phases`, `splits`.
    scores : mapping of str to float
        ``overall pace hammer rest structure``, 0 to 100; NaN with its reason in `notes`. Without a goal the pace
        part is evenness and there is no overall score.
    notes : mapping of str to str
        Reasons and remarks by the name of the score (or of the remark) they belong to.
    advice : tuple of str
        What to change next time, what a coach would say first at the front.
    figures : mapping of str to float
        Other numbers of the report by name with unit: ``median_regular_s``, ``equivalent_5k_s`` ...

    Examples
    --------
    >>> report = score(session, Plan.kastor("5k 20:00"))
    >>> {part: round(points) for part, points in report.scores.items()}
    {'overall': 100, 'pace': 100, 'hammer': 98, 'rest': 100, 'structure': 100}
    >>> report.reps[["planned_rep", "time_s", "deviation_s", "rest_s"]].head(2).round(1)
       planned_rep  time_s  deviation_s  rest_s
    0            1    95.9         -0.1    95.0
    1            2    95.9         -0.1    95.4
    >>> report.advice[0]
    'Well run: 14 of 14 regular reps on pace, the hammers all out, the rests as meant. Do the same again next time.'
    """

    session: Session
    plan: Plan | None
    athlete: Athlete | None = None
    rep_rows: tuple[RepResult, ...] = ()
    set_rows: tuple[SetResult, ...] = ()
    hammer_rows: tuple[HammerResult, ...] = ()
    phase_rows: tuple[PhaseResult, ...] = ()
    split_rows: tuple[SplitResult, ...] = ()
    scores: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(SCORE_PARTS, nan))
    notes: Mapping[str, str] = field(default_factory=dict)
    advice: tuple[str, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)

    def __repr__(self) -> str:
        overall = self.scores["overall"]
        score = f"score {overall:.0f}" if overall == overall else "no overall score"
        return f"<Report of {self.session.activity.source}: {len(self.session.reps)} reps, {score}>"

    @property
    def reps(self) -> pd.DataFrame:
        """One row a rep, planned ones that were not run included; columns as in `RepResult`."""
        return rows_frame(self.rep_rows, RepResult, integers=("planned_rep", "run_rep", "found_rep", "set"))

    @property
    def sets(self) -> pd.DataFrame:
        """One row a set; columns as in `SetResult`."""
        return rows_frame(self.set_rows, SetResult, integers=("set", "reps"))

    @property
    def hammers(self) -> pd.DataFrame:
        """One row a planned hammer rep; columns as in `HammerResult`."""
        return rows_frame(self.hammer_rows, HammerResult, integers=("planned_rep", "run_rep", "rank", "wrong_rep"))

    @property
    def phases(self) -> pd.DataFrame:
        """One row a phase; columns as in `PhaseResult`."""
        return rows_frame(self.phase_rows, PhaseResult)

    @property
    def splits(self) -> pd.DataFrame:
        """One row a part of a rep (every 100 m on a track); columns as in `SplitResult`."""
        return rows_frame(self.split_rows, SplitResult, integers=("planned_rep", "run_rep"))

    def to_dict(self) -> dict[str, Any]:
        """Return the whole report as plain values, None for missing, ready for JSON.

        Returns
        -------
        dict
            Of plain values; missing is None.

        Examples
        --------
        >>> report.to_dict()["reps"][0]["target_s"]
        96.0
        """
        from .render.data import report_dict

        return report_dict(self)

    def to_json(self, *, indent: int | None = 2) -> str:
        """Return `to_dict` as JSON text.

        Returns
        -------
        str
            `to_dict` as JSON.

        Examples
        --------
        >>> import json
        >>> json.loads(report.to_json())["plan"]["name"]
        'Kastor 16 x 400 m'
        """
        from .render.data import report_json

        return report_json(self, indent=indent)

    def to_html(self, *, units: Units = "km") -> str:
        """Return one self-contained HTML page, with distances and paces in km or mi.

        Returns
        -------
        str
            One file that needs nothing else.

        Examples
        --------
        >>> report.to_html().startswith("<!doctype html>")
        True
        """
        from .render.page import report_page

        return report_page(self, units=units)

    def to_csv(self) -> str:
        """Return the reps as CSV text: ``recording``, ``start_time``, then the columns of `RepResult`.

        Returns
        -------
        str
            A line a rep, below one of headings (the names of `RepResult`'s fields, units in them).

        Examples
        --------
        >>> report.to_csv().splitlines()[0][:60]
        'recording,start_time,planned_rep,run_rep,status,is_hammer,se'
        """
        from .render.data import reps_csv

        return reps_csv([self])

    def plot(self, *, units: Units = "km", ax: Axes | Sequence[Axes] | None = None) -> Axes:
        """Draw speed over time with phases, reps, target band, and heart rate below.

        Parameters
        ----------
        units : {"km", "mi"}
            Of the paces.
        ax : Axes or two Axes, optional
            One: speed alone is drawn into it. Two: speed and heart rate. Default: a new figure.

        Returns
        -------
        Axes
            The one that speed is drawn in; ``ax.figure`` is the figure.

        Examples
        --------
        >>> axes = report.plot()
        >>> axes.get_ylabel()
        'pace, min/km'
        """
        from .charts import first_axes, plot_session

        return first_axes(plot_session(self, units=units, ax=ax), ax)

    def _repr_html_(self) -> str:
        from .render.notebook import report_html

        return report_html(self)
