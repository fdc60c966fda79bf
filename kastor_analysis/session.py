"""`Session`: what was found in an activity, as segments that cover it in order.

Conventions: a boundary is an instant in seconds on the elapsed clock, never a sample index; a segment is half-open,
[start_s, end_s); the segments of a session follow each other without gap from 0 to the activity's end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import nan
from typing import TYPE_CHECKING, Literal

from .activity import Activity
from .plan import Plan
from .table import rows_frame

if TYPE_CHECKING:
    import pandas as pd

    from .track.fit import TrackFit

Kind = Literal["warmup", "drills", "stride", "rep", "recovery", "cooldown", "other"]
KINDS: tuple[Kind, ...] = ("warmup", "drills", "stride", "rep", "recovery", "cooldown", "other")

RepStatus = Literal["run", "aborted", "double"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One span of the activity.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    run_rep : int or None
        The number of the rep as run, from 1; a recovery bears the number of the rep before it; None otherwise.
    status : str or None
        For reps: ``run``, ``aborted``, ``double`` (about twice the distance of its fellows).
    start_s, end_s : float
        Half-open span on the elapsed clock.
    start_sd_s, end_sd_s, duration_sd_s : float
        One standard deviation of each; finite for every rep. They do not include the 0.3 to 0.5 s by which a
        thumb itself misses the line.
    distance_m : float
        As the watch (or the positions) integrated it.
    nominal_distance_m : float
        What the rep was, where the evidence tells (the marked track, a round distance): NaN otherwise.
    source : str
        Where the boundaries come from: ``lap``, ``signal``, ``track``, ``workout``, ``pause``, joined by ``+``
        (start and end apart by ``/``).
    """

    kind: Kind
    start_s: float
    end_s: float
    run_rep: int | None = None
    status: RepStatus | None = None
    start_sd_s: float = nan
    end_sd_s: float = nan
    duration_sd_s: float = nan
    distance_m: float = nan
    nominal_distance_m: float = nan
    source: str = "signal"

    @property
    def duration_s(self) -> float:
        """Elapsed seconds from start to end."""
        return self.end_s - self.start_s


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Session:
    """What was found in an activity.

    Attributes
    ----------
    activity : Activity
        Where it was found.
    rows : tuple of Segment
        In order, covering the activity.
    plan : Plan or None
        The plan given; else Kastor's where the repeats are plainly his; else one inferred from the repeats found
        (``plan.source == "inferred"``); None where there are no repeats.
    track : TrackFit or None
        The 400 m oval it was run on, where there is one.
    notes : tuple of str
        What the reader of a report should know of how the reps were found.
    """

    activity: Activity
    rows: tuple[Segment, ...]
    plan: Plan | None = None
    track: TrackFit | None = None
    notes: tuple[str, ...] = field(default=())

    def __repr__(self) -> str:
        return f"<Session of {self.activity.source}: {len(self.reps)} reps, {len(self.rows)} segments>"

    @property
    def reps(self) -> tuple[Segment, ...]:
        """The reps, in order, aborted and double ones included."""
        return tuple(row for row in self.rows if row.kind == "rep")

    @property
    def segments(self) -> pd.DataFrame:
        """One row a segment: kind run_rep status start_s end_s duration_s start_sd_s end_sd_s ... source."""
        frame = rows_frame(self.rows, Segment, integers=("run_rep",))
        frame["duration_s"] = frame["end_s"] - frame["start_s"]
        return frame[
            [
                "kind",
                "run_rep",
                "status",
                "start_s",
                "end_s",
                "duration_s",
                "start_sd_s",
                "end_sd_s",
                "duration_sd_s",
                "distance_m",
                "nominal_distance_m",
                "source",
            ]
        ]

    def _repr_html_(self) -> str:
        from .render.notebook import session_html

        return session_html(self)
