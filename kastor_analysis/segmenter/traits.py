"""Traits: what an explanation looks like as a whole, for all explanations of a recording at once.

Conventions: logarithms are natural; where a trait cannot be known (one rep has no rests), it is 0, which speaks neither
way. What each means is said of an explanation in `reasons`; what it weighs is fitted (`criterion`).
"""

from __future__ import annotations

import numpy as np

from .bundles import Bundle, faded, kinds, mean, median, quantile, spread, to_turn
from .candidates import MOST_CONTRAST, BoolArray, Candidates, FloatArray
from .easy import Easy, EasyRunning
from .evidence import PLAINLY_FASTER, Evidence
from .likeness import ALIKE_DISTANCE, ALIKE_TIME, blurred

ROUND_M = np.array(
    [100, 150, 200, 250, 300, 400, 500, 600, 800, 1000, 1200, 1500, 1600, 2000, 2400, 3000, 3200, 4000, 5000]
)
"""Distances that reps are run over."""
STRETCHES = np.exp(np.linspace(-0.03, 0.07, 11))
"""By how much a watch may read short or long."""
ROUND_SD, ROUND_SD_M, ROUND_SD_S = 0.015, 2.5, 2.0
"""What a distance (share, metres) and a time (seconds) found on the grid are good to."""
STANDING_MPS = 1.7
"""A rest of less, in the mean, was stood or walked."""
LONG_REST_S, LONG_REST_RATIO = 240.0, 3.0
"""A rest beyond both is one between sets: it breaks no rhythm."""
EDGE_OF_RECORDING_S = 20.0
"""So near to it a rep begins, or ends, with the recording."""
FADING = 1.08
"""Running is above easy from this ratio on."""
SHORT_S, LEAST_STANDING_OUT = 20.0, 0.4
"""Left-over work counts from so long on, and from so much of what stands out of a usual rep."""
USUAL_RISE = 0.35
"""By such a share of its range the heart rises in the reps of most sessions."""
MOST_COUNTED = 4.0
"""What contradicts presses this often does so altogether."""
LONG_GAP_S = (300.0, 600.0)
"""A break within a session counts from the first on, and no more from the second: so far apart, sets are sets."""
MOST_ODDS = 12.0
"""What grows with every rep says no more from some two dozen on, as many as the weights have seen."""


def traits(
    bundle: Bundle, whole: Bundle, easy: Easy, running: EasyRunning, odds: FloatArray, evidence: Evidence
) -> dict[str, FloatArray]:
    """Return the traits of each explanation by name, shape (k,) each.

    Parameters
    ----------
    bundle, whole : Bundle
        The reps of the explanations, and these with the strides beside them.
    easy : Easy
        The recording in blocks.
    running : EasyRunning
        What of it is easy under each explanation.
    odds : ndarray, shape (k, n)
        `likeness.log_odds`.
    evidence : Evidence
    """
    out: dict[str, FloatArray] = {}
    out |= _number(bundle)
    out |= _standing_out(bundle)
    out |= _speed(bundle, whole, easy, running)
    out |= _kinds(bundle)
    out |= _rests(bundle)
    out |= _ends(bundle)
    out |= _left_over(bundle, whole, odds)
    out |= _vouched(bundle, evidence)
    out |= _heart(bundle, evidence)
    return {name: np.asarray(values, dtype=np.float64) for name, values in out.items()}


def _number(bundle: Bundle) -> dict[str, FloatArray]:
    n, duration_s = bundle.n, np.exp(bundle.log_t)
    values = {
        "number": np.log(n),
        "two": 1.0 * (n == 2),
        "three": 1.0 * (n == 3),
        "over_8_min": mean(np.where(bundle.real, duration_s > 480.0, np.nan)),
    }
    return {name: np.asarray(value, dtype=np.float64) for name, value in values.items()}


def _standing_out(bundle: Bundle) -> dict[str, FloatArray]:
    found = bundle.found
    contrast = bundle.contrast.copy()
    # Before the first rep lies the warm-up, after the last the cool-down: how the reps stand out from their rests is
    # seen on the other side.
    contrast[:, 0] = np.clip(found.after[bundle.rows[:, 0]], -0.3, MOST_CONTRAST)
    several, last = np.flatnonzero(bundle.n > 1), bundle.n - 1
    contrast[several, last[several]] = np.clip(bundle.last(bundle.of(found.before))[several], -0.3, MOST_CONTRAST)
    own = bundle.of_length(bundle.log_d, *bundle.by_length(contrast))
    return {
        "contrast_spread": spread(contrast - own),
        "faint": mean(np.where(bundle.real, bundle.contrast < 0.12, np.nan)),
        "falls_apart_most": np.nanmin(bundle.of(found.falls_apart), axis=1),
    }


def _speed(bundle: Bundle, whole: Bundle, easy: Easy, running: EasyRunning) -> dict[str, FloatArray]:
    over = bundle.log_v - np.log(running.speed_mps)[:, None]
    off = bundle.of_each(bundle.off_level)
    above = np.maximum(easy.blocks_mps - FADING * running.speed_mps[:, None], 0.0)
    inside = easy.inside(whole)
    reps_s = np.nansum(np.exp(bundle.log_t), axis=1)
    return {
        "easy_beside": np.minimum(running.lasts_s / reps_s, 2.0),
        "over_easy": np.clip(median(over), -0.1, 0.6),
        "over_easy_least": np.clip(quantile(over, 0.1), -0.2, 0.5),
        "explained": (above * inside).sum(axis=1) / np.maximum(above.sum(axis=1), 1.0e-3),
        "speed_spread": spread(np.clip(off, -0.5, 0.5)),
        "long_slower": _long_slower(bundle),
    }


def _long_slower(bundle: Bundle) -> FloatArray:
    """Return by how much (log) the long ones of two kinds are slower than the short ones let expect."""
    (short, long), (short_d, long_d) = bundle.level, bundle.middle_of
    return np.clip(short - faded(long_d - short_d) - long, 0.0, 0.5)


def _kinds(bundle: Bundle) -> dict[str, FloatArray]:
    found = bundle.found
    by_distance, by_time = blurred(ALIKE_DISTANCE, bundle), blurred(ALIKE_TIME, bundle)
    near_d, near_t = bundle.to_fellow_d, bundle.to_fellow_t
    number = np.minimum(kinds(bundle.log_d, by_distance), kinds(bundle.log_t, by_time))
    lone = np.where(bundle.real, (near_d > 1.3 * by_distance[:, None]) & (near_t > 1.3 * by_time[:, None]), np.nan)
    round_m = _round_distance(found)[bundle.rows] * bundle.real[:, :, None]
    return {
        "of_a_kind": np.log(bundle.n / number),
        "lone": mean(lone),
        "even_distance": -np.log(np.minimum(median(near_d), 0.4) + 0.01),
        "round_distance": (round_m.sum(axis=1) / bundle.n[:, None]).max(axis=1),
        "round_time": mean(bundle.of(_round_time(found))),
    }


def _rests(bundle: Bundle) -> dict[str, FloatArray]:
    found, several = bundle.found, bundle.n > 2
    start_s, end_s = bundle.end[:, :-1], bundle.start[:, 1:]
    rest_s = bundle.rest_s[:, :-1]
    is_rest = np.isfinite(rest_s)
    log_rest = np.log(np.maximum(rest_s, 1.0))
    usual = median(log_rest)
    within = log_rest <= np.maximum(np.log(LONG_REST_S), usual + np.log(LONG_REST_RATIO))[:, None]
    log_t = bundle.log_t[:, :-1]
    cycle = np.log(np.maximum(rest_s + np.exp(log_t), 1.0))
    # By the rest itself, by its ratio to the rep, and from start to start: one below the other.
    views = np.where(within, (log_rest, log_rest - log_t, cycle), np.nan).reshape(-1, rest_s.shape[1])
    off = np.minimum(median(np.abs(views - median(views)[:, None])), 0.7)
    uneven, in_turns = np.min(off.reshape(3, -1), axis=0), np.fmin.reduce(to_turn(views).reshape(3, -1))
    speed = np.where(is_rest, found.mean_speed(np.nan_to_num(start_s), np.nan_to_num(end_s)), np.nan)
    log_speed = np.log(np.maximum(speed, 0.3))
    stood = mean(np.where(is_rest, speed < STANDING_MPS, np.nan))
    rest_ratio = np.clip(np.nan_to_num(usual - bundle.usual_log_t), -2.5, 2.5)
    return {
        "rhythm": several * -np.log(np.nan_to_num(uneven, nan=0.7) + 0.04),
        "rest_turns": several * -np.log(np.nan_to_num(in_turns, nan=0.7) + 0.04),
        "rest_ratio": rest_ratio,
        "rest_speed": np.clip(np.nan_to_num(median(log_speed) - bundle.usual_log_v), -2.0, 0.0),
        "stood": stood,
        "stood_briefly": stood * np.maximum(-rest_ratio, 0.0),
        "longest_rest": np.log(np.clip(np.nanmax(np.where(is_rest, rest_s, 0.0), axis=1), *LONG_GAP_S) / LONG_GAP_S[0]),
        "shortest_rest": np.log(np.clip(np.nanmin(np.where(is_rest, rest_s, 99.0), axis=1), 5.0, 30.0) / 30.0),
    }


def _ends(bundle: Bundle) -> dict[str, FloatArray]:
    """How the first and the last rep differ from the others: a warm-up or a cool-down taken for one does."""
    several = np.where(bundle.n > 2, 1.0, 0.0)
    rows, first, last = np.arange(bundle.n.size), np.zeros_like(bundle.n), bundle.n - 1
    second, before_last = np.minimum(last, 1), np.maximum(last - 1, 0)
    longer = bundle.log_t - bundle.usual_log_t[:, None]
    off = bundle.of_each(bundle.off_level)
    slow = np.clip(-off - 0.02 * np.abs(longer), 0.0, 0.4)
    slower = np.clip(bundle.usual_log_v[:, None] - bundle.log_v, 0.0, 0.4)
    from_start = 1.0 * (bundle.start[:, 0] < EDGE_OF_RECORDING_S)
    to_end = 1.0 * (bundle.last(bundle.end) > bundle.found.total.size - EDGE_OF_RECORDING_S)
    out = {
        "from_start": from_start,
        "from_start_slow": several * from_start * slower[rows, first],
        "to_end": to_end,
        "to_end_slow": several * to_end * slower[rows, last],
        "last_longer": several * np.clip(longer[rows, last], 0.0, 2.0),
        "last_odd": several * _last_odd(bundle, slow[rows, last]),
    }
    for name, at, beside in (("first", first, second), ("last", last, before_last)):
        to_next = np.minimum(
            *(np.abs(extent[rows, at] - extent[rows, beside]) for extent in (bundle.log_d, bundle.log_t))
        )
        out |= {
            f"{name}_slow": several * slow[rows, at],
            f"{name}_unlike_next": several * np.minimum(to_next, 1.0),
        }
    return out


def _last_odd(bundle: Bundle, slow: FloatArray) -> FloatArray:
    """Return how far the last rep is unlike any other, and out of the rhythm, slow, or fainter than the others too."""
    lone = np.minimum(
        bundle.last(bundle.to_fellow_d) / blurred(ALIKE_DISTANCE, bundle),
        bundle.last(bundle.to_fellow_t) / blurred(ALIKE_TIME, bundle),
    )
    log_rest = np.log(np.maximum(bundle.rest_s[:, :-1], 2.0))
    before = log_rest[np.arange(bundle.n.size), np.maximum(bundle.n - 2, 0)]
    off_rhythm = np.nan_to_num(np.abs(before - median(log_rest)))
    fainter = np.clip(bundle.usual_contrast - bundle.last(bundle.contrast), 0.0, 1.0)
    return np.asarray(
        np.minimum(lone, 3.0) / 3.0 * (np.minimum(off_rhythm, 1.0) + np.minimum(5.0 * slow, 1.0) + fainter)
    )


def _left_over(bundle: Bundle, whole: Bundle, odds: FloatArray) -> dict[str, FloatArray]:
    """What the explanation leaves that might be reps as well, and what it takes that hardly is one."""
    found, chosen = bundle.found, bundle.chosen
    apart = whole.free
    own = np.where(chosen, odds, 0.0).sum(axis=1)
    of_reps = bundle.of_each(odds)
    slower = np.minimum(bundle.off_level, 0.0)
    clear = np.clip(found.contrast / np.maximum(bundle.usual_contrast_of, 0.1), 0.0, 1.0)
    strength = np.exp(-0.5 * (slower / 0.07) ** 2) * clear * np.clip(found.persistence / 0.25, 0.0, 1.0)
    strength = np.where(apart, strength * np.clip((found.log_t - np.log(8.0)) / 1.0, 0.0, 1.0), 0.0)
    left = np.where(apart, odds, -8.0)
    worth = [odds, np.where(strength > 0.3, strength, 0.0), _left_standing_out(bundle, apart)]
    best, strong, standing_out = found.best_sums(np.concatenate(worth)).reshape(len(worth), -1)
    return {
        "odds": mean(of_reps),
        "odds_in_all": np.minimum(np.sqrt(np.maximum(own, 0.0)), MOST_ODDS),
        "regret": np.log1p(np.maximum(best - own, 0.0)),
        "left_best": left.max(axis=1),
        "left_strong": np.log1p(strong),
        "left_standing_out": np.log1p(standing_out),
    }


def _left_standing_out(bundle: Bundle, apart: BoolArray) -> FloatArray:
    """Return how much each candidate that is left among the reps stands out by itself, beside what a rep does."""
    found = bundle.found
    stands_out = (
        np.clip(found.contrast, 0.0, 0.6) * found.persistence * np.clip(found.log_t - np.log(SHORT_S), 0.0, 1.5)
    )
    usual = np.maximum(mean(bundle.of(stands_out)), 0.02)[:, None]
    inside = (found.start > bundle.start[:, :1]) & (found.end < bundle.last(bundle.end)[:, None])
    left = np.where(apart & inside, stands_out / usual, 0.0)
    return np.where(left > LEAST_STANDING_OUT, left, 0.0)


def _vouched(bundle: Bundle, evidence: Evidence) -> dict[str, FloatArray]:
    """What laps, workout and plan say."""

    def share(values: FloatArray | BoolArray) -> FloatArray:
        return mean(bundle.of(np.asarray(values, dtype=np.float64)))

    left = np.zeros(bundle.n.size)
    for (start_s, end_s), by in zip(evidence.fast_laps_s, evidence.fast_by, strict=True):
        left += min(by / PLAINLY_FASTER, 1.0) * ~((bundle.start < end_s - 3.0) & (bundle.end > start_s + 3.0)).any(
            axis=1
        )
    planned = evidence.planned
    return {
        "pressed": evidence.has_presses * share(evidence.pressed),
        "not_pressed": evidence.has_presses
        * np.minimum((bundle.chosen * (1.0 - evidence.pressed_edges)).sum(axis=1), MOST_COUNTED),
        "lap_contrast": share(evidence.lap_contrast),
        "press_inside": evidence.has_presses
        * np.minimum((bundle.chosen & evidence.holds_press).sum(axis=1), MOST_COUNTED),
        "fast_laps_left": np.minimum(left, MOST_COUNTED),
        "called_rest": np.minimum((bundle.chosen & evidence.called_rest).sum(axis=1), MOST_COUNTED),
        "called_rep": share(evidence.called_rep),
        "reps_called_left": _reps_called_left(bundle, evidence),
        "planned": (planned > 0) * share(evidence.is_planned),
        "planned_number": -(planned > 0) * np.minimum(np.abs(np.log(bundle.n / max(planned, 1))), 1.5),
    }


def _reps_called_left(bundle: Bundle, evidence: Evidence) -> FloatArray:
    if not evidence.called_rep.any():
        return np.zeros(bundle.n.size)
    return np.log1p(bundle.found.best_sums(np.where(bundle.free & evidence.called_rep, 1.0, 0.0)))


def _heart(bundle: Bundle, evidence: Evidence) -> dict[str, FloatArray]:
    """What the heart says: the reps of a session end alike but for the first, and it rises in them."""
    ends = bundle.of(evidence.heart.at_end)[:, 1:]
    known = np.isfinite(ends).sum(axis=1)
    rise = bundle.of(evidence.heart.rise)
    return {
        "heart_spread": np.where(known > 1, np.minimum(spread(ends), 1.0), 0.0),
        "heart_rise": np.where(np.isfinite(rise).any(axis=1), np.clip(mean(rise) - USUAL_RISE, -0.8, 0.4), 0.0),
    }


def _round_distance(found: Candidates) -> FloatArray:
    """Return how near to a round distance each candidate is under each stretch, less what chance gives."""
    stretched = found.log_d[:, None] - np.log(STRETCHES)
    after = np.searchsorted(np.log(ROUND_M), stretched)
    padded = np.log([1.0, *ROUND_M, np.inf])
    off = np.minimum(stretched - padded[after], padded[after + 1] - stretched)
    sd = np.maximum(ROUND_SD, ROUND_SD_M / np.exp(found.log_d))[:, None]
    return np.asarray(np.exp(-0.5 * (off / sd) ** 2) - np.minimum(12.5 * sd, 0.6))


def _round_time(found: Candidates) -> FloatArray:
    """Return how near to a round time each candidate is, less what chance gives."""
    duration_s = np.exp(found.log_t)
    unit_s = np.where(duration_s < 100.0, 15.0, np.where(duration_s < 400.0, 30.0, 60.0))
    off_s = np.abs(duration_s - unit_s * np.maximum(np.round(duration_s / unit_s), 1.0))
    return np.asarray(np.exp(-0.5 * (off_s / ROUND_SD_S) ** 2) - np.minimum(2.5 * ROUND_SD_S / unit_s, 0.6))
