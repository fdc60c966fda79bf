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
        (lambda: ka.join(["warmup.fit", "main.fit"]), "Read it first: join([load(path) for path in paths])"),
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


def test_one_activity_joins_to_itself() -> None:
    activity = make_session(kastor_times()).activity
    assert ka.join(activity) is activity
