"""`Record`: what the season keeps of one recording, as small plain values that travel between processes.

No samples are in it: some 5 kB a session. The figures of a session that trends are made of are defined here, each with
one standard deviation:

- ``rep_kind``: the commonest kind of the regular reps, ``400 m`` or ``3:00``; the figures are of the reps of that kind.
- ``rep_distance_m``: what their times are over: their nominal distance, or, of reps by time, 1 km.
- ``median_regular_s``: median of the regular reps of that kind, as time over that distance.
  Its sd is 1.2533 s / sqrt(n), the large-sample standard error of a median, s being the reps' robust spread and the
  stated timing error together.
- ``target_s``: the target of those reps over that distance; missing without a goal.
- ``spread_s``: 1.4826 x the median absolute deviation of the same reps (the sd of normal data).
- ``hammer_gain``: mean gain of the hammers that were run.
- ``rest_on_share``: share of the judged rests whose verdict is ``on``, with the sd of Agresti and Coull (1998, Am.
  Stat. 52:119-126), which stays above 0 at 0 and 1.
- ``heart_rate_at_goal_bpm``: median of the reps' average heart rates over the reps within 2 % of their target, the
  first two left out (heart rate is still on its way up).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite, nan, sqrt
from typing import Any, Final

import numpy as np

from .._version import __version__
from ..activity import Activity
from ..goal import Goal
from ..motion import distance_of
from ..quantities.naming import kind_name
from ..report import Report, RepResult
from .intensity import INTENSITIES, Intensity, intensity_of
from .plan_text import plan_to_text
from .schema import HAMMER_COLUMNS, PHASE_COLUMNS, REP_COLUMNS, SPLIT_COLUMNS

LEAST_REPS: Final = 2
"""Fewer reps than this are no session."""

RUNNING_SPORTS: Final = ("running", "generic")
"""Sports that count as running, as do recordings that do not say; others are kept, but neither searched for reps nor
part of a running week."""

WITHIN_GOAL: Final = 0.02
HEART_RATE_SETTLES_REPS: Final = 2
TIMED_OVER_M: Final = 1000.0
"""What the times of reps by time, which have no nominal distance, are over: they are paces then."""

Value = str | int | float | None
Row = tuple[Value, ...]


@dataclass(frozen=True, kw_only=True)
class Record:
    """One recording as rows for the database; `activity` lacks only ``athlete_id content_hash part``."""

    activity: Mapping[str, Value]
    reps: tuple[Row, ...] = ()
    hammers: tuple[Row, ...] = ()
    phases: tuple[Row, ...] = ()
    splits: tuple[Row, ...] = ()

    @property
    def is_session(self) -> bool:
        """Whether reps were found in it."""
        return bool(self.activity["is_session"])


def record_of(report: Report, *, goal: Goal | None = None, max_heart_rate_bpm: float | None = None) -> Record:
    """Return what the season keeps of a report.

    Parameters
    ----------
    report : Report
        Of any activity; with fewer than `LEAST_REPS` reps run it is kept as a run.
    goal : Goal, optional
        What the analysis was asked to hold it against; a plan may have converted it to another race.
    max_heart_rate_bpm : float, optional
        For the intensity of the running between the reps.
    """
    run = [rep for rep in report.rep_rows if rep.status in ("run", "extra", "double") and isfinite(rep.time_s)]
    activity = report.session.activity
    plan = report.plan
    of_day, goal = goal, (plan.goal if plan else None) or goal
    if len(run) < LEAST_REPS:
        return run_record(activity, goal=of_day, max_heart_rate_bpm=max_heart_rate_bpm)
    spans = np.array([(rep.start_s, rep.end_s) for rep in run if isfinite(rep.start_s) and isfinite(rep.end_s)])
    intensity = intensity_of(activity, spans, goal=goal, max_heart_rate_bpm=max_heart_rate_bpm)
    values = _activity_values(activity, intensity, goal, max_heart_rate_bpm)
    values.update(
        is_session=1,
        corrections=len(report.session.corrections),
        goal_of_day=of_day.text if of_day else None,
        plan_name=plan.title if plan else None,
        plan_source=plan.source if plan else None,
        rep_kind=session_kind(report),
        planned_reps=sum(rep.planned_rep is not None for rep in report.rep_rows),
        run_reps=len(run),
        plan_json=plan_to_text(plan) if plan else None,
        **{f"score_{part}": _number(score) for part, score in report.scores.items()},
        notes_json=_json(dict(report.notes)),
        advice_json=_json(list(report.advice)),
        figures_json=_json({name: _number(value) for name, value in report.figures.items()}),
        **{name: _number(value) for name, value in session_figures(report).items()},
    )
    return Record(
        activity=values,
        reps=_rows(report.rep_rows, REP_COLUMNS),
        hammers=_rows(report.hammer_rows, HAMMER_COLUMNS),
        phases=_rows(report.phase_rows, PHASE_COLUMNS),
        splits=_rows(report.split_rows, SPLIT_COLUMNS),
    )


def run_record(activity: Activity, *, goal: Goal | None = None, max_heart_rate_bpm: float | None = None) -> Record:
    """Return what the season keeps of a run that is no session: date, duration, distance, intensity."""
    intensity = intensity_of(activity, goal=goal, max_heart_rate_bpm=max_heart_rate_bpm)
    return Record(activity={**_activity_values(activity, intensity, goal, max_heart_rate_bpm), "is_session": 0})


def is_running(sport: str | None) -> bool:
    """Return whether a recording of this sport counts as running."""
    return sport is None or sport in RUNNING_SPORTS


def session_kind(report: Report) -> str | None:
    """Return the commonest kind of a session's regular reps: ``400 m``, ``3:00``."""
    kinds = Counter(_kind(rep) for rep in report.rep_rows if rep.status == "run" and not rep.is_hammer)
    del kinds[None]
    return kinds.most_common(1)[0][0] if kinds else None


def _kind(rep: RepResult) -> str | None:
    if rep.rep_kind is None and isfinite(rep.nominal_distance_m):
        return kind_name(rep.nominal_distance_m, nan)
    return rep.rep_kind


def session_figures(report: Report) -> dict[str, float]:
    """Return the figures of a session that trends are made of, each with its sd (see the module)."""
    has_goal = report.plan is not None and report.plan.goal is not None
    regular = [rep for rep in report.rep_rows if rep.status == "run" and not rep.is_hammer]
    kind = session_kind(report)
    alike = [rep for rep in regular if kind is not None and _kind(rep) == kind]
    distance_m = _commonest(_over_m(rep) for rep in alike)
    times_s = np.array([_over_nominal(rep, rep.time_s) for rep in alike])
    times_sd_s = np.array([_over_nominal(rep, rep.time_sd_s) for rep in alike])[np.isfinite(times_s)]
    times_s = times_s[np.isfinite(times_s)]
    figures = {
        "rep_distance_m": distance_m,
        "target_s": _commonest(_over_nominal(rep, rep.target_s) for rep in alike) if has_goal else nan,
        "median_regular_s": nan,
        "median_regular_sd_s": nan,
        "spread_s": nan,
    }
    if times_s.size:
        median_s = float(np.median(times_s))
        timing_sd_s = float(np.sqrt(np.mean(np.nan_to_num(times_sd_s) ** 2)))
        figures["median_regular_s"] = median_s
        if times_s.size >= 3:
            figures["spread_s"] = 1.4826 * float(np.median(np.abs(times_s - median_s)))
        # The reps' spread holds the timing error already; the larger of the two is the honest one where reps are few.
        spread_s = figures["spread_s"]
        sd_s = max(spread_s if isfinite(spread_s) else 0.0, timing_sd_s)
        figures["median_regular_sd_s"] = 1.2533 * sd_s / sqrt(times_s.size) if sd_s else nan

    gains = np.array([(hammer.gain, hammer.gain_sd) for hammer in report.hammer_rows]).reshape(-1, 2)
    gains = gains[np.isfinite(gains[:, 0])]
    figures["hammer_gain"] = float(gains[:, 0].mean()) if len(gains) else nan
    figures["hammer_gain_sd"] = float(np.sqrt((gains[:, 1] ** 2).sum()) / len(gains)) if len(gains) else nan

    verdicts = [rep.rest_verdict for rep in report.rep_rows if rep.rest_verdict]
    n, on = len(verdicts), verdicts.count("on")
    figures["rest_on_share"] = on / n if n else nan
    share = (on + 2) / (n + 4)
    figures["rest_on_share_sd"] = sqrt(share * (1 - share) / (n + 4)) if n else nan

    at_goal = np.array(
        [
            rep.heart_rate_avg_bpm
            for rep in report.rep_rows
            if rep.status == "run"
            and (rep.run_rep or 0) > HEART_RATE_SETTLES_REPS
            and abs(_over_nominal(rep, rep.time_s) / rep.target_s - 1.0) <= WITHIN_GOAL
        ]
    )
    if not has_goal:
        at_goal = at_goal[:0]
    at_goal = at_goal[np.isfinite(at_goal)]
    figures["heart_rate_at_goal_bpm"] = float(np.median(at_goal)) if at_goal.size >= 3 else nan
    figures["heart_rate_at_goal_sd_bpm"] = (
        1.2533 * max(float(at_goal.std(ddof=1)), 1.0) / sqrt(at_goal.size) if at_goal.size >= 3 else nan
    )
    return figures


def _over_m(rep: RepResult) -> float:
    return rep.nominal_distance_m if isfinite(rep.nominal_distance_m) else TIMED_OVER_M


def _over_nominal(rep: RepResult, time_s: float) -> float:
    """Return a time of a rep, or its target, as over the nominal distance, or of a rep by time over 1 km."""
    if isfinite(rep.scored_distance_m) and rep.scored_distance_m > 0:
        return time_s * _over_m(rep) / rep.scored_distance_m
    return time_s if isfinite(rep.nominal_distance_m) else nan


def _activity_values(
    activity: Activity, intensity: Intensity, goal: Goal | None, max_heart_rate_bpm: float | None
) -> dict[str, Value]:
    heart_rate_bpm = activity.column("heart_rate_bpm")
    known_bpm = heart_rate_bpm[np.isfinite(heart_rate_bpm)]
    values: dict[str, Value] = {
        "format": activity.format,
        "sport": activity.sport,
        "sub_sport": activity.sub_sport,
        "device": activity.device,
        "start_time_s": activity.start_time.timestamp(),
        "local_date": activity.local_date.isoformat(),
        "elapsed_s": activity.duration_s,
        "moving_s": sum(intensity.time_s),
        "distance_m": _number(distance_of(activity)),
        "heart_rate_avg_bpm": float(known_bpm.mean()) if known_bpm.size else None,
        "heart_rate_max_bpm": float(known_bpm.max()) if known_bpm.size else None,
        "intensity_basis": intensity.basis,
        "goal": goal.text if goal else None,
        "goal_speed_mps": goal.speed_mps if goal else None,
        "goal_of_day": goal.text if goal else None,
        "athlete_max_heart_rate_bpm": max_heart_rate_bpm,
        "warnings_json": _json(list(activity.warnings)),
        "software_version": __version__,
    }
    for name, seconds, metres in zip(INTENSITIES, intensity.time_s, intensity.distance_m, strict=True):
        values[f"{name}_s"], values[f"{name}_m"] = seconds, metres
    return values


def start_time(record: Record) -> datetime:
    """Return the start of the recording, aware, UTC."""
    return datetime.fromtimestamp(float(record.activity["start_time_s"] or 0.0), UTC)


def _rows(rows: Iterable[Any], columns: Sequence[str]) -> tuple[Row, ...]:
    return tuple(tuple(_value(getattr(row, name)) for name in columns) for row in rows)


def _value(value: Any) -> Value:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | int | np.integer | np.bool_):
        return int(value)
    return _number(value)


def _number(value: Any) -> float | None:
    number = float(value)
    return number if isfinite(number) else None


def _json(value: Any) -> str | None:
    return json.dumps(value, ensure_ascii=False) if value else None


def _commonest(values: Iterable[float]) -> float:
    counted = Counter(round(value, 3) for value in values if isfinite(value))
    return counted.most_common(1)[0][0] if counted else nan
