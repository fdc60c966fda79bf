"""What the order of the values of an array tells, as NumPy gives it to the last digit, for a fraction of the time.

A report asks for some hundred medians, nearly all of a few dozen values. NumPy's own also import ``numpy.ma``, which
takes a report longer than all its medians do.
"""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def median(values: ArrayLike) -> np.float64:
    """Return the median of all values; NaN of none, and where one of them is.

    Parameters
    ----------
    values : array_like
        Of any shape.
    """
    ordered = np.array(values, dtype=np.float64).ravel()
    n = ordered.size
    if not n:
        return np.float64(np.nan)
    ordered.partition(((n - 1) // 2, n // 2, n - 1))
    below, above, last = ordered[(n - 1) // 2], ordered[n // 2], ordered[-1]
    if last != last:
        return np.float64(np.nan)
    return np.float64(below if n % 2 else (below + above) / 2.0)


@overload
def quantile(values: ArrayLike, share: float) -> np.float64: ...
@overload
def quantile(values: ArrayLike, share: FloatArray) -> FloatArray: ...
def quantile(values: ArrayLike, share: float | FloatArray) -> np.float64 | FloatArray:
    """Return the values that this share of all lies below, straight lines between neighbours.

    Parameters
    ----------
    values : array_like
        Of any shape, at least one value.
    share : float or ndarray
        From 0 to 1.

    Raises
    ------
    IndexError
        Without any value.
    """
    ordered = np.array(values, dtype=np.float64).ravel()
    last = ordered.size - 1
    at = np.asarray(last * np.asarray(share, dtype=np.float64))
    low = at.astype(np.int64)
    high = np.minimum(low + 1, last)
    ordered.partition([*low.flat, *high.flat, last])
    below, above, part = ordered[low], ordered[high], at - low
    rise = above - below
    out = np.where(part < 0.5, below + rise * part, above - rise * (1.0 - part))
    if np.isnan(ordered[-1]):
        out = np.full_like(out, np.nan)
    return np.float64(out) if out.ndim == 0 else np.asarray(out)


def to_nearest(at: FloatArray, ordered: FloatArray) -> FloatArray:
    """Return how far each value lies from the nearest of others that are in order, of which there is at least one."""
    after = np.searchsorted(ordered, at)
    below, above = ordered[np.maximum(after - 1, 0)], ordered[np.minimum(after, ordered.size - 1)]
    return np.minimum(np.abs(at - below), np.abs(above - at))


def distinct(values: ArrayLike) -> FloatArray:
    """Return the values, each once, in order; shape (n_distinct,). A missing one, too, stands once, at the end."""
    ordered = np.array(values, dtype=np.float64).ravel()
    ordered.sort()
    is_new = np.ones(ordered.size, dtype=bool)
    is_new[1:] = (ordered[1:] != ordered[:-1]) & ~np.isnan(ordered[:-1])
    return ordered[is_new]
