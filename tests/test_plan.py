"""Plans and recipes: what they expand to, and what is refused."""

from __future__ import annotations

from math import isnan, nan

import pytest

from kastor_analysis.errors import PlanError
from kastor_analysis.plan import Plan
from kastor_analysis.plans.recipes import load_recipe, parse_recipe, recipe_names
from kastor_analysis.score_rules import Rules


def test_kastors_session():
    plan = Plan.kastor("5k 20:00")
    assert (plan.reps, plan.hammer, plan.is_kastor) == (16, (12, 16), True)
    assert [step.target_s for step in plan.steps] == [96.0] * 16
    assert [step.is_hammer for step in plan.steps].count(True) == 2
    assert [step.rest_ratio for step in plan.steps[:15]] == [1.0] * 15
    assert isnan(plan.steps[15].rest_ratio)


@pytest.mark.parametrize(("reps", "hammer"), [(8, (6, 8)), (12, (9, 12)), (10, (8, 10)), (16, (12, 16)), (3, (2, 3))])
def test_the_short_form(reps, hammer):
    assert Plan.kastor(reps=reps).hammer == hammer


def test_with_goal_keeps_the_rest():
    plan = Plan(reps=4, distance_m=(400, 800, 800, 400), rest_s=90, hammer=(4,), name="mine")
    other = plan.with_goal("10k 42:00")
    assert [step.target_s for step in other.steps] == pytest.approx([100.8, 201.6, 201.6, 100.8])
    assert (other.hammer, other.name, other.steps[0].rest_s) == ((4,), "mine", 90.0)
    assert other.band == (0.96, 1.01)
    assert other.hammer_gain == (0.055, 0.135)


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        ({"reps": 0}, "reps"),
        ({"reps": 2.5}, "reps"),
        ({"reps": 4, "hammer": (5,)}, "hammer"),
        ({"reps": 4, "distance_m": (400, 400)}, "distance_m"),
        ({"reps": 4, "distance_m": -1}, "distance_m"),
        ({"reps": 4, "distance_m": 400, "duration_s": 60}, "distance_m"),
        ({"reps": 4, "rest_ratio": 0}, "rest_ratio"),
        ({"reps": 4, "rest_s": "90"}, "rest_s"),
        ({"reps": 4, "set_reps": (3, 2)}, "set_reps"),
    ],
)
def test_a_wrong_plan_names_its_key(arguments, key):
    with pytest.raises(PlanError, match=f"key {key}"):
        Plan(**arguments)


def test_every_recipe_of_the_package_is_sound():
    assert {"kastor-5k", "kastor-10k", "hammer-400s", "12x400", "8x800", "5x1000", "ladder"} <= set(recipe_names())
    for name in recipe_names():
        plan = Plan.load(name).with_goal("5k 20:00")
        assert plan.source == "recipe"
        assert plan.name
        assert all(step.target_s > 0 for step in plan.steps)


def test_hammer_400s():
    plan = Plan.load("hammer-400s")
    assert (plan.reps, plan.hammer) == (20, (5, 10, 15, 20))
    assert {step.rest_s for step in plan.steps[:19]} == {30.0}


def test_a_10k_recipe_converts_a_5k_goal():
    plan = Plan.load("kastor-10k").with_goal("5k 20:00")
    assert plan.is_kastor
    assert plan.goal.is_10k
    assert plan.steps[0].target_s == pytest.approx(0.04 * 2487.9, abs=0.01)
    assert Plan.load("kastor-5k").with_goal("10k 41:28").steps[0].target_s == pytest.approx(96.0, abs=0.05)
    # Kastor's session as such is run at whatever race pace the goal names.
    assert Plan.load("kastor").with_goal("10k 42:00").steps[0].target_s == pytest.approx(100.8)


def test_sets():
    plan = Plan.load("sets-4x4x400")
    assert [step.set_number for step in plan.steps] == [1] * 4 + [2] * 4 + [3] * 4 + [4] * 4
    assert [step.rest_s for step in plan.steps[:5]] == [60, 60, 60, 240, 60]
    assert isnan(plan.steps[-1].rest_s)
    assert plan.hammer == (12, 16)
    assert not plan.is_kastor


def test_a_recipe_with_its_own_rules(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(
        'title = "Mine"\nreps = 6\nduration_s = 90\nrest_ratio = 0.5\ngoal = "4:00/km"\n'
        "[rules]\nband = [0.95, 1.05]\nweight_pace = 80\n",
        encoding="utf-8",
    )
    plan = Plan.load(file)
    assert plan.rules == Rules(band=(0.95, 1.05), weight_pace=80)
    assert [step.duration_s for step in plan.steps] == [90.0] * 6
    assert plan.goal.text == "4:00/km"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("distance_m = 400", "key reps"),
        ("reps = 4", "key distance_m"),
        ("reps = 4\ndistance_m = 400\nhamer = [4]", "key hamer"),
        ("reps = 4\ndistance_m = 400\nhammer = [5]", "key hammer"),
        ('reps = "4"\ndistance_m = 400', "key reps"),
        ('reps = 4\ndistance_m = "400"', "key distance_m"),
        ("reps = 4\ndistance_m = 5", "key distance_m"),
        ("reps = 4\ndistance_m = 400\nrest_ratio = -1", "key rest_ratio"),
        ('reps = 4\ndistance_m = 400\ngoal = "5k 3:00"', "key goal"),
        ('reps = 4\ndistance_m = 400\nrace = "mile"', "key race"),
        ("reps = 4\ndistance_m = 400\n[rules]\nbands = 1", "key rules.bands"),
        ("reps = 4\ndistance_m = 400\n[rules]\nband = 1", "key rules.band"),
        ("reps = 4\ndistance_m = 400\n[rules]\nband = [1.1, 0.9]", "key rules.band"),
        ("[[set]]\nreps = 2\ndistance_m = 400\n[[set]]\ndistance_m = 400", "key set 2: reps"),
        ("set = 3", "key set"),
        ("reps = 4\ndistance_m = [400", "not valid TOML"),
    ],
)
def test_a_wrong_recipe_names_file_and_key(text, key):
    with pytest.raises(PlanError) as caught:
        parse_recipe(text, file="mine.toml")
    assert key in str(caught.value)
    assert str(caught.value).startswith("mine.toml: ")


def test_an_unknown_recipe_names_those_there_are():
    with pytest.raises(PlanError, match="kastor-5k"):
        load_recipe("kastro")
    with pytest.raises(PlanError, match="no such file"):
        load_recipe("nowhere.toml")


def test_a_recipe_that_is_no_text(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_bytes(b"name = \xff")
    with pytest.raises(PlanError, match="UTF-8"):
        load_recipe(file)


def test_no_rest_is_asked_for_where_the_ratio_is_missing():
    assert all(isnan(step.rest_ratio) for step in Plan(reps=3, rest_ratio=nan).steps)


@pytest.mark.parametrize("text", ["distance_m = []", "duration_s = []", "[[set]]\ndistance_m = []\nrepeat = 3"])
def test_a_recipe_without_a_rep_is_an_error_that_names_its_key(tmp_path, text):
    path = tmp_path / "empty.toml"
    path.write_text(text)
    with pytest.raises(PlanError, match="names no rep"):
        Plan.load(path)
