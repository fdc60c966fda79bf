"""What a rep's fellows tell of its time: where one rep's edge is soft, the others say how long or how far it went.

Reps alike in time or distance are held against several accounts of what they have in common: a round time or distance,
ended by the watch or by a thumb that watched it, or merely the same distance, or the same time. Under an account each
rep leaves a residual: what its duration, at its own pace, exceeds the account by. That is the error of its edges, an
error common to all, and what the reps truly differ by. Errors have heavy tails (Student's t): one rep far off pulls no
other. How likely the residuals are, summed over the common error, weighs the accounts; the expected error under each,
so weighed, is taken out of the edges in proportion to their variances (an empirical Bayes estimate: Efron & Morris
1975). Where nothing is alike, or the edges are sure of themselves, nothing moves; nor does a rep whose distance and
line the track tells. The numbers are fitted by ``tools/fit_times.py`` and stand in ``times.json``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite, log, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..motion import Motion
from ..quantities.ordered import median
from .spans import RepSpan

FloatArray = NDArray[np.float64]

ALIKE, AT_ALL_ALIKE = 0.12, 0.3
"""Fellows lie within the first of each other in time or in distance (log), and within the second in time."""
FEWEST = 3
"""Of two nobody can tell which is off."""
ROUND_M = (100.0, 1609.344)
"""Reps are set as multiples of these."""
NEAR = 0.12
"""A round distance is looked at where it lies so near (log) the usual one."""
BY_WATCH_S = 0.05
"""What reps differ by from a time or distance that the watch ended them at."""
APART, TELLS = 0.01, 4.0
"""What was set is alike, and the other differs, by this share at the least: where it differs by less than that, or than
what was set itself, the odds fall by this power. Reps that are alike in time and distance tell nothing of either."""
MOST_APART = 2.0
"""Reps that differ by more than this, over what their edges claim, differ truly."""
SHARPEST_S = 0.55
"""The sd that a kink's fit claims where the edge is as sharp as can be."""
FREEDOM = 2.5
"""Degrees of freedom of the errors of edges."""
COMMON_S = np.linspace(-8.0, 8.0, 33)
"""The errors common to a session that are summed over: half a second apart, beyond any that was met."""
SPEED_S = 1.5
"""The pace at an edge is taken over so long on both sides of it."""
PAUSE = "pause"
HELD = 0.9
"""So likely a round distance must be to be the rep's nominal one."""
LEAST = 1.0e-3
"""A distance may be none at all where the positions stood still."""


class Habits(NamedTuple):
    """The numbers of the accounts, as fitted; log odds are against the account *alike in distance*.

    Attributes
    ----------
    sharp_s, softness : float
        Error of an edge that a kink tells as sharply as can be, and the power of the claimed sd by which it grows.
    line : float
        Error of an edge over the sd of its fit, where a line of the track tells it.
    common : float
        Error common to the reps of a session over that of the usual one of them.
    claims : float
        How many reps must agree better, or worse, than their edges claim to weigh as much as the claims.
    by_thumb_s : float
        What reps truly differ by from a round time or distance that a thumb ended them at.
    positions, positions_own : float
        Error of a distance summed over positions (share): common to a session, and of each rep.
    alike_distance, alike_time : float
        Spread of the distances (times) of reps that merely have them in common, share.
    time_by_watch, time_by_thumb, distance_by_watch, distance_by_thumb, time_alike : float
        Log odds of the accounts.
    on_line : float
        What is added to those of the round distances where lines of the track tell the distance.
    """

    sharp_s: float
    softness: float
    line: float
    common: float
    claims: float
    by_thumb_s: float
    positions: float
    positions_own: float
    alike_distance: float
    alike_time: float
    time_by_watch: float
    time_by_thumb: float
    distance_by_watch: float
    distance_by_thumb: float
    time_alike: float
    on_line: float


class _Account(NamedTuple):
    """One account: residuals (s), true spread (s), sd of the common error (NaN: the middle is free), log odds."""

    residual_s: FloatArray
    spread_s: float
    common_s: float
    log_odds: float
    distance_m: float = float("nan")


class _Group(NamedTuple):
    """Reps alike: durations, distances, pace at the edges, sds of the durations' errors; the usual ones.

    `on_line` is the share of those whose distance the track tells.
    """

    time_s: FloatArray
    distance_m: FloatArray
    edge_mps: FloatArray
    sd_s: FloatArray
    middle_s: float
    middle_m: float
    middle_sd_s: float
    times_apart: float
    metres_apart: float
    on_line: float


def weigh_with_fellows(motion: Motion, spans: Sequence[RepSpan], habits: Habits) -> list[RepSpan]:
    """Return the reps with what their fellows tell weighed in; those of presses stay as they are."""
    out = list(spans)
    free = [i for i, span in enumerate(spans) if _is_free(motion, span)]
    if not free:
        return out
    chosen = [spans[i] for i in free]
    time_s = np.array([span.duration_s for span in chosen])
    distance_m = np.array([motion.gained_m(span.start_s, span.end_s) for span in chosen])
    edge_mps = np.array([_edge_mps(motion, span) for span in chosen])
    edge_sd_s = np.array([[_error_s(span, side, habits) for side in (0, 1)] for span in chosen])
    sd_s = np.hypot(*edge_sd_s.T)
    over_s, left_s = np.zeros(len(chosen)), np.hypot(sd_s, habits.common * float(median(sd_s)))
    round_m = np.full(len(chosen), np.nan)
    for rows in _groups(time_s, distance_m):
        on_line = float(np.mean([isfinite(chosen[row].nominal_distance_m) for row in rows]))
        values = (time_s[rows], distance_m[rows], edge_mps[rows], sd_s[rows])
        middle_s, middle_m, middle_mps, middle_sd_s = (float(median(value)) for value in values)
        times_apart, metres_apart = _spread(values[0]) / middle_s, _spread(values[1]) / max(middle_m, LEAST)
        apart_s = min(times_apart * middle_s, metres_apart * middle_m / middle_mps)
        agree = _agreement(apart_s / middle_sd_s, rows.size, habits.claims)
        group = _Group(
            time_s=values[0],
            distance_m=values[1],
            edge_mps=values[2],
            sd_s=agree * values[3],
            middle_s=middle_s,
            middle_m=middle_m,
            middle_sd_s=agree * middle_sd_s,
            times_apart=times_apart,
            metres_apart=metres_apart,
            on_line=on_line,
        )
        over_s[rows], left_s[rows], round_m[rows] = _told(group, habits, motion.distance_source != "device")
    for k, i in enumerate(free):
        if _is_kept(spans[i]):
            continue
        out[i] = _moved(spans[i], edge_sd_s[k], float(over_s[k]), float(left_s[k]))
        if isfinite(round_m[k]) and not isfinite(spans[i].nominal_distance_m):
            out[i] = out[i]._replace(nominal_distance_m=float(round_m[k]))
    return out


def _spread(values: FloatArray) -> float:
    return float(1.4826 * median(np.abs(values - median(values))))


def _agreement(apart: float, n: int, claims: float) -> float:
    """Return the error of a set's edges over the claimed one: `apart` is what it seems from n reps, 1 from `claims`."""
    return sqrt((claims + n * min(apart, MOST_APART) ** 2.0) / (claims + n))


def _is_free(motion: Motion, span: RepSpan) -> bool:
    """Return whether a rep has fellows to be held against: it was not pressed for, nor stood in."""
    return not any(span.pressed) and not motion.stood_within(span.start_s, span.end_s)


def _is_kept(span: RepSpan) -> bool:
    """Return whether a rep stays as it is: both edges at stops of the watch, or track and line (or stop) tell it."""
    sources = set(span.sources)
    return sources == {PAUSE} or (isfinite(span.nominal_distance_m) and bool({"signal+track", PAUSE} & sources))


def _edge_mps(motion: Motion, span: RepSpan) -> float:
    """Return the speed about the edges: what a metre more or less of the rep takes in time."""
    own = motion.mean_speed(span.start_s, span.end_s)
    about = [motion.mean_speed(edge_s - SPEED_S, edge_s + SPEED_S) for edge_s in (span.start_s, span.end_s)]
    return max(0.5 * sum(about), 0.6 * own, 0.3)


def _error_s(span: RepSpan, side: int, habits: Habits) -> float:
    """Return the error of an edge, as measured."""
    source, sd_s = span.sources[side], (span.start_sd_s, span.end_sd_s)[side]
    if source == PAUSE:
        return sd_s
    if "track" in source:
        return habits.line * sd_s
    return habits.sharp_s * float((sd_s / SHARPEST_S) ** habits.softness)


def _groups(time_s: FloatArray, distance_m: FloatArray) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of reps alike, the largest group first, each rep in one at the most."""
    log_s, log_m = np.log(time_s), np.log(np.maximum(distance_m, LEAST))
    apart_s, apart_m = np.abs(log_s[:, None] - log_s), np.abs(log_m[:, None] - log_m)
    near = ((apart_s < ALIKE) | (apart_m < ALIKE)) & (apart_s < AT_ALL_ALIKE)
    left = np.ones(time_s.size, dtype=bool)
    while left.any():
        sizes = (near & left).sum(axis=1) * left
        rows = np.flatnonzero(near[int(np.argmax(sizes))] & left)
        left[rows] = False
        if rows.size >= FEWEST:
            yield rows


def _round_s(middle_s: float) -> set[float]:
    """Return the round times next to a usual one."""
    units = (5.0,) if middle_s < 25.0 else (15.0, 20.0) if middle_s < 170.0 else (30.0,)
    return {unit * max(round(middle_s / unit), 1) for unit in units}


def _round_m(middle_m: float) -> set[float]:
    """Return the round distances next to a usual one."""
    near = {unit * max(round(middle_m / unit), 1) for unit in ROUND_M}
    return {metres for metres in near if abs(np.log(metres / max(middle_m, LEAST))) < NEAR}


def _tells(other_apart: float, set_apart: float) -> float:
    """Return the log odds that are lost to a quantity as the one that was set, by how much both differ (shares)."""
    return TELLS * log(min(max(other_apart / max(set_apart, APART), LEAST), 1.0))


def _accounts(group: _Group, habits: Habits, by_positions: bool) -> Iterator[_Account]:
    middle_s, middle_m = group.middle_s, group.middle_m
    common_s = habits.common * group.middle_sd_s
    time_tells, distance_tells = (
        _tells(group.metres_apart, group.times_apart),
        _tells(group.times_apart, group.metres_apart),
    )
    for target_s in _round_s(middle_s):
        residual_s = group.time_s - target_s
        yield _Account(residual_s, BY_WATCH_S, common_s, habits.time_by_watch + time_tells)
        yield _Account(residual_s, habits.by_thumb_s, common_s, habits.time_by_thumb + time_tells)
    own_s, odds = 0.0, habits.on_line * group.on_line + distance_tells
    if by_positions:
        own_s, common_s = habits.positions_own * middle_s, float(np.hypot(common_s, habits.positions * middle_s))
    for target_m in _round_m(middle_m):
        residual_s = (group.distance_m - target_m) / group.edge_mps
        spread_s = float(np.hypot(BY_WATCH_S, own_s))
        yield _Account(residual_s, spread_s, common_s, habits.distance_by_watch + odds, target_m)
        spread_s = float(np.hypot(habits.by_thumb_s, own_s))
        yield _Account(residual_s, spread_s, common_s, habits.distance_by_thumb + odds, target_m)
    free = float("nan")
    yield _Account((group.distance_m - middle_m) / group.edge_mps, habits.alike_distance * middle_s, free, 0.0)
    yield _Account(group.time_s - middle_s, habits.alike_time * middle_s, free, habits.time_alike)


def _told(group: _Group, habits: Habits, by_positions: bool) -> tuple[FloatArray, FloatArray, float]:
    """Return by how much each duration is too long, the sd of what is left, and the round distance or NaN."""
    weights, overs, variances, metres = [], [], [], []
    for account in _accounts(group, habits, by_positions):
        scale = np.hypot(group.sd_s, account.spread_s)
        off = (account.residual_s - COMMON_S[:, None]) / scale
        log_p = -(np.log(scale) + 0.5 * (FREEDOM + 1.0) * np.log1p(np.square(off) / FREEDOM)).sum(axis=1)
        is_free = not isfinite(account.common_s)
        if is_free:
            log_p -= np.log(group.middle_s)
        else:
            log_p -= 0.5 * np.square(COMMON_S / account.common_s) + np.log(account.common_s * np.sqrt(2.0 * np.pi))
        p = np.exp(log_p - log_p.max())
        weights.append(float(log_p.max() + np.log(p.sum())) + account.log_odds)
        p /= p.sum()
        common_s = float(p @ COMMON_S)
        common_variance = float(p @ np.square(COMMON_S - common_s))
        share = np.square(group.sd_s / scale)
        over = share * (account.residual_s - common_s)
        variance = np.square(group.sd_s) * (1.0 - share)
        if is_free:
            variance = variance + share**2 * common_variance + (habits.common * group.middle_sd_s) ** 2
        else:
            over = over + common_s
            variance = variance + (1.0 - share) ** 2 * common_variance
        overs.append(over)
        variances.append(variance)
        metres.append(account.distance_m)
    weight = np.exp(np.array(weights) - max(weights))
    weight /= weight.sum()
    over = weight @ np.array(overs)
    variance = weight @ (np.array(variances) + np.square(overs)) - np.square(over)
    is_round = np.isfinite(metres)
    held = float(weight[is_round].sum()) > HELD and len(set(np.array(metres)[is_round].tolist())) == 1
    return over, np.sqrt(variance), float(np.nanmax(metres)) if held else float("nan")


def _moved(span: RepSpan, edge_sd_s: FloatArray, over_s: float, left_s: float) -> RepSpan:
    """Return the rep made shorter by `over_s`, each edge moved by its share of the variance; a stop stays."""
    start, end = np.square(edge_sd_s) * [source != PAUSE for source in span.sources]
    both = start + end
    surer = 1.0 - min(left_s**2 / both, 1.0)
    return span._replace(
        start_s=span.start_s + over_s * float(start / both),
        end_s=span.end_s - over_s * float(end / both),
        start_sd_s=span.start_sd_s * float(np.sqrt(1.0 - start / both * surer)),
        end_sd_s=span.end_sd_s * float(np.sqrt(1.0 - end / both * surer)),
        duration_sd_s=left_s,
    )
