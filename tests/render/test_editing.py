"""What the edit mode's page carries: speed as it was, and little of it."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kastor_analysis import Corrections, analyze, score
from kastor_analysis.render import page
from kastor_analysis.render.editing import DIGITS, UNKNOWN, edit_data, packed
from kastor_analysis.shown.trace import trace_of
from tests.charts import made

MOST_BYTES = 40_000


@given(st.lists(st.floats(0.0, 9.0) | st.none(), max_size=40), st.floats(3.0, 12.0))
def test_packed_speed_is_within_half_a_step(values, most):
    wanted = np.array([np.nan if v is None else v for v in values])
    text = packed(wanted, most)
    got = np.array([np.nan if c == UNKNOWN else DIGITS.index(c) / (len(DIGITS) - 1) * most for c in text])
    assert np.array_equal(np.isnan(got), np.isnan(wanted))
    assert np.allclose(got, np.minimum(wanted, most), atol=most / (len(DIGITS) - 1) / 2 + 1e-9, equal_nan=True)


def test_what_the_page_hands_back_begins_with_what_was_corrected_before(sample_data):
    report = analyze(sample_data / "kastor-flawed.fit", plan="kastor")
    fixed = report.session.corrected(drop=[2], note="windy")
    for session in (report.session, fixed):
        data = json.loads(edit_data(score(session), trace_of(session.activity)))
        assert Corrections.from_toml(data["kept"]).items == session.corrections.items
        assert Corrections.from_toml(data["kept"]).are_of(session.activity.start_time)
        reps = [mark for mark in data["marks"] if mark["kind"] == "rep"]
        assert [round(rep.start_s, 3) for rep in session.reps] == [rep["start"] for rep in reps]


def test_it_adds_at_most_40_kb_to_the_page_of_two_hours(monkeypatch):
    monkeypatch.setattr(made, "WARMUP_S", 2400.0)
    monkeypatch.setattr(made, "COOLDOWN_S", 1900.0)
    report = made.made_report()
    assert report.session.activity.duration_s > 7200
    whole = len(report.to_html().encode())
    monkeypatch.setattr(page, "edit_data", lambda *_: "")
    render = page.render
    monkeypatch.setattr(page, "render", lambda name, parts, **values: render(name, **values))
    assert 10_000 < whole - len(report.to_html().encode()) <= MOST_BYTES
