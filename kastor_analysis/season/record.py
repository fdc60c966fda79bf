"""`Record`: what the season keeps of one recording, as small plain values that travel between processes.

No samples are in it: some 5 kB a session. The figures of a session that trends are made of are defined in `figures`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Final

import numpy as np

from .._version import __version__
from ..activity import Activity
from ..goal import Goal
from ..motion import distance_of
from ..report import Report
from ..session import Session
from .clock import lateness
from .figures import STRIDES, session_figures, session_kind, stride_figures
from .intensity import INTENSITIES, Intensity, intensity_of
from .plan_text import plan_to_text
from .schema import HAMMER_COLUMNS, PHASE_COLUMNS, REP_COLUMNS, SET_COLUMNS, SPLIT_COLUMNS

LEAST_STRIDES: Final = 2
"""One quick stretch of an easy run is no strides."""

RUNNING_SPORTS: Final = ("running", "generic")
"""Sports that count as running, as do recordings that do not say; others are kept, but neither searched for reps nor
part of a running week."""

FIELDS: Final = {"set_number": "set"}
"""Columns that are called otherwise than the field they hold."""

Value = str | int | float | None
Row = tuple[Value, ...]


@dataclass(frozen=True, kw_only=True)
class Record:
    """One recording as rows for the database; `activity` lacks only ``athlete_id content_hash part``."""

    activity: Mapping[str, Value]
    reps: tuple[Row, ...] = ()
    sets: tuple[Row, ...] = ()
    hammers: tuple[Row, ...] = ()
    phases: tuple[Row, ...] = ()
    splits: tuple[Row, ...] = ()

    @property
    def is_session(self) -> bool:
        """Whether reps were found in it, or strides."""
        return bool(self.activity["is_session"])


def record_of(report: Report, *, goal: Goal | None = None, max_heart_rate_bpm: float | None = None) -> Record:
    """Return what the season keeps of a report.

    Parameters
    ----------
    report : Report
        Of any activity; one without reps is kept as strides, where there are such, or as a run.
    goal : Goal, optional
        What the analysis was asked to hold it against; a plan may have converted it to another race.
    max_heart_rate_bpm : float, optional
        For the intensity of the running between the reps.
    """
    run = [rep for rep in report.rep_rows if rep.status in ("run", "extra", "double") and isfinite(rep.time_s)]
    activity = report.session.activity
    plan = report.plan
    of_day, goal = goal, (plan.goal if plan else None) or goal
    if not run:
        return _stride_record(report.session, of_day, max_heart_rate_bpm)
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
        strides=len(report.session.strides),
        plan_json=plan_to_text(plan) if plan else None,
        **{f"score_{part}": _number(score) for part, score in report.scores.items()},
        notes_json=_json(dict(report.notes)),
        advice_json=_json(list(report.advice)),
        figures_json=_json({name: _number(value) for name, value in report.figures.items()}),
        **{name: _number(value) for name, value in session_figures(report).items()},
        **{name: _number(value) for name, value in lateness(report.session).items()},
    )
    return Record(
        activity=values,
        reps=_rows(report.rep_rows, REP_COLUMNS),
        sets=_rows(report.set_rows, SET_COLUMNS),
        hammers=_rows(report.hammer_rows, HAMMER_COLUMNS),
        phases=_rows(report.phase_rows, PHASE_COLUMNS),
        splits=_rows(report.split_rows, SPLIT_COLUMNS),
    )


def run_record(activity: Activity, *, goal: Goal | None = None, max_heart_rate_bpm: float | None = None) -> Record:
    """Return what the season keeps of a run that is no session: date, duration, distance, intensity."""
    intensity = intensity_of(activity, goal=goal, max_heart_rate_bpm=max_heart_rate_bpm)
    return Record(activity={**_activity_values(activity, intensity, goal, max_heart_rate_bpm), "is_session": 0})


def _stride_record(session: Session, goal: Goal | None, max_heart_rate_bpm: float | None) -> Record:
    """Return what is kept of a run with strides and no reps; of one without either, that of a run."""
    record = run_record(session.activity, goal=goal, max_heart_rate_bpm=max_heart_rate_bpm)
    n = len(session.strides)
    if n < LEAST_STRIDES:
        return record
    figures = {name: _number(value) for name, value in stride_figures(session.strides).items()}
    return Record(
        activity={
            **record.activity, "is_session": 1, "rep_kind": STRIDES, "plan_name": f"{n} strides", "run_reps": 0,
            "planned_reps": 0, "strides": n, "on_track": 0, "corrections": len(session.corrections), **figures,
        }
    )  # fmt: skip


def is_running(sport: str | None) -> bool:
    """Return whether a recording of this sport counts as running."""
    return sport is None or sport in RUNNING_SPORTS


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
        "effort": intensity.effort or None,
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
    return tuple(tuple(_value(getattr(row, FIELDS.get(name, name))) for name in columns) for row in rows)


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
