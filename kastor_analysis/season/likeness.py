"""Which sessions compare: of one kind of rep, with like rests, and where the watch tells the distance by one watch.

Conventions: sessions are of one runner. Rests are alike within a factor of `REST_FACTOR`; a session whose
rest is not known (of one rep, or kept by software that did not know it yet) goes with the most of its kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..quantities.table import Table
from ..quantities.text import read_time
from ..shown.numbers import clock
from .clock import MOST_PRESSED, OFF_TRACK, PressClock
from .figures import STRIDES, TIMED_OVER_M, is_mixed, is_timed
from .window import REST_FACTOR

if TYPE_CHECKING:
    import pandas as pd

RIEGEL: Final = 1.06
RIEGEL_RANGE: Final = (1.05, 1.08)
"""Riegel's exponent, and what he found for runners of both sexes and all ages (Riegel 1981, American Scientist
69:285-290)."""
SHORT_S: Final = 30.0  # the longest strides
AXIS_M: Final = 5000.0  # the race that most train for
_WARMER_BY_C: Final = 5.0  # a runner is slowed by a percent or so


def alike(sessions: Table, distance_m: float | None = None, *, is_chosen: bool = False) -> NDArray[np.int64]:
    """Return the places of the sessions of one runner that compare.

    Parameters
    ----------
    sessions : Table
        Of one runner.
    distance_m : float, optional
        Of their reps. Default: the kind that is run most often, strides and reps as short aside.
    is_chosen : bool
        Whether they are of one kind by choice already; then rests are what they are.
    """
    kinds = sessions["rep_kind"]
    if distance_m is not None:
        is_of_it = np.abs(sessions["rep_distance_m"] - distance_m) < 1.0
        return np.flatnonzero(is_of_it & ~of_kinds(kinds, _is_by_pace))
    named = np.flatnonzero(of_kinds(kinds, lambda kind: kind is not None))
    long = named[~is_short(sessions)[named]]
    common = _commonest(kinds[long if long.size else named])
    found = np.flatnonzero(of_kinds(kinds, lambda kind: kind is not None and kind == common))
    return found if is_chosen else found[rest_groups(sessions["rest_median_s"][found]) == 0]


def of_kinds(kinds: ArrayLike, tell: Callable[[str | None], Any]) -> NDArray[Any]:
    """Return what is told of each session's kind, each kind asked once; what is no text is None."""
    kinds = np.asarray(kinds, dtype=object)
    told: dict[str | None, Any] = {}
    named = [kind if isinstance(kind, str) else None for kind in kinds]
    for kind in named:
        if kind not in told:
            told[kind] = tell(kind)
    return np.array([told[kind] for kind in named]) if named else np.zeros(0, dtype=bool)


def is_short(sessions: Mapping[str, ArrayLike] | pd.DataFrame) -> NDArray[np.bool_]:
    """Return which sessions are of strides, or of reps as short as strides: they say little of a runner's pace."""
    rep_s = np.asarray(sessions["median_regular_s"], dtype=np.float64)
    by_time_s = of_kinds(sessions["rep_kind"], _kind_s)
    rep_s = np.where(np.isfinite(by_time_s), by_time_s, rep_s)
    return np.asarray(of_kinds(sessions["rep_kind"], lambda kind: kind == STRIDES) | (rep_s <= SHORT_S), dtype=bool)


def _is_by_pace(kind: str | None) -> bool:
    """Return whether sessions of a kind are told by their pace, over 1 km or 100 m that nobody ran."""
    return is_timed(kind) or is_mixed(kind) or kind == STRIDES


def _kind_s(kind: str | None) -> float:
    """Return the seconds of a kind by time."""
    seconds = read_time(kind) if kind is not None and is_timed(kind) else None
    return np.nan if seconds is None else seconds


def _commonest(kinds: NDArray[Any]) -> str | None:
    """Return the kind that is there most often; of several the last by the alphabet."""
    counts = Counter(kinds)
    return max(counts, key=lambda kind: (counts[kind], kind), default=None)


def rest_groups(rests_s: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return a number for each session of one kind by its rest, the same for like ones; 0 for the most of them.

    A group is around the rest that most others are like, then around the one that most of those left are like.
    """
    groups = np.zeros(rests_s.size, dtype=np.int64)
    left = np.flatnonzero(np.isfinite(rests_s))
    left = left[np.argsort(rests_s[left], kind="stable")]
    group = 0
    while left.size:
        own_s = rests_s[left]
        low = np.searchsorted(own_s, own_s / REST_FACTOR, side="left")
        high = np.searchsorted(own_s, own_s * REST_FACTOR, side="right")
        middle = int(np.argmax(high - low))
        chosen = slice(low[middle], high[middle])
        groups[left[chosen]] = group
        left = np.delete(left, chosen)
        group += 1
    return groups


def strata(sessions: Table, *, across_kinds: bool) -> NDArray[Any]:
    """Return a label for each session; only those of one label may be held against each other.

    Off a marked track the times hang on how a watch measures distance: there each watch is a stratum of its own.
    """
    watches = of_kinds(sessions["device"], lambda name: f"road by {name or '?'}").astype(object)
    ground = np.where(np.nan_to_num(sessions["on_track"], nan=1.0) == 1.0, "track", watches)
    if not across_kinds:
        return ground
    labels = np.empty(sessions.n_rows, dtype=object)
    kinds = of_kinds(sessions["rep_kind"], lambda kind: kind or "?")
    for kind in np.unique(kinds):
        chosen = kinds == kind
        groups = rest_groups(sessions["rest_median_s"][chosen])
        labels[chosen] = [f"{kind}, rest {group}, {where}" for group, where in zip(groups, ground[chosen], strict=True)]
    return labels


def on_one_clock(sessions: pd.DataFrame, presses: PressClock) -> pd.DataFrame:
    """Return sessions whose times compare: those timed from the motion moved to the presses that time the others.

    Parameters
    ----------
    sessions : DataFrame
        Rows of `Season.sessions` of one runner.
    presses : PressClock
        The runner's.
    """
    moves = moved_s(sessions, presses)
    if not moves.any():
        return sessions
    moved = sessions.assign(median_regular_s=sessions["median_regular_s"] + moves)
    moved["pace_s_per_km"] = 1000.0 * moved["median_regular_s"] / moved["rep_distance_m"]
    return moved.assign(**equivalent_paces(moved))


def moved_s(sessions: Mapping[str, Any] | pd.DataFrame, presses: PressClock) -> NDArray[np.float64]:
    """Return what the times of each session are moved by, so that those from the motion compare with those by presses.

    Nothing, where all are by one of them.
    """
    names = ("pressed_share", "median_regular_s", "reps_distance_m", "run_reps", "on_track")
    shares, times_s, reps_m, reps, on_track = (_floats(sessions[name]) for name in names)
    found = shares <= MOST_PRESSED
    is_timed_by = found[np.isfinite(shares) & np.isfinite(times_s)]
    if is_timed_by.all() or not is_timed_by.any():
        return np.zeros(times_s.size)
    # A second more a rep is more over 1 km, which those of ladders, say, are told over.
    over_km = of_kinds(sessions["rep_kind"], lambda kind: is_timed(kind) or is_mixed(kind))
    with np.errstate(divide="ignore", invalid="ignore"):
        own_m = reps_m / reps
        shares = np.where(over_km & (own_m > 0), TIMED_OVER_M / own_m, 1.0)
    return np.where(found, presses.late_s * shares * np.where(on_track == 0.0, OFF_TRACK, 1.0), 0.0)


def _floats(values: Any) -> NDArray[np.float64]:
    """Return a column of an array or of a DataFrame as floats, NaN where it is missing."""
    if isinstance(values, np.ndarray):
        return values
    return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))


def basis(sessions: Table, presses: PressClock | None = None) -> str:
    """Return what a trend over these sessions rests on, in words; empty where nothing is known of it.

    `presses` is the clock by which those timed from the motion were moved, if any were.
    """
    said = []
    pressed = _known(sessions["pressed_share"])
    if pressed.size:
        found = int((pressed <= MOST_PRESSED).sum())
        if presses is not None and presses.late_s and 0 < found < pressed.size:
            said.append(
                f"{found} of {pressed.size} sessions timed from the motion, moved by {presses} to match the presses"
            )
        else:
            counts = [(pressed.size - found, "by presses"), (found, "from the motion")]
            said.append("sessions timed " + " and ".join(f"{how} ({n})" for n, how in counts if n))
    track = _known(sessions["on_track"])
    if track.size:
        counts = [(int((track == 1).sum()), "on the track"), (int((track == 0).sum()), "off it")]
        said.append(" and ".join(f"{where} ({n})" for n, where in counts if n))
    watches = Counter(name for name in sessions["device"] if isinstance(name, str))
    if len(watches) > 1:
        named = ", ".join(f"{name} {n}" for name, n in watches.most_common())
        on_road = set(sessions["device"][sessions["on_track"] == 0]) - {None}
        apart = ", off the track never held against each other" if len(on_road) > 1 else ""
        said.append(f"{len(watches)} watches ({named}){apart}")
    warmth = _warmth(_known(sessions["temperature_c"]))
    if warmth:
        said.append(warmth)
    return "; ".join(said)


def left_out(sessions: Table, chosen: NDArray[np.int64]) -> dict[str, int]:
    """Return how many sessions of which kind are not among those of the places chosen, the most first."""
    others = sessions.take(np.delete(np.arange(sessions.n_rows), chosen))
    own = sessions["rep_kind"][chosen[0]] if chosen.size else None
    names = of_kinds(others["rep_kind"], lambda kind: kind or "of no kind").astype(object)
    is_own = np.flatnonzero(of_kinds(others["rep_kind"], lambda kind: kind is not None and kind == own))
    rests_s = others["rest_median_s"][is_own]
    groups = rest_groups(rests_s)
    for group in np.unique(groups):
        known_s = _known(rests_s[groups == group])
        if known_s.size:
            names[is_own[groups == group]] = f"{own} with rests of {clock(float(np.median(known_s)))}"
    return dict(Counter(map(str, names)).most_common())


def _known(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values[np.isfinite(values)]


def equivalent_paces(sessions: Mapping[str, Any] | pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Return the 5K pace that each session's pace is beside, in s/km, and the band of the equivalence.

    Columns: equivalent_5k_pace_s_per_km equivalent_5k_pace_low_s_per_km equivalent_5k_pace_high_s_per_km, missing for
    strides and for reps as short. A session counts as a race over the sum of its reps, by Riegel's law: pace times
    (5 km / sum) ** (exponent - 1) with 1.06, in a band from 1.05 to 1.08. The rests are not allowed for, since no
    published law does: how two kinds of session lie to each other may be theirs, how one kind moves is not.
    """
    names = ("median_regular_s", "rep_distance_m", "reps_distance_m")
    times_s, over_m, reps_m = (_floats(sessions[name]) for name in names)
    paces = np.where(is_short(sessions), np.nan, times_s / over_m * TIMED_OVER_M)
    share = AXIS_M / np.where(reps_m > 0, reps_m, np.nan)
    low, middle, high = (paces * share ** (exponent - 1.0) for exponent in (RIEGEL_RANGE[0], RIEGEL, RIEGEL_RANGE[1]))
    name = "equivalent_5k_pace{}_s_per_km"
    return {name.format(""): middle, name.format("_low"): np.fmin(low, high), name.format("_high"): np.fmax(low, high)}


def _warmth(known_c: NDArray[np.float64]) -> str:
    """Return how warm it was, first and last where that changed: it slows a runner by itself."""
    if known_c.size < 2:
        return ""
    third = max(known_c.size // 3, 1)
    first, last = float(np.median(known_c[:third])), float(np.median(known_c[-third:]))
    span = f"{round(known_c.min())} to {round(known_c.max())} °C"
    if abs(last - first) < _WARMER_BY_C:
        return span
    return f"{span}, from about {round(first)} at first to {round(last)} at last"
