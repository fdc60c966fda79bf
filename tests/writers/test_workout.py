"""The workout for the watch, read back by another library."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import fitdecode
import pytest

from kastor_analysis.plan import Plan
from kastor_analysis.plans.recipes import recipe_names
from kastor_analysis.shown.numbers import planned_rest
from kastor_analysis.writers.workout import to_workout

CREATED = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


def read_back(data):
    """The messages as lists of plain values, by fitdecode with its checksum test."""
    messages = []
    with fitdecode.FitReader(io.BytesIO(data), check_crc=fitdecode.CrcCheck.RAISE) as reader:
        for frame in reader:
            if isinstance(frame, fitdecode.FitDataMessage):
                values = {field.name: field.value for field in frame.fields if field.value is not None}
                messages.append((frame.name, values))
    return messages


def unrolled(data):
    """The steps in the order the watch runs them: name, metres or seconds or None, intensity."""
    steps = [fields for name, fields in read_back(data) if name == "workout_step"]
    order = []

    def run(first, last):
        i = first
        while i < last:
            step = steps[i]
            assert step["message_index"] == i
            if step["duration_type"] == "repeat_until_steps_cmplt":
                for _ in range(step["repeat_steps"] - 1):
                    run(step["duration_step"], i)
            else:
                size = step.get("duration_distance", step.get("duration_time"))
                order.append((step["wkt_step_name"], size, step["intensity"]))
            i += 1

    run(0, len(steps))
    return order


def test_kastors_session_on_the_watch():
    data = to_workout(Plan.kastor("5k 20:00"), created=CREATED)
    messages = read_back(data)
    assert messages[0] == (
        "file_id",
        {
            "type": "workout",
            "manufacturer": "development",
            "product": 0,
            "serial_number": int((CREATED - datetime(1989, 12, 31, tzinfo=UTC)).total_seconds()),
            "time_created": CREATED,
            "product_name": "kastor_analysis workout",
        },
    )
    assert messages[1] == ("workout", {"sport": "running", "num_valid_steps": 11, "wkt_name": "Kastor 16 x 400 m"})
    rep, rest = ("400 m 1:36", 400.0, "active"), ("Rest 1:36", 96.0, "rest")
    expected = [("Warm-up", None, "warmup")]
    for n in range(1, 17):
        expected.append((f"Hammer {n}", 400.0, "active") if n in (12, 16) else rep)
        if n < 16:
            # As long as the hammer itself: no watch can be told that, so the runner ends it.
            expected.append(("Rest=rep 1:26", None, "rest") if n == 12 else rest)
    expected.append(("Cool-down", None, "cooldown"))
    assert unrolled(data) == expected


def test_reps_ended_by_a_press_and_beeps_outside_the_band():
    plan = Plan.kastor("5k 20:00")
    assert [
        size for name, size, _ in unrolled(to_workout(plan, lap_press=True)) if name.startswith(("400", "Ham"))
    ] == [None] * 16
    steps = [f for name, f in read_back(to_workout(plan, pace_alerts=True)) if name == "workout_step"]
    speed = 5000.0 / 1200.0
    assert steps[1]["custom_target_speed_low"] == pytest.approx(speed / 1.01, abs=1e-3)
    assert steps[1]["custom_target_speed_high"] == pytest.approx(speed / 0.97, abs=1e-3)
    assert "custom_target_speed_low" not in steps[4]


@pytest.mark.parametrize("name", recipe_names())
@pytest.mark.parametrize("goal", [None, "5k 20:00"])
def test_every_recipe_unrolls_to_its_steps(name, goal):
    plan = Plan.load(name).with_goal(goal)
    order = unrolled(to_workout(plan))
    reps = [step for step in order if step[2] == "active"]
    assert [size for _, size, _ in reps] == [step.distance_m for step in plan.steps]
    assert [name.startswith("Hammer") for name, _, _ in reps] == [step.is_hammer for step in plan.steps]
    rests = [size for _, size, kind in order if kind == "rest"]
    assert len(rests) == plan.reps - 1
    for size, step in zip(rests, plan.steps, strict=False):
        if step.rest_s == step.rest_s:
            assert size == step.rest_s
        elif goal is None or step.is_hammer:
            assert size is None
        else:
            assert size == round(step.target_s)


@pytest.mark.parametrize("text", ["3x(4x400 r60) r200m", "5x3:00 r=0.5rep", "8x800 r1:1 hammer 6", "4x1000"])
def test_the_card_and_the_workout_ask_for_the_same_rests(text):
    plan = Plan.parse(text).with_goal("5k 20:00")
    rests = [step for step in unrolled(to_workout(plan)) if step[2] == "rest"]
    for step, (name, size, _) in zip(plan.steps, rests, strict=False):
        said = planned_rest(plan.rest_after(step))
        assert name.split()[-1] in said or (name, said) == ("Rest", "free")
        assert (size is None) == ("as the rep" in said or said == "free")


def test_long_names_are_cut_between_characters():
    plan = Plan(reps=2, name="Dauerläufe mit Überraschungen, sehr lang ä")
    title = read_back(to_workout(plan))[1][1]["wkt_name"]
    assert plan.name.startswith(title)
    assert len(title.encode()) <= 39


def test_fit_tool_accepts_it(tmp_path):
    fit_file = pytest.importorskip("fit_tool.fit_file", reason="fit-tool is not installed")
    data = to_workout(Plan.kastor("5k 20:00"), created=CREATED)
    read = fit_file.FitFile.from_bytes(data)
    assert [record.message.name for record in read.records if not record.is_definition].count("workout_step") == 11
