"""The criterion: how well each explanation of a recording stands, by weights that were fitted.

Two questions are asked apart, for they pull apart: which of the explanations with reps is the right one (`scores`, a
sum over traits), and whether there is a session at all (`log_odds_of_session`, asked of the best). Where the runner
pressed for the reps other weights hold than where the signal alone tells. The weights, what each means, how they were
fitted and how well they did on every runner left out stand in ``weights.json``; ``tools/fit_structure.py`` writes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .bundles import Bundle
from .candidates import BoolArray, Candidates, FloatArray
from .easy import Easy
from .evidence import Evidence
from .likeness import SIGNS, log_odds
from .traits import traits

TOGETHER = 130_000
"""Explanations times candidates that are measured at once: all of a run's, in arrays of a megabyte."""


class Linear(NamedTuple):
    """A weighted sum of named values, each held within the range it was fitted on where that is known."""

    names: tuple[str, ...]
    weights: FloatArray
    constant: float = 0.0
    low: FloatArray | None = None
    high: FloatArray | None = None

    def __call__(self, values: dict[str, FloatArray]) -> FloatArray:
        """Return the sum for each explanation, shape (k,)."""
        x = np.stack([values[name] for name in self.names], axis=-1)
        if self.low is not None:
            x = np.clip(x, self.low, self.high)
        return np.asarray(x @ self.weights + self.constant)


@dataclass(frozen=True, eq=False)
class Criterion:
    """The fitted weights.

    Attributes
    ----------
    likeness : Linear
        The log odds of a candidate to be a rep of an explanation, over `likeness.SIGNS`.
    which, which_pressed : Linear
        The score of an explanation, over traits; where laps were pressed, the second.
    session, session_pressed : Linear
        The log odds that the best explanation is a session at all.
    sureness : Linear
        The log odds that the best explanation is the right one, by its lead and the odds of a session.
    strides : Linear
        The log odds that a group of short bursts are strides, over `strides.signs`.
    """

    likeness: Linear
    which: Linear
    which_pressed: Linear
    session: Linear
    session_pressed: Linear
    sureness: Linear
    strides: Linear

    def measured(
        self, found: Candidates, chosen: BoolArray, strides: BoolArray, easy: Easy, evidence: Evidence
    ) -> tuple[FloatArray, dict[str, FloatArray]]:
        """Return score and traits of each explanation, shape (k,) each, given its reps and the strides beside them."""
        parts = []
        for some in _so_many(found, chosen):
            bundle = Bundle(found, chosen[some])
            whole = Bundle(found, chosen[some] | strides[some]) if strides[some].any() else bundle
            running = easy.under(whole)
            odds = log_odds(bundle, running.speed_mps, self.likeness.weights, self.likeness.constant)
            parts.append(traits(bundle, whole, easy, running, odds, evidence))
        values = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        return self.which_for(evidence)(values), values

    def which_for(self, evidence: Evidence) -> Linear:
        """Return the weights that hold where laps were pressed, or where the signal alone tells."""
        return self.which_pressed if evidence.has_presses else self.which

    def session_for(self, evidence: Evidence) -> Linear:
        """Return the weights that say whether there is a session, by the same distinction."""
        return self.session_pressed if evidence.has_presses else self.session

    def odds(self, found: Candidates, chosen: BoolArray, easy: Easy) -> FloatArray:
        """Return the log odds of each candidate under each explanation, shape (k, n)."""
        parts = []
        for some in _so_many(found, chosen):
            bundle = Bundle(found, chosen[some])
            parts.append(log_odds(bundle, easy.under(bundle).speed_mps, self.likeness.weights, self.likeness.constant))
        return np.concatenate(parts)


def _so_many(found: Candidates, chosen: BoolArray) -> Iterator[slice]:
    """Yield which explanations are measured at once."""
    rows = max(TOGETHER // found.n, 1)
    return (slice(first, first + rows) for first in range(0, len(chosen), rows))


@cache
def fitted() -> Criterion:
    """Return the criterion as it was fitted."""
    return criterion_of(json.loads(Path(__file__).with_name("weights.json").read_text("utf-8")))


def criterion_of(data: dict[str, Any]) -> Criterion:
    """Return the criterion that ``weights.json`` writes down."""

    def linear(key: str) -> Linear:
        part = data[key]
        low, high = (np.array(list(part[end].values())) if end in part else None for end in ("low", "high"))
        return Linear(
            tuple(part["weights"]),
            np.array(list(part["weights"].values())),
            float(part.get("constant", 0.0)),
            low,
            high,
        )

    likeness = linear("likeness")
    return Criterion(
        likeness=Linear(SIGNS, np.array([data["likeness"]["weights"][name] for name in SIGNS]), likeness.constant),
        which=linear("which"),
        which_pressed=linear("which_pressed"),
        session=linear("session"),
        session_pressed=linear("session_pressed"),
        sureness=linear("sureness"),
        strides=linear("strides"),
    )
