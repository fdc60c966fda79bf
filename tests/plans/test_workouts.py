"""The watch's workout as the plan: steps unrolled, reps and rests told apart, held against what was run."""

from __future__ import annotations

from math import nan

import pytest

from kastor_analysis.activity import WorkoutStep
from kastor_analysis.plan import Plan
from kastor_analysis.plans.kinds import Kind
from kastor_analysis.plans.workouts import plan_of_workout, workout_title
from kastor_analysis.writers.workout import to_workout
from tests.writers.test_workout import read_back


def step(intensity, *, s=nan, m=nan, name=None, mps=(nan, nan)):
    return WorkoutStep(
        name=name, intensity=intensity, duration_s=s, distance_m=m, speed_low_mps=mps[0], speed_high_mps=mps[1]
    )


def repeat(first, times):
    return WorkoutStep(name=None, intensity=None, duration_s=nan, distance_m=nan, repeat_from=first, repeat_count=times)


def as_run(plan, stretch=1.0):
    """Return times, distances and kinds of a plan run as it stands."""
    metres = [p.distance_m * stretch if p.distance_m == p.distance_m else p.duration_s * 4.0 for p in plan.steps]
    times = [p.duration_s if p.duration_s == p.duration_s else p.distance_m / 4.0 for p in plan.steps]
    return times, metres, [Kind(p.distance_m, p.duration_s) for p in plan.steps]


def exported(plan, **options):
    """Return the steps of the workout that the package writes."""
    found = []
    for name, fields in read_back(to_workout(plan, **options)):
        if name != "workout_step":
            continue
        repeats = fields["duration_type"] == "repeat_until_steps_cmplt"
        found.append(
            WorkoutStep(
                name=fields.get("wkt_step_name"),
                intensity=None if repeats else fields["intensity"],
                duration_s=fields.get("duration_time", nan) or nan,
                distance_m=fields.get("duration_distance", nan) or nan,
                speed_low_mps=fields.get("custom_target_speed_low", nan) or nan,
                speed_high_mps=fields.get("custom_target_speed_high", nan) or nan,
                repeat_from=fields["duration_step"] if repeats else None,
                repeat_count=fields["repeat_steps"] if repeats else None,
            )
        )
    return found


@pytest.mark.parametrize(
    "text",
    [
        "8x400 r1:30",
        "3x(4x400 r1:00) r4:00",
        "5x3:00 r2:00",
        "4x1000 r400m",
        "400-800-1200-800-400 r2:00",
        "6x800 r1:1",
    ],
)
@pytest.mark.parametrize("lap_press", [False, True])
def test_what_is_exported_comes_back_as_the_plan(text, lap_press):
    plan = Plan.parse(text)
    found = plan_of_workout(exported(plan, lap_press=lap_press), *as_run(plan, stretch=1.03))
    assert found.source == "workout"
    assert [repr(p) for p in found.steps] == [repr(p) for p in plan.steps]


@pytest.mark.parametrize("lap_press", [False, True])
def test_kastors_session_comes_back_as_his(lap_press):
    plan = Plan.kastor("5k 20:00")
    found = plan_of_workout(exported(plan, lap_press=lap_press), *as_run(plan))
    assert found.is_kastor
    assert found.source == "workout"
    assert found.steps[0].target_s == pytest.approx(96.0)
    assert found.steps[11].rest_ratio == 1.0


def test_the_bands_are_the_steps_own():
    fast, slow = 1000.0 / 240.0, 1000.0 / 250.0
    steps = [step("warmup", s=600), step("interval", m=800, mps=(slow, fast)), step("recovery", s=90), repeat(1, 6)]
    plan = plan_of_workout(steps, [195.0] * 6, [810.0] * 6, [Kind(800.0)] * 6)
    assert str(plan) == "6x800 r1:30 @ 4:00-4:10/km"
    low, high = plan.band_of(plan.steps[0])
    assert (low * plan.steps[0].target_s, high * plan.steps[0].target_s) == pytest.approx((192.0, 200.0))


def test_jogging_that_is_called_active_is_a_rest():
    by_speed = [step("active", m=1000, mps=(4.1, 4.3)), step("active", s=120, mps=(2.7, 2.9)), repeat(0, 4)]
    by_its_lack = [step("active", s=60, mps=(3.5, 3.7)), step("active", s=60), repeat(0, 6)]
    assert workout_title(by_speed) == "4 x 1000 m"
    assert workout_title(by_its_lack) == "6 x 1:00"


def test_repeats_within_repeats():
    steps = [step("active", m=200), step("rest", s=30), repeat(0, 4), step("rest", s=180), repeat(0, 3)]
    plan = plan_of_workout(steps, [40.0] * 12, [204.0] * 12, [Kind(200.0)] * 12)
    assert str(plan) == "3x(4x200 r30s) r3:30"


def test_a_rep_that_ends_by_a_press_is_what_was_run_for_it():
    steps = [step("active"), step("rest"), repeat(0, 3)]
    plan = plan_of_workout(steps, [88.0] * 3, [405.0] * 3, [Kind(400.0)] * 3)
    assert [p.distance_m for p in plan.steps] == [400.0] * 3
    assert not any(p.asks_for_rest for p in plan.steps)


@pytest.mark.parametrize(
    ("times", "metres"), [([300.0] * 3, [1300.0] * 3), ([90.0], [400.0]), ([90.0] * 14, [400.0] * 14), ([], [])]
)
def test_what_was_not_run_is_no_plan(times, metres):
    steps = [step("active", m=400), step("rest", s=60), repeat(0, 6)]
    assert plan_of_workout(steps, times, metres, [Kind(m) for m in metres]) is None
    assert workout_title(steps) == "6 x 400 m"


def test_most_of_it_run_is_the_plan_with_the_rest_missing():
    steps = [step("active", m=400), step("rest", s=60), repeat(0, 6)]
    assert plan_of_workout(steps, [90.0] * 4, [400.0] * 4, [Kind(400.0)] * 4).reps == 6


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [step("warmup", s=600)],
        [step("active", s=60), step("active", s=420), repeat(0, 3)],
        [step("active", m=5.0), step("rest", s=10), repeat(0, 4)],
        [repeat(0, 4)],
        [step("active", m=400), repeat(0, 100_000)],
    ],
)
def test_what_is_no_session_of_reps_and_rests(steps):
    assert workout_title(steps) == ""
    assert plan_of_workout(steps, [60.0, 60.0], [400.0, 400.0], [Kind(400.0)] * 2) is None
