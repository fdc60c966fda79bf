"""`Session`: what was found in an activity, as segments that cover it in order.

Conventions: a boundary is an instant in seconds on the elapsed clock, never a sample index; a segment is half-open,
[start_s, end_s); the segments of a session follow each other without gap from 0 to the activity's end.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from .activity import Activity, Source
from .arguments import names_arguments
from .corrections import Correction, Corrections
from .errors import SegmentError
from .explanation import Explanation
from .plan import Plan
from .plans.sets import group
from .quantities.table import rows_frame
from .segments import Segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from .quantities.lengths import Units
    from .track.find import TrackFit


@names_arguments(SegmentError)
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
    passed_over : str
        Why no reps were looked for; empty where they were.
    corrections : Corrections
        What was corrected by hand; empty for a session as found.
    found : Session or None
        The session as found, of one that was corrected.
    unmet : tuple of Correction
        Corrections that meet nothing in this recording any more.
    explanations : tuple of Explanation
        The readings of the recording, the likeliest first; the one that was taken says so.

    Examples
    --------
    >>> session = segment(load("run.fit"))
    >>> session
    <Session of run.fit: 16 reps, 41 segments>
    >>> session.segments[["kind", "run_rep", "start_s", "end_s"]].tail(3).round(1)
            kind  run_rep  start_s   end_s
    38     other     <NA>   4085.6  4163.0
    39  cooldown     <NA>   4163.0  4792.0
    40     other     <NA>   4792.0  4829.6
    """

    activity: Activity
    rows: tuple[Segment, ...]
    plan: Plan | None = None
    track: TrackFit | None = None
    notes: tuple[str, ...] = field(default=())
    passed_over: str = ""
    corrections: Corrections = field(default=Corrections())
    found: Session | None = None
    unmet: tuple[Correction, ...] = ()
    explanations: tuple[Explanation, ...] = ()

    def __repr__(self) -> str:
        return f"<Session of {self.activity.source}: {len(self.reps)} reps, {len(self.rows)} segments>"

    @property
    def reps(self) -> tuple[Segment, ...]:
        """The reps, in order, aborted and double ones included."""
        return tuple(row for row in self.rows if row.kind == "rep")

    @property
    def strides(self) -> tuple[Segment, ...]:
        """The strides, in order; they are numbered among no reps."""
        return tuple(row for row in self.rows if row.kind == "stride")

    def corrected(
        self,
        corrections: Corrections | None = None,
        *,
        drop: Iterable[int | str] = (),
        merge: Iterable[Sequence[int | str]] = (),
        split: Iterable[int | str] = (),
        add: Iterable[str | Sequence[float | str]] = (),
        move: Iterable[str] = (),
        call: Iterable[str] = (),
        time: Iterable[str] = (),
        distance: Iterable[str] = (),
        plan: str | None = None,
        note: str | None = None,
    ) -> Session:
        """Return the session corrected by hand; what was corrected before stays.

        Reps are named by the number they were found under, or by an instant inside them (``"32:10"``).

        Parameters
        ----------
        corrections : Corrections, optional
            In place of those made before.
        drop : iterable
            Reps that were none: ``[3]``.
        merge : iterable of sequences
            Neighbours that were one: ``[(7, 8)]``.
        split : iterable
            Reps that were two: ``[5]`` where the recording shows best, ``["5@41:22"]``, ``["5@41:22-41:50"]`` with a
            rest between.
        add : iterable
            Reps that were not found: ``["32:10-33:28"]``.
        move : iterable of str
            ``["7 end +1.2", "7 start 31:02.5"]``.
        call : iterable of str
            What a rep or a span is: ``["9 stride", "0:00-12:00 warm-up"]``.
        time, distance : iterable of str
            A time taken by hand, the true metres: ``["7 1:34.2"]``, ``["7 400"]``.
        plan, note : str, optional
            What was to be run; what is to be remembered.

        Returns
        -------
        Session
            Another; this one stays as it is.

        Raises
        ------
        CorrectionError
            If something cannot be understood, names a rep that is not there, or meets nothing.

        Examples
        --------
        >>> right = session.corrected(drop=[9], move=["7 end +1.2"], note="wind")
        >>> len(session.reps), len(right.reps)
        (16, 15)
        >>> right.corrected_by_hand
        '3 corrections by hand'
        """
        session = self if corrections is None else corrections.apply(self)
        words = (drop, merge, split, add, move, call, time, distance)
        if plan is None and note is None and all(isinstance(said, tuple | list) and not said for said in words):
            return session
        from .correcting import Asked, asked

        said = Asked(
            drop=drop, merge=merge, split=split, add=add, move=move, call=call, time=time, distance=distance, plan=plan,
            note=note,
        )  # fmt: skip
        return asked(session, said).apply(session) if said else session

    def with_laps(self, ending: str = "", *, source: Source | None = None) -> bytes:
        """Return a copy of the recording whose laps are the segments of this session.

        Parameters
        ----------
        ending : str
            ``".fit"`` or ``".tcx"``; default: as the recording, and TCX for GPX, which has no laps.
        source : path, bytes or binary file, optional
            The recording. Default: where the activity was read from.

        Returns
        -------
        bytes
            The content of a file.

        Raises
        ------
        KastorError
            If the recording cannot be read again, is damaged, or the format has no laps.

        Notes
        -----
        Of a FIT file every message but the laps stays byte for byte, but for the session's number of laps and, where
        they contradict the laps, its totals; of a TCX file every point does.

        Examples
        --------
        >>> copy = load(session.with_laps())
        >>> len(copy.laps), [rep.source for rep in segment(copy).reps][:1]
        (40, ['lap'])
        """
        from .writers.given_back import given_back

        return given_back(self, ending, source=source)

    def write_laps(self, path: str | os.PathLike[str], *, source: Source | None = None, force: bool = False) -> None:
        """Write the recording with the segments of this session as its laps; see `with_laps`.

        Parameters
        ----------
        path : path
            Where to; ends in ``.fit`` or ``.tcx``. Never the recording itself.
        source : path, bytes or binary file, optional
            As in `with_laps`.
        force : bool
            Whether a file of unknown origin may be replaced.

        Examples
        --------
        >>> session.write_laps("run-laps.fit")
        >>> len(load("run-laps.fit").laps)
        40
        """
        from .writers.given_back import write_laps

        write_laps(self, path, source=source, force=force)

    @property
    def corrected_by_hand(self) -> str:
        """What the head of a report says of corrections: ``2 corrections by hand``; empty where there are none."""
        if not self.corrections:
            return ""
        waiting = f", {len(self.unmet)} of which met nothing" if self.unmet else ""
        return f"{self.corrections}{waiting}"

    @property
    def segments(self) -> pd.DataFrame:
        """One row a segment: kind run_rep status start_s end_s duration_s start_sd_s end_sd_s ... source."""
        frame = rows_frame(self.rows, Segment, integers=("run_rep", "set", "found_rep"))
        frame["duration_s"] = frame["end_s"] - frame["start_s"]
        names = [
            "kind", "run_rep", "set", "rep_kind", "status", "start_s", "end_s", "duration_s", "start_sd_s",
            "end_sd_s", "duration_sd_s", "distance_m", "nominal_distance_m", "source", "found_rep",
        ]  # fmt: skip
        return frame[names]

    def plot(self, *, units: Units = "km", ax: Axes | None = None) -> Axes:
        """Draw speed over time with the reps shaded and numbered, and the phases around them.

        Of a session that was corrected by hand, the reps as found are drawn along the bottom, with the numbers that a
        correction names them by.

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
        >>> axes = session.plot()
        >>> axes.get_xlabel()
        'time since the start, h:mm:ss'
        """
        from .charts import first_axes, plot_found

        return first_axes(plot_found(self, units=units, ax=ax), ax)

    def _repr_html_(self) -> str:
        from .render.notebook import session_html

        return session_html(self)


def in_sets(rows: Sequence[Segment]) -> tuple[Segment, ...]:
    """Return the segments with set and kind of every rep said anew; one broken off is of the set it lies in."""
    reps = [row for row in rows if row.kind == "rep"]
    whole = [rep for rep in reps if rep.status != "aborted"] or reps
    groups = group(
        [rep.duration_s for rep in whole],
        [rep.nominal_distance_m for rep in whole],
        [rep.distance_m for rep in whole],
        [b.start_s - a.end_s for a, b in pairwise(whole)],
    )
    of = dict(zip(map(id, whole), groups, strict=True))
    out, last = [], 1
    for row in rows:
        if row.kind == "rep":
            known = of.get(id(row))
            last = known.set if known else last
            row = replace(row, set=last, rep_kind=known.rep_kind if known else None)
        out.append(row)
    return tuple(out)
