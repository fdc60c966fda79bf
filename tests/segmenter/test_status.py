"""What became of a rep: broken off, or two in one, beside those of its own length alone."""

from __future__ import annotations

import numpy as np
import pytest

from kastor_analysis import segment
from kastor_analysis.motion import motion_of
from kastor_analysis.segmenter.spans import RepSpan
from kastor_analysis.segmenter.status import with_status
from tests.segmenter.made import activity, session


def test_what_became_of_a_rep_is_said():
    pieces = [(600.0, 3.0), (120.0, 0.3)]
    for i in range(9):
        pieces += [(40.0 if i == 4 else 180.0 if i == 6 else 90.0, 4.6), (90.0, 0.5)]
    pieces += [(500.0, 3.0)]
    reps = segment(activity(pieces), use_laps=False).reps
    assert [r.status for r in reps] == ["run"] * 4 + ["aborted", "run", "double", "run", "run"]


def test_two_broken_reps_of_sixteen_are_both_aborted():
    pieces = session(16, (90.0, 4.6), (90.0, 0.6))
    for i in (2 + 2 * 6, 2 + 2 * 12):
        pieces[i] = (45.0, 4.6)
    reps = segment(activity(pieces), use_laps=False).reps
    assert [r.run_rep for r in reps if r.status == "aborted"] == [7, 13]


def test_a_rep_is_held_against_those_of_its_own_length():
    pieces = [(600.0, 3.0), (120.0, 0.3)]
    for work_s in (200.0, 200.0, 130.0, 200.0, 200.0, 200.0, 80.0, 80.0, 80.0, 35.0, 80.0, 160.0, 80.0):
        pieces += [(work_s, 4.9), (100.0, 0.5)]
    pieces += [(500.0, 3.0)]
    statuses = [r.status for r in segment(activity(pieces), use_laps=False).reps]
    assert [(i, s) for i, s in enumerate(statuses) if s != "run"] == [(2, "aborted"), (9, "aborted"), (11, "double")]
    assert len(statuses) == 13


@pytest.mark.parametrize("metres", [[200, 400, 600, 800, 600, 400, 200], [400, 200] * 6, [1000] * 3 + [400] * 3])
def test_lengths_that_are_not_kept_up_break_off_nothing(metres):
    assert all(s.status == "run" for s in with_status(*made_spans(metres)))


def made_spans(metres):
    """Return a run at 5 m/s, and reps of some lengths in it with a minute between."""
    ends_s = np.cumsum([m / 5.0 + 60.0 for m in metres])
    spans = [
        RepSpan(start_s=e - m / 5.0, end_s=e, start_sd_s=0.5, end_sd_s=0.5, duration_sd_s=0.7)
        for e, m in zip(ends_s.tolist(), metres, strict=True)
    ]
    return motion_of(activity([(float(ends_s[-1]) + 60.0, 5.0)])), spans
