"""What times are told over: a runner thinks in laps, in kilometres or miles for reps by the clock.

Conventions: metres; a share of the reps speaks for all where it is at least seven in ten.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ..quantities.lengths import UNIT_M, Units
from ..quantities.ordered import median

_LAP_M = 400.0  # one round
_LIKE = 0.10  # 400 m and 440 yards are alike, 400 m and 500 m are not
_SHARE = 0.7  # see above


class _Row(Protocol):
    @property
    def is_hammer(self) -> bool: ...
    @property
    def time_s(self) -> float: ...
    @property
    def nominal_distance_m(self) -> float: ...


class Usual(NamedTuple):
    """The distance that times are told over."""

    metres: float
    per: str
    """Said after a time: nothing where it is simply the rep, else ``/km``, ``/mi`` or `` per 400 m``."""
    is_shared: bool
    """Whether most reps are of one kind."""

    @property
    def is_pace(self) -> bool:
        """Whether times are told as a pace, to the second."""
        return self.per.startswith("/")


def usual_distance(rows: Sequence[_Row], units: Units) -> Usual:
    """Return what the times of these rows are told over.

    Those that are regular and were run count.
    """
    regular = [row for row in rows if not row.is_hammer and isfinite(row.time_s)]
    known = [row.nominal_distance_m for row in regular if isfinite(row.nominal_distance_m)]
    if not known:
        _, is_shared = _shared([row.time_s for row in regular])
        return Usual(UNIT_M[units], f"/{units}", is_shared)
    metres, is_shared = _shared(known)
    return Usual(metres, "", True) if is_shared else Usual(_LAP_M, " per 400 m", False)


def are_alike(rows: Sequence[_Row]) -> bool:
    """Return whether these rows are all of one kind, so that one time or pace speaks for each of them."""
    known = [row.nominal_distance_m for row in rows if isfinite(row.nominal_distance_m)]
    values = np.array(known or [row.time_s for row in rows], dtype=np.float64)
    return not values.size or float(values.max()) <= (1.0 + _LIKE) * float(values.min())


def alike_to(row: _Row, others: Sequence[_Row]) -> NDArray[np.bool_]:
    """Return which of the others are of one kind with a row, as `are_alike` says of two."""
    metres, time_s = (
        np.array([getattr(other, key) for other in (row, *others)], dtype=np.float64)
        for key in ("nominal_distance_m", "time_s")
    )
    known = np.isfinite(metres)
    values = np.where(known & known[0], metres, time_s)
    within = np.maximum(values, values[0]) <= (1.0 + _LIKE) * np.minimum(values, values[0])
    # Of two of which one alone has a distance, nothing speaks against it.
    return np.asarray((within | (known != known[0]))[1:])


def _shared(values: Sequence[float]) -> tuple[float, bool]:
    """Return the median of the largest group of like values, and whether most are in it."""
    if not values:
        return _LAP_M, True
    array = np.array(values, dtype=np.float64)
    group = max((array[np.abs(array - v) <= _LIKE * v] for v in array), key=len)
    return float(median(group)), len(group) >= _SHARE * len(array)
