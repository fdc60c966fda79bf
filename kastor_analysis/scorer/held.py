"""A rep held against its step: what was run beside what was planned, with the distance it is judged over.

Conventions: one `HeldRep` a row of the report, in order of the plan; ratios are time / target over the scored distance,
so that ``time_s / target_s`` is the ratio whatever the distance was.

"On a marked track a rep is judged over its nominal distance, whatever the watch integrated, unless the track says that
it was another. Off the track it is judged over the distance the watch measured, which is good to 1.5 % (one standard
deviation), and `time_sd_s` says so." (docs/scoring.md)
"""

from __future__ import annotations

from math import hypot, isfinite, nan, sqrt
from typing import NamedTuple

from ..errors import SegmentError
from ..motion import motion_of
from ..report import ResultStatus
from ..segments import Segment
from ..session import Session
from ..steps import Step
from .align import Pair

OFF_TRACK_DISTANCE_SD = 0.015
"""One standard deviation of a watch's distance over a rep, as a share. Over the reps of one session it scatters by
1.5 % (median of 17 real sessions with lap presses at 200 to 800 m)."""

_SAME_DISTANCE_M = 2.0  # the track's distances are rounded to a metre, the plan's too
_ON_TRACK_WITHIN = 0.10  # watches read 400 m as 380 to 430 m
HAND_TIMED_SD_S = 0.2
"""One standard deviation of a hand-held stopwatch, start and stop together."""
BESIDE_FELLOWS = 0.6
"""What a time found in the motion is off by beside the others of its session, over the sd stated for it: the rest all
have in common (two in three of 1371 reps of real sessions are within; 0.57 to 0.63 with any runner left out)."""


class HeldRep(NamedTuple):
    """One row to be judged; times in seconds on the elapsed clock, NaN where not run."""

    step: Step | None
    segment: Segment | None
    status: ResultStatus
    time_s: float = nan
    time_sd_s: float = nan
    nominal_distance_m: float = nan
    scored_distance_m: float = nan
    is_second_half: bool = False
    """The second planned rep that one double-length rep stands for: run, but without a time of its own."""
    source: str | None = None
    stopped_s: float = nan
    """How long the watch, or the runner, stood inside it."""

    @property
    def planned_rep(self) -> int | None:
        """Number in the plan, None for an extra one."""
        return self.step.planned_rep if self.step else None

    @property
    def is_hammer(self) -> bool:
        """Whether it was planned as a hammer rep."""
        return self.step is not None and self.step.is_hammer

    @property
    def is_run(self) -> bool:
        """Whether a planned rep was run in full, alone or in one with its neighbour."""
        return self.step is not None and self.status in ("run", "double")

    @property
    def is_timed(self) -> bool:
        """Whether it was run and has a time of its own."""
        return self.is_run and isfinite(self.pace_s_per_m)

    @property
    def is_by_watch(self) -> bool:
        """Whether it is judged over the distance that the watch measured."""
        return self.segment is not None and self.scored_distance_m == self.segment.distance_m

    @property
    def number(self) -> int | None:
        """Its number in the plan, or as run where nothing was planned for it."""
        return _number(self.step, self.segment)

    @property
    def beside_sd_s(self) -> float:
        """One sd of the time beside those of the other reps: what all have in common is no part of it."""
        if self.segment is None or any(word in (self.source or "") for word in ("lap", "workout", "hand")):
            return self.time_sd_s
        shared = (1.0 - BESIDE_FELLOWS**2) * self.segment.duration_sd_s**2
        return sqrt(self.time_sd_s**2 - shared) if self.time_sd_s**2 > shared else self.time_sd_s

    @property
    def pace_s_per_m(self) -> float:
        """Time over the scored distance."""
        return self.time_s / self.scored_distance_m


def hold(pairs: tuple[Pair, ...], session: Session, hand_times_s: dict[int, float]) -> tuple[HeldRep, ...]:
    """Give every pair its status, time and distance.

    `hand_times_s` are by planned rep (by rep as run where nothing is planned); they win over the recording.
    """
    return tuple(_held(pair, session, hand_times_s) for pair in pairs)


def _held(pair: Pair, session: Session, hand_times_s: dict[int, float]) -> HeldRep:
    step, segment = pair.step, pair.segment
    number = _number(step, segment)
    hand_s = hand_times_s.get(number, nan) if number is not None else nan
    if segment is not None and not isfinite(hand_s):
        hand_s = segment.hand_time_s
    planned_m = step.distance_m if step else nan
    if segment is None:
        if isfinite(hand_s):
            return HeldRep(
                step=step,
                segment=None,
                status="run",
                time_s=hand_s,
                time_sd_s=HAND_TIMED_SD_S,
                nominal_distance_m=planned_m,
                scored_distance_m=planned_m,
                source="hand",
            )
        return HeldRep(step=step, segment=None, status="missing", nominal_distance_m=planned_m)
    status: ResultStatus = segment.status or "run"
    if step is None and status != "aborted":
        status = "extra"
    if pair.is_second_half:
        return HeldRep(
            step=step, segment=segment, status="double", nominal_distance_m=planned_m, is_second_half=True,
            source=segment.source,
        )  # fmt: skip
    if pair.covers_m > 0:
        planned_m = pair.covers_m
    scored_m, is_measured = _scored_distance(planned_m, segment, on_track=session.track is not None)
    time_s, sd_s, source = segment.duration_s, segment.duration_sd_s, segment.source
    if isfinite(hand_s):
        time_s, sd_s, source = hand_s, HAND_TIMED_SD_S, "hand"
        if step is not None and isfinite(step.distance_m) and status == "run":
            scored_m, is_measured = step.distance_m, False
    if is_measured:
        sd_s = hypot(sd_s if isfinite(sd_s) else 0.0, OFF_TRACK_DISTANCE_SD * time_s)
    return HeldRep(
        step=step,
        segment=segment,
        status=status,
        time_s=time_s,
        time_sd_s=sd_s,
        nominal_distance_m=planned_m if isfinite(planned_m) else segment.nominal_distance_m,
        scored_distance_m=scored_m,
        source=source,
        stopped_s=stopped_within_s(session, segment),
    )


def _number(step: Step | None, segment: Segment | None) -> int | None:
    """Return by which number a rep is timed by hand."""
    return step.planned_rep if step else segment.run_rep if segment else None


def stopped_within_s(session: Session, segment: Segment) -> float:
    """Return for how long the runner, or the watch, stood in the middle of a rep; NaN where there is no motion."""
    try:
        return motion_of(session.activity).stood_within(segment.start_s, segment.end_s)
    except SegmentError:
        return nan


def _scored_distance(planned_m: float, segment: Segment, *, on_track: bool) -> tuple[float, bool]:
    """Return the distance a rep is judged over, and whether that is the watch's own measure."""
    nominal_m, watch_m = segment.nominal_distance_m, segment.distance_m
    if isfinite(nominal_m):
        return (planned_m if abs(nominal_m - planned_m) <= _SAME_DISTANCE_M else nominal_m), False
    if not (isfinite(watch_m) and watch_m > 0):
        return planned_m, False
    if on_track and abs(watch_m / planned_m - 1.0) <= _ON_TRACK_WITHIN:
        return planned_m, False
    return watch_m, True
