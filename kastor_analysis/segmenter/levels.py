"""Level sets of the speed: which bouts of running stand out from what surrounds them, at whatever level.

Conventions: a *bout* is a span of the one-second grid whose speed stays above its surroundings. A component of
{speed > level} that keeps its edges while the level rises through a wide range is a bout; the ratio of the highest to
the lowest such level is its *persistence*. Nothing here knows of 400 m, of plans or of a runner's pace: a walker's
jog and an elite's sprint are found alike. (Stable extremal regions: Matas et al. 2002, here in one dimension.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

LEVEL_RATIO = 1.05
"""Between neighbouring levels: finer than a runner's pace is steady."""
LOWEST_LEVEL_MPS, HIGHEST_LEVEL_MPS = 0.8, 10.5
"""From a stroll to the fastest that anybody runs."""
SHORTEST_S = 8
"""A shorter component is noise or a step aside."""
DIP_S = 4
"""A shorter fall below the level is noise."""
SHALLOW, SHALLOW_MEAN_S, SHALLOW_S = 0.93, 5, 21
"""Where the mean of five seconds keeps to this share of the level, up to so many seconds below it may be no dip."""
LONG_S, ANEW = 60.0, 0.85
"""Bouts from so long on are added with shallow dips filled, unless one is there that overlaps them by such a share."""
EDGE_MOVES_S = 5.0
"""By how much an edge may move between levels and still be the same edge (a finish decays over 3 to 4 s)."""


@dataclass(slots=True)
class Bout:
    """A span that stands out.

    `low_mps` and `high_mps` bound the levels over which its edges stay; start and end are taken at the middle one.
    """

    start_s: float
    end_s: float
    low_mps: float
    high_mps: float
    speed_mps: float
    children: list[Bout] = field(default_factory=list)

    @property
    def duration_s(self) -> float:
        """Seconds."""
        return self.end_s - self.start_s

    @property
    def persistence(self) -> float:
        """Highest / lowest level."""
        return self.high_mps / self.low_mps

    @property
    def distance_m(self) -> float:
        """Metres."""
        return self.speed_mps * self.duration_s


def walk(forest: Sequence[Bout]) -> Iterator[Bout]:
    """Yield every bout of a forest, parents before children."""
    for bout in forest:
        yield bout
        yield from walk(bout.children)


def components(speed_mps: FloatArray, level_mps: float, shortest_s: float = SHORTEST_S) -> NDArray[np.int64]:
    """Return the [start, end) grid spans above a level, shape (k, 2), short dips closed and short bumps dropped."""
    above = np.zeros(speed_mps.size + 2, dtype=bool)
    np.greater(speed_mps, level_mps, out=above[1:-1])
    edges = np.flatnonzero(above[1:] != above[:-1])
    starts, ends = edges[::2], edges[1::2]
    if not starts.size:
        return np.empty((0, 2), dtype=np.int64)
    bounds = np.ones(starts.size + 1, dtype=bool)
    np.greater_equal(starts[1:] - ends[:-1], DIP_S, out=bounds[1:-1])
    starts, ends = starts[bounds[:-1]], ends[bounds[1:]]
    return np.array([starts, ends]).T[ends - starts >= shortest_s]


def bouts(grid_s: FloatArray, speed_mps: FloatArray, least_persistence: float = 1.10) -> list[Bout]:
    """Return the roots of the forest of bouts, in order of time.

    A long rep that is hardly faster than what surrounds it falls apart wherever it slackens for some seconds; so those
    bouts are added that stand out where shallow dips are filled.

    Parameters
    ----------
    grid_s, speed_mps : ndarray, shape (m,)
        Regular grid of one second.
    least_persistence : float
        Bouts that stand out less are left out, their children kept in their place.
    """
    if not grid_s.size:
        return []
    roots = _forest(grid_s, speed_mps, speed_mps, least_persistence, SHORTEST_S)
    for bout in walk(_forest(grid_s, _without_shallow_dips(speed_mps), speed_mps, least_persistence, LONG_S)):
        _add(roots, bout)
    return roots


def _without_shallow_dips(speed_mps: FloatArray) -> FloatArray:
    """Return the speed with what is no dip at any level filled; never below the speed."""
    if speed_mps.size < SHALLOW_S:
        return speed_mps
    closed = -_highest(-_highest(speed_mps, SHALLOW_S), SHALLOW_S)
    mean_mps = _windows(speed_mps, SHALLOW_MEAN_S).mean(axis=1)
    return np.asarray(np.maximum(speed_mps, np.minimum(mean_mps / SHALLOW, closed)))


def _highest(values: FloatArray, width: int) -> FloatArray:
    return np.asarray(_windows(values, width).max(axis=1))


def _windows(values: FloatArray, width: int) -> FloatArray:
    return np.lib.stride_tricks.sliding_window_view(np.pad(values, width // 2, mode="edge"), width)


def _add(siblings: list[Bout], bout: Bout) -> None:
    """Put a bout where it belongs in a forest, unless it is there, or crosses one that is."""
    held: list[Bout] = []
    for other in siblings:
        shared_s = min(bout.end_s, other.end_s) - max(bout.start_s, other.start_s)
        if shared_s <= EDGE_MOVES_S:
            continue
        if shared_s >= ANEW * (max(bout.end_s, other.end_s) - min(bout.start_s, other.start_s)):
            return
        if bout.duration_s - shared_s <= EDGE_MOVES_S < other.duration_s - shared_s:
            _add(other.children, bout)
            return
        if other.duration_s - shared_s > EDGE_MOVES_S:
            return
        held.append(other)
    kept = [other for other in siblings if other not in held]
    siblings[:] = sorted([*kept, replace(bout, children=held)], key=lambda b: b.start_s)


def _forest(
    grid_s: FloatArray, level_mps: FloatArray, speed_mps: FloatArray, least_persistence: float, shortest_s: float
) -> list[Bout]:
    """Return the forest of what stays above its surroundings in `level_mps`, each bout with its mean `speed_mps`."""
    n_levels = int(np.ceil(np.log(HIGHEST_LEVEL_MPS / LOWEST_LEVEL_MPS) / np.log(LEVEL_RATIO)))
    levels = LOWEST_LEVEL_MPS * LEVEL_RATIO ** np.arange(n_levels + 1)
    levels = levels[: int(np.searchsorted(levels, level_mps.max())) + 1].tolist()
    total = [0.0, *np.cumsum(speed_mps).tolist()]
    open_chains: list[list[tuple[int, int, int]]] = []
    parents: list[int] = []
    current: list[int] = []
    for k, level in enumerate(levels):
        following: list[int] = []
        above = iter(current)
        parent, p_start, p_end = -1, 0, -1
        for start, end in components(level_mps, level, shortest_s).tolist():
            while p_end <= start and (parent := next(above, -1)) >= 0:
                _, p_start, p_end = open_chains[parent][-1]
            if parent >= 0:
                slack = EDGE_MOVES_S + 0.04 * (p_end - p_start)
                if start - p_start <= slack and p_end - end <= slack:
                    open_chains[parent].append((k, start, end))
                    following.append(parent)
                    continue
            open_chains.append([(k, start, end)])
            parents.append(parent)
            following.append(len(open_chains) - 1)
        current = following
    half_step = LEVEL_RATIO**0.5
    made: list[Bout | None] = []
    roots: list[Bout] = []
    for chain, parent in zip(open_chains, parents, strict=True):
        low, high = levels[chain[0][0]] / half_step, levels[chain[-1][0]] * half_step
        if high / low < least_persistence:
            made.append(None)
            continue
        _, start, end = chain[len(chain) // 2]
        start_s, end_s = float(grid_s[start] - 0.5), float(grid_s[end - 1] + 0.5)
        holder = parent
        # What lies just beside the edge of a chain is held by its lower levels alone.
        while holder >= 0 and ((held := made[holder]) is None or start_s < held.start_s or end_s > held.end_s):
            holder = parents[holder]
        bout = Bout(
            start_s=start_s,
            end_s=end_s,
            low_mps=low,
            high_mps=high,
            speed_mps=(total[end] - total[start]) / (end - start),
        )
        made.append(bout)
        siblings = made[holder].children if holder >= 0 else roots  # type: ignore[union-attr]
        siblings.append(bout)
    for bout in walk(roots):
        bout.children.sort(key=lambda held: held.start_s)
    return sorted(roots, key=lambda bout: bout.start_s)
