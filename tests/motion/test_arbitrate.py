"""Which witness is believed: faults of every kind, made from sound sessions of several sorts, are found and told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest

from kastor_analysis import Activity
from kastor_analysis.motion import Motion, Stretch, motion_of
from kastor_analysis.quantities.geodesy import local_degrees
from tests.segmenter.made import distance

START = datetime(2026, 5, 1, 6, 30, tzinfo=UTC)

Columns = dict[str, np.ndarray]

SESSIONS = {
    "8 x 200": [(600.0, 2.8), *[(38.0, 5.3), (70.0, 1.1)] * 8, (500.0, 2.7)],
    "5 x 1000": [(720.0, 3.1), *[(215.0, 4.65), (120.0, 2.0)] * 5, (600.0, 2.9)],
    "12 x 400": [(900.0, 2.6), *[(104.0, 3.85), (60.0, 0.0)] * 12, (400.0, 2.5)],
}
"""Pieces of (seconds, m/s)."""


def sound(pieces: list[tuple[float, float]], every_s: float, seed: int) -> Columns:
    """Return what a watch would record: a distance, a smoothed and late speed, jittery positions along a bend."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(0.0, sum(lasts_s for lasts_s, _ in pieces), every_s)
    run_m = distance(pieces, time_s)
    late_m = distance(pieces, np.maximum(time_s - 2.0, 0.0))
    jitter = np.cumsum(rng.normal(0.0, 0.08, (2, time_s.size)), axis=1)
    angle = run_m / 150.0
    lat, lon = local_degrees(150.0 * np.cos(angle) + jitter[0], 150.0 * np.sin(angle) + jitter[1], 47.0, 8.0)
    return {
        "time_s": time_s,
        "distance_m": run_m * rng.uniform(0.98, 1.03),
        "speed_mps": np.gradient(late_m, time_s),
        "lat_deg": lat,
        "lon_deg": lon,
    }


def recorded(columns: Columns, **attributes: object) -> Motion:
    return motion_of(Activity.from_columns(START, columns, **attributes))


def without(columns: Columns, *names: str) -> Columns:
    return {name: column for name, column in columns.items() if name not in names}


def stands(at: float, until: float, catches_up: bool = False) -> Callable[[Columns], Columns]:
    def fault(columns: Columns) -> Columns:
        time_s, run_m = columns["time_s"], columns["distance_m"]
        from_s, to_s = at * time_s[-1], until * time_s[-1]
        held_m = np.where(time_s < from_s, run_m, np.interp(from_s, time_s, run_m))
        after_m = run_m - (0.0 if catches_up else np.interp(to_s, time_s, run_m) - np.interp(from_s, time_s, run_m))
        return {**columns, "distance_m": np.where(time_s < to_s, held_m, after_m)}

    return fault


def missing(at: float, until: float) -> Callable[[Columns], Columns]:
    def fault(columns: Columns) -> Columns:
        share = columns["time_s"] / columns["time_s"][-1]
        return {**columns, "distance_m": np.where((share >= at) & (share < until), np.nan, columns["distance_m"])}

    return fault


def times(name: str, factor: float) -> Callable[[Columns], Columns]:
    return lambda columns: {**columns, name: columns[name] * factor}


FAULTS: dict[str, tuple[Callable[[Columns], Columns], str]] = {
    "stands still to the end": (stands(0.7, 2.0), "distance stands still from"),
    "stands still from early on": (stands(0.3, 2.0), "distance stands still from"),
    "stands still for a while": (stands(0.4, 0.6), "distance stands still from"),
    "stands still and catches up": (stands(0.4, 0.55, catches_up=True), "distance stands still from"),
    "missing to the end": (missing(0.6, 2.0), "distance is missing from"),
    "missing at first": (missing(-1.0, 0.35), "distance is missing from"),
    "missing for a while": (missing(0.45, 0.6), "distance is missing from"),
    "0 throughout": (times("distance_m", 0.0), "distance stands still throughout"),
    "kilometres": (times("distance_m", 1e-3), "distance .* counts kilometres"),
    "miles": (times("distance_m", 1.0 / 1609.344), "distance .* counts miles"),
    "a mile for a kilometre": (times("distance_m", 1.609344), "distance is 1.6"),
    "twice": (times("distance_m", 2.0), "distance is (2|1.9)"),
    "km/h": (times("speed_mps", 3.6), "speed is .* in km/h"),
    "mph": (times("speed_mps", 2.236936), "speed is .* in mph"),
    "a third": (times("speed_mps", 0.3), "speed is .* left out"),
}


@pytest.mark.parametrize("every_s", [1.0, 4.0])
@pytest.mark.parametrize("session", SESSIONS)
@pytest.mark.parametrize("has_speed", [True, False])
def test_sound_witnesses_are_believed_without_a_word(session, every_s, has_speed):
    columns = sound(SESSIONS[session], every_s, seed=3)
    motion = recorded(columns if has_speed else without(columns, "speed_mps"))
    assert motion.warnings == ()
    assert motion.stretches == (Stretch(0.0, columns["time_s"][-1], "device"),)
    assert motion.total_m == pytest.approx(columns["distance_m"][-1])


@pytest.mark.parametrize("session", SESSIONS)
@pytest.mark.parametrize("kind", FAULTS)
def test_what_the_others_contradict_is_put_right_and_told(session, kind):
    make, said = FAULTS[kind]
    for seed, every_s in ((1, 1.0), (2, 1.0), (3, 3.0)):
        columns = sound(SESSIONS[session], every_s, seed)
        true_m, faulty = columns["distance_m"], make(columns)
        motion = recorded(faulty)
        assert len(motion.warnings) == 1
        assert re.search(said, motion.warnings[0])
        assert motion.total_m == pytest.approx(true_m[-1], rel=0.06)
        true_mps = recorded(columns).grid_speed_mps
        ran = true_mps > 3.3
        assert np.median(motion.grid_speed_mps[ran] / true_mps[ran]) == pytest.approx(1.0, abs=0.06)


@pytest.mark.parametrize("session", SESSIONS)
@pytest.mark.parametrize("kind", ["stands still to the end", "missing for a while", "0 throughout", "kilometres"])
def test_the_speed_takes_the_place_of_the_distance_where_there_are_no_positions(session, kind):
    make, said = FAULTS[kind]
    columns = sound(SESSIONS[session], 1.0, seed=4)
    motion = recorded(without(make(columns), "lat_deg", "lon_deg"))
    assert len(motion.warnings) == 1
    assert said.split()[0] in motion.warnings[0]
    assert motion.total_m == pytest.approx(columns["distance_m"][-1], rel=0.05)


@pytest.mark.parametrize("factor", [3.6, 2.236936])
def test_laps_decide_over_a_speed_that_stands_alone(factor):
    columns = sound(SESSIONS["5 x 1000"], 1.0, seed=5)
    edges_s = np.array([0.0, 720.0, 935.0, 1055.0, 1270.0, 1390.0, columns["time_s"][-1]])
    lap_m = np.diff(np.interp(edges_s, columns["time_s"], columns["distance_m"]))
    laps = {"start_s": edges_s[:-1], "end_s": edges_s[1:], "distance_m": lap_m}
    alone = {"time_s": columns["time_s"], "speed_mps": factor * columns["speed_mps"]}
    motion = recorded(alone, laps=laps)
    assert "times what the laps say" in motion.warnings[0]
    assert motion.total_m == pytest.approx(columns["distance_m"][-1], rel=0.05)


def test_a_distance_in_kilometres_is_seen_by_itself_and_a_few_metres_are_none():
    columns = sound(SESSIONS["5 x 1000"], 1.0, seed=6)
    alone = {"time_s": columns["time_s"], "distance_m": np.round(1e-3 * columns["distance_m"], 4)}
    motion = recorded(alone)
    assert "kilometres" in motion.warnings[0]
    assert motion.total_m == pytest.approx(columns["distance_m"][-1], rel=0.01)


def test_walking_that_the_distance_does_not_count_is_left_to_it():
    pieces = [(600.0, 3.0), *[(80.0, 5.0), (90.0, 1.2)] * 6, (600.0, 3.0)]
    columns = sound(pieces, 1.0, seed=7)
    run_m = distance([(lasts_s, 0.0 if mps < 2.0 else mps) for lasts_s, mps in pieces], columns["time_s"], 0.01)
    motion = recorded({**columns, "distance_m": run_m})
    assert motion.warnings == ()
    assert motion.total_m == pytest.approx(run_m[-1])


def test_positions_that_go_on_through_a_pause_do_not_overrule_a_distance_that_rightly_stands():
    columns = sound([(600.0, 3.0), (120.0, 3.0), (600.0, 3.0)], 1.0, seed=8)
    time_s, run_m = columns["time_s"], columns["distance_m"]
    stood_m = np.where(time_s < 600.0, run_m, np.maximum(run_m - np.interp(720.0, time_s, run_m), 0.0) + run_m[600])
    pauses = {"start_s": [600.0], "end_s": [720.0]}
    motion = recorded({**columns, "distance_m": stood_m, "speed_mps": np.full(time_s.size, np.nan)}, pauses=pauses)
    assert motion.warnings == ()
    assert motion.total_m == pytest.approx(stood_m[-1])
