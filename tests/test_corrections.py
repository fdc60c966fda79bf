"""Reps dropped and merged by hand."""

from __future__ import annotations

from itertools import pairwise

import pytest

from kastor_analysis.corrections import correct
from kastor_analysis.errors import SegmentError
from kastor_analysis.inference import infer_plan
from kastor_analysis.plan import Plan
from kastor_analysis.scorer import score
from tests.scorer.made import kastor_times, make_session


def covers(session):
    assert session.rows[0].start_s == 0.0
    assert session.rows[-1].end_s == pytest.approx(session.activity.duration_s)
    assert all(a.end_s == b.start_s for a, b in pairwise(session.rows))
    assert [rep.run_rep for rep in session.reps] == list(range(1, len(session.reps) + 1))


def test_nothing_to_correct_is_the_session_itself():
    session = make_session(kastor_times())
    assert correct(session) is session


@pytest.mark.parametrize(("number", "kind"), [(1, "warmup"), (3, "recovery"), (17, "cooldown")])
def test_a_dropped_rep_joins_what_is_around_it(number, kind):
    times = [96.0] * 17
    session = make_session(times)
    corrected = correct(session, drop=[number])
    covers(corrected)
    assert len(corrected.reps) == 16
    was = session.reps[number - 1]
    now = next(row for row in corrected.rows if row.start_s <= was.start_s and was.end_s <= row.end_s)
    assert now.kind == kind
    assert f"Rep {number} was dropped by hand" in corrected.notes


def test_merged_reps_are_one_from_first_start_to_last_end():
    # Lap 7 was cut in two by an auto-lap with a second between.
    times = [*([96.0] * 6), 50.0, 45.0, *([96.0] * 9)]
    rests = [*([96.0] * 6), 1.0, *([96.0] * 9)]
    metres = [*([400.0] * 6), 210.0, 186.0, *([400.0] * 9)]
    session = make_session(
        times, rests, watch_m=metres, nominal_m=[*([400.0] * 6), *([float("nan")] * 2), *([400.0] * 9)]
    )
    corrected = correct(session, merge=[(7, 8)])
    covers(corrected)
    assert len(corrected.reps) == 16
    assert corrected.reps[6].duration_s == pytest.approx(96.0)
    assert corrected.reps[6].distance_m == pytest.approx(397.2)
    report = score(corrected, Plan(reps=16, distance_m=400, goal="5k 20:00"))
    assert report.scores["pace"] == pytest.approx(100.0)
    assert "Reps 7 to 8 were merged by hand" in report.session.notes


def test_an_inferred_plan_follows_the_correction():
    session = make_session([75.0] * 10, plan=infer_plan([75.0] * 10, [400.0] * 10, [405.0] * 10, [75.0] * 9))
    assert correct(session, drop=[3]).plan.reps == 9
    named = make_session([75.0] * 10, plan=Plan.kastor(reps=10))
    assert correct(named, drop=[3]).plan.reps == 10


@pytest.mark.parametrize(
    ("drop", "merge", "said"),
    [
        ([17], [], "no rep 17"),
        ([0], [], "no rep 0"),
        ([3, 3], [], "twice"),
        ([3], [(3, 4)], "twice"),
        ([], [(3, 5)], "cannot be merged"),
        ([], [(4, 3)], "cannot be merged"),
        ([], [(4,)], "cannot be merged"),
    ],
)
def test_what_cannot_be_corrected_is_said(drop, merge, said):
    with pytest.raises(SegmentError, match=said):
        correct(make_session(kastor_times()), drop=drop, merge=merge)
