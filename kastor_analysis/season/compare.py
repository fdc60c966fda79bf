"""Two sessions held against each other, rep by rep: quicker, slower, or the same within the timing error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from .clock import MOST_PRESSED, OFF_TRACK, PressClock, fitted_clock

if TYPE_CHECKING:
    import pandas as pd

CLEAR_SD: Final = 1.96
"""A difference of more sds than this is called quicker or slower: in 5 % of equal reps it would be."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Comparison:
    """Session `b` against session `a`.

    Attributes
    ----------
    label_a, label_b : str
        Date and plan of each; date and athlete where they are two runners'.
    reps : DataFrame
        One row a planned rep of either: planned_rep is_hammer nominal_distance_m (of `b`, else of `a`) time_a_s
        time_b_s difference_s (b - a, negative is quicker) difference_sd_s verdict (``quicker slower same`` or missing)
        target_a_s target_b_s rest_a_s rest_b_s heart_rate_a_bpm heart_rate_b_bpm. Times are over
        the nominal distance.
    median_difference_s, median_difference_sd_s : float
        Of the regular reps that both have, paired rep by rep: the sd is 1.2533 s / sqrt(n) with s the robust spread of
        the differences, and what the reps of a session that was timed from the motion are off by together on top.
    basis : str
        By which clocks the times are, where that is not the presses of both.
    """

    label_a: str
    label_b: str
    reps: pd.DataFrame
    median_difference_s: float
    median_difference_sd_s: float
    basis: str = ""

    @property
    def distance_m(self) -> float:
        """Distance of the regular reps, where it is one."""
        known = self.reps.loc[~self.reps["is_hammer"], "nominal_distance_m"].dropna()
        return float(known.iloc[0]) if known.nunique() == 1 else float("nan")

    @property
    def medians_s(self) -> tuple[float, float]:
        """Median time of the regular reps that both have, in `a` and in `b`."""
        both = self.reps[~self.reps["is_hammer"] & self.reps["difference_s"].notna()]
        return float(both["time_a_s"].median()), float(both["time_b_s"].median())

    @property
    def verdict(self) -> str:
        """``quicker``, ``slower``, ``same`` (no more than noise) or ``cannot be compared``."""
        return _verdict(self.median_difference_s, self.median_difference_sd_s) or "cannot be compared"

    def __str__(self) -> str:
        if not np.isfinite(self.median_difference_s):
            return f"{self.label_b} against {self.label_a}: no regular reps in common"
        words = {"same": "no more than noise"}.get(self.verdict, f"{self.verdict}, more than noise")
        return (
            f"{self.label_b} against {self.label_a}: {self.median_difference_s:+.1f} s a rep "
            f"(± {CLEAR_SD * self.median_difference_sd_s:.1f}): {words}{f' ({self.basis})' if self.basis else ''}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """By which clocks the two sessions are timed, as far as it matters.

    Attributes
    ----------
    moved_s : tuple of float
        What every rep of each session is made longer by.
    moved_sd_s : float
        One sd of it.
    are_found : tuple of bool
        Whether each was timed from the motion.
    """

    moved_s: tuple[float, float] = (0.0, 0.0)
    moved_sd_s: float = 0.0
    are_found: tuple[bool, bool] = (False, False)

    @classmethod
    def of(cls, shares: Sequence[float], off_track: Sequence[bool], presses: Sequence[PressClock]) -> Clocks:
        """Return those of two sessions.

        Parameters
        ----------
        shares : sequence of float
            Of their reps that were timed by presses.
        off_track : sequence of bool
            Whether their times hang on the watch's distance.
        presses : sequence of PressClock
            Of their runners.
        """
        found = [share <= MOST_PRESSED for share in shares]
        if sum(found) != 1:
            return cls(are_found=(found[0], found[1]))
        which = found.index(True)
        share, clock = OFF_TRACK if off_track[which] else 1.0, presses[which]
        moved = [share * clock.late_s if is_found else 0.0 for is_found in found]
        return cls(moved_s=(moved[0], moved[1]), moved_sd_s=share * clock.late_sd_s, are_found=(found[0], found[1]))

    def __str__(self) -> str:
        if all(self.are_found):
            return "both timed from the motion"
        if not any(self.are_found):
            return ""
        which = "the first" if self.are_found[0] else "the second"
        if not any(self.moved_s):
            return f"{which} timed from the motion"
        moved = f"{sum(self.moved_s):+.1f} ± {self.moved_sd_s:.1f} s"
        return f"{which} timed from the motion, moved by {moved} to match the presses"


def compare_sessions(
    sessions: pd.DataFrame, reps: pd.DataFrame, pairs: Sequence[tuple[int, int]], presses: Mapping[str, PressClock]
) -> list[Comparison]:
    """Compare the two sessions of each pair, one row a session and rep.

    Parameters
    ----------
    sessions, reps : DataFrame
        Rows of `Season.sessions`, by ``activity_id``, and of `Season.reps`.
    pairs : sequence of tuple of int
        Two ``activity_id`` each.
    presses : mapping of str to PressClock
        Of each runner.
    """
    from .tables import over_nominal

    reps_of = dict(tuple(reps.groupby("activity_id", sort=False)))
    days, plans = sessions["date"].dt.strftime("%Y-%m-%d"), sessions["plan_name"].fillna("")
    off_track = sessions["on_track"].eq(False).fillna(False)
    found = []
    for pair in pairs:
        names = [str(sessions["athlete"][number]) for number in pair]
        called = names if names[0] != names[1] else [str(plans[number]) for number in pair]
        labels = [f"{days[number]!s} {what}".strip() for number, what in zip(pair, called, strict=True)]
        clocks = Clocks.of(
            [sessions["pressed_share"][number] for number in pair],
            [off_track[number] for number in pair],
            [presses[name] for name in names],
        )
        own = (reps_of.get(number, reps.iloc[:0]) for number in pair)
        moved = (each.assign(time_s=each["time_s"] + s) for each, s in zip(own, clocks.moved_s, strict=True))
        a, b = map(over_nominal, moved)
        found.append(compare(a, b, label_a=labels[0], label_b=labels[1], clocks=clocks))
    return found


def compare(a: pd.DataFrame, b: pd.DataFrame, *, label_a: str, label_b: str, clocks: Clocks = Clocks()) -> Comparison:
    """Compare two sessions rep by rep.

    Parameters
    ----------
    a, b : DataFrame
        Their rows of `Season.reps`, times on one clock and over the nominal distance.
    label_a, label_b : str
        What to call them.
    clocks : Clocks
        By which clocks their times are.
    """
    import pandas as pd

    columns = ["planned_rep", "is_hammer", "nominal_distance_m", "time_s", "time_sd_s", "target_s", "rest_s"]
    columns.append("rep_kind")
    sides = [
        side[side["status"].isin(["run", "missing"]) & side["planned_rep"].notna()][[*columns, "heart_rate_avg_bpm"]]
        for side in (a, b)
    ]
    both = sides[0].merge(sides[1], on="planned_rep", how="outer", suffixes=("_a", "_b")).sort_values("planned_rep")
    same_distance = (both["nominal_distance_m_a"] - both["nominal_distance_m_b"]).abs().fillna(0.0) < 1.0
    kind_a, kind_b = (both[f"rep_kind_{side}"].astype(object) for side in "ab")
    same_distance &= kind_a.isna() | kind_b.isna() | (kind_a == kind_b)
    difference_s = (both["time_s_b"] - both["time_s_a"]).where(same_distance).to_numpy(dtype=np.float64)
    sds_s = (both[f"time_sd_s_{side}"].to_numpy(dtype=np.float64) for side in "ab")
    sd_s = np.hypot(np.hypot(*sds_s), clocks.moved_sd_s)
    hammer_a, hammer_b = (both[f"is_hammer_{side}"].eq(True) for side in "ab")
    reps = pd.DataFrame(
        {
            "planned_rep": both["planned_rep"].astype("Int64"),
            "is_hammer": (hammer_a | hammer_b).to_numpy(dtype=bool),
            "nominal_distance_m": both["nominal_distance_m_b"].fillna(both["nominal_distance_m_a"]),
            "time_a_s": both["time_s_a"],
            "time_b_s": both["time_s_b"],
            "difference_s": difference_s,
            "difference_sd_s": sd_s,
            "verdict": [_verdict(d, s) for d, s in zip(difference_s, sd_s, strict=True)],
            "target_a_s": both["target_s_a"],
            "target_b_s": both["target_s_b"],
            "rest_a_s": both["rest_s_a"],
            "rest_b_s": both["rest_s_b"],
            "heart_rate_a_bpm": both["heart_rate_avg_bpm_a"],
            "heart_rate_b_bpm": both["heart_rate_avg_bpm_b"],
        }
    ).reset_index(drop=True)
    paired = difference_s[~reps["is_hammer"].to_numpy() & np.isfinite(difference_s)]
    median_s = sd = float("nan")
    if paired.size >= 3:
        median_s = float(np.median(paired))
        spread_s = 1.4826 * float(np.median(np.abs(paired - median_s)))
        timing_s = float(np.sqrt(np.nanmean(sd_s**2))) if np.isfinite(sd_s).any() else 0.0
        shared_s = [
            fitted_clock().shared_sd_s(float(np.nanmedian(both[f"time_sd_s_{side}"])))
            for side, is_found in zip("ab", clocks.are_found, strict=True)
            if is_found
        ]
        sd = hypot(1.2533 * max(spread_s, timing_s) / sqrt(paired.size), clocks.moved_sd_s, *shared_s)
    return Comparison(
        label_a=label_a, label_b=label_b, reps=reps, median_difference_s=median_s, median_difference_sd_s=sd,
        basis=str(clocks),
    )  # fmt: skip


def _verdict(difference_s: float, sd_s: float) -> str | None:
    if not (np.isfinite(difference_s) and np.isfinite(sd_s)):
        return None
    if abs(difference_s) <= CLEAR_SD * sd_s:
        return "same"
    return "quicker" if difference_s < 0 else "slower"
