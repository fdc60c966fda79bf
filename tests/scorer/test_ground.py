from dataclasses import replace

import numpy as np
import pytest

import kastor_analysis as ka
from kastor_analysis.motion import motion_of
from kastor_analysis.segments import Segment
from kastor_analysis.session import Session
from kastor_analysis.simulation import Scenario, interval_session, simulate
from kastor_analysis.track import find_track


@pytest.fixture(scope="module")
def session():
    moves = interval_session([(400.0, 80.0)] * 6, [80.0] * 6)
    sim = simulate(Scenario(name="inside", moves=moves), 1)
    motion = motion_of(sim.activity)
    rows = tuple(
        Segment(
            kind="rep",
            run_rep=number,
            status="run",
            start_s=start_s,
            end_s=end_s,
            start_sd_s=0.3,
            end_sd_s=0.3,
            duration_sd_s=0.4,
            distance_m=412.0,
            nominal_distance_m=400.0,
        )
        for number, (start_s, end_s) in enumerate(sim.rep_spans, start=1)
    )
    fit = find_track(motion.time_s, motion.x_m, motion.y_m, sim.rep_spans)
    return Session(activity=sim.activity, rows=rows, track=fit)


def test_parts_of_a_rep_add_up_to_it(session):
    report = ka.score(session)
    parts = report.splits
    assert len(parts) == 24
    assert list(parts.columns[:2]) == ["planned_rep", "run_rep"]
    total = parts.groupby("run_rep")["time_s"].sum()
    assert total.to_numpy() == pytest.approx(report.reps["time_s"].to_numpy())
    assert np.abs(parts["time_s"] - 20.0).median() < 1.0
    assert parts["time_sd_s"].between(0.2, 1.0).all()


def test_off_the_track_there_are_none(session):
    assert ka.score(replace(session, track=None)).split_rows == ()


def test_a_watch_that_reads_long_is_told_so(session):
    assert ka.score(session).notes["watch"] == "The watch reads 3.0 % long on this track; its own distance is not used"
    true = tuple(replace(row, distance_m=401.0) for row in session.rows)
    assert "watch" not in ka.score(replace(session, rows=true)).notes
    assert "watch" not in ka.score(replace(session, track=None)).notes
