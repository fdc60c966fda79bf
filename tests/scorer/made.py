"""Sessions made by hand: plain 1 s samples and segment rows, with no other step of the package involved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import nan
from typing import Any

import numpy as np

from kastor_analysis.activity import Activity
from kastor_analysis.segments import Segment
from kastor_analysis.session import Session

START = datetime(2024, 5, 1, 16, 0, tzinfo=UTC)
EASY_MPS = 2.8
REST_MPS = 1.2


def kastor_times(regular: float = 96.0, hammer: float = 86.4, reps: int = 16) -> list[float]:
    """The perfect session at 5K 20:00: 96.0 s, hammers on 12 and 16 ten per cent quicker."""
    return [hammer if n in (12, 16) else regular for n in range(1, reps + 1)]


def make_session(
    times_s: Sequence[float],
    rests_s: Sequence[float] | None = None,
    *,
    warmup_s: float = 720.0,
    cooldown_s: float = 720.0,
    sd_s: float = 0.1,
    nominal_m: float | Sequence[float] = 400.0,
    watch_m: float | Sequence[float] = 405.0,
    statuses: Mapping[int, str] | None = None,
    heart_rate: bool = True,
    strides: int = 0,
    columns: Mapping[str, Any] | None = None,
    pauses: Sequence[tuple[float, float]] = (),
    plan: Any = None,
    rest_mps: float = REST_MPS,
    source: str = "lap",
) -> Session:
    """Make a session of these reps and rests (default: 1:1), with a warm-up before and a cool-down after.

    `statuses` gives the status of reps as run, by number.
    """
    n = len(times_s)
    rests = list(times_s[: n - 1]) if rests_s is None else list(rests_s)
    nominal = _each(nominal_m, n)
    watch = _each(watch_m, n)
    rows: list[Segment] = []
    speeds: list[tuple[float, float]] = []
    now = 0.0

    def add(kind: str, length_s: float, speed_mps: float, **more: Any) -> None:
        nonlocal now
        if length_s <= 0:
            return
        more.setdefault("distance_m", length_s * speed_mps)
        rows.append(Segment(kind=kind, start_s=now, end_s=now + length_s, **more))
        speeds.append((now + length_s, speed_mps))
        now += length_s

    add("warmup", warmup_s, EASY_MPS)
    for _ in range(strides):
        add("stride", 15.0, 6.5)
        add("other", 45.0, 1.0)
    for i, time_s in enumerate(times_s):
        add(
            "rep",
            time_s,
            watch[i] / time_s,
            run_rep=i + 1,
            status=(statuses or {}).get(i + 1, "run"),
            start_sd_s=sd_s / np.sqrt(2),
            end_sd_s=sd_s / np.sqrt(2),
            duration_sd_s=sd_s,
            distance_m=watch[i],
            nominal_distance_m=nominal[i],
            source=source,
        )
        if i < n - 1:
            add("recovery", rests[i], rest_mps, run_rep=i + 1)
    add("cooldown", cooldown_s, EASY_MPS)

    time_s = np.append(np.arange(0.0, np.ceil(now)), now)
    ends = np.array([end for end, _ in speeds])
    speed = np.array([v for _, v in speeds])[np.minimum(np.searchsorted(ends, time_s, side="right"), ends.size - 1)]
    corners = np.concatenate([[0.0], ends])
    covered = np.concatenate([[0.0], np.cumsum(np.diff(corners) * [v for _, v in speeds])])
    samples: dict[str, Any] = {
        "time_s": time_s,
        "speed_mps": speed,
        "distance_m": np.interp(time_s, corners, covered),
        "cadence_spm": np.where(speed > 3.5, 184.0, np.where(speed > 2.0, 164.0, 110.0)),
    }
    if heart_rate:
        samples["heart_rate_bpm"] = responding_heart(time_s, speed)
    samples.update(columns or {})
    kept = np.ones(time_s.size, dtype=bool)
    for start_s, end_s in pauses:
        kept &= ~((time_s > start_s) & (time_s < end_s))
    activity = Activity.from_columns(
        START,
        {name: np.asarray(values)[kept] for name, values in samples.items()},
        pauses={"start_s": [a for a, _ in pauses], "end_s": [b for _, b in pauses]},
        source="made.fit",
    )
    return Session(activity=activity, rows=tuple(rows), plan=plan)


def responding_heart(time_s: np.ndarray, speed_mps: np.ndarray) -> np.ndarray:
    """A heart that follows the speed with a time constant of 30 s."""
    wanted = np.where(speed_mps > 3.5, 182.0, np.where(speed_mps > 2.0, 142.0, 118.0))
    heart = np.empty(time_s.size)
    now = 90.0
    for i, target in enumerate(wanted):
        now += (target - now) / 30.0
        heart[i] = now
    return np.round(heart)


def _each(value: float | Sequence[float], n: int) -> list[float]:
    return list(value) if isinstance(value, Sequence) else [float(value)] * n


UNKNOWN = nan
