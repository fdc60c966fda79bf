"""`tcx_with_laps`: a TCX recording with other laps, every point as it was written, byte for byte.

Conventions: points are moved from the old laps to the new ones in the order of the file, and a track that parted them
(a pause) parts them still; what stands outside of laps is not touched. A lap's `Notes` say which segment it is.
Calories are shared out by time. As watches write it, `TotalTimeSeconds` is what the timer counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from math import isfinite

import numpy as np

from ..activity import Activity
from ..errors import ReadError
from ..readers.cadence import ON_WHEELS
from ..readers.instants import Instants
from .laps import SegmentLap

_NAME = rb"(?:[\w.-]+:)?"
_ACTIVITY = re.compile(rb"<" + _NAME + rb"Activity[\s>].*?</" + _NAME + rb"Activity\s*>", re.DOTALL)
_LAP = re.compile(rb"<(" + _NAME + rb")Lap(?:\s[^>]*)?(?:/>|>.*?</" + _NAME + rb"Lap\s*>)", re.DOTALL)
_POINT = re.compile(
    rb"<" + _NAME + rb"Trackpoint(?:\s[^>]*)?(?:/>|>.*?</" + _NAME + rb"Trackpoint\s*>)|</" + _NAME + rb"Track\s*>",
    re.DOTALL,
)
_TIME = re.compile(rb"<" + _NAME + rb"Time\s*>([^<]*)<")
_CALORIES = re.compile(rb"<" + _NAME + rb"Calories\s*>\s*(\d+)")
_RESTING = frozenset({"rest", "recovery"})


def tcx_with_laps(data: bytes, laps: Sequence[SegmentLap], activity: Activity, *, file: str = "recording") -> bytes:
    """Return a recording's content with these laps.

    `data` is what the activity was read from; laps are in order and cover it.

    Raises
    ------
    ReadError
        If the activity is none of those in the file, or the file is not written as TCX files are.
    """
    for found in _ACTIVITY.finditer(data):
        blocks = list(_LAP.finditer(found[0]))
        if not blocks:
            continue
        points = _points(found[0][blocks[0].start() : blocks[-1].end()])
        times_s = _times(points, activity)
        known = times_s[np.isfinite(times_s)]
        if not known.size or not (-60.0 <= known[0] <= activity.duration_s and known[-1] <= activity.duration_s + 60.0):
            continue
        prefix = blocks[0][1]
        first, last = found.start() + blocks[0].start(), found.start() + blocks[-1].end()
        calories = sum(int(match[1]) for match in _CALORIES.finditer(found[0]))
        return data[:first] + _written(points, times_s, laps, activity, prefix, calories) + data[last:]
    raise ReadError("does not hold this recording", file=file, hint="Load it from this file")


def _points(content: bytes) -> list[tuple[bytes, bool]]:
    """Return the points in order, each with whether its track begins with it."""
    points: list[tuple[bytes, bool]] = []
    is_first = True
    for match in _POINT.finditer(content):
        if match[0].startswith(b"</"):
            is_first = True
        else:
            points.append((match[0], is_first))
            is_first = False
    return points


def _times(points: Sequence[tuple[bytes, bool]], activity: Activity) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    told = [_TIME.search(point) for point, _ in points]
    texts = [match[1].decode("utf-8", "replace").strip() if match else None for match in told]
    return Instants().read(texts) - activity.start_time.timestamp()


def _written(
    points: Sequence[tuple[bytes, bool]],
    times_s: np.ndarray[tuple[int], np.dtype[np.float64]],
    laps: Sequence[SegmentLap],
    activity: Activity,
    prefix: bytes,
    calories: int,
) -> bytes:
    starts_s = np.array([lap.start_s for lap in laps])
    # Points without a time, or out of order, stay with those before them.
    at_s = np.maximum.accumulate(np.where(np.isfinite(times_s), times_s, -np.inf))
    lap_of = np.clip(np.searchsorted(starts_s, at_s + 5e-4, side="right") - 1, 0, None)
    shares = np.diff(
        np.rint(calories * np.append(0.0, np.cumsum([lap.timer_s for lap in laps])) / _total(laps))
    ).astype(int)
    # A new track within a lap says that the watch was paused; old laps began new tracks without.
    paused_until = np.searchsorted(activity.pause_table["end_s"], at_s + 5e-4, side="right")
    p = prefix.decode()
    out: list[bytes] = []
    for k, lap in enumerate(laps):
        out.append(_head(lap, activity, p, int(shares[k])).encode())
        mine = np.flatnonzero(lap_of == k).tolist()
        for n, i in enumerate(mine):
            point, is_first = points[i]
            if n == 0:
                out.append(f"<{p}Track>\n".encode())
            elif is_first and paused_until[i] > paused_until[i - 1]:
                out.append(f"</{p}Track>\n<{p}Track>\n".encode())
            out.append(point + b"\n")
        out.append(f"{f'</{p}Track>' if mine else ''}<{p}Notes>{lap.kind}</{p}Notes></{p}Lap>\n".encode())
    return b"".join(out)


def _total(laps: Sequence[SegmentLap]) -> float:
    return max(sum(lap.timer_s for lap in laps), 1e-9)


def _head(lap: SegmentLap, activity: Activity, p: str, calories: int) -> str:
    start = activity.start_time + timedelta(milliseconds=round(lap.start_s * 1000.0))
    lines = [
        f'<{p}Lap StartTime="{start.replace(tzinfo=None).isoformat(timespec="milliseconds")}Z">',
        f"<{p}TotalTimeSeconds>{lap.timer_s:.3f}</{p}TotalTimeSeconds>",
        f"<{p}DistanceMeters>{lap.distance_m if isfinite(lap.distance_m) else 0.0:.2f}</{p}DistanceMeters>",
    ]
    if isfinite(lap.speed_max_mps):
        lines.append(f"<{p}MaximumSpeed>{lap.speed_max_mps:.3f}</{p}MaximumSpeed>")
    lines.append(f"<{p}Calories>{calories}</{p}Calories>")
    for name, bpm in (("AverageHeartRateBpm", lap.heart_rate_avg_bpm), ("MaximumHeartRateBpm", lap.heart_rate_max_bpm)):
        if isfinite(bpm) and round(bpm) > 0:
            lines.append(f"<{p}{name}><{p}Value>{bpm:.0f}</{p}Value></{p}{name}>")
    lines.append(f"<{p}Intensity>{'Resting' if lap.intensity in _RESTING else 'Active'}</{p}Intensity>")
    if isfinite(lap.cadence_avg_spm):
        strides = lap.cadence_avg_spm / (1.0 if activity.sport in ON_WHEELS else 2.0)
        lines.append(f"<{p}Cadence>{min(strides, 254.0):.0f}</{p}Cadence>")
    lines.append(f"<{p}TriggerMethod>Manual</{p}TriggerMethod>")
    return "\n".join(lines) + "\n"
