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
from .proposals import alike, by_level, by_theme, neighbours, settled, variants

MOST = 160
"""First proposals that are looked at; those of a long recording are thinned out evenly."""
IMPROVED = (24, 6)
"""How many of the best are varied in each round."""
STEPPED = 6
"""How many of them are changed by a single rep."""
WORK = 4.0e6
"""Explanations times candidates: a recording with many bouts has fewer explanations looked at."""


class Ranked(NamedTuple):
    """Explanations, the best first.

    Attributes
    ----------
    chosen : ndarray of bool, shape (k, n)
        Which candidates each takes for reps.
    score : ndarray, shape (k,)
    values : dict of str to ndarray, shape (k,)
        Their traits.
    weights : Linear
        What the score weighs them by.
    """

    chosen: BoolArray
    score: FloatArray
    values: dict[str, FloatArray]
    weights: Linear


def ranked(found: Candidates, easy: Easy, evidence: Evidence, criterion: Criterion) -> Ranked | None:
    """Return the explanations of a recording, ranked; None where nothing in it may be a rep."""

    def odds(chosen: BoolArray) -> FloatArray:
        return criterion.odds(found, chosen, easy)

    most = int(np.clip(WORK / (found.n * (1 + found.n / 8)), 24, MOST)) if found.n else 0
    chosen = alike(np.concatenate([by_level(found), by_theme(found)]))
    chosen = _thinned(chosen, most)
    if len(chosen):
        chosen = alike(np.concatenate([settled(found, chosen, odds), chosen]))
    chosen = alike(np.concatenate([by_laps(found, evidence), chosen]))
    if not len(chosen):
        return None
    score, values = criterion.measured(found, chosen, easy, evidence)
    for best in IMPROVED:
        top = chosen[np.argsort(-score, kind="stable")[: min(best, most)]]
        near = neighbours(Bundle(found, top[:STEPPED]), odds(top[:STEPPED]))
        more = _new(alike(np.concatenate([variants(found, top), settled(found, top, odds, rounds=1), near])), chosen)
        if not len(more):
            break
        more_score, more_values = criterion.measured(found, more, easy, evidence)
        chosen, score = np.concatenate([chosen, more]), np.concatenate([score, more_score])
        values = {name: np.concatenate([v, more_values[name]]) for name, v in values.items()}
    order = np.argsort(-score, kind="stable")
    return Ranked(
        chosen[order], score[order], {name: v[order] for name, v in values.items()}, criterion.which_for(evidence)
    )


def _thinned(chosen: BoolArray, most: int) -> BoolArray:
    return chosen[:: -(-len(chosen) // most)] if len(chosen) > most else chosen


def _new(rows: BoolArray, known: BoolArray) -> BoolArray:
    """Return the rows that are not among those known."""
    if not len(rows):
        return rows
    seen = {row.tobytes() for row in np.packbits(known, axis=1)}
    return rows[[row.tobytes() not in seen for row in np.packbits(rows, axis=1)]]
