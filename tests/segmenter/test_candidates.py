"""Bouts and candidates: what may be a rep stands out somewhere, and none of an antichain holds another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kastor_analysis.segmenter.bundles import Bundle
from kastor_analysis.segmenter.candidates import Candidates
from kastor_analysis.segmenter.heart import heart_of
from kastor_analysis.segmenter.levels import bouts, walk
from kastor_analysis.segmenter.strides import NO_SLOWER, no_slower


def _candidates(speed_mps: np.ndarray) -> Candidates:
    return Candidates(bouts(np.arange(speed_mps.size) + 0.5, speed_mps), speed_mps)


def _of(*pieces: tuple[int, float]) -> np.ndarray:
    return np.concatenate([np.full(duration_s, speed_mps) for duration_s, speed_mps in pieces])


@pytest.mark.parametrize("slack", [0.06, 0.12])
@pytest.mark.parametrize("seed", range(3))
def test_a_long_rep_hardly_faster_than_jogging_is_a_bout_though_it_slackens(slack, seed):
    easy, fast, start = 3.0, 3.6, 300
    speed = _of((start, easy), (300, fast), (300, easy))
    for at in np.random.default_rng(seed).integers(start + 30, start + 270, 6):
        speed[at : at + 9] = fast * (1.0 - slack)
    found = _candidates(speed)
    assert found.overlap(start, start + 300.0).max() > 0.95


@given(
    st.lists(
        st.tuples(st.integers(5, 90), st.sampled_from([0.0, 1.2, 2.6, 2.9, 3.3, 3.5, 4.4, 5.8])),
        min_size=3,
        max_size=25,
    ),
    st.integers(0, 99),
)
def test_no_antichain_holds_one_bout_within_another(pieces, seed):
    rng = np.random.default_rng(seed)
    speed = np.maximum(_of(*pieces) + rng.normal(0.0, 0.15, sum(d for d, _ in pieces)), 0.0)
    found = _candidates(speed)
    if not found.n:
        return
    for row in found.best_antichains(rng.uniform(-1.0, 1.0, (20, found.n))):
        chosen = np.flatnonzero(row)
        ordered = chosen[np.argsort(found.start[chosen])]
        assert (ordered == chosen).all()
        assert (found.start[chosen][1:] >= found.end[chosen][:-1] - 5.0).all()


def test_every_bout_is_listed_once():
    rng = np.random.default_rng(1)
    speed = np.abs(_of(*[(60, 3.0), (90, 4.2)] * 6) + rng.normal(0.0, 0.4, 900))
    forest = bouts(np.arange(900) + 0.5, speed)
    assert sorted((b.start_s, b.end_s) for b in walk(forest)) == sorted(
        (b.start_s, b.end_s) for b in Candidates(forest, speed).bouts
    )


def _bundle(*reps: tuple[int, float]) -> Bundle:
    speed = _of((300, 2.5), *(piece for rep in reps for piece in (rep, (90, 1.0))), (300, 2.5))
    found = _candidates(speed)
    chosen, start = np.zeros((1, found.n), dtype=bool), 300
    for duration_s, _ in reps:
        chosen[0, int(np.argmax(found.overlap(start, start + duration_s)))] = True
        start += duration_s + 90
    return Bundle(found, chosen)


def test_reps_of_two_lengths_have_each_a_level_of_their_own():
    two = _bundle((40, 5.5), (40, 5.5), (240, 4.0), (240, 4.0))
    short, long = two.level
    assert np.exp(short) == pytest.approx(5.5, rel=0.03)
    assert np.exp(long) == pytest.approx(4.0, rel=0.03)
    assert np.abs(two.of_each(two.off_level)).max() < 0.03


def test_a_warm_up_and_a_cool_down_around_the_reps_are_no_kind_of_theirs():
    around = _bundle((600, 3.0), (80, 5.0), (80, 5.0), (80, 5.0), (600, 3.0))
    assert np.isinf(around.parting).all()


def test_a_burst_much_slower_than_the_reps_is_a_drill():
    bundle = _bundle((30, 5.0 * np.exp(-NO_SLOWER - 0.1)), (80, 5.0), (80, 5.0), (80, 5.0))
    reps = bundle.chosen[0].copy()
    reps[bundle.rows[0, 0]] = False
    fast = no_slower(bundle.found, reps)
    assert not fast[bundle.rows[0, 0]]
    assert fast[reps].all()


class _Recorded:
    """What `heart_of` asks of an activity."""

    def __init__(self, rate_bpm: np.ndarray) -> None:
        self.columns = {"time_s": np.arange(float(rate_bpm.size)), "heart_rate_bpm": rate_bpm}

    def column(self, name: str) -> np.ndarray:
        return self.columns[name]


def test_the_heart_is_a_share_of_its_own_range_and_unknown_where_it_was_not_recorded():
    found = _candidates(_of((300, 2.5), *[(90, 5.0), (90, 1.0)] * 4, (300, 2.5)))
    rep = int(np.argmax(found.overlap(480.0, 570.0)))
    rate_bpm = np.full(1320, 120.0)
    for start in range(300, 1020, 180):
        rate_bpm[start : start + 100] = np.linspace(120.0, 180.0, 100)
    low, high = np.quantile(rate_bpm, [0.05, 0.95])
    heart = heart_of(_Recorded(rate_bpm), found)
    start, end = round(found.start[rep]), round(found.end[rep])
    at = np.interp(np.arange(1319.0) + 0.5, np.arange(1320.0), rate_bpm)
    after, before = at[end - 3 : end + 9].mean(), at[start - 6 : start + 4].mean()
    assert heart.at_end[rep] == pytest.approx((after - low) / (high - low))
    assert heart.rise[rep] == pytest.approx((after - before) / (high - low))
    rate_bpm[540:600] = np.nan
    assert np.isnan(heart_of(_Recorded(rate_bpm), found).at_end[rep])
    assert np.isnan(heart_of(_Recorded(np.full(1320, 140.0)), found).at_end).all()
