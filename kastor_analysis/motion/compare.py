"""Witnesses held against each other: how much more one counts than another, in which unit, and where it stands still.

Conventions: a ratio is that of two witnesses over the same seconds, the median over windows of `WINDOW_S` in which both
say that the runner ran; a factor is what a witness has to be divided by to be in metres.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..quantities.ordered import median, quantile, to_nearest
from .grid import SILENT_S
from .witnesses import Witness

FloatArray = NDArray[np.float64]

WINDOW_S = 20.0
"""Over so long two witnesses are compared: their lags of some seconds no longer matter, a rep still does."""
TOLD_SHARE = 0.8
"""Share of a window that a witness must know of."""
KNOWN_GAP_S = 15.0
"""Between samples further apart a witness knows nothing of the speed."""
FEWEST_WINDOWS = 6
"""Two minutes of common running: less is no comparison."""
EVEN = 0.12
"""Largest spread (median deviation of the log) of a ratio that is a factor and no error that comes and goes."""
UNIT_WITHIN = 0.06
"""A factor (log) so near a unit's is that unit's."""

STILL_MPS = 0.05
"""Slower than this a count stands still."""
STOOD_S = 20.0
"""A witness that stands still for less may have lost a fix."""
STEP_S = 5.0
"""In steps of so long it is looked at where it stood."""
VARIES, VARIES_FROM_MPS = 1.4, 0.5
"""The fast going of a span is faster than the slow by this factor where there are two kinds of it."""
RAN_MPS = 2.0
"""Nobody walks so fast: a witness that says so says that the runner ran."""


class Unit(NamedTuple):
    """A unit that a witness may count in where it should count metres, or metres a second."""

    factor: float
    """So many of it are a metre (or a metre a second)."""
    name: str


DISTANCE_UNITS = (  # by definition
    Unit(1e-3, "kilometres"),
    Unit(1.0 / 1609.344, "miles"),
    Unit(1.609344, "miles as if they were kilometres"),
    Unit(1.0 / 1.609344, "kilometres as if they were miles"),
    Unit(3.28084, "feet"),
    Unit(1.093613, "yards"),
    Unit(100.0, "centimetres"),
    Unit(1000.0, "millimetres"),
)
SPEED_UNITS = (  # likewise
    Unit(3.6, "km/h"),
    Unit(2.236936, "mph"),
    Unit(3.28084, "feet a second"),
    Unit(1.943844, "knots"),
    Unit(60.0, "metres a minute"),
    Unit(100.0, "centimetres a second"),
    Unit(1000.0, "millimetres a second"),
)


class Ratio(NamedTuple):
    """How much more one witness counts than another."""

    median: float
    spread: float
    """Median deviation of its log."""

    @property
    def is_even(self) -> bool:
        """Whether it is the same all the time: a factor."""
        return self.spread <= EVEN

    def is_off(self, within: float) -> bool:
        """Whether it is further from 1 than a factor of `within`."""
        return abs(log(self.median)) > log(within)


class Windows:
    """The witnesses of one recording, window by window.

    Parameters
    ----------
    start_s, end_s : float
        What the windows cover.
    """

    def __init__(self, start_s: float, end_s: float) -> None:
        self.edges_s: FloatArray = np.arange(start_s, end_s + 1e-9, WINDOW_S)

    def gains(self, witness: Witness) -> tuple[FloatArray, NDArray[np.bool_]]:
        """Return what a witness counts in each window, and the windows in which it says that the runner ran.

        That is judged by its own usual: in which unit it counts is not known yet.
        """
        steps_s = np.diff(witness.time_s)
        told_s = np.concatenate([[0.0], np.cumsum(np.where(steps_s <= KNOWN_GAP_S, steps_s, 0.0))])
        gained = np.diff(witness.at(self.edges_s))
        told = np.diff(np.interp(self.edges_s, witness.time_s, told_s)) >= TOLD_SHARE * WINDOW_S
        moving = told & (gained > 0.0)
        if not moving.any():
            return gained, moving
        return gained, moving & (gained > 0.5 * quantile(gained[moving], 0.75))

    def ratio(self, witness: Witness, other: Witness) -> Ratio | None:
        """Return how much more a witness counts than another; None where too little tells."""
        (gained, ran), (other_gained, other_ran) = self.gains(witness), self.gains(other)
        both = ran & other_ran
        if np.count_nonzero(both) < FEWEST_WINDOWS:
            return None
        return ratio_of(gained[both], other_gained[both])

    def usual_mps(self, witness: Witness) -> float:
        """Return a witness's speed where it says that the runner ran, in its own unit; 0 where it never does."""
        gained, ran = self.gains(witness)
        return float(median(gained[ran])) / WINDOW_S if ran.any() else 0.0


def ratio_of(counted: FloatArray, other: FloatArray) -> Ratio:
    """Return the ratio of two counts of the same spans."""
    logs = np.log(counted / other)
    middle = float(median(logs))
    return Ratio(float(np.exp(middle)), float(median(np.abs(logs - middle))))


def unit_near(factor: float, units: tuple[Unit, ...]) -> Unit | None:
    """Return the unit that a factor tells of; None where it is none's."""
    best = min(units, key=lambda unit: abs(log(factor / unit.factor)))
    return best if abs(log(factor / best.factor)) <= UNIT_WITHIN else None


def standstills(witness: Witness) -> list[tuple[float, float]]:
    """Return the spans in which a witness counts nothing although it is heard."""
    still = np.diff(witness.total_m) <= STILL_MPS * np.diff(witness.time_s)
    edges = np.flatnonzero(np.diff(still.astype(np.int8), prepend=0, append=0))
    starts_s, ends_s = witness.time_s[edges[::2]], witness.time_s[edges[1::2]]
    long = ends_s - starts_s >= STOOD_S
    return list(zip(starts_s[long].tolist(), ends_s[long].tolist(), strict=True))


def silences(witness: Witness, start_s: float, end_s: float, silent_s: float) -> list[tuple[float, float]]:
    """Return the spans of [start_s, end_s] in which a witness is not heard for longer than `silent_s`."""
    heard_s = np.concatenate([[start_s], witness.time_s, [end_s]])
    rows = np.flatnonzero(np.diff(heard_s) > silent_s)
    return list(zip(heard_s[rows].tolist(), heard_s[rows + 1].tolist(), strict=True))


def ran_s(witness: Witness, start_s: float, end_s: float, pauses_s: FloatArray) -> float | None:
    """Return for how many seconds of a span a witness says that the runner ran; None where it is not heard there.

    Paused seconds do not count: positions go on through a pause, and the distance rightly does not.
    """
    first, last = np.searchsorted(witness.time_s, [start_s, end_s])
    if last - first < 2 or witness.time_s[last - 1] - witness.time_s[first] < 0.5 * (end_s - start_s):
        return None
    edges_s = np.append(np.arange(start_s, end_s, STEP_S), end_s)
    ran = np.diff(witness.at(edges_s)) > RAN_MPS * np.diff(edges_s)
    for paused_s, resumed_s in pauses_s:
        ran &= (edges_s[1:] <= paused_s) | (edges_s[:-1] >= resumed_s)
    return float(np.diff(edges_s)[ran].sum())


def vary(others: Sequence[Witness], frozen_s: FloatArray) -> bool:
    """Return whether all other witnesses are heard throughout some samples, and tell of slow and of fast going there.

    Of one alone it may be a standstill of its own. Where nothing was recorded at all, none is missed.
    """
    for other in others:
        start_s, end_s = max(frozen_s[0], other.time_s[0]), min(frozen_s[-1], other.time_s[-1])
        edges_s = np.arange(start_s, end_s, WINDOW_S)
        if edges_s.size < 4:
            return False
        if to_nearest(frozen_s, other.time_s).max() > SILENT_S:
            return False
        low, high = quantile(np.diff(other.at(edges_s)) / WINDOW_S, np.array([0.1, 0.9]))
        if high < VARIES * max(low, VARIES_FROM_MPS):
            return False
        if len(others) == 1 and any(stood_s < end_s and on_s > start_s for stood_s, on_s in standstills(other)):
            return False
    return True
