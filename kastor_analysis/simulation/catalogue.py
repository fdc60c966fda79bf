"""`catalogue`: scenarios by name, every kind of session the segmenter has to stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import exp
from statistics import NormalDist

import numpy as np

from .scenario import WATCHES, Presses, Runner, Scenario
from .session import Around, hill_run, interval_session, kastor_session, road_run

BETWEEN_RUNNERS = 0.2
HOLD_BETWEEN_RUNNERS_S = 0.25
THUMB_BETWEEN_RUNNERS_S = 0.25
"""How much runners differ (sd): in how quickly they set off and slow down (relative), in how far past the line they run
on, and in how late they press."""


def kastor_times(regular_s: float, *, hammer_gain: float = 0.10, spread_s: float = 0.6, seed: int = 0) -> list[float]:
    """Return sixteen rep times: even, hammers on 12 and 16."""
    rng = np.random.default_rng(seed)
    times = regular_s + rng.normal(0.0, spread_s, 16)
    times[[11, 15]] = regular_s * (1.0 - hammer_gain) + rng.normal(0.0, 0.4, 2)
    return [float(round(time, 2)) for time in times]


def of_their_own(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Return the scenarios with runners who each have their own way of setting off, letting go and pressing.

    Habits are spread evenly over what was measured between real sessions, each habit by its own turn of the scenarios
    (multiples of the roots of 2, 3, 5 ... modulo 1), so that none goes with another or with one kind of watch.
    """
    out = []
    for i, scenario in enumerate(scenarios, start=1):
        turns = [NormalDist().inv_cdf((i * prime**0.5) % 1.0) for prime in (2, 3, 5, 7, 11)]
        set_off, let_go, hold, start, end = turns
        usual = scenario.runner
        brake_s = usual.brake_s * exp(BETWEEN_RUNNERS * let_go)
        earlier_s = usual.eases_earlier * (brake_s - usual.brake_s)
        runner = replace(
            usual,
            accelerate_s=usual.accelerate_s * exp(BETWEEN_RUNNERS * set_off),
            brake_s=brake_s,
            hold_s=usual.hold_s - earlier_s + HOLD_BETWEEN_RUNNERS_S * hold,
        )
        presses = replace(
            scenario.presses,
            start_bias_s=scenario.presses.start_bias_s + THUMB_BETWEEN_RUNNERS_S * start,
            end_bias_s=scenario.presses.end_bias_s + THUMB_BETWEEN_RUNNERS_S * end,
        )
        out.append(replace(scenario, runner=runner, presses=presses))
    return out


def catalogue() -> dict[str, Scenario]:
    """Return the scenarios, interval sessions first, then runs that are none (names beginning with ``no-``)."""
    w = WATCHES
    jitter = np.random.default_rng(7).normal(0.0, 1.0, 64)

    def even(n: int, distance_m: float, time_s: float, spread: float = 0.008) -> list[tuple[float, float]]:
        return [(distance_m, float(time_s * (1 + spread * jitter[i]))) for i in range(n)]

    kastor = kastor_session(kastor_times(95.0))
    quick, abrupt = Runner(max_mps=6.0), Runner(brake_s=4.0)
    quick_abrupt = Runner(max_mps=6.0, brake_s=4.0)
    brisk, quick_brisk = Runner(brake_s=4.5), Runner(max_mps=6.0, brake_s=4.5)
    scenarios = [
        Scenario(name="kastor-walk-1s", moves=kastor, watch=w["fr255"], runner=abrupt),
        Scenario(name="kastor-jog-1s", moves=kastor_session(kastor_times(104.0, seed=1), recovery="jog"),
            watch=w["pace3"], runner=brisk),
        Scenario(name="kastor-stand-smart",
            moves=kastor_session(kastor_times(82.0, seed=2), recovery="stand", around=Around(strides=0)),
            watch=w["fr235"], runner=quick),
        Scenario(name="kastor-flawed",
            moves=kastor_session([87.5, 89.0, 91.5, *kastor_times(95.5, seed=3)[3:11], 95.0,
                *kastor_times(97.0, seed=4)[12:15], 88.0], rests_s={5: 58.0, 9: 61.0}, skipped=(14,)),
            runner=abrupt),
        Scenario(name="kastor-paused-rests", moves=kastor_session(kastor_times(92.0, seed=5)), watch=w["fr255"],
            runner=abrupt),
        Scenario(name="kastor-missed-and-doubled-presses", moves=kastor_session(kastor_times(98.0, seed=6)),
            watch=w["fr55"], presses=Presses(missed=0.06, doubled=0.06)),
        Scenario(name="kastor-autolaps",
            moves=kastor_session(kastor_times(110.0, seed=8), around=Around(warmup_mps=2.5)), watch=w["fr235"],
            presses=Presses(auto_lap_m=1000.0)),
        Scenario(name="kastor-odometer", moves=kastor_session(kastor_times(90.0, seed=9), recovery="jog"),
            watch=w["fr745"], presses=Presses(ending="odometer", marks_rests=True)),
        Scenario(name="kastor-no-laps", moves=kastor_session(kastor_times(100.0, seed=10), recovery="jog"),
            watch=w["vivoactive3"], presses=Presses(ending="none")),
        Scenario(name="kastor-trackmode", moves=kastor_session(kastor_times(93.0, seed=11)), watch=w["trackmode"],
            runner=brisk),
        Scenario(name="kastor-no-warmup",
            moves=kastor_session(kastor_times(96.0, seed=12),
                around=Around(warmup_s=0, stretch_s=20, drills=0, strides=0, cooldown_s=0)),
            watch=w["fr235"]),
        Scenario(name="kastor-aborted", moves=interval_session(even(16, 400, 97), 97, aborted=(9,), hammers=(12, 16)),
            watch=w["fr255"], runner=abrupt),
        Scenario(name="10x400-stand-smart",
            moves=interval_session(even(10, 400, 76), 62, recovery="stand",
                around=Around(warmup_s=1500, cooldown_s=900)),
            watch=w["fr235"], runner=quick),
        Scenario(name="8x400-jog400", moves=interval_session(even(8, 400, 68), 140, recovery="jog", recovery_m=400),
            watch=w["fr55"], runner=quick),
        Scenario(name="20x200", moves=interval_session(even(20, 200, 36, 0.02), 60), watch=w["pace3"],
            runner=quick_brisk),
        Scenario(name="12x200-short-rests-smart", moves=interval_session(even(12, 200, 30, 0.02), 45, recovery="stand"),
            watch=w["fr55"], runner=quick),
        Scenario(name="6x800-jog", moves=interval_session(even(6, 800, 178), 120, recovery="jog", recovery_m=200),
            watch=w["pace3"], runner=brisk),
        Scenario(name="5x1000-walk", moves=interval_session(even(5, 1000, 232), 150), watch=w["vivoactive3"]),
        Scenario(name="sets-2x5x400", moves=interval_session(even(10, 400, 80), 60, set_rests={5: 300.0}),
            watch=w["fr255"], runner=quick_abrupt),
        Scenario(name="ladder-smart",
            moves=interval_session(
                [(200, 36), (400, 76), (600, 118), (800, 162), (600, 118), (400, 75), (200, 35)], 90),
            watch=w["fr235"], runner=quick),
        Scenario(name="8x400-road", moves=interval_session(even(8, 400, 96), 96, recovery="jog"), place="road",
            watch=w["fr235"]),
        Scenario(name="kastor-slow",
            moves=kastor_session(kastor_times(138.0, seed=13), around=Around(warmup_mps=2.3, drills=3, strides=0)),
            watch=w["vivoactive3"], runner=Runner(max_mps=3.3)),
        Scenario(name="kastor-late-thumb", moves=kastor_session(kastor_times(94.0, seed=14), recovery="stand"),
            watch=w["fr235"], presses=Presses(start_bias_s=1.0, end_bias_s=1.3, scatter_s=0.8)),
        Scenario(name="kastor-poor-reception", moves=kastor_session(kastor_times(99.0, seed=15), recovery="jog"),
            runner=abrupt,
            watch=replace(w["fr255"], gps_sd_m=5.0, gps_jitter_m=0.6, distance_wander=0.03,
                distance_swing=0.08, distance_ripple=0.12)),
        Scenario(name="10x400-float", moves=interval_session(even(10, 400, 84), 60, recovery="jog", recovery_m=200),
            watch=w["fr55"], runner=quick),
        Scenario(name="12x400-low-contrast",
            moves=interval_session(even(12, 400, 100), 68, recovery="jog", recovery_m=200), watch=w["pace3"],
            runner=brisk),
        Scenario(name="2x400-5x200",
            moves=interval_session([(400, 72), (400, 73), *even(5, 200, 29)], 100, recovery="jog", recovery_m=200),
            watch=w["fr235"], runner=quick),
        Scenario(name="6x1000-odometer",
            moves=interval_session(even(6, 1000, 235), 120, recovery="jog", recovery_m=300), watch=w["pace3"],
            runner=brisk, presses=Presses(ending="odometer", marks_rests=True)),
        Scenario(name="10x60s-timer",
            moves=interval_session([(270 + 5 * float(jitter[i]), 60.0) for i in range(10)], 60, recovery="jog"),
            place="road", watch=w["fr255"], presses=Presses(ending="timer", marks_rests=True)),
        Scenario(name="no-race",
            moves=(*road_run(700, 2.8, seed=10), *road_run(2350, 4.25, seed=11), *road_run(500, 2.5, seed=12)),
            place="road", watch=w["pace3"], presses=Presses(auto_lap_m=1000.0), runner=quick),
        Scenario(name="no-easy", moves=(*road_run(3000, 2.9),), place="road", watch=w["fr235"],
            presses=Presses(auto_lap_m=1000.0)),
        Scenario(name="no-tempo",
            moves=(*road_run(900, 2.8), *road_run(1500, 3.9, seed=2), *road_run(700, 2.6, seed=3)), place="road",
            presses=Presses(auto_lap_m=1000.0)),
        Scenario(name="no-hills", moves=hill_run(3300, 3.0), place="hills", watch=w["pace3"],
            presses=Presses(ending="none")),
        Scenario(name="no-traffic-lights", moves=road_run(3000, 3.1, stops=11, seed=4), place="road", watch=w["fr255"],
            presses=Presses(auto_lap_m=1000.0)),
        Scenario(name="no-traffic-lights-paused", moves=road_run(3000, 3.1, stops=9, stops_paused=True, seed=5),
            place="road", watch=w["fr55"], presses=Presses(auto_lap_m=1000.0)),
        Scenario(name="no-fartlek",
            moves=road_run(2700, 2.8, surges=[(35, 4.3), (90, 3.9), (20, 4.9), (150, 3.7), (60, 4.2)], seed=6),
            place="road", watch=w["fr255"], presses=Presses(auto_lap_m=1000.0)),
        Scenario(name="no-track-laps", moves=road_run(2400, 3.2, seed=7), watch=w["fr255"],
            presses=Presses(auto_lap_m=400.0)),
        Scenario(name="no-progression", moves=road_run(2400, 2.8, finish_mps=3.9, seed=8), place="road"),
    ]  # fmt: skip
    out = {scenario.name: scenario for scenario in of_their_own(scenarios)}
    paused = out["kastor-paused-rests"]
    moves = tuple(replace(m, pause=True) if m.kind == "recovery" else m for m in paused.moves)
    out["kastor-paused-rests"] = replace(paused, moves=moves)
    return out
