"""Segments cover the activity, whatever it holds, and name what is round the main set."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kastor_analysis import Plan, segment
from tests.segmenter.made import activity, session


@settings(max_examples=40)
@given(
    pieces=st.lists(st.tuples(st.floats(5.0, 400.0), st.floats(0.0, 7.0)), min_size=1, max_size=25),
    every_s=st.sampled_from([1.0, 5.0]),
)
def test_segments_follow_each_other_without_gap(pieces, every_s):
    a = activity(pieces, every_s=every_s)
    if a.column("distance_m")[-1] < 25.0 or a.sample_table.n_rows < 4:
        return
    rows = segment(a, use_laps=False).rows
    assert rows[0].start_s == 0.0
    assert rows[-1].end_s == pytest.approx(a.duration_s)
    assert all(x.end_s == y.start_s for x, y in pairwise(rows))
    assert all(row.end_s > row.start_s for row in rows)
    numbers = [row.run_rep for row in rows if row.kind == "rep"]
    assert numbers == list(range(1, len(numbers) + 1))


def test_what_is_round_the_main_set_is_named():
    pieces = [(720.0, 2.9), (150.0, 0.0), (300.0, 1.2), (60.0, 0.0)]
    for i in range(10):
        pieces += [(90.0, 4.6), (90.0 if i < 9 else 240.0, 0.6)]
    pieces += [(600.0, 2.8), (60.0, 0.0)]
    frame = segment(activity(pieces), use_laps=False).segments
    kinds = frame["kind"].tolist()
    assert kinds[0] == "warmup"
    assert "drills" in kinds[: kinds.index("rep")]
    assert kinds[-2:] == ["cooldown", "other"]
    assert frame.loc[0, "duration_s"] == pytest.approx(720.0, abs=15.0)
    assert frame.loc[len(frame) - 2, "duration_s"] == pytest.approx(600.0, abs=15.0)


def test_the_plan_given_stays_and_none_is_inferred():
    a = activity(session(8, (84.0, 4.8), (80.0, 0.8)))
    plan = Plan.kastor("5k 18:00", reps=8)
    assert segment(a, plan).plan is plan
    inferred = segment(a).plan
    assert inferred.source == "inferred"
    assert inferred.reps == 8
    assert segment(activity([(1800.0, 3.0)])).plan is None


def test_sixteen_times_400_is_plainly_kastors():
    v = 4.2
    a = activity(session(16, (400.0 / v, v), (95.0, 0.7)))
    assert segment(a).plan.is_kastor


def test_segments_are_a_tidy_frame():
    frame = segment(activity(session(6, (84.0, 4.8), (80.0, 0.8)))).segments
    assert str(frame["run_rep"].dtype) == "Int64"
    reps = frame[frame["kind"] == "rep"]
    assert np.isfinite(reps[["start_sd_s", "end_sd_s", "duration_sd_s", "distance_m"]].to_numpy(float)).all()
