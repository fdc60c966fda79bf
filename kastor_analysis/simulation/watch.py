"""The watch: a movement -> the recording, as watches were measured to write it.

Distance and positions are prompt (Coros: the distance smoothed over some 2 s, positions two seconds late); the speed
column is a mean over some seconds, and seconds late. The distance carries the device's bias and scatters from second to
second; positions err by metres for a minute on end. A smart recorder writes a sample every few seconds and, most times,
at the second after a press. While the timer stands still nothing is recorded and no distance is counted. Sample times
are whole seconds; presses are not. When within the second the watch takes a sample differs from day to day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..activity import Activity
from .places import Oval, Road, degrees
from .runner import Movement, drift
from .scenario import Scenario, Watch

FloatArray = NDArray[np.float64]


_FAST_MPS = 3.8
_FAST_GAPS = (0.25, 0.37, 0.18, 0.13, 0.05, 0.02)
_SLOW_GAPS = (0.18, 0.16, 0.12, 0.10, 0.10, 0.15, 0.12, 0.05, 0.02)
_PRESS_GAPS = (0.11, 0.10, 0.15, 0.34, 0.27, 0.03)
"""Shares of gaps of 1, 2, 3 ... s between the samples of smart recordings, as measured: in fast running, otherwise, and
after the sample at a press."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Boundary:
    """One lap boundary: when, why, and what begins there."""

    at_s: float
    trigger: str
    intensity: str | None


def distance_scale(
    scenario: Scenario, duration_s: float, rng: np.random.Generator
) -> Callable[[FloatArray], FloatArray]:
    """Return device metres a true metre, as a function of time."""
    watch = scenario.watch
    wander = drift(rng, duration_s, 60.0, watch.distance_wander)
    swing = drift(rng, duration_s, 6.0, watch.distance_swing)
    ripple = rng.normal(0.0, watch.distance_ripple, int(duration_s) + 2)

    def scale(time_s: FloatArray) -> FloatArray:
        second = np.clip(time_s, 0.0, ripple.size - 1.0).astype(np.intp)
        return np.maximum(1.0 + watch.distance_bias + wander(time_s) + swing(time_s) + ripple[second], 0.5)

    return scale


def record(
    scenario: Scenario,
    movement: Movement,
    place: Oval | Road,
    scale: Callable[[FloatArray], FloatArray],
    boundaries: list[Boundary],
    pauses: list[tuple[float, float]],
    rng: np.random.Generator,
) -> Activity:
    """Return what the watch makes of a movement."""
    watch = scenario.watch
    t = movement.time_s
    end_s = float(t[-1])
    timer_runs = np.ones(t.size)
    for start, end in pauses:
        timer_runs[(t > start) & (t <= end)] = 0.0
    dt = np.diff(t, prepend=0.0)
    device_mps = np.abs(movement.speed_mps) * scale(t)
    device_m = np.cumsum(device_mps * timer_runs * dt)
    boundaries = sorted([*boundaries, *_auto_laps(scenario, boundaries, t, device_m)], key=lambda b: b.at_s)
    fast = np.interp(np.arange(int(end_s) + 1), t, movement.speed_mps) > _FAST_MPS
    seconds = _sample_seconds(scenario, fast, boundaries, pauses, rng)

    # The speed column: mean over the window before `late`, of device distance run with the timer on or off.
    travelled_m = np.cumsum(device_mps * dt)
    phase_s = float(rng.uniform(-0.5, 0.5))
    late = seconds - phase_s - watch.speed_delay_s
    shown = np.interp(late, t, travelled_m) - np.interp(late - watch.speed_window_s, t, travelled_m)
    speed = np.clip(shown / watch.speed_window_s, 0.0, None)
    speed = np.where(speed < 0.3, 0.0, speed * (1.0 + rng.normal(0.0, 0.01, seconds.size)))

    lat, lon = _positions(scenario, movement, place, seconds - phase_s, rng)
    samples = {
        "time_s": seconds,
        "lat_deg": np.round(lat, 7),
        "lon_deg": np.round(lon, 7),
        "altitude_m": np.round(
            (np.interp(seconds, t, movement.altitude_m) + drift(rng, end_s, 200.0, 0.8)(seconds)) * 5
        )
        / 5,
        "distance_m": np.round(_late_distance(watch, seconds - phase_s, t, device_m), 2),
        "speed_mps": np.round(speed, 3),
        "heart_rate_bpm": _heart_rate(scenario, movement, seconds, rng),
        "cadence_spm": _cadence(movement, seconds, rng),
    }
    if np.isfinite(scenario.temperature_c):
        samples["temperature_c"] = np.full(seconds.size, round(scenario.temperature_c))
    return Activity.from_columns(
        scenario.start_time,
        samples,
        laps=_laps(boundaries, end_s, t, device_m, pauses),
        pauses={"start_s": [np.floor(start) for start, _ in pauses], "end_s": [np.floor(end) for _, end in pauses]},
        device=watch.name,
        sport="running",
        sub_sport="track" if watch.snaps else "generic",
        utc_offset_s=scenario.utc_offset_s,
        source=f"{scenario.name} (simulated)",
        format="fit",
    )


def _auto_laps(scenario: Scenario, presses: list[Boundary], t: FloatArray, device_m: FloatArray) -> list[Boundary]:
    every_m = scenario.presses.auto_lap_m
    if not np.isfinite(every_m):
        return []
    automatic = []
    edges = [0.0, *sorted(b.at_s for b in presses), float(t[-1])]
    for start, end in pairwise(edges):
        first, last = np.interp([start, end], t, device_m)
        marks = np.arange(first + every_m, last, every_m)
        automatic += [
            Boundary(at_s=float(np.interp(m, device_m, t)), trigger="distance", intensity=None) for m in marks
        ]
    return automatic


def _sample_seconds(
    scenario: Scenario,
    fast: NDArray[np.bool_],
    boundaries: list[Boundary],
    pauses: list[tuple[float, float]],
    rng: np.random.Generator,
) -> FloatArray:
    """Return the whole seconds at which a sample is written; `fast` tells of every second whether it was run fast."""
    last = fast.size - 1
    if not scenario.watch.smart:
        seconds = np.arange(last + 1)
    else:
        gaps = np.where(fast, _gaps(_FAST_GAPS, last + 1, rng), _gaps(_SLOW_GAPS, last + 1, rng))
        pressed = [min(int(b.at_s) + 1, last) for b in boundaries if rng.random() < scenario.watch.press_sample]
        gaps[pressed] = _gaps(_PRESS_GAPS, len(pressed), rng)
        written = np.unique([*pressed, *(int(edge) for pause in pauses for edge in pause), last])
        chosen = [0]
        while chosen[-1] < last:
            forced = int(written[np.searchsorted(written, chosen[-1], side="right")])
            chosen.append(min(chosen[-1] + int(gaps[chosen[-1]]), forced))
        seconds = np.array(chosen)
    recorded = np.ones(seconds.size, dtype=bool)
    for start, end in [*pauses, *_silences(scenario.watch, last, rng)]:
        recorded &= (seconds <= start) | (seconds >= np.floor(end))
    return seconds[recorded].astype(np.float64)


def _silences(watch: Watch, last_s: int, rng: np.random.Generator) -> list[tuple[float, float]]:
    if not watch.silences_per_hour:
        return []
    starts_s = rng.uniform(0.0, last_s, rng.poisson(watch.silences_per_hour * last_s / 3600.0))
    return [(start_s, min(start_s + rng.exponential(watch.silent_s), last_s)) for start_s in starts_s.tolist()]


def _gaps(shares: tuple[float, ...], n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    return rng.choice(np.arange(1, len(shares) + 1), size=n, p=shares)


def _late_distance(watch: Watch, seconds: FloatArray, t: FloatArray, device_m: FloatArray) -> FloatArray:
    """Return the distance shown: a mean over the window that ended `distance_delay_s` ago."""
    back_s = np.linspace(0.0, watch.distance_window_s, 9 if watch.distance_window_s else 1)
    at = seconds[:, None] - watch.distance_delay_s - back_s
    return np.asarray(np.interp(at, t, device_m).mean(axis=1))


def _positions(
    scenario: Scenario, movement: Movement, place: Oval | Road, seconds: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    watch = scenario.watch
    end_s = float(movement.time_s[-1])
    along = np.interp(seconds - watch.position_delay_s, movement.time_s, movement.along_m)
    aside = np.interp(seconds - watch.position_delay_s, movement.time_s, movement.aside_m)
    if watch.snaps:
        along = along + drift(rng, end_s, watch.gps_memory_s, watch.gps_sd_m / 2)(seconds)
        return degrees(place, *place.at(along, np.zeros(along.size)))
    east, north = place.at(along, aside)
    errors = [
        drift(rng, end_s, watch.gps_memory_s, watch.gps_sd_m)(seconds)
        + rng.normal(0.0, watch.gps_jitter_m, seconds.size)
        for _ in range(2)
    ]
    return degrees(place, east + errors[0], north + errors[1])


def _heart_rate(scenario: Scenario, movement: Movement, seconds: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return the heart rate: it follows effort with half a minute's delay, falls slower, and drifts upwards."""
    runner = scenario.runner
    whole = np.arange(0.0, movement.time_s[-1] + 1.0)
    effort = np.clip(np.abs(np.interp(whole, movement.time_s, movement.speed_mps)) / runner.max_mps, 0.0, 1.05) ** 0.9
    wanted = runner.rest_bpm + 25.0 + (runner.max_bpm - runner.rest_bpm - 25.0) * effort
    wanted = np.minimum(wanted + 6.0 * whole / 4000.0, runner.max_bpm)
    beats = np.empty(whole.size)
    level = runner.rest_bpm + 28.0
    for i, target in enumerate(wanted):
        level += (target - level) / (24.0 if target > level else 40.0)
        beats[i] = level
    beats += drift(rng, float(whole[-1]), 12.0, 1.2)(whole)
    return np.round(np.interp(seconds, whole, beats))


def _cadence(movement: Movement, seconds: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return steps a minute, a second or two late, rounded to whole strides as watches do."""
    v = np.abs(np.interp(seconds - 1.5, movement.time_s, movement.speed_mps))
    running = 150.0 + 7.5 * np.clip(v, 1.8, 7.0)
    walking = np.where(v < 0.4, 0.0, 80.0 + 24.0 * v)
    spm = np.where(v > 1.9, running, walking)
    spm = np.where(spm > 0, spm + rng.normal(0.0, 1.5, seconds.size), 0.0)
    return 2.0 * np.round(spm / 2.0)


def _laps(
    boundaries: list[Boundary], end_s: float, t: FloatArray, device_m: FloatArray, pauses: list[tuple[float, float]]
) -> dict[str, Any] | None:
    if not boundaries:
        return None
    edges = np.array([0.0, *(b.at_s for b in boundaries), end_s])
    edges = np.round(edges, 3)
    metres = np.interp(np.append(np.floor(edges[:-1]), end_s), t, device_m)
    elapsed = np.diff(edges)
    paused = [
        sum(max(0.0, min(end, stop) - max(start, begin)) for begin, stop in pauses) for start, end in pairwise(edges)
    ]
    first = boundaries[0].intensity
    return {
        "start_s": edges[:-1],
        "end_s": edges[1:],
        "timer_s": np.round(elapsed - np.array(paused), 3),
        "distance_m": np.round(np.diff(metres), 2),
        "trigger": [*(b.trigger for b in boundaries), "session_end"],
        "intensity": [None if first is None else "warmup", *(b.intensity for b in boundaries)],
    }
