"""Whatever an activity holds: a session whose segments cover it, or a `KastorError`; nothing else, and soon."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from kastor_analysis import Activity, KastorError, Plan, score, segment
from tests.segmenter.made import START

values = st.one_of(st.just(np.nan), st.floats(-50.0, 5000.0, width=32))


@settings(max_examples=60)
@given(data=st.data(), n=st.integers(1, 60), use_laps=st.booleans())
def test_any_columns_end_in_a_session_or_a_clear_error(data, n, use_laps):
    steps = data.draw(npst.arrays(np.float64, n, elements=st.sampled_from([0.2, 1.0, 3.0, 60.0, 4000.0])))
    column = npst.arrays(np.float64, n, elements=values)
    samples = {"time_s": np.cumsum(steps), "distance_m": data.draw(column), "speed_mps": data.draw(column)}
    samples["lat_deg"] = data.draw(npst.arrays(np.float64, n, elements=st.sampled_from([np.nan, 47.0, 47.01, -89.9])))
    samples["lon_deg"] = data.draw(npst.arrays(np.float64, n, elements=st.sampled_from([np.nan, 8.0, 8.01, 179.9])))
    end = float(samples["time_s"][-1])
    edges = np.sort(data.draw(npst.arrays(np.float64, 6, elements=st.floats(0.0, max(end, 1.0)))))
    laps = {"start_s": edges[:-1], "end_s": edges[1:]}
    pauses = {"start_s": edges[1:4:2], "end_s": edges[2:5:2]}
    activity = Activity.from_columns(START, samples, laps=laps, pauses=pauses, source="odd")
    try:
        session = segment(activity, Plan.kastor("5k 20:00"), use_laps=use_laps)
        score(session)
    except KastorError:
        return
    assert session.rows[0].start_s == 0.0
    assert session.rows[-1].end_s >= activity.duration_s - 1.0
    assert all(a.end_s == b.start_s for a, b in pairwise(session.rows))


@pytest.mark.parametrize("hours", [0.5, 30.0])
def test_a_watch_left_running_is_no_session(hours):
    time_s = np.arange(0.0, hours * 3600.0, 1.0 if hours < 1 else 20.0)
    rng = np.random.default_rng(0)
    d = np.cumsum(np.abs(rng.normal(0.0, 0.05, time_s.size)))
    activity = Activity.from_columns(START, {"time_s": time_s, "distance_m": d})
    assert segment(activity).reps == ()
