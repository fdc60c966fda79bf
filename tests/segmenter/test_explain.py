"""The readings of a recording: that they differ, say why, can be taken, and that their sureness means something."""

from __future__ import annotations

import numpy as np
import pytest

from kastor_analysis import Plan, SegmentError, segment
from kastor_analysis.segmenter.criterion import fitted
from kastor_analysis.segmenter.likeness import SIGNS
from kastor_analysis.segmenter.reasons import WORDS
from tests.segmenter.made import activity, rep_spans, session

TEN = session(10, (84.0, 4.8), (80.0, 0.8))


def test_readings_differ_and_one_is_taken():
    made = segment(activity(TEN), use_laps=False)
    assert [e.number for e in made.explanations] == list(range(1, len(made.explanations) + 1))
    assert [e.is_taken for e in made.explanations].count(True) == 1
    assert sum(e.sureness for e in made.explanations) <= 1.0 + 1e-9
    assert made.explanations[0].summary == "10 x 400 m"
    assert any(e.summary.startswith("no session") for e in made.explanations)
    spans = [e.reps_s for e in made.explanations]
    assert len(set(spans)) == len(spans)


def test_another_reading_is_taken_by_its_number():
    a = activity(TEN)
    for reading in segment(a, use_laps=False).explanations:
        taken = segment(a, use_laps=False, take=reading.number)
        assert len(taken.reps) == len(reading.reps_s)
        assert [e.is_taken for e in taken.explanations].index(True) + 1 == reading.number


@pytest.mark.parametrize("take", [0, 99, True, "2"])
def test_a_reading_that_is_not_there_is_refused(take):
    with pytest.raises(SegmentError, match="no explanation"):
        segment(activity(TEN), take=take)


@pytest.mark.parametrize("between_mps", [2.8, 1.3, 0.0])
def test_strides_in_an_easy_run_are_told_as_such(between_mps):
    pieces = [(1200.0, 3.0)]
    for _ in range(6):
        pieces += [(20.0, 5.0), (80.0, between_mps)]
    made = segment(activity([*pieces, (600.0, 3.0)]), use_laps=False)
    assert made.reps == ()
    truth = rep_spans(pieces, 5.0)
    assert np.array([(s.start_s, s.end_s) for s in made.strides]) == pytest.approx(truth, abs=6.0)


@pytest.mark.parametrize("seed", range(6))
def test_short_bursts_of_a_run_through_a_town_are_no_strides(seed):
    chance = np.random.default_rng(seed)
    pieces = [(300.0, 3.0)]
    for _ in range(20):
        pieces += [(float(chance.uniform(9.0, 30.0)), float(chance.uniform(3.4, 3.9)))]
        pieces += [(float(chance.uniform(20.0, 200.0)), float(chance.uniform(2.5, 3.1)))]
        if chance.random() < 0.4:
            pieces += [(float(chance.uniform(5.0, 40.0)), 0.0)]
    made = segment(activity([*pieces, (300.0, 3.0)], noise_m=0.4, seed=seed))
    assert made.reps == ()
    assert made.strides == ()


@pytest.mark.parametrize("pieces", [TEN, [(1200.0, 3.0), *[(20.0, 5.0), (80.0, 2.8)] * 6, (600.0, 3.0)]])
def test_of_the_readings_without_a_rep_one_is_listed(pieces):
    readings = segment(activity(pieces), use_laps=False).explanations
    assert [e.reps_s for e in readings].count(()) == 1


def test_two_long_reps_are_told_only_where_something_vouches_for_them():
    pieces = [(700.0, 2.9), (900.0, 4.0), (240.0, 2.2), (900.0, 4.0), (500.0, 2.8)]
    edges = np.cumsum([p[0] for p in pieces])[:-1].tolist()
    assert segment(activity(pieces, noise_m=0.3), use_laps=False).reps == ()
    pressed = segment(activity(pieces, noise_m=0.3, presses_s=edges)).reps
    assert [r.duration_s for r in pressed] == pytest.approx([900.0] * 2, abs=0.01)
    planned = Plan(reps=2, duration_s=900.0, hammer=(), rest_s=240.0)
    assert len(segment(activity(pieces, noise_m=0.3), planned).reps) == 2


def test_every_weight_has_a_meaning_and_a_word():
    criterion = fitted()
    assert criterion.likeness.names == SIGNS
    for part in (criterion.which, criterion.which_pressed):
        assert set(part.names) <= set(WORDS)
        assert np.isfinite(part.weights).all()
