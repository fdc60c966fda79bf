"""A first look at whole reports."""

from __future__ import annotations

import pytest

from kastor_analysis.plan import Plan
from kastor_analysis.scorer import score
from tests.scorer.made import kastor_times, make_session


def test_the_perfect_session_scores_a_hundred_and_is_told_so():
    report = score(make_session(kastor_times()), Plan.kastor("5k 20:00"))
    assert {name: pytest.approx(value) for name, value in report.scores.items()} == dict.fromkeys(report.scores, 100.0)
    assert len(report.advice) == 1
    assert report.advice[0].startswith("Well run")


def test_without_a_plan_ten_reps_are_no_failed_sixteen():
    report = score(make_session(kastor_times()[:10]))
    assert report.plan.is_inferred
    assert len(report.rep_rows) == 10
    assert report.scores["overall"] != report.scores["overall"]
    assert "--plan kastor" in report.notes["plan"]
