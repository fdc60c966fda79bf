"""A Kastor session made by hand, so that what pictures and pages show can be held against known numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from math import nan

import numpy as np

from kastor_analysis import Activity, Plan, Report, Segment, Session
from kastor_analysis.report import HammerResult, PhaseResult, RepResult, SplitResult

TIMES_S = (93.1, 94.8, 95.6, 95.9, 96.2, 96.0, 95.7, 96.4, 96.1, 97.9, 96.8, 88.2, 98.3, 96.6, 96.9, 84.9)
WARMUP_S, COOLDOWN_S = 720.0, 660.0
_LAT0, _LON0 = 52.0, 4.0


def made_report(
    *,
    goal: str | None = "5k 20:00",
    source: str = "tuesday.fit",
    missing: tuple[int, ...] = (),
    heart_rate: bool = True,
    positions: bool = True,
) -> Report:
    """Return a report of 16 x 400 m with the times above, rests near 1:1, on a drawn 400 m oval."""
    plan = Plan.kastor(goal=goal)
    rows, reps, at_s = [Segment(kind="warmup", start_s=0.0, end_s=WARMUP_S, distance_m=2200.0)], [], WARMUP_S
    run = 0
    for step in plan.steps:
        number, target_s = step.planned_rep, step.target_s if goal else 96.1
        if number in missing:
            reps.append(RepResult(planned_rep=number, run_rep=None, status="missing", is_hammer=step.is_hammer))
            continue
        run += 1
        time_s = TIMES_S[number - 1]
        rest_s = nan if number == 16 else time_s * (1.0 + 0.05 * np.sin(number)) + (35.0 if number == 8 else 0.0)
        end_s = at_s + time_s
        rows.append(
            Segment(
                kind="rep", run_rep=run, status="run", start_s=at_s, end_s=end_s, start_sd_s=0.5, end_sd_s=0.5,
                duration_sd_s=0.6, distance_m=412.0, nominal_distance_m=400.0, source="signal+track",
            )
        )  # fmt: skip
        ratio = rest_s / time_s
        low, high = 0.97 * target_s, 1.01 * target_s
        reps.append(
            RepResult(
                planned_rep=number, run_rep=run, status="run", is_hammer=step.is_hammer, start_s=at_s, end_s=end_s,
                time_s=time_s, time_sd_s=0.6, nominal_distance_m=400.0, watch_distance_m=412.0,
                scored_distance_m=400.0, pace_s_per_km=time_s * 2.5, target_s=target_s,
                deviation_s=time_s - target_s,
                pace_verdict=None if step.is_hammer else "slow" if time_s > high else "fast" if time_s < low else "on",
                pace_score=nan if step.is_hammer else 100.0, heart_rate_avg_bpm=160.0 + number,
                heart_rate_max_bpm=170.0 + number, cadence_spm=182.0, rest_s=rest_s, rest_target_s=time_s,
                rest_ratio=ratio, rest_verdict=None if number == 16 else "long" if ratio > 1.1 else "on",
                rest_score=nan if number == 16 else 100.0, rest_kind=None if number == 16 else "walking",
                source="signal+track",
            )
        )  # fmt: skip
        at_s = end_s
        if number < 16:
            rows.append(Segment(kind="recovery", run_rep=run, start_s=at_s, end_s=at_s + rest_s, distance_m=90.0))
            at_s += rest_s
    rows.append(Segment(kind="cooldown", start_s=at_s, end_s=at_s + COOLDOWN_S, distance_m=1900.0))
    activity = made_activity(rows, source=source, heart_rate=heart_rate, positions=positions)
    session = Session(activity=activity, rows=tuple(rows), plan=plan)
    hammers = tuple(
        HammerResult(
            planned_rep=n, run_rep=n, time_s=TIMES_S[n - 1], gain=1 - TIMES_S[n - 1] / 96.15, gain_sd=0.006, rank=r,
            score=s, verdict="all out" if s > 75 else "faster, not all out", heart_rate_max_bpm=170.0 + n,
        )
        for n, r, s in ((12, 2, 82.0), (16, 1, 100.0))
        if n not in missing
    )  # fmt: skip
    phases = tuple(
        PhaseResult(
            kind=kind, start_s=start, end_s=end, duration_s=end - start, distance_m=metres,
            pace_s_per_km=(end - start) / metres * 1000, heart_rate_avg_bpm=140.0,
        )
        for kind, start, end, metres in (
            ("warmup", 0.0, WARMUP_S, 2200.0),
            ("main set", WARMUP_S, at_s, 7900.0),
            ("cooldown", at_s, at_s + COOLDOWN_S, 1900.0),
        )
    )  # fmt: skip
    splits = tuple(
        SplitResult(
            planned_rep=rep.planned_rep, run_rep=rep.run_rep, start_m=100.0 * i, end_m=100.0 * (i + 1),
            time_s=rep.time_s / 4 + (-1.2, 0.1, 0.5, 0.6)[i], time_sd_s=0.5,
        )
        for rep in reps if rep.status == "run" for i in range(4)
    )  # fmt: skip
    scores = {"overall": 86.0 if goal else nan, "pace": 84.0, "hammer": 91.0, "rest": 88.0, "structure": 100.0}
    return Report(
        session=session,
        plan=plan,
        rep_rows=tuple(reps),
        hammer_rows=hammers,
        phase_rows=phases,
        split_rows=splits,
        scores=scores,
        notes={} if goal else {"overall": "no goal was given, so there is no overall score"},
        advice=(
            "Start the first rep slower: 93 s against 96 s.",
            "Rest 8 was 35 s too long: start the next rep on time.",
        ),
        figures={"median_regular_s": 96.15, "equivalent_5k_s": 1202.0, "time_sd_s": 0.6},
    )


def made_activity(
    rows: list[Segment], *, source: str = "tuesday.fit", heart_rate: bool = True, positions: bool = True
) -> Activity:
    """Return an activity of one sample a second that runs the segments round an oval."""
    time_s = np.arange(0.0, rows[-1].end_s, 1.0)
    speed_mps = np.zeros_like(time_s)
    slow = {"warmup": 2.9, "recovery": 0.9, "cooldown": 2.7}
    for row in rows:
        inside = (time_s >= row.start_s) & (time_s < row.end_s)
        speed_mps[inside] = 400.0 / row.duration_s if row.kind == "rep" else slow[row.kind]
    noise = np.random.default_rng(3).normal(0.0, 0.12, time_s.size)
    speed_mps = np.convolve(np.pad(speed_mps, 3, mode="edge"), np.ones(7) / 7, mode="valid") + noise
    distance_m = np.concatenate([[0.0], np.cumsum(np.abs(speed_mps))[:-1]])
    x_m, y_m = oval(distance_m)
    bpm = 120.0 + np.convolve(np.pad(speed_mps, (30, 0), mode="edge"), np.ones(31) / 31, mode="valid") * 11
    return Activity.from_columns(
        datetime(2026, 5, 5, 17, 30, tzinfo=UTC),
        {
            "time_s": time_s,
            "lat_deg": _LAT0 + y_m / 111_194.9 if positions else np.full_like(time_s, np.nan),
            "lon_deg": _LON0 + x_m / (111_194.9 * np.cos(np.radians(_LAT0)))
            if positions
            else np.full_like(time_s, np.nan),
            "distance_m": distance_m,
            "speed_mps": speed_mps.clip(0),
            "heart_rate_bpm": bpm if heart_rate else np.full_like(time_s, np.nan),
        },
        source=source,
        format="fit",
        device="made by hand",
    )


def oval(distance_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y on a 400 m oval (straights of 84.39 m) after `distance_m` along it."""
    straight, radius = 84.39, (400.0 - 2 * 84.39) / (2 * np.pi)
    bend = np.pi * radius
    d = np.mod(distance_m, 400.0)
    places = [d < straight, d < straight + bend, d < 2 * straight + bend]
    first, second = (d - straight) / radius, (d - 2 * straight - bend) / radius
    x = np.select(places, [d - straight / 2, straight / 2 + radius * np.sin(first), 1.5 * straight + bend - d],
                  -straight / 2 - radius * np.sin(second))  # fmt: skip
    y = np.select(places, [np.full_like(d, -radius), -radius * np.cos(first), np.full_like(d, radius)],
                  radius * np.cos(second))  # fmt: skip
    return x, y
