"""The medians, quantiles and distinct values of a report are NumPy's, to the last digit."""

from __future__ import annotations

import numpy as np
import pytest

from kastor_analysis.quantities.ordered import distinct, median, quantile

SHARES = np.array([0.0, 0.05, 0.1, 0.25, 1 / 3, 0.5, 0.75, 0.98, 1.0])


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7, 16, 33, 100, 1001])
def test_same_as_numpy(n: int) -> None:
    rng = np.random.default_rng(n)
    for values in (rng.normal(size=n), rng.integers(0, 5, n) * 0.1, np.exp(rng.normal(size=(2, n)))):
        assert median(values) == np.median(values)
        assert np.array_equal(quantile(values, SHARES), np.quantile(values, SHARES))
        assert np.array_equal(distinct(values), np.unique(values))
        assert all(quantile(values, float(share)) == np.quantile(values, share) for share in SHARES)


def test_missing_value_makes_them_missing() -> None:
    assert np.isnan(median([1.0, np.nan, 2.0]))
    assert np.isnan(quantile([1.0, np.nan, 2.0], SHARES)).all()
    assert np.isnan(quantile([1.0, np.nan, 2.0], 0.5))
    assert np.array_equal(distinct([2.0, np.nan, 1.0, np.nan]), [1.0, 2.0, np.nan], equal_nan=True)


def test_of_nothing_there_is_no_median_and_no_quantile() -> None:
    assert np.isnan(median([]))
    assert distinct([]).size == 0
    with pytest.raises(IndexError):
        quantile([], 0.5)
