"""Goals as runners write them, and their conversion between races."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kastor_analysis.errors import GoalError
from kastor_analysis.goal import Goal, equivalent_time_s, riegel_time_s, vdot
from kastor_analysis.quantities.lengths import MILE_M


@pytest.mark.parametrize(
    ("text", "per_400_s", "race_m"),
    [
        ("5k 20:00", 96.0, 5000.0),
        ("5K 20:00", 96.0, 5000.0),
        ("20:00 5k", 96.0, 5000.0),
        ("5 km in 20:00", 96.0, 5000.0),
        ("5000 m 20:00", 96.0, 5000.0),
        ("10K 41:30", 99.6, 10_000.0),
        ("10k 1:02:30", 150.0, 10_000.0),
        ("mile 5:20", 400.0 * 320.0 / MILE_M, MILE_M),
        ("half 1:30:00", 400.0 * 5400.0 / 21097.5, 21097.5),
        ("4:00/km", 96.0, None),
        ("6:26/mi", 400.0 * 386.0 / MILE_M, None),
        ("1:36/400", 96.0, None),
        ("1:36/400m", 96.0, None),
        ("1:36,5/400", 96.5, None),
        ("3:12/800", 96.0, None),
        ("96/400", 96.0, None),
        ("49.5/300", 66.0, None),
        ("4:00 min/km", 96.0, None),
        ("5k, 20:00", 96.0, 5000.0),
        ("5k 20'00", 96.0, 5000.0),
        ('4’00"/km', 96.0, None),
        ("5k 20", 96.0, 5000.0),
        ("sub-20 5k", 96.0, 5000.0),
        ("20:00 for 5k", 96.0, 5000.0),
        ("10k in 42", 100.8, 10_000.0),
        ("hm 1:30", 400.0 * 5400.0 / 21097.5, 21097.5),
        ("sub 3 marathon", 400.0 * 10_800.0 / 42195.0, 42195.0),
        ("marathon 3:05", 400.0 * 11_100.0 / 42195.0, 42195.0),
        ("1500 4:10", 400.0 / 6.0, 1500.0),
        ("5k 20.5", 98.4, 5000.0),
        ("5 20:00", 96.0, 5000.0),
        ("10 miles 65", 400.0 * 3900.0 / (10.0 * MILE_M), 10.0 * MILE_M),
        ("400 58", 58.0, 400.0),
        ("15 km/h", 96.0, None),
        ("4 per km", 96.0, None),
        ("5k - 20:00", 96.0, 5000.0),
        ("5k @ 20:00", 96.0, 5000.0),
        ("5k < 20", 96.0, 5000.0),
        ("goal: 5k 20:00", 96.0, 5000.0),
        ("parkrun 20:00", 96.0, 5000.0),
        ("5k 20min30", 98.4, 5000.0),
        ("5k 20m30s", 98.4, 5000.0),
        ("5k 20:30 min", 98.4, 5000.0),
        ("10,000m 42:00", 100.8, 10_000.0),
        ("21.1k 1:30:00", 400.0 * 5400.0 / 21097.5, 21097.5),
        ("half-marathon 1:30:00", 400.0 * 5400.0 / 21097.5, 21097.5),
        ("marathon in 3h05", 400.0 * 11_100.0 / 42195.0, 42195.0),
        ("96 per lap", 96.0, None),
        ("1:36 a lap", 96.0, None),
        ("10 mph", 400.0 * 3.6 / (10.0 * MILE_M / 1000.0), None),
    ],
)
def test_goals_as_runners_write_them(text, per_400_s, race_m):
    goal = Goal.parse(text)
    assert goal.time_s(400.0) == pytest.approx(per_400_s)
    assert goal.race_m == race_m
    assert goal.is_10k == (race_m is not None and race_m >= 10_000.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5k 3:00", "faster than the world record"),
        ("10k 24:00", "faster than the world record"),
        ("0:20/400", "faster than anyone"),
        ("5k 3:00:00", "slower than a walk"),
        ("20:00", "names no distance"),
        ("", "cannot be understood"),
        ("5k", "cannot be understood"),
        ("5k twenty", "'twenty' is no time"),
        ("5k 20.", "cannot be understood"),
        ("5k 20:75", "75 seconds"),
        ("5 parsecs 20:00", "is no distance"),
        ("/km", "is no time"),
        ("0k 20:00", "no running distance"),
        ("5k 0:00", "has no time"),
    ],
)
def test_an_impossible_goal_is_refused_with_the_reason(text, said):
    with pytest.raises(GoalError, match=said) as caught:
        Goal.parse(text)
    assert "5k 20:00" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "one", "other"),
    [
        ("10k 42.30", "10k 42:18", "10k 42:30"),
        ("4.30/km", "4:18/km", "4:30/km"),
        ("10 60:00", "10k 1:00:00", "10 mi 1:00:00"),
    ],
)
def test_what_can_be_read_in_two_ways_is_asked_back(text, one, other):
    with pytest.raises(GoalError, match="can be read as") as caught:
        Goal.parse(text)
    assert f"{one!r} and as {other!r}" in str(caught.value)
    assert Goal.parse(one).text == one
    assert Goal.parse(other).text == other


@pytest.mark.parametrize(
    ("text", "meant"), [("20:00", "5k 20:00"), ("4:10", "4:10/km"), ("1:30:00", "10k 1:30:00"), ("5k 4:00", "4:00/km")]
)
def test_what_is_no_goal_is_answered_with_what_may_be_meant(text, meant):
    with pytest.raises(GoalError) as caught:
        Goal.parse(text)
    assert meant in str(caught.value).split("Write it as")[0]


@given(st.sampled_from([400.0, 1500.0, MILE_M, 5000.0, 10_000.0, 21097.5]), st.floats(1.6, 5.0))
def test_a_goal_reads_back_as_itself(race_m, speed_mps):
    for written in (f"{race_m:g}m {race_m / speed_mps / 60.0:.4f}min", f"{1000.0 / speed_mps:.3f} s/km"):
        goal = Goal.parse(written)
        assert Goal.parse(str(goal)) == goal


@given(st.text(max_size=20))
def test_no_text_breaks_the_parser(text):
    try:
        goal = Goal.parse(text)
    except GoalError:
        return
    assert 1.0 < goal.speed_mps < 11.0


def seconds(text):
    total = 0.0
    for part in text.split(":"):
        total = 60.0 * total + float(part)
    return total


# The table of race times by VDOT in J. Daniels, Daniels' Running Formula (Human Kinetics).
@pytest.mark.parametrize(
    ("index", "five", "ten", "half"),
    [
        (30, "30:40", "63:46", "2:21:04"),
        (40, "24:08", "50:03", "1:50:59"),
        (50, "19:57", "41:21", "1:31:35"),
        (60, "17:03", "35:22", "1:18:09"),
        (70, "14:55", "31:00", "1:08:21"),
    ],
)
def test_vdot_agrees_with_the_published_table(index, five, ten, half):
    for metres, time in ((5000.0, five), (10_000.0, ten), (21097.5, half)):
        assert vdot(metres, seconds(time)) == pytest.approx(index, abs=0.07)
    assert equivalent_time_s(5000.0, seconds(five), 10_000.0) == pytest.approx(seconds(ten), abs=2.0)
    assert equivalent_time_s(10_000.0, seconds(ten), 5000.0) == pytest.approx(seconds(five), abs=1.0)


def test_vdot_agrees_with_a_published_calculation():
    # runworks.com's calculator for 15 km in 1:07:48, as printed at marathonquest.blogspot.com on 3 September 2007.
    assert vdot(15_000.0, seconds("1:07:48")) == pytest.approx(46.4, abs=0.05)
    assert equivalent_time_s(15_000.0, seconds("1:07:48"), 5000.0) == pytest.approx(seconds("21:15.1"), abs=0.6)
    assert equivalent_time_s(15_000.0, seconds("1:07:48"), 10_000.0) == pytest.approx(seconds("44:03.9"), abs=0.6)


def test_twenty_minutes_are_49_8():
    assert vdot(5000.0, 1200.0) == pytest.approx(49.8, abs=0.05)
    # By hand: 250 m/min cost -4.60 + 45.5645 + 6.5 = 47.4645; of VDOT 0.8 + 0.14672 + 0.00627 = 0.95298 can be held.
    assert vdot(5000.0, 1200.0) == pytest.approx(47.4645 / 0.95298, rel=1e-4)


def test_riegel():
    # 2 ** 1.06 = 2.08493.
    assert riegel_time_s(5000.0, 1200.0, 10_000.0) == pytest.approx(2501.9, abs=0.1)


@given(st.floats(800.0, 2400.0))
def test_there_and_back_is_the_same_goal(time_s):
    there = equivalent_time_s(5000.0, time_s, 10_000.0)
    assert equivalent_time_s(10_000.0, there, 5000.0) == pytest.approx(time_s, abs=0.01)
    assert there > 2.0 * time_s


def test_a_goal_over_another_race():
    goal = Goal.parse("5k 20:00").over(10_000.0)
    assert goal.is_10k
    assert 10_000.0 / goal.speed_mps == pytest.approx(2487.9, abs=0.1)
    assert goal.text == "5k 20:00"
    pace = Goal.parse("4:00/km")
    assert pace.over(10_000.0) is pace


def test_an_error_points_at_the_part_that_is_not_understood():
    with pytest.raises(GoalError) as caught:
        Goal.parse("5k  20:5")
    assert str(caught.value).splitlines()[1:] == ["  5k 20:5", "     ^"]
    assert "is no time like 20:00" in caught.value.what
    assert '"5k 20:00"' in str(caught.value)


@pytest.mark.parametrize("form", ["{}/km", "5k {}", "{}", "4:{}/km", "{}:00/km", "5k {}:00:00", "1{}"])
def test_a_number_of_hundreds_of_digits_is_no_time(form):
    with pytest.raises(GoalError):
        Goal.parse(form.format("9" * 305))
