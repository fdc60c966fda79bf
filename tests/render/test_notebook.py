"""What values show of themselves in Jupyter."""

from __future__ import annotations

import re

import pytest

from kastor_analysis import Plan
from kastor_analysis.scorer import score
from tests.charts.made import TIMES_S, made_report
from tests.scorer.made import make_session


def test_a_plan_shows_its_steps_those_alike_in_one_row():
    html = Plan.kastor("5k 20:00")._repr_html_()
    cells = [re.findall("<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", html)[1:]]
    assert cells == [
        ["1 to 11", "400 m", "1:36", "1:36"],
        ["12", "400 m", "all out", "as the rep, 1:26"],
        ["13 to 15", "400 m", "1:36", "1:36"],
        ["16", "400 m", "all out", ""],
    ]
    assert repr(Plan.kastor("5k 20:00")) == "<Plan Kastor 16 x 400 m, goal 5k 20:00>"


HOSTILE = '<script>alert("x").fit'


def test_a_report_shows_every_rep_with_its_time_and_the_advice():
    report = made_report()
    html = report._repr_html_()
    rows = re.findall(r"<tr>(.*?)</tr>", html)[1:]
    assert len(rows) == 16
    for row, time_s in zip(rows, TIMES_S, strict=True):
        assert f"1:{time_s - 60:04.1f}" in row
    assert "score 86 of 100" in html
    for line in report.advice:
        assert line in html


def test_a_rep_that_was_not_run_says_so_and_has_no_time():
    row = re.findall(r"<tr>(.*?)</tr>", made_report(missing=(10,))._repr_html_())[10]
    assert "missing" in row
    assert "1:" not in row


@pytest.mark.parametrize("of", [lambda r: r, lambda r: r.session, lambda r: r.session.activity])
def test_text_from_files_is_escaped(of):
    html = of(made_report(source=HOSTILE))._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("of", [lambda r: r, lambda r: r.session, lambda r: r.session.activity])
def test_every_value_draws_its_speed_and_nothing_missing_is_shown_as_a_number(of):
    html = of(made_report(missing=(10,), heart_rate=False))._repr_html_()
    assert html.count("<svg") == 1
    assert "nan" not in html.lower()


def test_a_report_without_a_goal_speaks_of_evenness_and_says_what_each_rep_was():
    metres = [400.0, 200.0] * 3
    html = score(make_session([0.2 * m for m in metres], nominal_m=metres, watch_m=metres))._repr_html_()
    assert "evenness 100" in html
    assert "pace 100" not in html
    assert [row.count(">200 m<") for row in re.findall(r"<tr>(.*?)</tr>", html)[1:]] == [0, 1] * 3
    assert ">400 m<" not in made_report()._repr_html_()
