"""Proposals: explanations worth a look, made without a judgement of their worth.

Which bouts are reps can be said by a level (whatever is faster than this, and stands out by so much), by a
theme (whatever is like these in speed, and in distance or time), or by what an explanation leaves to be wished (less
its first or last, one of its sets alone, what recurs in it, less the short, the slow, the faint; one rep more or
less). All are antichains of the forest: rows of a boolean matrix, see `candidates`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ..quantities.ordered import distinct, quantile
from .bundles import Bundle, faded
from .candidates import BoolArray, Candidates, FloatArray

SHORTEST_M = 40.0
"""A shorter bout is no rep by itself; it may be added to others."""
LEVELS, CONTRASTS = 15, (0.06, 0.12, 0.2, 0.35, 0.6, 1.0)
"""How many levels of speed, at equal shares of the bouts, and which log contrasts are tried: so fine that the next
proposal hardly differs."""
THEMES = 6
"""How many clusters by distance, and by time, are looked at; more brought no right explanation that was not there."""
THEME_SPEED, THEME_DISTANCE, THEME_TIME = 0.08, 0.06, 0.05
"""Widths (log) within which bouts are alike."""
SLOWER = (0.06, 0.12, 0.2, 0.3)
"""How far (log) below the speed of a theme its slowest rep may lie, each tried."""
SET_RESTS_S, MOST_SETS = (240.0, 480.0, 900.0), 4
"""Rests that may part sets, each tried, and how many sets from either end are looked at alone."""


def alike(rows: BoolArray) -> BoolArray:
    """Return the rows that are not empty, each once."""
    rows = rows[rows.any(axis=1)]
    if not rows.size:
        return rows
    first: dict[bytes, int] = {}
    for i, key in enumerate(keys(rows)):
        first.setdefault(key, i)
    return rows[list(first.values())]


def keys(rows: BoolArray) -> list[bytes]:
    """Return each row as bytes, by which it is told from others."""
    packed = np.packbits(rows, axis=1)
    found: list[bytes] = packed.view(f"V{packed.shape[1]}")[:, 0].tolist()
    return found


def by_level(found: Candidates) -> BoolArray:
    """Return what is faster than each of a range of levels, and stands out by each of a range of contrasts."""
    long = found.log_d >= np.log(SHORTEST_M)
    if not long.any():
        return np.zeros((0, found.n), dtype=bool)
    levels = distinct(quantile(found.log_v[long], np.arange(LEVELS) / LEVELS).round(3))
    fast = found.log_v >= levels[:, None] - 1.0e-9
    clear = found.contrast >= np.array(CONTRASTS)[:, None]
    taken = (fast[:, None, :] & clear[None, :, :]).reshape(-1, found.n) & long
    return found.best_antichains(np.where(taken, weight(found), 0.0))


def by_theme(found: Candidates) -> BoolArray:
    """Return what is alike in speed, and in distance or time, about each of the heaviest such clusters."""
    worth = weight(found)
    long = found.log_d >= np.log(SHORTEST_M)
    if not long.any():
        return np.zeros((0, found.n), dtype=bool)
    wanted: list[FloatArray] = []
    for extent, width, reach in ((found.log_d, THEME_DISTANCE, 0.14), (found.log_t, THEME_TIME, 0.10)):
        themes = np.array(_heaviest(found, extent, width), dtype=np.int64)[:, None]
        same = np.abs(extent - extent[themes]) < reach
        as_fast = np.abs(found.log_v - found.log_v[themes])
        off = found.log_v - found.log_v[themes] + faded(found.log_d - found.log_d[themes])
        no_shorter = found.log_t > found.log_t[themes] - 0.7
        preferred = worth * (1.0 + 6.0 * same)
        ways = [np.where(same & (as_fast < width), worth, 0.0) for width in (0.12, 0.22)]
        for slower in SLOWER:
            fast = (off > -slower) & long
            ways.append(np.where(fast & no_shorter, worth, 0.0))
            ways += [np.where(fast & (found.contrast > c), preferred, 0.0) for c in (0.05, 0.15, 0.35, 0.7)]
        wanted.append(np.stack(ways, axis=1).reshape(-1, found.n))
    return found.best_antichains(np.concatenate(wanted))


def weight(found: Candidates) -> FloatArray:
    """Return how much a bout counts beside what it holds, and what holds it: a stable one more, a longer one more."""
    return np.asarray(found.persistence * np.exp(0.5 * found.log_t))


def _heaviest(found: Candidates, extent: FloatArray, width: float) -> list[int]:
    """Return the rows at which the most weight lies within reach in speed and extent, apart from each other."""
    mass = np.minimum(found.persistence, 0.9) * np.exp(0.5 * found.log_t) * np.clip(found.contrast, 0.05, 0.6)
    mass = np.where((found.contrast > 0.05) & (found.log_d > np.log(SHORTEST_M)), mass, 0.0)
    cell = np.array([np.round(found.log_v / THEME_SPEED), np.round(extent / width)]).astype(np.int64)
    key, first, member = np.unique(cell[0] * 100_000 + cell[1], return_index=True, return_inverse=True)
    cells = cell.T[first]
    held = np.bincount(member, weights=mass)
    near = np.zeros(len(cells))
    for step_v in (-1, 0, 1):
        for step_e in (-1, 0, 1):
            at = np.searchsorted(key, key + step_v * 100_000 + step_e)
            hit = (at < key.size) & (key[np.minimum(at, key.size - 1)] == key + step_v * 100_000 + step_e)
            near += np.where(hit, held[np.minimum(at, key.size - 1)], 0.0) * 0.6 ** (abs(step_v) + abs(step_e))
    out: list[int] = []
    free = held > 0.0
    while free.any() and len(out) < THEMES:
        best = int(np.argmax(np.where(free, near, -1.0)))
        rows = np.flatnonzero(member == best)
        out.append(int(rows[np.argmax(mass[rows])]))
        free &= np.abs(cells - cells[best]).max(axis=1) > 1
    return out


def variants(found: Candidates, chosen: BoolArray) -> BoolArray:
    """Return what each explanation leaves to be wished: parts of it that may be the session."""
    bundle = Bundle(found, chosen)
    kept = np.array([keeps & bundle.real for keeps in _parts(bundle)])
    some = kept.any(axis=2) & (kept != bundle.real).any(axis=2)
    part, explanation, column = np.nonzero(kept & some[:, :, None])
    number = np.cumsum(some).reshape(some.shape) - 1
    out = np.zeros((np.count_nonzero(some), found.n), dtype=bool)
    out[number[part, explanation], bundle.rows[explanation, column]] = True
    return out


def _parts(bundle: Bundle) -> Iterator[BoolArray]:
    """Yield which reps each part keeps, shape (k, most)."""
    place, back = (
        np.arange(bundle.real.shape[1])[None, :],
        bundle.n[:, None] - 1 - np.arange(bundle.real.shape[1])[None, :],
    )
    for less in (1, 2, 3):
        yield place >= less
        yield back >= less
    yield (place >= 1) & (back >= 1)
    gaps_s = np.nan_to_num(bundle.rest_s[:, :-1])
    nothing = np.zeros((bundle.n.size, 1), dtype=bool)
    for rest_s in SET_RESTS_S:
        long = gaps_s > rest_s
        if not long.any():
            break
        number = np.concatenate([nothing, long], axis=1).cumsum(axis=1)
        for which in range(min(int(number.max()) + 1, MOST_SETS)):
            yield number == which
            yield number == number.max(axis=1, keepdims=True) - which
        yield ~(np.concatenate([~nothing, long], axis=1) & np.concatenate([long, ~nothing], axis=1))
    lonely = np.minimum(bundle.to_fellow_d / 0.10, bundle.to_fellow_t / 0.06) >= 1.0
    yield ~lonely
    by_distance = np.abs(bundle.log_d - bundle.middle[:, None]) < 0.12
    by_time = np.abs(bundle.log_t - bundle.usual_log_t[:, None]) < 0.08
    yield by_distance | by_time
    duration_s, usual_s = np.exp(bundle.log_t), np.exp(bundle.usual_log_t)[:, None]
    for least_s in (15.0, 25.0, 33.0, 50.0):
        yield duration_s > least_s
    yield duration_s > 0.5 * usual_s
    yield duration_s < 1.5 * usual_s
    yield duration_s < 2.0 * usual_s
    for slower in (0.1, 0.2):
        yield bundle.log_v > bundle.usual_log_v[:, None] - slower
    for share in (0.3, 0.5, 0.7):
        yield bundle.contrast > share * bundle.usual_contrast[:, None]


Odds = Callable[[BoolArray], FloatArray]


def settled(found: Candidates, chosen: BoolArray, odds: Odds) -> BoolArray:
    """Return what each explanation should have been, by the odds under it, and under that in turn."""
    out = chosen[:0]
    for _ in range(2):
        if not chosen.size:
            break
        chosen = alike(found.best_antichains(odds(chosen)))
        out = np.concatenate([out, chosen])
    return out


ADDED, DROPPED = 4, 3
"""How many candidates a step tries to add, and how many reps it doubts."""


def neighbours(bundle: Bundle, odds: FloatArray) -> BoolArray:
    """Return each explanation with one step made: a likely candidate added, an unlikely one dropped, parted or widened.

    `odds`, shape (k, n), are those of each candidate under each explanation.
    """
    found = bundle.found
    doubtful: list[tuple[int, int]] = []
    for number, (row, likely) in enumerate(zip(bundle.chosen, odds, strict=True)):
        members = np.flatnonzero(row)
        doubtful += [(number, int(i)) for i in members[np.argsort(likely[members], kind="stable")[:DROPPED]]]
    parts = iter(found.best_antichains(np.array([_worth_inside(found, i, odds[number]) for number, i in doubtful])))
    out: list[BoolArray] = []
    for number, (row, likely) in enumerate(zip(bundle.chosen, odds, strict=True)):
        outside = np.flatnonzero(bundle.free[number] & found.in_forest)
        likeliest = outside[np.argsort(-likely[outside], kind="stable")[:ADDED]]
        out += [_changed(row, add=candidate) for candidate in likeliest]
        for member in (i for k, i in doubtful if k == number):
            if bundle.n[number] > 1:
                out.append(_changed(row, drop=member))
            part = next(parts)
            if part.any():
                out.append(_changed(row, drop=member) | part)
            parent = found.parent[member]
            if parent >= 0:
                inside = (found.start >= found.start[parent]) & (found.end <= found.end[parent])
                out.append(_changed(row & ~inside, add=parent))
    return np.array(out, dtype=bool).reshape(-1, found.n)


def _worth_inside(found: Candidates, holder: int, odds: FloatArray) -> FloatArray:
    """Return what the candidates that one holds are worth, by their odds; nothing for the others, and for itself."""
    held = (found.start >= found.start[holder]) & (found.end <= found.end[holder]) & found.in_forest
    held[holder] = False
    return np.where(held, np.maximum(odds + 8.0, 0.0), 0.0)


def _changed(row: BoolArray, *, add: int = -1, drop: int = -1) -> BoolArray:
    out = row.copy()
    if add >= 0:
        out[add] = True
    if drop >= 0:
        out[drop] = False
    return out
