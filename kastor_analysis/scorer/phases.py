"""The phases of a session as a runner names them: warm-up, drills, strides, main set, cool-down.

Conventions: consecutive segments of one kind are one phase; the main set runs from the start of the first rep to the
end of the last one. Strides strewn over an easy run are told with that run.
"""

from __future__ import annotations

from math import isfinite, nan
from typing import TYPE_CHECKING

from ..quantities.lengths import UNIT_M, Units
from ..report import PhaseResult
from ..segments import Segment
from ..session import Session
from .phrases import clock, count
from .samples import Samples

if TYPE_CHECKING:
    from ..athlete import Athlete

_SHORTEST_OTHER_S = 120.0  # less is a walk to the start or to the bag
_STRIDE_REST_S = 240.0
"""The way back between two strides, as slow as drills, is no longer than this."""
_EASY_RUN = ("warmup", "cooldown", "other")
_STREWN = 2
"""From this many times on strides between parts of one easy run are told with it, not between its parts."""
_TOUCH_S = 1e-6  # rounding only
_STANDING_MPS = 0.5
"""A phase that was slower on the whole was stood, and has no pace."""
_STRIDE_SHARE = (0.80, 0.90)  # strides are run at 80 to 90 % of top speed
_NAMES = {"stride": "strides"}


def find_phases(
    session: Session, samples: Samples, athlete: Athlete | None, units: Units = "km"
) -> tuple[PhaseResult, ...]:
    """Return the phases in order of time.

    Strides are judged against the athlete's top speed, where it is known.
    """
    reps = session.reps
    first_s = reps[0].start_s if reps else session.activity.duration_s
    last_s = reps[-1].end_s if reps else first_s
    phases: list[PhaseResult] = []
    around = (
        [row for row in session.rows if row.end_s <= first_s + _TOUCH_S],
        [row for row in session.rows if row.start_s >= last_s - _TOUCH_S] if reps else [],
    )
    told = [[group for group in _groups(side) if not _is_passed_over(group)] for side in around]
    for group in (group for side in told for group in _strewn_together(side)):
        start_s, end_s, kind = group[0].start_s, group[-1].end_s, _NAMES.get(group[0].kind, group[0].kind)
        if kind == "recovery":
            kind = "other"
        note = _strides_note(group, athlete, units) if any(row.kind == "stride" for row in group) else None
        if note and kind != "strides":
            note = f"with {note}"
        phases.append(_phase(kind, start_s, end_s, samples, note))
    if reps:
        note = count(len(reps), "rep")
        phases.append(_phase("main set", first_s, last_s, samples, note))
    return tuple(sorted(phases, key=lambda phase: phase.start_s))


def stride_speeds(session: Session) -> tuple[float, ...]:
    """Return the mean speed of each stride (m/s)."""
    strides = [row for row in session.rows if row.kind == "stride"]
    return tuple(row.distance_m / row.duration_s for row in strides if isfinite(row.distance_m) and row.duration_s > 0)


def _groups(rows: list[Segment]) -> list[list[Segment]]:
    """Return runs of one kind; strides keep together over the rests between them, walked back or stood."""
    groups: list[list[Segment]] = []
    for i, row in enumerate(rows):
        between_strides = (
            (row.kind in ("recovery", "other") or (row.kind == "drills" and row.duration_s < _STRIDE_REST_S))
            and bool(groups)
            and groups[-1][0].kind == "stride"
            and i + 1 < len(rows)
            and rows[i + 1].kind == "stride"
        )
        if groups and (groups[-1][0].kind == row.kind or between_strides):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _is_passed_over(group: list[Segment]) -> bool:
    return group[0].kind in ("other", "recovery") and group[-1].end_s - group[0].start_s < _SHORTEST_OTHER_S


def _strewn_together(groups: list[list[Segment]]) -> list[list[Segment]]:
    """Return the groups with those joined that are one easy run, in which strides are strewn again and again."""
    joined: list[list[Segment]] = []
    i = 0
    while i < len(groups):
        last, kind = i, groups[i][0].kind
        while (
            kind in _EASY_RUN
            and last + 2 < len(groups)
            and groups[last + 1][0].kind == "stride"
            and groups[last + 2][0].kind == kind
        ):
            last += 2
        if last - i >= 2 * _STREWN:
            joined.append([row for group in groups[i : last + 1] for row in group])
            i = last + 1
        else:
            joined.append(groups[i])
            i += 1
    return joined


def _phase(kind: str, start_s: float, end_s: float, samples: Samples, note: str | None) -> PhaseResult:
    distance_m = samples.distance(start_s, end_s)
    return PhaseResult(
        kind=kind,
        start_s=start_s,
        end_s=end_s,
        duration_s=end_s - start_s,
        distance_m=distance_m,
        pace_s_per_km=1000.0 * (end_s - start_s) / distance_m
        if distance_m > _STANDING_MPS * (end_s - start_s)
        else nan,
        heart_rate_avg_bpm=samples.mean(samples.heart_rate_bpm, start_s, end_s),
        note=note,
    )


def _strides_note(group: list[Segment], athlete: Athlete | None, units: Units) -> str | None:
    strides = [row for row in group if row.kind == "stride"]
    speeds = [row.distance_m / row.duration_s for row in strides if isfinite(row.distance_m)]
    if not speeds:
        return count(len(strides), "stride")
    mean = sum(speeds) / len(speeds)
    note = f"{count(len(strides), 'stride')} at {clock(UNIT_M[units] / mean)}/{units}"
    if athlete is None or athlete.top_speed_mps is None:
        return note
    share = mean / athlete.top_speed_mps
    low, high = _STRIDE_SHARE
    verdict = "as meant" if low <= share <= high else "slower than 80-90 %" if share < low else "faster than 80-90 %"
    return f"{note}, {100 * share:.0f} % of top speed: {verdict}"
