"""Which bouts are found and chosen: at any pace, whatever surrounds them, and never where nothing repeats."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kastor_analysis import Activity, Plan, segment
from kastor_analysis.motion import motion_of
from kastor_analysis.segmenter.levels import bouts, walk
from tests.segmenter.made import activity, rep_spans, session


def overlap(a, b):
    """Return intersection over union of two spans."""
    return (min(a[1], b[1]) - max(a[0], b[0])) / (max(a[1], b[1]) - min(a[0], b[0]))


def found(a):
    """Return the reps found without laps, as an array of spans."""
    return np.array([(r.start_s, r.end_s) for r in segment(a, use_laps=False).reps]).reshape(-1, 2)


@settings(max_examples=15)
@given(
    pace=st.floats(0.75, 1.35),
    reps=st.integers(4, 16),
    work_s=st.floats(28.0, 180.0),
    rest_mps=st.sampled_from([0.0, 0.8, 2.4]),
    every_s=st.sampled_from([1.0, 4.0]),
)
def test_reps_are_found_at_any_pace_and_with_any_rest(pace, reps, work_s, rest_mps, every_s):
    pieces = session(reps, (work_s, 4.8 * pace), (max(0.7 * work_s, 30.0), rest_mps * pace), easy=3.0 * pace)
    truth = rep_spans(pieces, 4.8 * pace)
    estimate = found(activity(pieces, every_s=every_s))
    assert len(estimate) == reps
    assert all(overlap(t, e) > 0.8 for t, e in zip(truth, estimate, strict=True))


@pytest.mark.parametrize("rest_mps", [1.2, 1.4, 1.6])
def test_turns_of_running_and_walking_by_the_clock_need_no_easy_running_beside_them(rest_mps):
    pieces = []
    for work_s in (60.0, 60.0, 60.0, 120.0, 120.0, 120.0):
        pieces += [(work_s, 3.0), (work_s, rest_mps)]
    assert len(found(activity(pieces, noise_m=0.5))) == 6


def test_two_distances_in_turn_are_found_though_the_rests_differ():
    pieces = [(700.0, 3.4), (100.0, 0.5)]
    for metres, mps, rest_s in 2 * ((800.0, 5.5, 61.0), (200.0, 6.2, 128.0)):
        pieces += [(metres / mps, mps), (rest_s, 2.2)]
    assert len(found(activity([*pieces, (500.0, 3.4)], noise_m=0.5))) == 4


def test_three_reps_that_keep_time_are_found_in_a_run():
    pieces = [(800.0, 3.3), *3 * [(92.0, 4.3), (66.0, 2.9)], (30.0, 3.3)]
    assert len(found(activity(pieces, noise_m=0.8))) == 3


def test_every_level_of_speed_is_searched():
    pieces = [(300.0, 2.5), (60.0, 5.0), (60.0, 2.5), (20.0, 7.5), (90.0, 0.3), (200.0, 3.5), (60.0, 0.3)]
    motion = motion_of(activity(pieces))
    forest = list(walk(bouts(motion.grid_time_s, motion.grid_speed_mps)))
    for start, end in ((300, 360), (420, 440), (530, 730)):
        assert max(overlap((start, end), (b.start_s, b.end_s)) for b in forest) > 0.75


@pytest.mark.parametrize(
    "pieces",
    [
        [(3600.0, 3.0)],
        [(600.0, 3.0), (25.0, 0.0), (1300.0, 3.0), (70.0, 0.0), (280.0, 3.0), (12.0, 0.0), (900.0, 3.0)],
        [(900.0, 2.8), (1500.0, 3.9), (900.0, 2.8)],
        [(700.0, 3.0), (41.0, 3.9), (330.0, 3.0), (95.0, 3.6), (120.0, 2.9), (260.0, 4.1), (800.0, 3.0)],
    ],
    ids=["steady", "traffic lights", "tempo", "surges"],
)
def test_no_session_is_invented(pieces):
    assert len(found(activity(pieces, noise_m=0.7))) == 0


def test_strides_before_longer_reps_are_strides():
    pieces = [(600.0, 3.0)]
    for _ in range(4):
        pieces += [(16.0, 6.0), (60.0, 0.8)]
    for _ in range(8):
        pieces += [(90.0, 4.6), (90.0, 0.8)]
    pieces += [(500.0, 3.0)]
    rows = segment(activity(pieces), use_laps=False).rows
    assert [r.kind for r in rows].count("rep") == 8
    assert [r.kind for r in rows].count("stride") == 4


def test_a_ladder_is_a_session():
    pieces = [(600.0, 3.0)]
    for work in (190.0, 145.0, 105.0, 65.0, 28.0):
        pieces += [(work, 5.3 * (100.0 / work) ** 0.08), (110.0, 0.8)]
    pieces += [(400.0, 3.0)]
    assert len(found(activity(pieces))) == 5


def test_set_rests_do_not_part_the_set():
    pieces = session(5, (70.0, 5.4), (70.0, 0.5))
    cut = len(pieces) - 2
    pieces = [*pieces[:cut], (420.0, 0.6), *session(5, (70.0, 5.4), (70.0, 0.5))[2:]]
    assert len(found(activity(pieces))) == 10


def test_a_ride_home_hides_no_session():
    pieces = session(8, (84.0, 4.8), (80.0, 0.8))
    truth = rep_spans(pieces, 4.8)
    ride = [(60.0, 0.0), (1500.0, 9.0), (30.0, 0.0), (600.0, 13.0)]
    estimate = found(activity([*pieces, *ride]))
    assert len(estimate) == 8
    assert all(overlap(t, e) > 0.9 for t, e in zip(truth, estimate, strict=True))


@pytest.mark.parametrize(("reps", "work_s", "rest"), [(16, 95.0, (20.0, 0.6)), (5, 360.0, (60.0, 2.4))])
def test_short_rests_are_rests(reps, work_s, rest):
    pieces = session(reps, (work_s, 4.2), rest)
    estimate = found(activity(pieces, noise_m=0.3))
    assert len(estimate) == reps
    assert all(overlap(t, e) > 0.9 for t, e in zip(rep_spans(pieces, 4.2), estimate, strict=True))


@pytest.mark.parametrize("is_paused", [True, False])
def test_a_rep_with_a_stop_in_it_is_one_rep(is_paused):
    pieces, truth, stops = [(600.0, 3.0), (120.0, 0.3)], [], []
    at = 720.0
    for i in range(10):
        stopped = i in (3, 7)
        pieces += [(45.0, 4.6), (10.0, 0.0), (45.0, 4.6)] if stopped else [(90.0, 4.6)]
        pieces += [(90.0, 0.8)]
        truth.append((at, at + (100.0 if stopped else 90.0)))
        if stopped:
            stops.append((at + 45.0, at + 55.0))
        at = truth[-1][1] + 90.0
    pieces += [(400.0, 3.0)]
    reps = segment(activity(pieces, pauses_s=stops if is_paused else ())).reps
    assert np.array([(r.start_s, r.end_s) for r in reps]) == pytest.approx(np.array(truth), abs=1.5)
    assert {r.status for r in reps} == {"run"}


def test_short_reps_at_short_rests_stay_apart():
    pieces = session(12, (40.0, 5.0), (15.0, 0.5))
    assert len(found(activity(pieces))) == 12


def test_easy_running_is_known_where_distance_comes_in_steps():
    a = activity(session(16, (95.0, 4.2), (95.0, 0.8)))
    coarse = {"time_s": a.column("time_s"), "distance_m": np.round(a.column("distance_m"), -1)}
    assert len(found(Activity.from_columns(a.start_time, coarse))) == 16


def test_a_plan_of_something_else_changes_nothing():
    pieces = session(6, (70.0, 5.0), (90.0, 0.8))
    other = Plan(reps=4, distance_m=1600, hammer=(), rest_ratio=0.5, goal=None)
    for a in (activity(pieces), activity([(3600.0, 3.0)])):
        assert segment(a, other).rows == segment(a).rows


def test_two_longer_reps_before_five_are_another_set():
    pieces = [(600.0, 3.0), (120.0, 0.3)]
    for work_s in (80.0, 80.0, 40.0, 40.0, 40.0, 40.0, 40.0):
        pieces += [(work_s, 5.2), (100.0, 0.8)]
    pieces += [(400.0, 3.0)]
    reps = segment(activity(pieces), use_laps=False).reps
    assert [r.status for r in reps] == ["run"] * 7


PRESSED = {
    "at each start": lambda reps: reps[:, 0],
    "at each end": lambda reps: reps[:, 1],
    "within each rest": lambda reps: reps[:-1, 1] + 40.0,
    "at both ends": lambda reps: reps.ravel(),
    "at all but the first": lambda reps: reps.ravel()[2:],
    "before and after all": lambda reps: reps[[0, -1], [0, 1]],
}


@pytest.mark.parametrize("pressed", PRESSED.values(), ids=PRESSED)
@pytest.mark.parametrize(
    ("work", "rest"), [((80.0, 5.0), (90.0, 0.8)), ((180.0, 4.5), (120.0, 2.4)), ((45.0, 5.2), (60.0, 1.8))]
)
def test_presses_hide_no_rep_wherever_they_fall(pressed, work, rest):
    pieces = session(8, work, rest, easy=3.0)
    truth = np.array(rep_spans(pieces, work[1]))
    reps = segment(activity(pieces, noise_m=0.5, presses_s=pressed(truth).tolist())).reps
    assert len(reps) == 8
    assert all(overlap(t, (rep.start_s, rep.end_s)) > 0.8 for t, rep in zip(truth, reps, strict=True))


def test_sets_far_apart_are_both_told():
    one = session(8, (84.0, 4.8), (80.0, 0.8))
    made = segment(activity([*one, (1500.0, 3.0), *one[2:]]), use_laps=False)
    assert [rep.set for rep in made.reps] == [1] * 8 + [2] * 8
    assert {rep.rep_kind for rep in made.reps} == {"400 m"}


@pytest.mark.parametrize(
    ("reps", "plan"), [(16, None), (10, Plan(reps=10, distance_m=400, hammer=(), rest_ratio=1.0, goal=None))]
)
def test_a_warm_up_hardly_slower_than_the_reps_is_none_of_the_plans(reps, plan):
    pieces = session(reps, (139.0, 2.88), (139.0, 1.7), easy=2.5)
    made = segment(activity(pieces), plan, use_laps=False)
    assert len(made.reps) == reps
    assert [(r.kind, r.run_rep) for r in made.rows[:1]] == [("warmup", None)]


ALONE = {
    "ladder": [190.0, 145.0, 105.0, 65.0, 28.0],
    "mixed": [23.0, 77.0, 22.0, 76.0, 45.0],
    "two sets": [50.0, 47.0, 44.0, 28.0, 28.0, 26.0],
    "three": [160.0, 160.0, 158.0],
}


@pytest.mark.parametrize("work_s", ALONE.values(), ids=ALONE)
@pytest.mark.parametrize("every_s", [1.0, 4.0])
def test_a_main_set_recorded_alone_is_a_session(work_s, every_s):
    pieces, truth, at = [(25.0, 0.3)], [], 25.0
    for work in work_s:
        pieces += [(work, 5.3 * (100.0 / work) ** 0.08), (110.0, 0.8)]
        truth.append((at, at + work))
        at += work + 110.0
    estimate = found(activity(pieces, every_s=every_s, noise_m=0.3))
    assert len(estimate) == len(work_s)
    assert all(overlap(t, e) > 0.75 for t, e in zip(truth, estimate, strict=True))


def test_three_jogged_reps_by_the_clock_are_a_session():
    pieces = [(600.0, 2.8), *[(60.0, 4.0), (80.0, 2.6)] * 3, (500.0, 2.8)]
    assert len(found(activity(pieces, noise_m=0.3))) == 3


def test_a_run_parted_by_red_lights_is_hardly_ever_a_session():
    taken = 0
    for seed in range(8):
        rng = np.random.default_rng(seed)
        pieces = []
        for _ in range(11):
            pieces += [(rng.uniform(90.0, 550.0), 3.1), (rng.uniform(25.0, 60.0), 0.0)]
        taken += len(found(activity(pieces, noise_m=0.7))) > 0
    assert taken <= 1


@pytest.mark.parametrize("seed", range(4))
def test_of_a_fartlek_nothing_is_told_that_was_no_surge(seed):
    rng = np.random.default_rng(seed)
    pieces, surges = [(300.0, 2.9)], []
    for _ in range(20):
        surge_s = float(np.exp(rng.uniform(np.log(12.0), np.log(240.0))))
        at = sum(p[0] for p in pieces)
        surges.append((at, at + surge_s))
        pieces += [(surge_s, rng.uniform(3.9, 4.5)), (rng.uniform(25.0, 180.0), 2.9)]
    for rep in found(activity(pieces, noise_m=0.7)):
        assert max(overlap(rep, surge) for surge in surges) > 0.5


def test_a_short_rep_before_longer_ones_that_comes_again_is_no_stride():
    pieces = [(600.0, 3.0), (120.0, 0.3)]
    for work, speed in ((22.0, 6.4), (77.0, 5.8), (22.0, 6.4), (77.0, 5.8), (22.0, 6.4), (77.0, 5.8)):
        pieces += [(work, speed), (60.0, 0.8)]
    rows = segment(activity([*pieces, (400.0, 3.0)]), use_laps=False).rows
    assert [r.kind for r in rows].count("rep") == 6


def test_a_last_sprint_is_not_broken_off():
    pieces = [(600.0, 3.0), (120.0, 0.3), *[(90.0, 4.6), (90.0, 0.5)] * 6, (30.0, 6.6), (90.0, 0.5), (400.0, 3.0)]
    reps = segment(activity(pieces), use_laps=False).reps
    assert [r.status for r in reps] == ["run"] * 7


def test_strides_pressed_for_last_as_long_as_their_laps():
    """On the grid they run out into the jog behind them; none of them is a rep of the session, broken off."""
    pieces, presses = [(900.0, 2.8)], []
    for _ in range(4):
        presses += [sum(p[0] for p in pieces), sum(p[0] for p in pieces) + 30.0]
        pieces += [(30.0, 4.4), (12.0, 3.4), (29.0, 2.2)]
    for _ in range(4):
        presses += [sum(p[0] for p in pieces), sum(p[0] for p in pieces) + 300.0]
        pieces += [(300.0, 3.7), (150.0, 1.2)]
    made = segment(activity([*pieces, (600.0, 2.7)], noise_m=0.5, presses_s=presses))
    assert [(len(made.reps), len(made.strides)), {r.status for r in made.reps}] == [(4, 4), {"run"}]
