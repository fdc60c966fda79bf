"""Which sessions compare: of one kind of rep, with like rests, and where the watch tells the distance by one watch.

Conventions: rows are those of `Season.sessions`. Rests are alike within a factor of `REST_FACTOR`; a session whose
rest is not known (of one rep, or kept by software that did not know it yet) goes with the most of its kind.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..quantities.written import read_time
from ..shown.numbers import clock
from .clock import MOST_PRESSED, OFF_TRACK, PressClock
from .figures import STRIDES, TIMED_OVER_M, is_mixed, is_timed
from .window import REST_FACTOR

RIEGEL: Final = 1.06
RIEGEL_RANGE: Final = (1.05, 1.08)
"""Riegel's exponent, and what he found for runners of both sexes and all ages (Riegel 1981, American Scientist
69:285-290)."""
SHORT_S: Final = 30.0
AXIS_M: Final = 5000.0
_WARMER_BY_C: Final = 5.0


def alike(sessions: pd.DataFrame, distance_m: float | None = None, *, is_chosen: bool = False) -> pd.DataFrame:
    """Return the sessions of one runner that compare.

    Parameters
    ----------
    sessions : DataFrame
        Of one runner.
    distance_m : float, optional
        Of their reps. Default: the kind that is run most often, strides and reps as short aside.
    is_chosen : bool
        Whether they are of one kind by choice already; then rests are what they are.
    """
    if distance_m is not None:
        by_time = np.array([is_timed(kind) or is_mixed(kind) or kind == STRIDES for kind in sessions["rep_kind"]])
        is_of_it = sessions["rep_distance_m"].between(distance_m - 1.0, distance_m + 1.0, inclusive="neither")
        return _only(sessions, is_of_it.to_numpy() & ~by_time.astype(bool))
    common = longer(sessions.dropna(subset=["rep_kind"]))["rep_kind"].mode()
    found = _only(sessions, sessions["rep_kind"].isin(common.iloc[-1:]).to_numpy())
    if not is_chosen and len(found):
        found = _only(found, rest_groups(found) == 0)
    return found


def _only(sessions: pd.DataFrame, chosen: NDArray[np.bool_]) -> pd.DataFrame:
    found: pd.DataFrame = sessions.loc[chosen].reset_index(drop=True)
    return found


def longer(sessions: pd.DataFrame) -> pd.DataFrame:
    """Return the sessions of reps longer than strides; all of them where there are none."""
    found = sessions[~is_short(sessions)]
    return found if len(found) else sessions


def is_short(sessions: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which sessions are of strides, or of reps as short as strides: they say little of a runner's pace."""
    rep_s = sessions["median_regular_s"].to_numpy(dtype=np.float64)
    by_time_s = np.array([_kind_s(kind) for kind in sessions["rep_kind"]], dtype=np.float64)
    rep_s = np.where(np.isfinite(by_time_s), by_time_s, rep_s)
    is_strides = (sessions["rep_kind"] == STRIDES).to_numpy()
    return np.asarray(is_strides | (rep_s <= SHORT_S), dtype=bool)


def _kind_s(kind: object) -> float:
    """Return the seconds of a kind by time."""
    seconds = read_time(str(kind)) if is_timed(kind) else None
    return np.nan if seconds is None else seconds


def rest_groups(sessions: pd.DataFrame) -> NDArray[np.int64]:
    """Return a number for each session of one kind, the same for those with like rests; 0 for the most of them.

    A group is around the rest that most others are like, then around the one that most of those left are like.
    """
    rests_s = sessions["rest_median_s"].to_numpy(dtype=np.float64)
    groups = np.zeros(len(sessions), dtype=np.int64)
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


def strata(sessions: pd.DataFrame, *, across_kinds: bool) -> NDArray[Any]:
    """Return a label for each session; only those of one label may be held against each other.

    Off a marked track the times hang on how a watch measures distance: there each watch is a stratum of its own.
    """
    on_track = sessions["on_track"].to_numpy(dtype=np.float64, na_value=np.nan)
    devices = sessions["device"].fillna("?").astype(str)
    ground = np.where(np.nan_to_num(on_track, nan=1.0) == 1.0, "track", "road by " + devices)
    if not across_kinds:
        return np.asarray(ground, dtype=object)
    labels = np.empty(len(sessions), dtype=object)
    kinds = sessions["rep_kind"].fillna("?").astype(str).to_numpy()
    for kind in np.unique(kinds):
        chosen = kinds == kind
        groups = rest_groups(sessions[chosen])
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
    found = sessions["pressed_share"] <= MOST_PRESSED
    if found[sessions["pressed_share"].notna() & sessions["median_regular_s"].notna()].nunique() < 2:
        return sessions
    moved_s = np.where(found, presses.late_s * _moves(sessions), 0.0)
    moved = sessions.assign(median_regular_s=sessions["median_regular_s"] + moved_s)
    moved["pace_s_per_km"] = 1000.0 * moved["median_regular_s"] / moved["rep_distance_m"]
    return moved.assign(**equivalent_paces(moved))


def _moves(sessions: pd.DataFrame) -> NDArray[np.float64]:
    """Return what a second more a rep makes of the times of each session: those of ladders are over 1 km, say."""
    own_m = (sessions["reps_distance_m"] / sessions["run_reps"].astype("float64")).to_numpy()
    over_km = np.array([is_timed(kind) or is_mixed(kind) for kind in sessions["rep_kind"]], dtype=bool)
    reps = np.where(over_km & (own_m > 0), TIMED_OVER_M / np.where(own_m > 0, own_m, np.nan), 1.0)
    return reps * np.where(sessions["on_track"].eq(False).fillna(False), OFF_TRACK, 1.0)


def basis(sessions: pd.DataFrame, presses: PressClock | None = None) -> str:
    """Return what a trend over these sessions rests on, in words; empty where nothing is known of it.

    `presses` is the clock by which those timed from the motion were moved, if any were.
    """
    said = []
    pressed = sessions["pressed_share"].dropna()
    if len(pressed):
        found = int((pressed <= MOST_PRESSED).sum())
        if presses is not None and presses.late_s and 0 < found < len(pressed):
            said.append(
                f"{found} of {len(pressed)} sessions timed from the motion, moved by {presses} to match the presses"
            )
        else:
            counts = [(len(pressed) - found, "by presses"), (found, "from the motion")]
            said.append("sessions timed " + " and ".join(f"{how} ({n})" for n, how in counts if n))
    track = sessions["on_track"].dropna()
    if len(track):
        counts = [(int((track == 1).sum()), "on the track"), (int((track == 0).sum()), "off it")]
        said.append(" and ".join(f"{where} ({n})" for n, where in counts if n))
    watches = sessions["device"].dropna().value_counts()
    if len(watches) > 1:
        named = ", ".join(f"{name} {n}" for name, n in watches.items())
        off = sessions.loc[sessions["on_track"] == 0, "device"].nunique() > 1
        said.append(
            f"{len(watches)} watches ({named})" + (", off the track never held against each other" if off else "")
        )
    warmth = _warmth(sessions)
    if warmth:
        said.append(warmth)
    return "; ".join(said)


def left_out(sessions: pd.DataFrame, chosen: pd.DataFrame) -> dict[str, int]:
    """Return how many sessions of which kind are not among those chosen, the most first."""
    others = sessions[~sessions["activity_id"].isin(chosen["activity_id"])]
    own = chosen["rep_kind"].iloc[0] if len(chosen) else None
    names = [
        f"{kind} with rests of {clock(rest_s)}" if kind == own and rest_s == rest_s else kind
        for kind, rest_s in zip(others["rep_kind"].fillna("of no kind"), _group_rests(others), strict=True)
    ]
    return {str(name): int(n) for name, n in pd.Series(names, dtype=object).value_counts().items()}


def equivalent_paces(sessions: pd.DataFrame) -> pd.DataFrame:
    """Return the 5K pace that each session's pace is beside, in s/km, and the band of the equivalence.

    Columns: equivalent_5k_pace_s_per_km equivalent_5k_pace_low_s_per_km equivalent_5k_pace_high_s_per_km, missing for
    strides and for reps as short. A session counts as a race over the sum of its reps, by Riegel's law: pace times
    (5 km / sum) ** (exponent - 1) with 1.06, in a band from 1.05 to 1.08. The rests are not allowed for, since no
    published law does: how two kinds of session lie to each other may be theirs, how one kind moves is not.
    """
    paces = sessions["median_regular_s"] / sessions["rep_distance_m"] * TIMED_OVER_M
    paces = paces.where(~is_short(sessions))
    share = AXIS_M / sessions["reps_distance_m"].where(sessions["reps_distance_m"] > 0)
    low, middle, high = (paces * share ** (exponent - 1.0) for exponent in (RIEGEL_RANGE[0], RIEGEL, RIEGEL_RANGE[1]))
    name = "equivalent_5k_pace{}_s_per_km"
    return pd.DataFrame(
        {
            name.format(""): middle,
            name.format("_low"): np.fmin(low, high),
            name.format("_high"): np.fmax(low, high),
        }
    )


def _group_rests(sessions: pd.DataFrame) -> list[float]:
    rests_s = sessions["rest_median_s"].to_numpy(dtype=np.float64)
    groups = rest_groups(sessions)
    middles = {
        group: float(np.median(known)) if (known := rests_s[(groups == group) & np.isfinite(rests_s)]).size else np.nan
        for group in np.unique(groups)
    }
    return [middles[group] for group in groups]


def _warmth(sessions: pd.DataFrame) -> str:
    """Return how warm it was, first and last where that changed: it slows a runner by itself."""
    known = sessions.dropna(subset=["temperature_c"])["temperature_c"]
    if len(known) < 2:
        return ""
    third = max(len(known) // 3, 1)
    first, last = float(known.iloc[:third].median()), float(known.iloc[-third:].median())
    span = f"{known.min():.0f} to {known.max():.0f} °C"
    if abs(last - first) < _WARMER_BY_C:
        return span
    return f"{span}, from about {first:.0f} at first to {last:.0f} at last"
