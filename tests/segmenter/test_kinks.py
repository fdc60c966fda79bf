"""Kinks: exact on the model's own motion, honest about their uncertainty under noise."""

from __future__ import annotations

import numpy as np
import pytest

from kastor_analysis.segmenter.kinks import Speeds, kink_profile

VAGUE = Speeds(1.0, 3.0, 5.0, 3.0)


def covered(times_s, kink_s, before, after, tau_s):
    """Return distance by the closed form of the model's integral."""
    u = np.maximum(times_s - kink_s, 0.0)
    risen = tau_s * (1.0 - np.exp(-u / tau_s))
    return before * (np.minimum(times_s - kink_s, 0.0) + risen) + after * (u - risen)


@pytest.mark.parametrize("every_s", [1.0, 3.0, 5.0, 7.0])
@pytest.mark.parametrize(
    ("before", "after", "tau_s"), [(0.0, 5.5, 1.4), (3.0, 5.0, 1.4), (5.2, 0.4, 3.0), (5.0, 2.8, 3.0)]
)
def test_the_kink_of_the_model_is_found_at_any_sampling(every_s, before, after, tau_s):
    times = np.arange(0.3, 60.0, every_s)
    profile = kink_profile(
        times, covered(times, 30.0, before, after, tau_s), (18.0, 44.0), (22.0, 37.0), tau_s,
        Speeds(before, 0.5, after, 0.5),
    )  # fmt: skip
    assert profile is not None
    assert profile.times_s[profile.best] == pytest.approx(30.0, abs=0.15)
    assert profile.before_mps[profile.best] == pytest.approx(before, abs=0.15)
    assert profile.after_mps[profile.best] == pytest.approx(after, abs=0.15)


def test_the_stated_sd_is_that_of_the_error():
    rng = np.random.default_rng(1)
    times = np.arange(0.0, 60.0, 3.0)
    errors, sds = [], []
    for _ in range(300):
        kink = rng.uniform(28.0, 32.0)
        walk = np.cumsum(rng.normal(0.0, np.sqrt(0.15 * 3.0), times.size))
        d = covered(times, kink, 0.5, 5.5, 1.4) + walk + rng.normal(0.0, 0.8, times.size)
        profile = kink_profile(times, d, (18.0, 44.0), (22.0, 38.0), 1.4, Speeds(0.5, 0.8, 5.5, 0.5))
        mean, sd = profile.moments()
        errors.append(mean - kink)
        sds.append(sd)
    covered_share = np.mean(np.abs(errors) <= sds)
    assert 0.60 <= covered_share <= 0.76
    assert abs(np.mean(errors)) < 0.08


def test_one_bad_fix_moves_nothing_far():
    times = np.arange(0.0, 60.0)
    d = covered(times, 30.0, 0.5, 5.5, 1.4)
    d[38] += 12.0
    profile = kink_profile(times, d, (18.0, 44.0), (22.0, 38.0), 1.4, VAGUE)
    assert profile.moments()[0] == pytest.approx(30.0, abs=0.6)


def test_too_few_samples_are_no_profile():
    assert kink_profile(np.array([0.0, 40.0]), np.array([0.0, 80.0]), (10.0, 30.0), (15.0, 25.0), 1.4, VAGUE) is None
