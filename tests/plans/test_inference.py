"""Which plan repeats speak of, where none was given."""

from __future__ import annotations

import numpy as np
import pytest

from kastor_analysis.plans.inference import infer_plan

NAN = float("nan")


def unknown(n):
    return [NAN] * n


@pytest.mark.parametrize("n", [12, 13, 16, 18])
def test_twelve_reps_of_400_m_are_plainly_kastors(n):
    plan = infer_plan([96.0] * n, [400.0] * n, [409.0] * n, [96.0] * (n - 1))
    assert plan.is_kastor
    assert plan.reps == 16
    assert plan.hammer == (12, 16)


def test_watch_distances_of_400_m_laps_suffice():
    watch = np.linspace(389, 431, 12)
    assert infer_plan([92.0] * 12, unknown(12), watch, [92.0] * 11).is_kastor


@pytest.mark.parametrize("n", [2, 8, 10, 11])
def test_fewer_are_taken_for_what_they_are(n):
    plan = infer_plan(np.linspace(74.6, 76.1, n), unknown(n), [398.0] * n, [60.0] * (n - 1))
    assert plan.is_inferred
    assert not plan.is_kastor
    assert [step.distance_m for step in plan.steps] == [400.0] * n
    assert plan.name == f"{n} x 400 m"
    assert all(np.isnan(step.rest_ratio) and np.isnan(step.rest_s) for step in plan.steps)


def test_a_ladder_is_rounded_rep_by_rep():
    plan = infer_plan([75, 152, 231, 150, 74], unknown(5), [404, 811, 1222, 806, 409], [60] * 4)
    assert [step.distance_m for step in plan.steps] == [400, 800, 1200, 800, 400]


def test_distances_no_track_has_are_left_as_measured():
    plan = infer_plan([161.0] * 4, unknown(4), [702, 699, 705, 701], [60] * 3)
    assert [step.distance_m for step in plan.steps] == [700] * 4


def test_round_times_over_unround_distances_are_timed_reps():
    plan = infer_plan([90.2, 89.8, 90.0, 90.1, 120.3], unknown(5), [441, 436, 452, 447, 590], [60] * 4)
    assert [step.duration_s for step in plan.steps] == [90, 90, 90, 90, 120]
    assert plan.name == "4 x 1:30, 2:00"


def test_an_even_runner_of_400s_in_90_s_is_not_taken_for_timed():
    assert infer_plan([90.2, 89.8, 90.0, 90.1], unknown(4), [404, 402, 405, 401], [60] * 3).name == "4 x 400 m"


def test_a_clock_watcher_who_presses_late_still_ran_by_time():
    seconds = [119.75, 120.87, 120.09, 120.45, 120.09, 119.19, 120.38, 120.47]
    metres = [537.6, 559.4, 553.4, 566.0, 568.1, 578.2, 588.1, 606.2]
    assert infer_plan(seconds, unknown(8), metres, [60] * 7).name == "8 x 2:00"


def test_three_minutes_by_the_clock_are_no_800s():
    seconds = [180.34, 180.46, 180.41, 181.52, 180.74, 181.66, 180.62]
    metres = [755.6, 768.1, 781.4, 794.4, 806.4, 825.9, 839.2]
    assert infer_plan(seconds, unknown(7), metres, [60] * 6).name == "7 x 3:00"


def test_many_late_presses_and_one_very_late_are_still_by_the_clock():
    seconds = [180.1, 180.2, 180.4, 181.5, 181.4, 181.7, 180.6, 194.0]
    metres = [754.0, 765.0, 778.0, 793.0, 804.0, 825.0, 840.0, 861.0]
    plan = infer_plan(seconds, unknown(8), metres, [60] * 7)
    assert plan.name == "8 x 3:00"
    assert {step.duration_s for step in plan.steps} == {180.0}


def test_800s_in_just_over_three_minutes_are_not_by_the_clock():
    seconds = [181.4, 182.0, 180.9, 181.7, 181.5, 182.1]
    assert infer_plan(seconds, unknown(6), [806, 798, 811, 803, 799, 808], [60] * 5).name == "6 x 800 m"


def test_times_that_differ_on_purpose_stay_apart():
    seconds = [180.1, 195.2, 180.3, 195.0, 180.2, 195.1]
    plan = infer_plan(seconds, unknown(6), [690, 750, 700, 745, 695, 760], [60] * 5)
    assert [step.duration_s for step in plan.steps] == [180.0, 195.0] * 3


def test_a_rep_unlike_its_fellows_is_told_as_it_was_measured():
    metres = [612, 591, 607, 638, 611, 682, 599, 603]
    plan = infer_plan([123.4 + 0.01 * m for m in metres], unknown(8), metres, [120] * 7)
    assert plan.name == "5 x 600, 680, 2 x 600 m"


@pytest.mark.parametrize(
    ("metres", "name"),
    [
        ([300, 400, 400, 400] * 2, "2 x (300, 3 x 400 m)"),
        ([800, 200] * 4, "4 x (800, 200 m)"),
        ([400] * 3 + [200] * 2, "3 x 400, 2 x 200 m"),
        ([100, 200, 300, 400, 500, 600, 800], "7 repeats"),
    ],
)
def test_names(metres, name):
    assert infer_plan([0.2 * m + 1.3 for m in metres], metres, metres, [60] * (len(metres) - 1)).name == name


def test_without_any_distance_the_reps_are_kept_by_their_times():
    plan = infer_plan([93.7, 94.9], unknown(2), unknown(2), [60.0])
    assert [step.duration_s for step in plan.steps] == [94.0, 94.0]


def test_no_rep_is_no_plan_and_one_is_a_plan_of_one():
    assert infer_plan([], [], [], []) is None
    assert infer_plan([96.0], [400.0], [400.0], []).title == "400 m"


def test_arrays_must_fit():
    with pytest.raises(ValueError, match="3 durations"):
        infer_plan([1, 2, 3], [400], [400], [])
