"""The search: explanations are proposed, scored, and the best of them improved upon.

The criterion knows nothing of where an explanation comes from, the search nothing of what makes one good: the two meet
in `Ranked`, and each can be replaced alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .bundles import Bundle
from .candidates import BoolArray, Candidates, FloatArray
from .criterion import Criterion, Linear
from .easy import Easy
from .evidence import Evidence, by_laps
from .proposals import alike, by_level, by_theme, keys, neighbours, settled, variants
from .strides import at_ends

MOST = 160
"""First proposals that are looked at; those of a long recording are thinned out evenly."""
IMPROVED = (24, 6)
"""How many of the best are varied in each round."""
STEPPED = 6
"""How many of them are changed by a single rep."""
FEWEST_BY_SIGNAL = 3
"""One or two reps are a session where laps, workout steps or a plan vouch for them."""
WORK = 4.0e6
"""Explanations times candidates: a recording with many bouts has fewer explanations looked at."""


class Ranked(NamedTuple):
    """Explanations, the best first.

    Attributes
    ----------
    chosen, strides : ndarray of bool, shape (k, n)
        Which candidates each takes for reps, and for strides just before or after these.
    score : ndarray, shape (k,)
    values : dict of str to ndarray, shape (k,)
        Their traits.
    weights : Linear
        What the score weighs them by.
    """

    chosen: BoolArray
    strides: BoolArray
    score: FloatArray
    values: dict[str, FloatArray]
    weights: Linear


def ranked(found: Candidates, easy: Easy, evidence: Evidence, criterion: Criterion) -> Ranked | None:
    """Return the explanations of a recording, ranked; None where nothing in it may be a rep."""

    def odds(chosen: BoolArray) -> FloatArray:
        return criterion.odds(found, chosen, easy)

    most = int(np.clip(WORK / (found.n * (1 + found.n / 8)), 24, MOST)) if found.n else 0
    rows = alike(np.concatenate([by_level(found), by_theme(found)]))
    rows = _thinned(rows, most)
    if len(rows):
        rows = alike(np.concatenate([settled(found, rows, odds), rows]))
    rows = alike(np.concatenate([by_laps(found, evidence), rows]))
    chosen, strides = _told_apart(found, rows, evidence)
    if not len(chosen):
        return None
    score, values = criterion.measured(found, chosen, strides, easy, evidence)
    for best in IMPROVED:
        top = chosen[np.argsort(-score, kind="stable")[: min(best, most)]]
        likely = odds(top)
        near = neighbours(Bundle(found, top[:STEPPED]), likely[:STEPPED])
        rows = alike(np.concatenate([variants(found, top), found.best_antichains(likely), near]))
        more, beside = _told_apart(found, rows, evidence, known=chosen)
        if not len(more):
            break
        more_score, more_values = criterion.measured(found, more, beside, easy, evidence)
        chosen, strides = np.concatenate([chosen, more]), np.concatenate([strides, beside])
        score = np.concatenate([score, more_score])
        values = {name: np.concatenate([v, more_values[name]]) for name, v in values.items()}
    order = np.argsort(-score, kind="stable")
    return Ranked(
        chosen[order],
        strides[order],
        score[order],
        {name: v[order] for name, v in values.items()},
        criterion.which_for(evidence),
    )


def _told_apart(
    found: Candidates, rows: BoolArray, evidence: Evidence, known: BoolArray | None = None
) -> tuple[BoolArray, BoolArray]:
    """Return the reps of what is proposed, each once and none of those known, and the strides that go with them.

    Of proposals with the same reps the one with the most strides is kept; too few reps are none where nothing vouches
    for them.
    """
    if not len(rows):
        return rows, rows
    strides = at_ends(Bundle(found, rows), evidence.named, evidence.lap_s)
    reps = rows & ~strides
    by_reps, first = keys(reps), dict[bytes, int]()
    for i in np.argsort(-strides.sum(axis=1), kind="stable").tolist():
        first.setdefault(by_reps[i], i)
    kept = sorted(first.values())
    reps, strides = reps[kept], strides[kept]
    is_told = (reps.sum(axis=1) >= FEWEST_BY_SIGNAL) | ~(reps & ~evidence.vouched).any(axis=1)
    if known is not None and len(known):
        seen = set(keys(known))
        is_told &= np.array([key not in seen for key in keys(reps)])
    return reps[is_told], strides[is_told]


def _thinned(chosen: BoolArray, most: int) -> BoolArray:
    return chosen[:: -(-len(chosen) // most)] if len(chosen) > most else chosen
