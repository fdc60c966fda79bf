"""One session by several runners, each against their own goal, aligned by rep: who held, who faded, whose rests.

Conventions: a runner's reps are told by ``off_share``, a rep's time over its target less 1 (without a goal, over the
median of the runner's own regular reps): 0 is as meant, negative is quicker. Fading is the median of the last third of
the regular reps over that of the first third, less 1; it is told where it is more than 1 % and more than `CLEAR_SD`
of its standard deviation, which is that of two medians, 1.2533 s sqrt(2 / k), of k reps each that scatter by s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..quantities.ordered import median
from .compare import CLEAR_SD

FADE_FROM: Final = 0.01
SHORT_SHARE: Final = 0.25
"""From this share of short rests on they are told as short."""
SAME_SESSION_DAYS: Final = 3
"""A squad's session is run on one day, or by who cannot come then on a day beside it."""
BEFORE: Final = 4
_REST_FACTOR: Final = 1.5
"""Who rests too short, or too long, has run the session all the same; 60 s in place of 100 s is another one."""
_FEWEST_REPS: Final = 3  # thirds of fewer are empty

REP_COLUMNS: Final = ("athlete", "activity_id", "rep", "is_hammer", "off_share", "rest_ratio", "rest_verdict")
COLUMNS: Final = (
    "athlete", "activity_id", "date", "rep_kind", "reps", "goal", "off_share", "fade_share", "fade_sd", "held",
    "rests", "rests_short", "rest_target_ratio", "rests_held", "fades_before",
)  # fmt: skip

_OF_REPS: Final = ("is_hammer", "off_share", "rest_ratio", "rest_verdict")
_Reps = Mapping[str, NDArray[Any]]
"""One session's `_OF_REPS`."""


def same_session(sessions: pd.DataFrame, names: list[str], number: int) -> dict[str, int]:
    """Return each runner's session that is the one of this number: of its kind, with like rests, within some days."""
    sessions = sessions.set_index("activity_id")
    asked = sessions.loc[number]
    near = sessions[(sessions["date"] - asked["date"]).abs() <= pd.Timedelta(days=SAME_SESSION_DAYS)]
    # One whose kind is not known is nobody else's.
    near = near[(near["rep_kind"] == asked["rep_kind"]) | (near.index == number)]
    # Over their own rep: a quicker runner's rest is shorter, and no other session.
    apart = (near["rest_median_s"] / near["median_regular_s"]) / (asked["rest_median_s"] / asked["median_regular_s"])
    apart = apart.fillna(1.0)
    near = near[apart.between(1.0 / _REST_FACTOR, _REST_FACTOR)]
    days = (near["date"] - asked["date"]).abs().to_numpy()
    nearest = near.iloc[days.argsort(kind="stable")]
    found = dict(zip(nearest["athlete"][::-1], nearest.index[::-1].tolist(), strict=True))  # the first of each stays
    found[asked["athlete"]] = number
    return {name: found[name] for name in names if name in found}


def aligned(reps: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """Return one row a rep that was run, in order: `REP_COLUMNS`.

    Parameters
    ----------
    reps : DataFrame
        Rows of `Season.reps`, times over the nominal distance.
    sessions : DataFrame
        Rows of `Season.sessions`, which say whether there was a goal.
    """
    run = reps[reps["activity_id"].isin(sessions["activity_id"]) & (reps["status"] == "run")].copy()
    has_goal = run["activity_id"].isin(sessions.loc[sessions["goal"].notna(), "activity_id"])
    regular_s = run["time_s"].where(~run["is_hammer"])
    own_s = regular_s.groupby([run["activity_id"], run["rep_kind"].astype(object).fillna("")]).transform("median")
    against_s = run["target_s"].where(has_goal).fillna(own_s)
    number = run["planned_rep"].fillna(run["run_rep"])
    rest_ratio = run["rest_s"] / run["rest_target_s"]
    out = run.assign(rep=number, off_share=run["time_s"] / against_s - 1.0, rest_ratio=rest_ratio)
    return out[list(REP_COLUMNS)].reset_index(drop=True)


def those_before(sessions: pd.DataFrame, chosen: Mapping[str, int]) -> dict[str, list[int]]:
    """Return each runner's last sessions, at most `BEFORE`, of the kind of the one chosen and before it."""
    columns = (sessions[name].tolist() for name in ("athlete", "rep_kind", "date", "activity_id"))
    of_runner: dict[str, list[tuple[Any, Any, int]]] = {name: [] for name in chosen}
    for name, *row in zip(*columns, strict=True):
        if name in of_runner:
            of_runner[name].append((row[0], row[1], row[2]))
    found = {}
    for name, rows in of_runner.items():
        kind, day, _ = next(row for row in rows if row[2] == chosen[name])
        earlier = [number for other, at, number in rows if other == kind and at < day]
        # One whose kind is not known is like no other.
        found[name] = earlier[-BEFORE:] if isinstance(kind, str) else []
    return found


def overlay_frame(
    sessions: pd.DataFrame, lines: pd.DataFrame, chosen: Mapping[str, int], before: Mapping[str, Sequence[int]]
) -> pd.DataFrame:
    """Return one row a runner: `COLUMNS`; see `SeasonAnswers.overlay`.

    Parameters
    ----------
    sessions, lines : DataFrame
        All sessions of the runners, and the reps of those chosen and before them as `aligned` returns them.
    chosen, before : mapping of str to int, and to sequence of int
        Each runner's session, and their last ones of its kind before it.
    """
    by_session = _by_session(lines)
    none: _Reps = {name: np.empty(0, dtype=bool if name == "is_hammer" else np.float64) for name in _OF_REPS}
    sessions = sessions.set_index("activity_id").loc[list(chosen.values())]
    said = zip(*(sessions[name].tolist() for name in ("date", "rep_kind", "goal")), strict=True)
    rows = []
    for (name, number), (day, kind, goal) in zip(chosen.items(), said, strict=True):
        rows.append(
            {
                "athlete": name,
                "activity_id": number,
                "date": day,
                "rep_kind": kind,
                "goal": goal,
                **_held(by_session.get(number, none)),
                "fades_before": [_fade(by_session.get(earlier, none))[0] for earlier in before[name]],
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _by_session(lines: pd.DataFrame) -> dict[int, _Reps]:
    """Return each session's reps as plain columns: of a large squad there are a thousand sessions to look at."""
    columns = {name: np.asarray(lines[name]) for name in _OF_REPS}
    places: dict[Any, Any] = dict(lines.groupby("activity_id", sort=False).indices)
    return {int(number): {name: column[rows] for name, column in columns.items()} for number, rows in places.items()}


def _held(reps: _Reps) -> dict[str, Any]:
    regular = _regular(reps)
    fade, sd = _fade(reps)
    clear = max(FADE_FROM, CLEAR_SD * sd)
    held = (
        "not known" if not np.isfinite(fade) else "faded" if fade > clear else "quickened" if fade < -clear else "held"
    )
    return {
        "reps": reps["off_share"].size,
        "off_share": float(median(regular)) if regular.size else np.nan,
        "fade_share": fade,
        "fade_sd": sd,
        "held": held,
        **_rests(reps),
    }


def _regular(reps: _Reps) -> NDArray[np.float64]:
    off = reps["off_share"][~reps["is_hammer"]]
    return off[np.isfinite(off)]


def _fade(reps: _Reps) -> tuple[float, float]:
    times = 1.0 + _regular(reps)
    third = times.size // 3
    if times.size < _FEWEST_REPS:
        return np.nan, np.nan
    first, last = times[:third], times[-third:]
    fade = float(median(last) / median(first) - 1.0)
    place = np.arange(times.size) - (times.size - 1) / 2
    line = times.mean() + place * (place @ times) / (place @ place)
    scatter = 1.4826 * float(median(np.abs(times - line)))
    return fade, 1.2533 * scatter * float(np.sqrt(2.0 / third))


def _rests(reps: _Reps) -> dict[str, Any]:
    verdicts = [verdict for verdict in reps["rest_verdict"] if isinstance(verdict, str)]
    n, short, long = len(verdicts), verdicts.count("short"), verdicts.count("long")
    if not n:
        return {"rests": 0, "rests_short": 0, "rest_target_ratio": np.nan, "rests_held": "not planned"}
    ratios = reps["rest_ratio"][[isinstance(verdict, str) for verdict in reps["rest_verdict"]]]
    known = ratios[np.isfinite(ratios)]
    word = "short" if short > SHORT_SHARE * n else "long" if long > SHORT_SHARE * n else "on target"
    return {
        "rests": n,
        "rests_short": short,
        "rest_target_ratio": float(median(known)) if known.size else np.nan,
        "rests_held": word,
    }
