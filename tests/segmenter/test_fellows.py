"""What fellows tell: soft edges are drawn to what the reps of a set have in common, sure ones stay."""

from __future__ import annotations

import json
from importlib import resources
from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kastor_analysis.motion import motion_of
from kastor_analysis.segmenter.fellows import weigh_with_fellows
from kastor_analysis.segmenter.spans import RepSpan
from kastor_analysis.segmenter.stated import fitted_times
from tests.segmenter.made import activity

HABITS, _ = fitted_times()
PACE_MPS = 4.0
REST_S = 90.0


def motion_at(pace_mps=PACE_MPS, n=12, length_s=400.0):
    """Return steady running, long enough for spans to be laid into it: its distance tells nothing of edges."""
    return motion_of(activity([(n * length_s, pace_mps)]))


def spans_of(durations_s, *, sd_s=1.5, source="signal", nominal_m=nan):
    out, now = [], 50.0
    for duration_s in durations_s:
        sd = float(sd_s)
        out.append(
            RepSpan(
                start_s=now, end_s=now + duration_s, start_sd_s=sd, end_sd_s=sd, duration_sd_s=sd * 2**0.5,
                source=source, nominal_distance_m=nominal_m,
            )
        )  # fmt: skip
        now += duration_s + REST_S
    return out


def durations(spans):
    return np.array([span.duration_s for span in spans])


def test_a_soft_rep_is_drawn_to_the_round_time_of_its_fellows():
    found = weigh_with_fellows(motion_at(), spans_of([120.3, 119.8, 120.1, 124.5, 119.9, 120.2]), HABITS)
    assert np.delete(durations(found), 3) == pytest.approx(120.0, abs=0.5)
    assert durations(found)[3] < 123.0


def test_a_sure_rep_stays_where_it_is():
    spans = spans_of([120.3, 119.8, 120.1, 124.5, 119.9, 120.2])
    spans[3] = spans[3]._replace(start_sd_s=0.05, end_sd_s=0.05)
    soft = weigh_with_fellows(motion_at(), spans_of([120.3, 119.8, 120.1, 124.5, 119.9, 120.2]), HABITS)
    sure = weigh_with_fellows(motion_at(), spans, HABITS)
    assert durations(sure)[3] > durations(soft)[3] + 1.0


def test_the_softer_edge_gives_way():
    spans = [span._replace(start_sd_s=0.3, end_sd_s=3.0) for span in spans_of([90.0, 90.4, 89.7, 96.0, 90.1])]
    moved = weigh_with_fellows(motion_at(), spans, HABITS)[3]
    assert moved.start_s == pytest.approx(spans[3].start_s, abs=0.2)
    assert moved.end_s < spans[3].end_s - 2.0


def test_a_rep_of_another_length_neither_pulls_nor_is_pulled():
    alike = [90.2, 89.9, 90.1, 90.0, 89.8]
    alone = durations(weigh_with_fellows(motion_at(), spans_of(alike), HABITS))
    beside = durations(weigh_with_fellows(motion_at(), spans_of([*alike, 181.7]), HABITS))
    assert beside[:5] == pytest.approx(alone, abs=1e-9)
    assert beside[5] == pytest.approx(181.7)


@pytest.mark.parametrize(
    "kept",
    [{"source": "lap"}, {"source": "lap/signal"}, {"source": "signal+track", "nominal_m": 400.0}],
)
def test_presses_and_lines_of_the_track_own_their_times(kept):
    times_s = [100.3, 99.0, 101.5, 97.2, 100.9]
    assert durations(weigh_with_fellows(motion_at(), spans_of(times_s, **kept), HABITS)) == pytest.approx(times_s)


def test_two_reps_have_no_fellows():
    assert durations(weigh_with_fellows(motion_at(), spans_of([118.0, 123.0]), HABITS)) == pytest.approx([118.0, 123.0])


def test_reps_without_any_distance_are_weighed_by_their_times():
    found = weigh_with_fellows(
        motion_of(activity([(30.0, 3.0), (3000.0, 0.0)])), spans_of([60.4, 59.8, 60.1, 63.5]), HABITS
    )
    assert np.isfinite(durations(found)).all()
    assert durations(found)[3] < 63.5


def test_fellows_make_a_time_surer():
    spans = spans_of([120.1, 119.9, 120.0, 120.2, 119.8, 120.0])
    found = weigh_with_fellows(motion_at(), spans, HABITS)
    alone = weigh_with_fellows(motion_at(), spans_of([120.1, 40.0, 250.0]), HABITS)[0]
    assert all(span.duration_sd_s < 0.6 * alone.duration_sd_s for span in found)
    assert all(after.start_sd_s <= before.start_sd_s for before, after in zip(spans, found, strict=True))


@given(st.lists(st.floats(20.0, 300.0), min_size=1, max_size=8), st.floats(0.1, 6.0))
def test_whatever_the_reps_they_stay_in_order_and_finite(times_s, sd_s):
    found = weigh_with_fellows(motion_at(), spans_of(times_s, sd_s=sd_s), HABITS)
    assert np.isfinite([(s.start_s, s.end_s, s.start_sd_s, s.end_sd_s, s.duration_sd_s) for s in found]).all()
    assert (durations(found) > 0.0).all()


def test_the_numbers_say_how_they_did_on_runners_left_out():
    data = json.loads(resources.files("kastor_analysis.segmenter").joinpath("times.json").read_text("utf-8"))
    for condition in ("blinded", "gpx"):
        told = data["runners_left_out"][condition]
        overall, *thirds = told["within_1sd"]
        assert told["reps"] > 1500
        assert 0.64 <= overall <= 0.72
        assert all(0.58 <= third <= 0.77 for third in thirds)
