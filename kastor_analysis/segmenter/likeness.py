"""How like the reps of an explanation each candidate is: its log odds to be one of them.

An explanation proposes a theme: how fast its reps are, which distances and times recur, how they stand out, how long
the rests are. Under it each candidate, chosen or not, has odds. What an explanation takes at long odds, and what it
leaves at short ones, speaks against it; the candidates with the best odds are the explanation it should have been.
"""

from __future__ import annotations

import numpy as np

from .bundles import Bundle
from .candidates import FloatArray

ALIKE_DISTANCE, ALIKE_TIME = 0.07, 0.05
"""Scatter (log) of what is alike: a GPS watch scatters 400 m laps of one track by 2 to 4 %."""
BLUR_S = 2.5
"""What an edge found on the grid is good to."""
SHORT_S = 35.0
"""Shorter bouts are the likelier strides, surges or noise the shorter they are."""
SHORTEST_REST_S = 5.0
"""A usual rest below this is one that the grid can no longer tell."""
OVERLAP_S = 3.0
"""Edges on the grid of two neighbours may overlap by so much."""
MOST_OFF_RHYTHM = 1.5
"""A rest 4.5 times the usual one is as far out of rhythm as any."""
FAR_S, FARTHEST_S = 600.0, 3600.0
"""From where on a bout is far from the reps, and from where on all are equally far."""

SIGNS = (
    "slower",  # log speed below that of the reps at its distance, at most 0
    "faster",  # likewise above it, at least 0
    "unlike",  # how far (sds) its distance or its time, whichever is nearer, lies from that of a rep
    "contrast",  # log of its speed over the faster of the speeds just before and just after
    "fainter",  # by how much that is less than the usual rep's, at most 0
    "persistence",  # log of the range of levels at which it keeps its edges
    "falls_apart",  # log of the highest such level over its speed, at most 0
    "inner",  # by how much what it holds stands out more than itself
    "outer",  # by how much what holds it does
    "off_rhythm",  # log of the nearer rest over the usual rest, without sign
    "far",  # log (1 + distance in time / 10 min) to the nearest rep
    "over_easy",  # log of its speed over easy running
    "short",  # log of 35 s over its time, at least 0
)
"""What is known of a candidate beside the reps of an explanation, with its meaning."""


def blurred(width: float, bundle: Bundle) -> FloatArray:
    """Return a scatter (log), but no less than what the edges of such reps are good to."""
    return np.maximum(width, BLUR_S / np.exp(bundle.usual_log_t))


def signs(bundle: Bundle, easy_mps: FloatArray) -> FloatArray:
    """Return what is known of each candidate beside each explanation, shape (k, n, len(SIGNS)).

    `easy_mps`, shape (k,), is the speed of easy running under each.
    """
    return np.stack(np.broadcast_arrays(*_each(bundle, easy_mps)), axis=-1)


def _each(bundle: Bundle, easy_mps: FloatArray) -> tuple[FloatArray, ...]:
    """Return each of the signs, shape (k, n), or (n,) where it is the same beside every explanation."""
    found, chosen, off = bundle.found, bundle.chosen, bundle.off_level
    by_distance = bundle.to_nearest(found.log_d) / blurred(ALIKE_DISTANCE, bundle)[:, None]
    by_time = bundle.to_nearest(found.log_t) / blurred(ALIKE_TIME, bundle)[:, None]
    after_s, before_s = bundle.to_next(OVERLAP_S), bundle.to_last(OVERLAP_S)
    rest_s = bundle.of_length(found.log_d, *bundle.by_length(bundle.rest_s))
    rest_s = np.where(bundle.n[:, None] > 1, np.maximum(rest_s, SHORTEST_REST_S), np.nan)
    nearer = np.minimum(*(np.abs(np.log(np.maximum(gap_s, 2.0) / rest_s)) for gap_s in (after_s, before_s)))
    apart_s = np.clip(np.minimum(after_s, before_s), 0.0, FARTHEST_S)
    apart_s = np.where(chosen & (bundle.n == 1)[:, None], 0.0, apart_s)
    return (
        np.clip(off, -0.5, 0.0),
        np.clip(off, 0.0, 0.4),
        np.minimum(np.minimum(by_distance, by_time), 4.0),
        found.contrast,
        np.clip(found.contrast - bundle.usual_contrast_of, -1.0, 0.0),
        found.persistence,
        found.falls_apart,
        found.inner,
        found.outer,
        np.minimum(np.nan_to_num(nearer, nan=0.7), MOST_OFF_RHYTHM),
        np.log1p(apart_s / FAR_S),
        np.clip(found.log_v - np.log(easy_mps)[:, None], -0.3, 0.4),
        np.clip(np.log(SHORT_S) - found.log_t, 0.0, 1.3),
    )


def log_odds(bundle: Bundle, easy_mps: FloatArray, weights: FloatArray, constant: float) -> FloatArray:
    """Return the log odds of each candidate to be a rep of each explanation, shape (k, n)."""
    odds: FloatArray = np.asarray(constant)
    # What is the same beside every explanation is summed first, once for all of them.
    for weight, sign in sorted(zip(weights, _each(bundle, easy_mps), strict=True), key=lambda part: part[1].ndim):
        odds = odds + weight * sign
    return np.asarray(np.clip(odds, -8.0, 6.0))
