"""Plans as runners write them: what is read, what is written back, and where an error points."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from math import nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kastor_analysis.errors import NotationError, PlanError
from kastor_analysis.plan import Plan
from kastor_analysis.steps import Pace


@pytest.mark.parametrize(
    ("text", "written", "title"),
    [
        ("8x400 r60", "8x400 r1:00", "8 x 400 m"),
        ("8 x 400 m, r 60 s", "8x400 r1:00", "8 x 400 m"),
        ("8x400 with 60s rest", "8x400 r1:00", "8 x 400 m"),
        ("16x400 r1:1 hammer 12,16", "16x400 r1:1 hammer 12,16", "16 x 400 m"),
        ("5x3:00 r2:00", "5x3:00 r2:00", "5 x 3:00"),
        ("5x3min/2min", "5x3:00 r2:00", "5 x 3:00"),
        ("10x1:00/1:00", "10x1:00 r1:00", "10 x 1:00"),
        ("10x1:00 on/1:00 off", "10x1:00 r1:00", "10 x 1:00"),
        ("3x(4x400 r60) r4:00", "3x(4x400 r1:00) r4:00", "3 x (4 x 400 m)"),
        ("400-800-1200-800-400 r=rep", "400-800-1200-800-400 r1:1", "400, 800, 1200, 800, 400 m"),
        ("6x800m @ 10k r90s jog", "6x800 r1:30 jog @ 10k", "6 x 800 m"),
        ("4xmile r400m", "4x1mile r400m", "4 x 1 mile"),
        ("20min @ 4:10/km", "20:00 @ 4:10/km", "20:00"),
        ("6x800 r90 @ 4:00-4:10/km", "6x800 r1:30 @ 4:00-4:10/km", "6 x 800 m"),
        ("4x1000 r2:00 + 6x200 r60 walk", "4x1000 r2:00 + 6x200 r1:00 walk", "4 x 1000, 6 x 200 m"),
        ("8x800 r=1.5rep goal sub-40 10k", "8x800 r=1.5rep @ 10k 40:00", "8 x 800 m"),
        ("(4x400 r60 hammer 4) r3:00, 4x400 r60", "2x(4x400 r1:00) r3:00 hammer 4", "2 x (4 x 400 m)"),
        ("12x400", "12x400", "12 x 400 m"),
        ("16×400", "16x400", "16 x 400 m"),
        ("8 by 400", "8x400", "8 x 400 m"),
        ("8 times 400m", "8x400", "8 x 400 m"),
        ("16x400 1:1", "16x400 r1:1", "16 x 400 m"),
        ("8x400 (r60)", "8x400 r1:00", "8 x 400 m"),
        ("8x400m (200m jog)", "8x400 r200m jog", "8 x 400 m"),
        ("8x400m, 60s rest", "8x400 r1:00", "8 x 400 m"),
        ("8x400 60s jog", "8x400 r1:00 jog", "8 x 400 m"),
        ("8x200 r 200 walk", "8x200 r200m walk", "8 x 200 m"),
        ("4x1 mile w/ 400 jog", "4x1mile r400m jog", "4 x 1 mile"),
        ("5x1 km off 2 min", "5x1000 r2:00", "5 x 1000 m"),
        ("5x1k @ 10k pace, 90s jog", "5x1000 r1:30 jog @ 10k", "5 x 1000 m"),
        ("10x400 r1min30", "10x400 r1:30", "10 x 400 m"),
        ("10x400 r1m30s", "10x400 r1:30", "10 x 400 m"),
        ("5x1,000m r2:00", "5x1000 r2:00", "5 x 1000 m"),
        ("6 x 3:00 (2:00)", "6x3:00 r2:00", "6 x 3:00"),
        ("10 x 1 min hard, 1 min easy", "10x1:00 r1:00 jog", "10 x 1:00"),
        ("10x1min on 1min off", "10x1:00 r1:00", "10 x 1:00"),
        ("10×(1min on/1min off)", "10x1:00 r1:00", "10 x 1:00"),
        ("6x800 in 2:40 r2:00", "6x800 r2:00 @ 2:40/800", "6 x 800 m"),
        ("10x400 @ 90s", "10x400 @ 1:30/400", "10 x 400 m"),
        ("10x400 @ 1:30 r60", "10x400 r1:00 @ 1:30/400", "10 x 400 m"),
        ("10 x 400 at 5k pace", "10x400 @ 5k", "10 x 400 m"),
        ("2x5x400 r60 R3:00", "2x(5x400 r1:00) r3:00", "2 x (5 x 400 m)"),
        ("2 sets of 5x400 r60", "2x(5x400 r1:00)", "2 x (5 x 400 m)"),
        ("(5x400 r60)x2", "2x(5x400 r1:00)", "2 x (5 x 400 m)"),
        ("400, 800, 1200 r90", "400-800-1200 r1:30", "400, 800, 1200 m"),
        ("pyramid 1-2-3-2-1 min r=rep", "1:00-2:00-3:00-2:00-1:00 r1:1", "1:00, 2:00, 3:00, 2:00, 1:00"),
        ("12x400 r60 hammer last", "12x400 r1:00 hammer 12", "12 x 400 m"),
    ],
)
def test_plans_as_runners_write_them(text, written, title):
    plan = Plan.parse(text)
    assert str(plan) == written
    assert plan.title == title
    assert Plan.parse(written) == plan


def test_what_the_steps_ask_for():
    steps = Plan.parse("2x(400 r60 jog + 2:00 r200m) r3:00 goal 5k 20:00").steps
    assert [(s.distance_m, s.duration_s) for s in steps] == [
        (400, pytest.approx(nan, nan_ok=True)),
        (pytest.approx(nan, nan_ok=True), 120),
    ] * 2
    assert [s.rest_s for s in steps[:3]] == [60, 180, 60]
    assert [s.rest_how for s in steps] == ["jog", "", "jog", ""]
    assert [s.set_number for s in steps] == [1, 1, 2, 2]
    assert steps[0].target_s == pytest.approx(96.0)
    assert steps[1].target_pace_s_per_km == pytest.approx(240.0)


def test_paces_of_races_and_bands_of_their_own():
    plan = Plan.parse("2x1000 r2:00 @ 10k + 2x400 r60 @ 3:50-4:10/km goal 5k 20:00")
    assert plan.steps[0].target_s == pytest.approx(248.8, abs=0.1)
    low, high = plan.band_of(plan.steps[2])
    assert (low * plan.steps[2].target_s, high * plan.steps[2].target_s) == pytest.approx((92.0, 100.0))
    assert plan.band_of(plan.steps[0]) == plan.band
    assert Plan.parse("6x800 @ 10k goal 5k 20:00").goal.is_10k
    assert plan.with_goal("5k 19:00").steps[2].target_s == pytest.approx(91.2)


def test_kastors_session_is_known_by_its_text():
    assert Plan.parse("16x400 r1:1 hammer 12,16").is_kastor
    assert Plan.parse("8x400 r1:1 hammer 6,8").is_kastor
    assert not Plan.parse("16x400 r1:1").is_kastor
    kastor = Plan.kastor("5k 20:00")
    assert Plan.parse(str(kastor)) == replace(kastor, name="", source="given")


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ("8x400 r6O", "6O", "r60s"),
        ("8x", "", "a rep is missing"),
        ("8x400 r400", "400", "r400s and as r400m"),
        ("8x400 r2", "2", "r2s and as r2min"),
        ("10x60", "60", "60s and as 60m"),
        ("5x3", "3", "3s and as 3min"),
        ("8x400 r60 r90", "r90", "a second rest"),
        ("3x(4x400 r60", "", "bracket"),
        ("8x400 hammer 9", "9", "Here are 8 reps"),
        ("3x(4x400 hammer 5)", "5", "Here are 4 reps"),
        ("hello", "hello", "is no rep"),
        ("6x800 @ 3:20", "3:20", "3:20/800"),
        ("300x400", "300", "200"),
        ("4x3m", "3m", "3min"),
        ("8x400 r60 foo", "foo", "cannot be read here"),
        ("8x400 @ 5k 10:00", "5k", "faster than the world record"),
        ("", "", "empty"),
        ("50x(5x400)", "50x", "200 reps"),
        ("8x400 1:30", "1:30", "the rest r1:30 and as the time of the rep"),
        ("8x400, 60s", "60s", "the rest r60s and as a rep"),
        ("10x400 - 90s", "- 90s", "the rest r1:30 and as a rep"),
        ("400/800/400", "800", "A ladder is written 400-800"),
        ("3-2-1 in 20", "3", "3s and as 3min"),
    ],
)
def test_an_error_points_at_the_place_and_says_what_would_be_right(text, at, said):
    with pytest.raises(NotationError) as caught:
        Plan.parse(text)
    message, line, caret = str(caught.value).split("\n")
    assert said in message
    assert line.removeprefix("  ") == text
    assert line[caret.index("^") :].startswith(at) if at else caret.index("^") == len(line)


def test_only_text_is_parsed():
    with pytest.raises(PlanError, match="is no text"):
        Plan.parse(8)  # type: ignore[arg-type]


RESTS = st.one_of(
    st.none(),
    st.tuples(st.just("rest_s"), st.sampled_from([20.0, 60.0, 90.5, 240.0, 3600.0])),
    st.tuples(st.just("rest_m"), st.sampled_from([100.0, 200.0, 400.0, 1609.344])),
    st.tuples(st.just("rest_ratio"), st.sampled_from([0.5, 1.0, 1.25, 2.0])),
)
REPS = st.one_of(
    st.tuples(st.just("distance_m"), st.sampled_from([60.0, 100.0, 400.0, 437.5, 1000.0, 1609.344, 3218.688])),
    st.tuples(st.just("duration_s"), st.sampled_from([15.0, 45.5, 60.0, 180.0, 1200.0, 5400.0])),
)
PACES = st.one_of(
    st.none(),
    st.sampled_from([Pace(race_m=5000.0), Pace(race_m=1609.344), Pace(fast_s_per_km=240.0, slow_s_per_km=250.0)]),
    st.builds(lambda s: Pace(fast_s_per_km=s, slow_s_per_km=s), st.floats(150.0, 400.0)),
)


@st.composite
def plans(draw):
    """Draw a plan of any reps, rests, paces, sets and hammers; likely to repeat itself, as plans do."""
    kinds = draw(st.lists(st.tuples(REPS, RESTS, st.sampled_from(["", "jog", "walk"]), PACES), min_size=1, max_size=3))
    picked = draw(st.lists(st.integers(0, len(kinds) - 1), min_size=1, max_size=9)) * draw(st.integers(1, 3))
    rows = [kinds[i] for i in picked]
    n = len(rows)
    sizes, left = [], n
    while left:
        sizes.append(draw(st.integers(1, left)))
        left -= sizes[-1]
    values = {
        name: tuple(value[1] if value and value[0] == name else nan for value in column)
        for column, names in (
            ([r[0] for r in rows], ("distance_m", "duration_s")),
            ([r[1] for r in rows], ("rest_s", "rest_m", "rest_ratio")),
        )
        for name in names
    }
    return Plan(
        reps=n,
        **values,
        rest_how=tuple(r[2] for r in rows),
        pace=tuple(r[3] for r in rows) if draw(st.booleans()) else None,
        set_reps=tuple(sizes) if draw(st.booleans()) else None,
        hammer=tuple(draw(st.sets(st.integers(1, n), max_size=2))),
        race_m=draw(st.sampled_from([None, 10_000.0])),
        goal=draw(st.sampled_from([None, "5k 20:00", "4:05/km", "15 km/h"])),
    )


@settings(max_examples=300, deadline=None)
@given(plans())
def test_what_is_written_is_read_as_the_same_plan(plan):
    text = str(plan)
    again = Plan.parse(text)
    assert [repr(step) for step in again.steps] == [repr(step) for step in plan.steps], text
    assert (again.goal, again.hammer) == (plan.goal, plan.hammer), text
    assert str(again) == text


@pytest.mark.parametrize("token", ["(", "3x(", "1x(", "9", "400+", "400-", "8x", "@", "r", "400 r60 ", ")"])
def test_repeated_tokens_are_refused_or_read(token):
    for count in (10, 1000, 100_000):
        for text in (token * count, f"{token * count}400{')' * count}"):
            with suppress(PlanError):
                Plan.parse(text)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789 x()+,:/@rmkskt-'=.hg", max_size=24))
def test_no_text_breaks_the_reader(text):
    try:
        plan = Plan.parse(text)
    except NotationError:
        return
    assert Plan.parse(str(plan)).reps == plan.reps
