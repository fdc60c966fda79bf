"""Activities made from plain pieces of motion, for tests: what was run is known to the instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from kastor_analysis import Activity

START = datetime(2026, 5, 1, 6, 30, tzinfo=UTC)


def distance(pieces: Sequence[tuple[float, float]], times_s: np.ndarray, tau_s: float = 1.0) -> np.ndarray:
    """Return cumulative distance of pieces of (duration_s, speed_mps), each speed approached exponentially."""
    fine = np.arange(0.0, sum(p[0] for p in pieces) + 0.05, 0.05)
    speed = np.zeros(fine.size)
    at, before = 0.0, pieces[0][1]
    for duration, v in pieces:
        inside = (fine >= at) & (fine < at + duration)
        tau = tau_s if v > before else 3.0 * tau_s
        speed[inside] = v + (before - v) * np.exp(-(fine[inside] - at) / tau)
        before = v
        at += duration
    total = np.concatenate([[0.0], np.cumsum(speed[:-1] * 0.05)])
    return np.interp(times_s, fine, total)


def activity(
    pieces: Sequence[tuple[float, float]],
    *,
    every_s: float = 1.0,
    presses_s: Sequence[float] | None = None,
    pauses_s: Sequence[tuple[float, float]] = (),
    timers_s: Sequence[float] | None = None,
    pauses_told: bool = True,
    noise_m: float = 0.0,
    seed: int = 0,
    **attributes: Any,
) -> Activity:
    """Return a recording of the pieces, on a straight line to the north, with laps between presses.

    `timers_s` are the laps' timer times; without `pauses_told` the samples are missing in pauses, and nothing else
    tells of them.
    """
    end_s = sum(p[0] for p in pieces)
    times = np.arange(0.0, end_s + 1e-6, every_s)
    for paused, resumed in pauses_s:
        times = times[(times <= paused) | (times >= resumed)]
    noise = np.random.default_rng(seed).normal(0.0, noise_m, times.size) if noise_m else 0.0
    d = np.maximum.accumulate(distance(pieces, times) + noise)
    laps = None
    if presses_s is not None:
        edges = np.array([0.0, *presses_s, end_s])
        laps = {"start_s": edges[:-1], "end_s": edges[1:]}
        if timers_s is not None:
            laps["timer_s"] = np.asarray(timers_s)
    pauses = {"start_s": [p[0] for p in pauses_s], "end_s": [p[1] for p in pauses_s]}
    told = pauses if pauses_s and pauses_told else None
    return Activity.from_columns(
        START, {"time_s": times, "distance_m": d}, laps=laps, pauses=told, source="made", **attributes
    )


def session(reps: int, work: tuple[float, float], rest: tuple[float, float], easy: float = 3.0) -> list:
    """Return warm-up, standing about, the reps with rests between, and a cool-down."""
    pieces = [(600.0, easy), (120.0, 0.3)]
    for i in range(reps):
        pieces.append(work)
        pieces.append(rest if i < reps - 1 else (90.0, 0.5))
    return [*pieces, (500.0, easy)]


def rep_spans(pieces: Sequence[tuple[float, float]], speed_mps: float) -> np.ndarray:
    """Return the [start, end) of the pieces run at a speed."""
    ends = np.cumsum([p[0] for p in pieces])
    return np.array([(e - p[0], e) for p, e in zip(pieces, ends, strict=True) if p[1] == speed_mps])
