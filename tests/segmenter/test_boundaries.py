"""When reps start and end: kinks, pauses, and what the watch ended by itself."""

from __future__ import annotations

import numpy as np
import pytest

from kastor_analysis import Activity, segment
from kastor_analysis.quantities.geodesy import local_degrees
from kastor_analysis.segmenter import timed_at
from kastor_analysis.segmenter.boundaries import RESUMED_EARLY_S
from tests.segmenter.made import START, activity, distance, rep_spans, session


@pytest.mark.parametrize("every_s", [1.0, 3.0, 5.0])
@pytest.mark.parametrize("rest_mps", [0.0, 1.2, 2.5])
def test_rep_times_are_good_to_half_a_second_on_clean_motion(every_s, rest_mps):
    pieces = session(8, (83.7, 4.8), (75.0, rest_mps))
    truth = rep_spans(pieces, 4.8)
    reps = segment(activity(pieces, every_s=every_s), use_laps=False).reps
    off = np.array([r.duration_s for r in reps]) - 83.7
    assert len(reps) == 8
    assert np.median(np.abs(off)) < 0.5
    assert np.abs([r.start_s for r in reps] - truth[:, 0]).max() < 1.5
    assert all(np.isfinite([r.start_sd_s, r.end_sd_s, r.duration_sd_s]).all() for r in reps)


def test_reps_that_are_known_are_timed_as_reps_that_are_found():
    made = activity(session(8, (83.7, 4.8), (75.0, 1.2)), every_s=1.0)
    reps = segment(made, use_laps=False).reps
    elsewhere = (reps[-1].end_s + 20.0, reps[-1].end_s + 100.0)
    again = timed_at(made, [*((rep.start_s + 4.0, rep.end_s - 4.0) for rep in reps), elsewhere])
    assert [(span.start_s, span.end_s) for span in again] == [(rep.start_s, rep.end_s) for rep in reps]
    assert [span.duration_sd_s for span in again] == [rep.duration_sd_s for rep in reps]


@pytest.mark.parametrize("pauses_told", [True, False])
def test_a_pause_at_the_line_is_the_finish_and_its_end_the_start(pauses_told):
    pieces = session(6, (83.0, 4.7), (60.0, 0.0))
    truth = rep_spans(pieces, 4.7)
    pauses = [(float(a), float(b)) for a, b in zip(truth[:-1, 1], truth[1:, 0], strict=True)]
    reps = segment(activity(pieces, pauses_s=pauses, pauses_told=pauses_told), use_laps=False).reps
    assert [r.end_s for r in reps[:-1]] == pytest.approx(list(truth[:-1, 1]), abs=0.01)
    assert [r.start_s for r in reps[1:]] == pytest.approx(list(truth[1:, 0] + RESUMED_EARLY_S), abs=0.01)
    assert reps[2].source == "pause"


def test_late_positions_say_nothing_of_a_stop_after_the_finish():
    """Positions 3 s late, and a watch stopped 4 s after the line: the kink is the finish, 3 s late, not the pause."""
    pieces = [(600.0, 3.0), (120.0, 0.0)]
    for _ in range(6):
        pieces += [(83.0, 4.7), (60.0, 0.0)]
    pieces += [(500.0, 3.0)]
    truth = rep_spans(pieces, 4.7)
    late_s = 3.0
    time_s = np.arange(0.0, sum(p[0] for p in pieces))
    for start, end in zip(truth[1:, 0], truth[:-1, 1], strict=True):
        time_s = time_s[(time_s <= end + 4.0) | (time_s >= start)]
    lat, lon = local_degrees(np.zeros(time_s.size), distance(pieces, np.maximum(time_s - late_s, 0.0)), 47.0, 8.0)
    found = Activity.from_columns(START, {"time_s": time_s, "lat_deg": lat, "lon_deg": lon})
    reps = segment(found, use_laps=False).reps
    assert [r.duration_s for r in reps] == pytest.approx([83.0] * 6, abs=1.5)
    assert "pause" not in "".join(r.source for r in reps[1:-1])


def test_a_watch_stopped_late_and_resumed_early_all_through_tells_no_boundary():
    pieces = session(6, (83.0, 4.7), (60.0, 0.4))
    truth = rep_spans(pieces, 4.7)
    pauses = [(float(a) + 5.0, float(b) - 3.0) for a, b in zip(truth[:-1, 1], truth[1:, 0], strict=True)]
    pauses[2] = (pauses[2][0] - 2.5, pauses[2][1] + 1.5)  # once sooner and later: a habit is the median
    reps = segment(activity(pieces, pauses_s=pauses, noise_m=0.3), use_laps=False).reps
    assert "pause" not in "".join(r.source for r in reps)
    assert [r.duration_s for r in reps] == pytest.approx([83.0] * 6, abs=1.6)


def test_reps_ended_by_a_pause_were_not_ended_at_a_set_distance():
    works = [84.0, 86.5, 82.0, 88.0, 81.0, 85.0]
    pieces = [(600.0, 3.0), (100.0, 0.0)]
    pauses = []
    for work in works:
        began_s = sum(p[0] for p in pieces)
        pieces += [(work, 406.5 / work), (70.0, 0.0)]  # 400 m, getting up to speed included
        pauses.append((float(round(began_s + work)), float(round(began_s + work + 70.0))))
    pieces += [(500.0, 3.0)]
    reps = segment(activity(pieces, pauses_s=pauses, noise_m=0.5), use_laps=False).reps
    assert [r.end_s for r in reps] == pytest.approx([p[0] for p in pauses], abs=0.01)


def test_timed_reps_are_held_to_their_time():
    pieces = [(600.0, 3.0), (100.0, 0.3)]
    for v in (4.5, 4.7, 4.4, 4.9, 4.6, 5.0, 4.3):
        pieces += [(120.0, v), (80.0, 1.2)]
    pieces += [(400.0, 3.0)]
    reps = segment(activity(pieces, noise_m=0.8, every_s=2.0), use_laps=False).reps
    assert [r.duration_s for r in reps] == pytest.approx([120.0] * 7, abs=0.05)


def test_sprints_of_13_6_s_are_no_quarters_of_a_minute():
    """With more easy running around them they would be strides."""
    pieces = [(600.0, 3.0), (100.0, 0.0)]
    for v in (6.4, 7.0, 6.6, 7.2, 6.8):
        pieces += [(13.6, v), (90.0, 0.0)]
    reps = segment(activity([*pieces, (60.0, 2.0)]), use_laps=False).reps
    assert len(reps) == 5
    assert np.median([r.duration_s for r in reps]) < 14.6


def test_times_that_differ_are_not_held_to_a_round_one():
    pieces = [(600.0, 3.0), (100.0, 0.3)]
    works = (117.0, 121.4, 118.6, 123.0, 119.2, 122.1)
    for work in works:
        pieces += [(work, 560.0 / work), (80.0, 1.2)]
    pieces += [(400.0, 3.0)]
    reps = segment(activity(pieces), use_laps=False).reps
    assert [r.duration_s for r in reps] == pytest.approx(works, abs=1.2)


def test_reps_that_the_watch_ended_by_distance_cover_it_exactly():
    pieces = [(600.0, 3.0), (100.0, 1.0)]
    for v in (4.4, 4.7, 4.2, 4.6, 4.9, 4.3):
        pieces += [(400.0 / v, v), (80.0, 2.4)]
    pieces += [(400.0, 3.0)]
    reps = segment(activity(pieces, noise_m=0.5, every_s=3.0), use_laps=False).reps
    assert [r.distance_m for r in reps] == pytest.approx([400.0] * 6, abs=1.5)
    assert [r.nominal_distance_m for r in reps] == [400.0] * 6


def test_reps_at_the_very_start_and_end_of_a_recording_begin_and_end_with_it():
    pieces = [(90.0, 4.6), (90.0, 0.3), (90.0, 4.6), (90.0, 0.3), (90.0, 4.6), (90.0, 0.3), (90.0, 4.6)]
    reps = segment(activity(pieces), use_laps=False).reps
    assert len(reps) == 4
    assert reps[0].start_s == 0.0
    assert reps[-1].end_s == 630.0
