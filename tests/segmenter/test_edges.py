"""Edges without shoulders: a jog that leads up to a rep, or away from it, is no part of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kastor_analysis.motion import motion_of
from kastor_analysis.segmenter.edges import without_shoulders
from kastor_analysis.segmenter.levels import Bout
from tests.segmenter.made import activity

REP_MPS, JOG_MPS = 5.0, 2.5


def trimmed(pieces, start_s, end_s):
    bout = Bout(start_s=start_s, end_s=end_s, low_mps=1.0, high_mps=5.0, speed_mps=4.0)
    (found,) = without_shoulders(motion_of(activity(pieces)), [bout])
    return found.start_s, found.end_s


def test_a_jog_that_leads_up_to_the_rep_is_left_out():
    start_s, end_s = trimmed([(100, 0.0), (20, JOG_MPS), (90, REP_MPS), (100, 0.0)], 100.0, 210.0)
    assert start_s == pytest.approx(120.0, abs=2.0)
    assert end_s == pytest.approx(210.0, abs=1.0)


def test_a_jog_that_leads_away_is_left_out():
    start_s, end_s = trimmed([(100, 0.0), (90, REP_MPS), (25, JOG_MPS), (100, 0.0)], 100.0, 215.0)
    assert start_s == pytest.approx(100.0, abs=1.0)
    assert 190.0 < end_s < 200.0  # the runner lets go over some seconds: that is for the kink to time


def test_a_dip_within_the_rep_is_not_its_edge():
    pieces = [(100, JOG_MPS), (15, REP_MPS), (6, JOG_MPS), (80, REP_MPS), (100, JOG_MPS)]
    assert trimmed(pieces, 100.0, 201.0)[0] == pytest.approx(100.0, abs=1.0)


def test_a_fast_start_and_a_slow_finish_stay_in_the_rep():
    pieces = [(100, 0.0), (30, 5.6), (40, 5.0), (30, 4.4), (100, 0.0)]
    assert trimmed(pieces, 100.0, 200.0) == pytest.approx((100.0, 200.0), abs=1.0)


def test_a_bout_of_no_length_is_left_alone():
    bout = Bout(start_s=50.0, end_s=50.0, low_mps=1.0, high_mps=5.0, speed_mps=4.0)
    motion = motion_of(activity([(100, 3.0)]))
    assert without_shoulders(motion, [bout]) == [bout]
    assert without_shoulders(motion, []) == []
    late = replace(bout, start_s=1000.0, end_s=1100.0)
    assert without_shoulders(motion, [late]) == [late]
