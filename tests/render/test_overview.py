"""Several reports in one table: which columns a narrow terminal keeps."""

from __future__ import annotations

from kastor_analysis import Plan
from kastor_analysis.render.glyphs import UNICODE
from kastor_analysis.render.overview import overview_columns, overview_lines
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


def test_a_recording_too_coarse_for_verdicts_has_no_share_of_reps_on_pace() -> None:
    session = make_session([17.0, 17.0, 17.1, 22.0], [60.0] * 3, nominal_m=100.0, watch_m=101.0, sd_s=0.7)
    report = score(session)
    assert [row.pace_verdict for row in report.rep_rows] == [None, None, None, "slow"]
    columns = {column.head: column.cells for column in overview_columns([report, score(make_session([80.0] * 4))])}
    assert [cell.text for cell in columns["On pace"]] == ["", "4/4"]
