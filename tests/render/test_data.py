"""A report as dict, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import fields
from typing import Any

import numpy as np

from kastor_analysis.render.data import cell_text, report_dict, report_json, reps_csv
from kastor_analysis.report import RepResult
from tests.charts.made import TIMES_S, made_report


def walk(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in walk(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in walk(item)]
    return [value]


def test_json_is_strict_and_is_the_dict() -> None:
    report = made_report(missing=(14,), goal=None)
    data = report_dict(report)
    assert json.loads(report_json(report), parse_constant=lambda name: 1 / 0) == data
    assert {type(leaf) for leaf in walk(data)} <= {str, int, float, bool, type(None)}


def test_missing_is_null_never_zero() -> None:
    rep = report_dict(made_report(missing=(14,)))["reps"][13]
    assert rep["status"] == "missing"
    assert rep["planned_rep"] == 14
    assert {rep[key] for key in ("run_rep", "time_s", "rest_s", "heart_rate_avg_bpm", "pace_verdict")} == {None}


def test_numbers_are_the_reports() -> None:
    report = made_report()
    data = report_dict(report)
    assert [rep["time_s"] for rep in data["reps"]] == list(TIMES_S)
    assert data["scores"] == dict(report.scores)
    assert data["start_time"] == "2026-05-05T17:30:00Z"
    assert data["plan"]["goal"]["text"] == "5k 20:00"
    np.testing.assert_allclose([row["duration_s"] for row in data["segments"]], report.session.segments["duration_s"])


def test_no_text_is_a_formula_to_a_spreadsheet() -> None:
    for start in ("=", "+", "-", "@", "\t=", "\r", "＝"):
        for text in (f"{start}1+1", f"  {start}1+1", f"run;{start}cmd|x", f"a;b; {start}1"):
            cells = str(cell_text(text)).split(";")
            assert not [cell for cell in cells if cell.lstrip(" ").startswith(tuple("=+-@\t\r\n＝"))], text
            assert str(cell_text(text)).replace("'", "") == text
    for value in (-2.5, 3, None, "run-1.fit", "5 x 400 m - fast", "a=b"):
        assert cell_text(value) == value


def test_csv_has_a_row_a_rep_with_all_fields() -> None:
    rows = list(csv.DictReader(io.StringIO(reps_csv([made_report(missing=(14,)), made_report(source="other.fit")]))))
    assert len(rows) == 32
    assert list(rows[0]) == ["recording", "start_time", *(field.name for field in fields(RepResult))]
    assert [row["recording"] for row in rows] == ["tuesday.fit"] * 16 + ["other.fit"] * 16
    assert float(rows[0]["time_s"]) == TIMES_S[0]
    assert rows[13]["time_s"] == ""
    assert rows[11]["is_hammer"] == "True"
