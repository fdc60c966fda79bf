"""Several reports in one table: which columns a narrow terminal keeps."""

from __future__ import annotations

from kastor_analysis import Plan
from kastor_analysis.render.glyphs import UNICODE
from kastor_analysis.render.overview import overview_lines
from kastor_analysis.scorer import score
from tests.scorer.made import kastor_times, make_session

PLAN = Plan.kastor("5k 20:00")


def test_how_many_reps_each_ran_comes_before_what_is_the_same_of_all() -> None:
    # One recording without reps has neither plan nor target to show, and makes no difference to the others' sameness.
    reports = [score(make_session([96.0 + n] * n), PLAN) for n in (10, 12, 16)]
    head, *rows = overview_lines([*reports, score(make_session([]), PLAN)], width=64, glyphs=UNICODE)
    assert "Reps" in head
    assert "Target" not in head
    assert ["10/16" in rows[0], "12/16" in rows[1], "no repeats" in rows[3]] == [True, True, True]


def test_where_all_ran_all_the_target_is_kept_as_long_as_it_fits() -> None:
    reports = [score(make_session(kastor_times(96.0 + n)), PLAN) for n in range(3)]
    head, *_ = overview_lines(reports, width=100, glyphs=UNICODE)
    assert "Target" in head
