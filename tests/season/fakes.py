"""Reports made by hand, and an analysis of text files that stand for recordings.

A fake recording is JSON: ``{"start": ISO time, "times": [...], ...}`` with the keyword arguments of `make_report`, or
``{"fail": reason}``, ``{"die": true}``, ``{"wait_s": seconds}``.
"""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from kastor_analysis import Activity, Goal, Plan, Report, Segment, Session
from kastor_analysis.quantities.table import Table
from kastor_analysis.report import HammerResult, RepResult, SetResult
from kastor_analysis.season import Season
from kastor_analysis.season.columns import NAMES
from kastor_analysis.season.contents import Unreadable, contents
from kastor_analysis.season.record import record_of
from kastor_analysis.season.schema import TEXT_COLUMNS
from kastor_analysis.season.work import Outcome, Task, content_hash

KASTOR_TIMES_S = [96.0] * 11 + [88.0] + [96.0] * 3 + [86.0]


def table_of(sessions: pd.DataFrame) -> Table:
    """Return sessions as the season itself reads them, those of one runner."""
    return Table(
        {
            "date": sessions["date"].to_numpy(dtype="datetime64[D]"),
            **{
                name: column.astype(object).where(column.notna(), None).to_numpy()
                if name in TEXT_COLUMNS
                else column.to_numpy(dtype=np.float64, na_value=np.nan)
                for name, column in sessions.items()
                if name in NAMES
            },
        }
    )


def make_report(
    start="2026-03-03T17:30:00+00:00",
    times=tuple(KASTOR_TIMES_S),
    goal="5k 20:00",
    rest_ratio=1.0,
    heart_rate=170.0,
    missing=(),
    speed_between_mps=2.5,
    format="fit",
    sport="running",
    shift_s=0.0,
) -> Report:
    """Return a Kastor session with these rep times: 600 s of easy running, the reps with their rests, 600 s easy."""
    plan = Plan.kastor(goal, reps=max(len(times), 3))
    at_s, spans = 600.0, []
    for seconds in times:
        spans.append((at_s, at_s + seconds))
        at_s += seconds * (1.0 + rest_ratio)
    end_s = at_s + 600.0
    time_s = np.arange(0.0, end_s, 1.0)
    speed_mps = np.full(time_s.size, speed_between_mps)
    for start_s, stop_s in spans:
        speed_mps[(time_s >= start_s) & (time_s < stop_s)] = 400.0 / (stop_s - start_s)
        speed_mps[(time_s >= stop_s) & (time_s < stop_s + rest_ratio * (stop_s - start_s))] = 0.0
    activity = Activity.from_columns(
        datetime.fromtimestamp(datetime.fromisoformat(start).timestamp() + shift_s, UTC),
        {
            "time_s": time_s,
            "distance_m": np.concatenate([[0.0], np.cumsum(speed_mps)[:-1]]),
            "speed_mps": speed_mps,
            "heart_rate_bpm": np.full(time_s.size, heart_rate),
        },
        utc_offset_s=3600.0,
        format=format,
        sport=sport,
    )
    target_s = plan.steps[0].target_s
    median_s = float(np.median([t for i, t in enumerate(times) if i + 1 not in plan.hammer] or [np.nan]))
    rows, hammers = [], []
    for i, step in enumerate(plan.steps[: max(len(times), 3)]):
        if i >= len(times) or step.planned_rep in missing:
            rows.append(
                RepResult(planned_rep=step.planned_rep, run_rep=None, status="missing", is_hammer=step.is_hammer)
            )
            continue
        rows.append(
            RepResult(
                planned_rep=step.planned_rep,
                run_rep=i + 1,
                status="run",
                is_hammer=step.is_hammer,
                start_s=spans[i][0],
                end_s=spans[i][1],
                time_s=times[i],
                time_sd_s=0.5,
                nominal_distance_m=400.0,
                watch_distance_m=405.0,
                scored_distance_m=400.0,
                pace_s_per_km=times[i] * 2.5,
                target_s=target_s,
                deviation_s=times[i] - target_s,
                pace_verdict="on",
                heart_rate_avg_bpm=heart_rate,
                rest_s=rest_ratio * times[i],
                rest_ratio=rest_ratio,
                rest_verdict="on" if abs(rest_ratio - 1.0) <= 0.1 else "long",
                source="signal",
            )
        )
        if step.is_hammer:
            gain = 1.0 - times[i] / median_s
            hammers.append(
                HammerResult(
                    planned_rep=step.planned_rep,
                    run_rep=i + 1,
                    time_s=times[i],
                    gain=gain,
                    gain_sd=0.005,
                    verdict="all out",
                )
            )
    segments = tuple(Segment(kind="rep", run_rep=i + 1, start_s=a, end_s=b) for i, (a, b) in enumerate(spans))
    return Report(
        session=Session(activity=activity, rows=segments, plan=plan),
        plan=plan,
        rep_rows=tuple(rows),
        hammer_rows=tuple(hammers),
        set_rows=(
            SetResult(
                set=1,
                rep_kind="400 m",
                reps=len(spans),
                median_s=median_s,
                spread_s=0.5,
                evenness_score=90.0,
                rest_median_s=rest_ratio * median_s,
                distance_m=400.0,
                pace_s_per_km=median_s * 2.5,
            ),
        )
        if times
        else (),
        scores={"overall": 90.0, "pace": 95.0, "hammer": 100.0, "rest": 100.0, "structure": float("nan")},
        notes={"structure": "not in this recording"},
    )


def easy_run(start="2026-03-04T17:30:00+00:00", minutes=40, speed_mps=2.8, heart_rate=140.0) -> Activity:
    """Return a run without reps."""
    time_s = np.arange(0.0, minutes * 60.0 + 1.0, 1.0)
    columns = {
        "time_s": time_s,
        "distance_m": speed_mps * time_s,
        "heart_rate_bpm": np.full(time_s.size, heart_rate),
    }
    return Activity.from_columns(datetime.fromisoformat(start), columns, format="fit", sport="running")


def write_fake(folder: Path, name: str, **report) -> Path:
    path = folder / name
    path.write_text(json.dumps(report))
    return path


def analyse_fake(task: Task) -> tuple[Outcome, ...]:
    """Do with fake recordings what `analyse_task` does with real ones."""
    outcomes = []
    for content in contents(task.path, task.entries):
        if isinstance(content, Unreadable):
            outcomes.append(Outcome(entry=content.entry, reason=content.reason))
            continue
        asked = json.loads(content.data)
        about = {"entry": content.entry, "raw_size": content.raw_size, "content_hash": content_hash(content.data)}
        time.sleep(asked.pop("wait_s", 0.0))
        if asked.pop("die", False):
            os._exit(9)
        if "route" in asked:
            outcomes.append(Outcome(**about, reason="is a route", is_recording=False))
            continue
        if "fail" in asked:
            outcomes.append(Outcome(**about, reason=asked["fail"]))
            continue
        asked.pop("salt", None)
        report = make_report(**asked)
        goal = task.goal or task.athlete.goal_on(report.session.activity.start_time.date())
        if goal is not None:
            report = make_report(**{**asked, "goal": goal.text})
        outcomes.append(Outcome(**about, record=record_of(report, goal=goal or report.plan.goal)))
    return tuple(outcomes)


class FakeSeason(Season):
    """A season that takes fake recordings."""

    _analyse_task = staticmethod(analyse_fake)


def goal(text: str) -> Goal:
    return Goal.parse(text)
