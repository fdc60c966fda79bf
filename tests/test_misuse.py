"""What a hand in a notebook gets wrong: each ends in an error of the package that says what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import kastor_analysis as ka
from tests.scorer.made import kastor_times, make_session


def analysed(**options: Any) -> ka.Report:
    return ka.analyze(make_session(kastor_times()).activity, **options)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: ka.Plan(reps=3, hammer=2), "hammer must be reps like (12, 16), not 2 (at key hammer)"),
        (lambda: ka.Plan(reps=3, hammer=("last",)), "hammer must be reps like (12, 16)"),
        (lambda: ka.Plan(reps=3, goal=1200), 'the goal 1200 is no text. Write it as "5k 20:00"'),
        (lambda: ka.Plan.kastor(goal=240.0), "the goal 240.0 is no text"),
        (lambda: ka.Plan.kastor().with_goal(240.0), "the goal 240.0 is no text"),
        (lambda: analysed(goal=240.0), "the goal 240.0 is no text"),
        (lambda: analysed(athlete="anna"), "the athlete 'anna' is none. Make one, or read one"),
        (lambda: analysed(units="furlong"), "there is no unit 'furlong'. Choose km or mi"),
        (lambda: ka.segment(make_session(kastor_times()).activity, "kastor"), "Read it first: Plan.load(name)"),
        (lambda: analysed(lane=0), "a track has lanes 1 to 10, not 0. Count them from the inside"),
        (lambda: ka.score(make_session(kastor_times()), "kastor"), "Read it first: Plan.load(name)"),
        (lambda: ka.join([3]), "Read it first: join([load(path) for path in paths])"),
        (lambda: ka.score(make_session(kastor_times()).activity), "Find its reps first: score(segment(activity))"),
        (lambda: analysed(plan=8), "the plan 8 is none. Make one: Plan(reps=8, distance_m=800)"),
        (lambda: analysed(drop=3), "Write drop=[3] or merge=[(7, 8)]"),
        (lambda: analysed(merge=[7, 8]), "Write drop=[3] or merge=[(7, 8)]"),
        (lambda: analysed(splits=[96.2, "1:35"]), "'1:35' is no time in seconds for rep 2. Write splits=[96.2, 95.8]"),
        (lambda: analysed().to_html(units="miles"), "there is no unit 'miles'. Choose km or mi"),
        (lambda: analysed().plot(units="miles"), "there is no unit 'miles'. Choose km or mi"),
        (lambda: ka.load(None), "None is no recording. Name a path, bytes or a binary file"),
    ],
)
def test_it_is_told_what_to_do(call: Any, said: str) -> None:
    with pytest.raises(ka.KastorError) as caught:
        call()
    assert said in str(caught.value)


def test_a_closed_file_is_told(sample_data: Path) -> None:
    with (sample_data / "kastor-good.fit").open("rb") as file:
        pass
    with pytest.raises(ka.ReadError, match="cannot be read: read of closed file"):
        ka.load(file)


def test_a_file_is_to_be_loaded_before_it_is_segmented() -> None:
    with pytest.raises(ka.SegmentError, match=r"'run.fit' is no activity.*segment\(load"):
        ka.segment("run.fit")  # type: ignore[arg-type]


def test_one_activity_joins_to_itself() -> None:
    activity = make_session(kastor_times()).activity
    assert ka.join(activity) is activity


def test_a_column_that_is_none_names_those_there_are() -> None:
    with pytest.raises(KeyError, match=r"no column 'speed'; there are time_s, .*speed_mps"):
        make_session(kastor_times()).activity.column("speed")


@pytest.mark.parametrize(
    ("plan", "title"),
    [
        (ka.Plan(reps=8, distance_m=800), "8 x 800 m"),
        (ka.Plan(reps=3, distance_m=(400, 800, 400)), "400, 800, 400 m"),
        (ka.Plan(reps=8, duration_s=120, rest_s=60), "8 x 2:00"),
        (ka.Plan(reps=2, distance_m=(400, None), duration_s=(None, 60)), "400 m, 1:00"),
        (ka.Plan(reps=8, distance_m=800, name="Yasso"), "Yasso"),
    ],
)
def test_a_plan_without_a_name_is_called_what_is_to_be_run(plan: ka.Plan, title: str) -> None:
    assert plan.title == title
    assert title in repr(plan)
    assert title in plan._repr_html_()
