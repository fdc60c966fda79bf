"""`Segment`: one span of an activity, and of what kinds there are.

Conventions: a boundary is an instant in seconds on the elapsed clock, never a sample index; a span is half-open.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Literal, get_args

from .arguments import names_arguments
from .errors import SegmentError
from .quantities.equal import EqualNan

Kind = Literal["warmup", "drills", "stride", "rep", "recovery", "cooldown", "other"]
KINDS: tuple[Kind, ...] = get_args(Kind)

RepStatus = Literal["run", "aborted", "double"]


@names_arguments(SegmentError)
@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Segment(EqualNan):
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
        (start and end apart by ``/``); ``hand``: the runner's correction.
    set : int or None
        For reps: the number of its set, from 1.
    rep_kind : str or None
        For reps: what it was one of, ``400 m`` or ``3:00``.
    found_rep : int or None
        Of a session that was corrected by hand: the number under which the rep was found; None for one added.
    hand_time_s : float
        The rep's time as taken by hand, which wins over the recording; NaN where there is none.

    Examples
    --------
    >>> rep = session.reps[0]
    >>> rep.kind, round(rep.duration_s, 1), rep.nominal_distance_m, rep.source
    ('rep', 95.9, 400.0, 'lap')
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
    set: int | None = None
    rep_kind: str | None = None
    found_rep: int | None = None
    hand_time_s: float = nan

    @property
    def duration_s(self) -> float:
        """Elapsed seconds from start to end."""
        return self.end_s - self.start_s
