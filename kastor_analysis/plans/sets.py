"""Reps grouped into sets: of one kind, or of kinds that take turns, with like rests between them.

Conventions: metres and seconds, one value a rep as run, in order, rests one fewer; unknown is NaN. Sets are numbered
from 1. A longer rest begins the next set, and so does another kind of rep where it is run more than once; a ladder, or
kinds that alternate, are one set.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..quantities.naming import repeats_after
from ..quantities.ordered import median
from .kinds import Kind, find_kinds

FloatArray = NDArray[np.float64]

_LONGER_BY = 1.3
"""The shortest rest between sets is longer than the longest within one by at least this factor."""
_MUCH_LONGER_BY, _MUCH_LONGER_OF_FEW, _FEW = 1.4, 1.6, 4
"""The usual rest between sets against the usual one within; of few rests more is asked."""
_LONGER_BY_S = 20.0  # less is chance
_NEAR = 0.2  # (log) started late, or stopped early
_FEWEST_IN_ROTATION = 3
"""Kinds that repeat as a whole are sets from so many reps on: two that alternate are one set."""


class Grouped(NamedTuple):
    """What one rep is among the others."""

    set: int
    kind: Kind

    @property
    def rep_kind(self) -> str:
        """The kind as it is said: ``400 m``, ``3:00``."""
        return str(self.kind)


def group(
    durations_s: Sequence[float] | FloatArray,
    nominal_distances_m: Sequence[float] | FloatArray,
    watch_distances_m: Sequence[float] | FloatArray,
    rests_s: Sequence[float] | FloatArray,
) -> tuple[Grouped, ...]:
    """Return set and kind of every rep.

    Parameters
    ----------
    durations_s, nominal_distances_m, watch_distances_m : array_like, shape (n_reps,)
        As for `kinds.find_kinds`.
    rests_s : array_like, shape (n_reps - 1,) or (n_reps,)
        From the end of each rep to the start of the next; what follows the last rep is not looked at.

    Raises
    ------
    ValueError
        If the arrays do not fit each other.

    Examples
    --------
    >>> [(g.set, g.rep_kind) for g in group([60, 60, 61, 60], [float("nan")] * 4, [251, 262, 248, 259], [60, 180, 60])]
    [(1, '1:00'), (1, '1:00'), (2, '1:00'), (2, '1:00')]
    """
    kinds = find_kinds(durations_s, nominal_distances_m, watch_distances_m)
    numbers = set_numbers(kinds, durations_s, rests_s)
    return tuple(Grouped(number, kind) for number, kind in zip(numbers, kinds, strict=True))


def set_numbers(
    kinds: Sequence[Kind], durations_s: Sequence[float] | FloatArray, rests_s: Sequence[float] | FloatArray
) -> tuple[int, ...]:
    """Return the set of every rep, from its kind, its time and the rests.

    Raises
    ------
    ValueError
        If there is not a rest between every two reps.
    """
    n = len(kinds)
    durations = np.asarray(durations_s, dtype=np.float64)
    rests = np.asarray(rests_s, dtype=np.float64)
    if durations.size != n or rests.size not in (n, max(n - 1, 0)):
        raise ValueError(f"{n} kinds, {durations.size} durations, {rests.size} rests")
    if n == 0:
        return ()
    begins = np.zeros(n, dtype=bool)
    begins[1:] = _after_long_rests(rests[: n - 1], durations[: n - 1])
    bounds = [0, *np.flatnonzero(begins).tolist(), n]
    for first, end in pairwise(bounds):
        for at in _changes(kinds[first:end]):
            begins[first + at] = True
    return tuple(int(number) for number in 1 + np.cumsum(begins))


def _after_long_rests(rests: FloatArray, durations: FloatArray) -> NDArray[np.bool_]:
    """Return which rests part sets: they stand out for themselves, and beside the reps they follow."""
    long = np.zeros(rests.size, dtype=bool)
    known = np.isfinite(rests) & (rests > 0)
    if known.sum() < 2:
        return long
    in_order = np.sort(rests[known])
    much = _MUCH_LONGER_BY if in_order.size > _FEW else _MUCH_LONGER_OF_FEW
    cuts = [
        i
        for i in range(1, in_order.size)
        if in_order[i] >= _LONGER_BY * in_order[i - 1]
        and in_order[i] >= in_order[i - 1] + _LONGER_BY_S
        and median(in_order[i:]) >= much * median(in_order[:i])
        and in_order.size - i <= (in_order.size + 1) / 2
    ]
    if not cuts:
        return long
    least = in_order[max(cuts, key=lambda i: in_order[i] / in_order[i - 1])]
    # A rest as long as the rep is long after a long rep, and parts nothing there.
    shares = rests / durations
    usual = float(median(shares[known & (rests < least)]))
    long[known] = (rests[known] >= least) & (shares[known] >= _LONGER_BY * usual)
    # Long rests in a row are the rests within a set of their own.
    for first, end in _runs(long):
        if end - first > 2:
            inner = rests[first + 1 : end]
            long[first + 1 : end] = inner >= _MUCH_LONGER_BY * median(inner)
    return long


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _changes(kinds: Sequence[Kind]) -> list[int]:
    """Return where another kind of rep begins a set."""
    n, period = len(kinds), repeats_after(kinds)
    if n < 2 or period == 1:
        return []
    if _FEWEST_IN_ROTATION <= period < n:
        return list(range(period, n, period))
    runs = [(kind, len(list(run))) for kind, run in groupby(kinds)]
    starts = np.cumsum([0, *(size for _, size in runs)])
    # Single reps that follow each other belong together, as in a ladder or in reps that alternate.
    return [
        int(starts[i])
        for i in range(1, len(runs))
        if max(runs[i - 1][1], runs[i][1]) > 1
        and not (min(runs[i - 1][1], runs[i][1]) == 1 and _is_near(runs[i - 1][0], runs[i][0]))
    ]


def _is_near(a: Kind, b: Kind) -> bool:
    """Return whether one may be the other, started late or stopped early."""
    apart = abs(np.log(a.duration_s / b.duration_s if a.is_timed else a.distance_m / b.distance_m))
    return bool(apart <= _NEAR)
