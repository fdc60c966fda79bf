"""A stop in the middle of a rep, in sessions whose reps are of several kinds: it is one rep, at the clock's time."""

from __future__ import annotations

import numpy as np
import pytest

from kastor_analysis import segment
from kastor_analysis.motion import motion_of
from tests.segmenter.made import activity

LADDER = ((38.0, 200.0), (80.0, 400.0), (124.0, 600.0), (170.0, 800.0), (126.0, 600.0), (81.0, 400.0), (38.0, 200.0))


def ladder(
    stopped: int, share: float, stop_s: float
) -> tuple[list[tuple[float, float]], np.ndarray, tuple[float, float]]:
    """Return the pieces of a ladder with walked rests and a stop in one rep, where its reps are, and where the stop."""
    pieces, spans, stop = [(600.0, 3.0)], [], (0.0, 0.0)
    at_s = 600.0
    for i, (rep_s, metres) in enumerate(LADDER):
        mps = metres / rep_s
        if i == stopped:
            before_s = round(share * rep_s)
            pieces += [(before_s, mps), (stop_s, 0.0), (rep_s - before_s, mps)]
            stop = (at_s + before_s, at_s + before_s + stop_s)
            rep_s += stop_s
        else:
            pieces.append((rep_s, mps))
        spans.append((at_s, at_s + rep_s))
        pieces.append((90.0, 1.2))
        at_s += rep_s + 90.0
    return [*pieces, (600.0, 3.0)], np.array(spans), stop


@pytest.mark.parametrize("stopped", [0, 3, 6])
@pytest.mark.parametrize("is_pressed", [True, False])
def test_a_rep_like_no_other_is_one_in_spite_of_a_stop(stopped: int, is_pressed: bool) -> None:
    pieces, truth, stop = ladder(stopped, 0.6, 15.0)
    made = activity(pieces, pauses_s=[stop], presses_s=truth.ravel().tolist() if is_pressed else None)
    reps = segment(made).reps
    assert np.array([(r.start_s, r.end_s) for r in reps]) == pytest.approx(truth, abs=0.1 if is_pressed else 3.0)
    stood_s = motion_of(made).stood_within(reps[stopped].start_s, reps[stopped].end_s)
    assert stood_s == pytest.approx(15.0, abs=1.0)


def test_what_else_it_may_be_is_told_on_the_clock_of_the_recording() -> None:
    pieces, truth, stop = ladder(1, 0.5, 20.0)
    session = segment(activity(pieces, pauses_s=[stop]))
    taken = next(e for e in session.explanations if e.is_taken)
    assert np.array(taken.reps_s) == pytest.approx(truth, abs=6.0)
    again = segment(session.activity, take=taken.number)
    assert [(r.start_s, r.end_s) for r in again.reps] == [(r.start_s, r.end_s) for r in session.reps]


@pytest.mark.parametrize("rest_s", [20.0, 45.0])
def test_rests_that_are_stood_are_rests(rest_s: float) -> None:
    pieces = [(600.0, 3.0), *[(40.0, 5.0), (rest_s, 0.0)] * 10, (600.0, 3.0)]
    assert len(segment(activity(pieces)).reps) == 10


def test_a_stop_in_the_warm_up_changes_nothing() -> None:
    pieces = [(300.0, 3.2), (6.0, 0.0), (300.0, 3.2), *[(80.0, 5.0), (90.0, 1.2)] * 6, (600.0, 3.0)]
    reps = segment(activity(pieces)).reps
    assert np.array([r.start_s for r in reps]) == pytest.approx(606.0 + 170.0 * np.arange(6), abs=3.0)
