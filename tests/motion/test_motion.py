"""Speed and distance against time: pauses stand still, bad steps are cut, sources fall back."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kastor_analysis import Activity, SegmentError
from kastor_analysis.motion import motion_of
from kastor_analysis.quantities.geodesy import local_degrees
from tests.segmenter.made import activity

START = datetime(2026, 5, 1, tzinfo=UTC)


@settings(max_examples=25)
@given(
    speeds=st.lists(st.floats(0.5, 7.0), min_size=2, max_size=6),  # faster for three minutes is a ride
    every_s=st.sampled_from([1.0, 3.0, 5.0, 7.0]),
)
def test_the_grid_covers_the_distance(speeds, every_s):
    a = activity([(60.0, v) for v in speeds], every_s=every_s)
    motion = motion_of(a)
    covered = motion.distance_m[-1] - motion.distance_m[0]
    assert np.all(np.diff(motion.distance_m) >= 0)
    assert motion.grid_speed_mps.sum() == pytest.approx(covered, rel=0.03, abs=8.0)
    assert motion.mean_speed(motion.time_s[0], motion.time_s[-1]) == pytest.approx(
        covered / (motion.time_s[-1] - motion.time_s[0])
    )


@settings(max_examples=40)
@given(speed_mps=st.floats(2.5, 6.0), every_s=st.sampled_from([1.0, 2.0, 3.0, 4.0]), turn_s=st.floats(60.0, 64.0))
def test_a_turn_in_the_road_costs_no_speed(speed_mps, every_s, turn_s):
    time_s = np.arange(0.0, 121.0, every_s)
    north_m = speed_mps * (turn_s - np.abs(time_s - turn_s))
    lat, lon = local_degrees(np.zeros(time_s.size), north_m, 47.0, 8.0)
    motion = motion_of(Activity.from_columns(START, {"time_s": time_s, "lat_deg": lat, "lon_deg": lon}))
    near = np.abs(motion.grid_time_s - turn_s) < 15.0
    assert motion.grid_speed_mps[near] == pytest.approx(speed_mps, rel=0.12)


def test_paused_time_is_time_at_rest():
    a = activity([(120.0, 4.0), (90.0, 0.0), (120.0, 4.0)], pauses_s=[(121.0, 209.0)])
    motion = motion_of(a)
    inside = (motion.grid_time_s > 122) & (motion.grid_time_s < 208)
    assert np.all(motion.grid_speed_mps[inside] == 0.0)
    assert motion.mean_speed(122.0, 208.0) == pytest.approx(0.0, abs=0.1)


def test_a_gap_without_headway_is_a_pause_and_one_with_headway_is_none():
    pieces = [(120.0, 4.0), (40.0, 0.0), (120.0, 4.0), (120.0, 4.0)]
    gaps = [(121.0, 160.0), (220.0, 260.0)]  # the watch stopped; no fix
    motion = motion_of(activity(pieces, pauses_s=gaps, pauses_told=False))
    assert motion.pauses_s.tolist() == [[121.0, 160.0]]


def test_a_pause_that_was_told_is_not_found_again():
    a = activity([(120.0, 4.0), (90.0, 0.0), (120.0, 4.0)], pauses_s=[(121.0, 209.0)])
    assert motion_of(a).pauses_s.tolist() == [[121.0, 209.0]]


def test_ground_covered_while_the_watch_stood_is_none_of_its_distance():
    time_s = np.concatenate([np.arange(0.0, 121.0), np.arange(180.0, 301.0)])
    north = np.where(time_s <= 120.0, 4.0 * time_s, 480.0 + 150.0 + 4.0 * (time_s - 180.0))  # walked on 150 m
    lat, lon = local_degrees(np.zeros(time_s.size), north, 47.0, 8.0)
    pauses = {"start_s": [120.0], "end_s": [180.0]}
    motion = motion_of(Activity.from_columns(START, {"time_s": time_s, "lat_deg": lat, "lon_deg": lon}, pauses=pauses))
    assert motion.gained_m(0.0, 300.0) == pytest.approx(960.0, rel=0.01)
    assert motion.grid_speed_mps[(motion.grid_time_s > 180) & (motion.grid_time_s < 190)].max() < 4.5


def test_a_sparse_recorders_usual_gaps_are_no_pauses():
    a = activity([(200.0, 4.0), (200.0, 0.4), (200.0, 4.0)], every_s=7.0)
    assert motion_of(a).pauses_s.size == 0


def test_a_leap_of_the_distance_is_cut():
    time_s = np.arange(0.0, 300.0)
    d = 3.0 * time_s
    d[150:] += 900.0
    motion = motion_of(Activity.from_columns(START, {"time_s": time_s, "distance_m": d}))
    assert motion.distance_m[-1] == pytest.approx(3.0 * 299, abs=5.0)


def test_positions_stand_in_for_distance():
    time_s = np.arange(0.0, 200.0)
    lat, lon = local_degrees(np.zeros(200), 4.0 * time_s, 47.0, 8.0)
    motion = motion_of(Activity.from_columns(START, {"time_s": time_s, "lat_deg": lat, "lon_deg": lon}))
    assert motion.distance_source == "positions"
    assert np.median(motion.grid_speed_mps) == pytest.approx(4.0, rel=0.005)


def test_speed_stands_in_for_both():
    time_s = np.arange(0.0, 200.0)
    motion = motion_of(Activity.from_columns(START, {"time_s": time_s, "speed_mps": np.full(200, 3.5)}))
    assert motion.distance_source == "speed"
    assert np.median(motion.grid_speed_mps) == pytest.approx(3.5)


def test_nothing_to_move_by_is_said():
    a = Activity.from_columns(START, {"time_s": np.arange(10.0)}, source="hr-only.fit")
    with pytest.raises(SegmentError, match=r"hr-only\.fit: holds no motion"):
        motion_of(a)


def test_a_dip_that_the_smoothed_speed_does_not_share_is_no_dip():
    time_s = np.arange(0.0, 400.0)
    speed = np.full(400, 5.0)
    step = np.where((time_s > 200) & (time_s < 212), 2.5, 5.0)
    a = Activity.from_columns(START, {"time_s": time_s, "distance_m": np.cumsum(step), "speed_mps": speed})
    motion = motion_of(a)
    assert motion.grid_speed_mps[195:215].min() > 4.3
    without = motion_of(Activity.from_columns(START, {"time_s": time_s, "distance_m": np.cumsum(step)}))
    assert without.grid_speed_mps[195:215].min() < 3.0


def test_a_distance_that_begins_anew_is_counted_on():
    time_s = np.arange(0.0, 600.0)
    true_m = 3.0 * time_s
    anew = true_m.copy()
    anew[200:] -= anew[200]
    anew[400:] -= anew[400]
    anew[500] = 65535.0
    motion = motion_of(Activity.from_columns(START, {"time_s": time_s, "distance_m": anew}))
    assert motion.distance_m == pytest.approx(true_m, abs=16.0)
    assert motion.grid_speed_mps[10:-10].min() > 1.0


def test_a_small_correction_of_the_distance_is_no_new_count():
    time_s = np.arange(0.0, 300.0)
    d = 3.0 * time_s
    d[150:153] -= 12.0
    motion = motion_of(Activity.from_columns(START, {"time_s": time_s, "distance_m": d}))
    assert motion.distance_m[-1] == pytest.approx(3.0 * 299)


def test_a_source_that_fell_silent_gives_way():
    time_s = np.arange(0.0, 900.0)
    d = 4.0 * time_s
    lat, lon = local_degrees(np.zeros(900), d, 47.0, 8.0)
    silent = np.where(time_s < 200, d, np.nan)
    with_fixes = Activity.from_columns(START, {"time_s": time_s, "distance_m": silent, "lat_deg": lat, "lon_deg": lon})
    assert motion_of(with_fixes).distance_source == "positions"
    indoors = np.where(time_s < 200, lat, np.nan)
    speed = np.full(900, 4.0)
    treadmill = Activity.from_columns(START, {"time_s": time_s, "lat_deg": indoors, "lon_deg": lon, "speed_mps": speed})
    assert motion_of(treadmill).distance_source == "speed"


@pytest.mark.parametrize("wheels_mps", [9.0, 20.0])
def test_a_ride_is_no_speed_on_foot(wheels_mps):
    motion = motion_of(activity([(600.0, 3.0), (60.0, 0.0), (900.0, wheels_mps), (60.0, 0.0), (300.0, 7.0)]))
    grid = motion.grid_time_s
    assert motion.grid_speed_mps[(grid > 690) & (grid < 1530)].max() == 0.0
    assert motion.grid_speed_mps[grid < 590].min() > 2.9
    assert np.median(motion.grid_speed_mps[grid > 1640]) == pytest.approx(7.0, rel=0.01)


def test_a_start_inside_a_long_gap_is_put_where_the_speeds_meet():
    time_s = np.concatenate([np.arange(0.0, 101.0, 4.0), np.arange(120.0, 181.0, 2.0)])
    d = np.where(time_s < 112.0, 1.2 * time_s, 1.2 * 112.0 + 6.0 * (time_s - 112.0))
    motion = motion_of(Activity.from_columns(START, {"time_s": time_s, "distance_m": d}))
    grid = dict(zip(motion.grid_time_s.tolist(), motion.grid_speed_mps.tolist(), strict=True))
    assert grid[108.5] == pytest.approx(1.2, abs=0.1)
    assert grid[115.5] == pytest.approx(6.0, abs=0.1)


def test_a_distance_summed_by_the_reader_is_none_of_the_watchs():
    rng = np.random.default_rng(5)
    time_s = np.arange(0.0, 600.0)
    east_m, north_m = rng.normal(0.0, 1.5, 600), 3.0 * time_s + rng.normal(0.0, 1.5, 600)
    summed = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(east_m), np.diff(north_m)))])
    lat, lon = local_degrees(east_m, north_m, 47.0, 8.0)
    columns = {"time_s": time_s, "lat_deg": lat, "lon_deg": lon, "distance_m": summed}
    motion = motion_of(Activity.from_columns(START, columns, derived=("distance_m",)))
    assert motion.distance_source == "positions"
    assert abs(motion.distance_m[-1] - 1797.0) < 0.3 * abs(summed[-1] - 1797.0)


def test_a_speed_before_a_gap_is_not_held_through_it():
    # The recorder fell silent for five minutes in which next to nothing was covered.
    times_s = np.concatenate([np.arange(0.0, 300.0), np.arange(600.0, 900.0)])
    distance_m = np.where(times_s < 300.0, 3.0 * times_s, 900.0 + 10.0 + 3.0 * (times_s - 600.0))
    made = Activity.from_columns(
        START, {"time_s": times_s, "distance_m": distance_m, "speed_mps": np.full(times_s.size, 3.0)}
    )
    motion = motion_of(made)
    silent = (motion.grid_time_s > 310.0) & (motion.grid_time_s < 590.0)
    assert motion.grid_speed_mps[silent].max() < 0.2
