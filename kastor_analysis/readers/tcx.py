"""TCX (Training Center XML, version 2) -> `RawRecording`, one for each activity.

Conventions: as in `RawRecording`. A lap's TotalTimeSeconds is read as its *timer* time, which is how watches write it:
where the next lap starts later than that, the watch was paused, and the pause lies in the longest gaps between the
lap's points (files seldom say where). Laps' starts are cut to whole seconds while their durations are not: a lap starts
where the one before it ended, to the millisecond, wherever the two agree within `LAP_AGREE_S`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LimitError, NoSamplesError
from ..quantities.ordered import median
from ..segments import KINDS
from .cadence import both_feet
from .columns import Columns, between_segments
from .expat import local, parse, too_deep
from .instants import Instants, described
from .lifting import Lifter, worthwhile
from .limits import DEFAULT_LIMITS, Limits
from .raw import RawRecording
from .sports import sport_of

FloatArray = NDArray[np.float64]

FIELDS = {
    "time": "time",
    "latitudedegrees": "lat",
    "longitudedegrees": "lon",
    "altitudemeters": "altitude",
    "distancemeters": "distance",
    "cadence": "cadence",
    "runcadence": "run_cadence",
    "speed": "speed",
    "watts": "power",
}
"""Local names of elements within a point, and the key of the point they fill; heart rate has an element of its own."""

COLUMNS = {
    "time": "timestamp_s",
    "lat": "lat_deg",
    "lon": "lon_deg",
    "altitude": "altitude_m",
    "distance": "distance_m",
    "speed": "speed_mps",
    "heart_rate": "heart_rate_bpm",
    "cadence": "cadence_spm",
    "run_cadence": "run_cadence",
    "power": "power_w",
}

TRIGGERS = {
    "manual": "manual",
    "distance": "distance",
    "location": "position",
    "time": "time",
    "heartrate": "heart_rate",
}
INTENSITIES = {"active": "active", "resting": "rest"}

LAP_AGREE_S = 1.0
"""A lap starts where the one before it ended if that lies this close to its stated second."""
LAP_FAR_S = 10.0
"""A start so far from the first point of its lap is doubted."""
LONGEST_UNEXPLAINED_S = 5.0
"""Less paused time than this in a lap (auto-pause, rounding) is not looked for."""

STRAY_S = 1800.0
"""Points so far from those of their lap are of another time."""
SHORTEST_PAUSE_S = 2.0
PLAIN_GAP_BEATS = 3.0
"""A gap of so many beats is one in which the watch stood."""

_POINT, _TRACK, _LAP, _ACTIVITY, _HEART = "trackpoint", "track", "lap", "activity", "heartratebpm"
_WITHIN = ("TrainingCenterDatabase", "Activities", "Activity", "Lap", "Track")
_OTHERS = {"course": "a course, not a recording", "workout": "a planned workout, not a recording"}
_LAP_TEXTS = frozenset({"totaltimeseconds", "distancemeters", "intensity", "triggermethod", "notes"})
_STRUCTURE = frozenset({_POINT, _TRACK, _LAP, _ACTIVITY, _HEART, "creator", "name", "id", *_OTHERS, *_LAP_TEXTS})


def decode(
    data: bytes,
    *,
    file: str | None = None,
    strict: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    lift: bool | None = None,
) -> list[RawRecording]:
    """Return the recordings in a TCX file, one for each activity that has points.

    `lift`: read plain points by the faster way of `lifting`, with the same result; by default where that pays.

    Raises
    ------
    XmlError, LimitError, NoSamplesError
        If it is not to be read, too large, or holds no activity.
    """
    lifter = _lifter if worthwhile(data, lift) else None
    handler, warnings = parse(data, lambda: _Handler(limits), strict=strict, limits=limits, new_lifter=lifter)
    activities = [activity for activity in handler.activities if len(activity.columns)]
    if not activities:
        what = "an activity without samples over time" if handler.activities else handler.other or "no activity"
        raise NoSamplesError(f"holds {what}", file=file, hint="Export the activity itself, with its track points")
    return [activity.recording(warnings) for activity in activities]


def _lifter() -> Lifter:
    return Lifter("Trackpoint", {}, _field_of)


def _field_of(path: list[str]) -> str | None:
    if path[-1] == "value":
        return "heart_rate" if _HEART in path else None
    return FIELDS.get(path[-1])


class _Activity:
    """One <Activity> in the making."""

    def __init__(self, sport: str | None, limits: Limits) -> None:
        self.instants = Instants()
        self.columns = Columns(COLUMNS, self.instants, limits)
        self.track_starts: list[int] = []
        self.lap_rows: list[int] = []
        self.laps: list[dict[str, str]] = []
        self.sport = sport_of(sport)
        self.device: str | None = None
        self.date: str | None = None

    def recording(self, warnings: list[str]) -> RawRecording:
        instants = self.instants
        samples = self.columns.arrays()
        times_s = samples.setdefault("timestamp_s", np.full(self.columns.n_points, np.nan))
        samples = self._in_order_of_laps(_with_cadence(samples, self.sport))
        times_s = samples["timestamp_s"]
        laps, pauses, unexplained_s = self._laps_and_pauses(times_s)
        warnings = list(warnings)
        if unexplained_s > LONGEST_UNEXPLAINED_S:
            warnings.append(
                f"The watch was stopped for {unexplained_s:.0f} s that no gap between the samples shows: a rep with the"
                " stop in it is told too long. The FIT file of this run says when it was."
            )
        return RawRecording(
            format="tcx",
            label=described(self.sport, times_s),
            samples=samples,
            laps=laps,
            pauses=pauses,
            device=self.device,
            sport=self.sport,
            utc_offset_s=instants.utc_offset_s,
            dated_s=Instants().read_one(self.date),
            is_zoneless=instants.n_without_zone > 0,
            warnings=(*warnings, *self.columns.doubts()),
        )

    def _in_order_of_laps(self, samples: dict[str, FloatArray]) -> dict[str, FloatArray]:
        """Put the laps in order of time, the points of each with it, where all agree on when that was."""
        times_s = samples["timestamp_s"]
        starts_s = Instants().read([lap.get("start") for lap in self.laps])
        if not (np.diff(starts_s) < 0.0).any():
            return samples
        blocks = [np.arange(row, stop) for row, stop in pairwise([*self.lap_rows, times_s.size])]
        spans_s = np.array(
            [(times_s[rows].min(), times_s[rows].max()) if rows.size else (np.nan,) * 2 for rows in blocks]
        )
        order = np.argsort(starts_s, kind="stable")
        agree = np.abs(spans_s[:, 0] - starts_s) <= LAP_FAR_S  # False for NaN
        apart = spans_s[order[1:], 0] >= spans_s[order[:-1], 1] - LAP_AGREE_S
        if self.lap_rows[:1] != [0] or not (agree.all() and apart.all()):
            return samples
        in_lap = [
            [start - row for start in self.track_starts if row <= start < row + rows.size]
            for row, rows in zip(self.lap_rows, blocks, strict=True)
        ]
        self.laps = [self.laps[i] for i in order]
        first_rows = np.cumsum([0, *(blocks[i].size for i in order)])[:-1].tolist()
        self.track_starts = [row + at for i, row in zip(order, first_rows, strict=True) for at in in_lap[i]]
        self.lap_rows = first_rows
        rows = np.concatenate([blocks[i] for i in order])
        return {name: values[rows] for name, values in samples.items()}

    def _laps_and_pauses(self, times_s: FloatArray) -> tuple[dict[str, NDArray[Any]], FloatArray, float]:
        """Return lap columns, pauses and the paused seconds that no gap between points explains."""
        stated_s = self.instants.read([lap.get("start") for lap in self.laps])
        timer_s = np.array([_number(lap.get("totaltimeseconds")) for lap in self.laps])
        if not (timer_s > 0).any() and np.isfinite(times_s).any():  # none is told: a lap lasts until the next
            timer_s = np.diff(stated_s, append=np.nanmax(times_s))
        stated_s = _by_points(stated_s, timer_s, times_s, self.lap_rows)
        told = np.isfinite(stated_s) & (timer_s > 0)
        # The points of a lap, from the one before its first: a pause at the start of a lap lies between the two.
        spans = [(max(row - 1, 0), stop) for row, stop in pairwise([*self.lap_rows, times_s.size])]
        start_s, end_s = stated_s.copy(), stated_s + timer_s
        breaks = between_segments(times_s, self.track_starts)
        pauses: list[tuple[float, float]] = []
        unexplained_s = 0.0
        usual_s = float(median(np.diff(times_s[np.isfinite(times_s)]))) if np.isfinite(times_s).sum() > 1 else 1.0
        for i in np.flatnonzero(told).tolist():
            if i and told[i - 1] and abs(end_s[i - 1] - stated_s[i]) <= LAP_AGREE_S:
                start_s[i] = end_s[i - 1]
            end_s[i] = start_s[i] + timer_s[i]
            points_s = _in_order(times_s[slice(*spans[i])])
            last = i + 1 == stated_s.size or not told[i + 1]
            until_s = float(points_s[-1]) if last and points_s.size else end_s[i] if last else float(stated_s[i + 1])
            missing_s = until_s - end_s[i]
            if missing_s > LONGEST_UNEXPLAINED_S:
                from_s = float(stated_s[i]) if i else -np.inf
                found, missing_s = _placed(points_s, from_s, until_s, missing_s, usual_s)
                if last and missing_s > LONGEST_UNEXPLAINED_S:
                    continue  # the recording goes on after its last lap
                pauses.extend(found)
                unexplained_s += max(missing_s, 0.0)
                end_s[i] = until_s
        # A lap begins a track of its own, paused or not: there it is the laps' times that tell, where all are told.
        forced = {float(times_s[row]) for row in self.lap_rows if row < times_s.size} if told.all() else set()
        for a, b in breaks.tolist():
            is_long = not told.any() or b - a > max(LONGEST_UNEXPLAINED_S, 3 * usual_s)
            if is_long and b not in forced:
                pauses.append((a, b))
        laps: dict[str, NDArray[Any]] = {
            "start_s": start_s[told],
            "end_s": end_s[told],
            "timer_s": timer_s[told],
            "distance_m": np.array([_number(lap.get("distancemeters")) for lap in self.laps])[told],
            "trigger": _words(self.laps, "triggermethod", TRIGGERS)[told],
            "intensity": _words(self.laps, "intensity", INTENSITIES)[told],
        }
        segments = np.array([kind if (kind := lap.get("notes")) in KINDS else None for lap in self.laps], dtype=object)
        if all(segments):
            # Laps that were written back follow each other, to the millisecond.
            laps["segment_kind"] = segments[told]
            laps["start_s"] = stated_s[told]
            laps["end_s"][:-1] = laps["start_s"][1:]
        return laps if told.any() else {}, np.array(pauses, dtype=np.float64).reshape(-1, 2), unexplained_s


def _in_order(times_s: FloatArray) -> FloatArray:
    """Return the times of some points in order, without those that are hours off where they were in none."""
    told_s = times_s[np.isfinite(times_s)]
    if not (np.diff(told_s) < 0.0).any():
        return told_s
    told_s = np.sort(told_s)
    return told_s[np.abs(told_s - median(told_s)) < STRAY_S]


def _by_points(stated_s: FloatArray, timer_s: FloatArray, times_s: FloatArray, lap_rows: list[int]) -> FloatArray:
    """Return lap starts with those mended that contradict both the lap before and the points of their own lap."""
    mended = stated_s.copy()
    for i, (row, stop) in enumerate(pairwise([*lap_rows, times_s.size])):
        points_s = _in_order(times_s[row:stop])
        if not i or not points_s.size or abs(stated_s[i] - points_s[0]) <= LAP_FAR_S:
            continue
        end_s = mended[i - 1] + timer_s[i - 1]
        if abs(end_s - points_s[0]) <= LAP_FAR_S:
            mended[i] = end_s
    return mended


def _placed(
    points_s: FloatArray, from_s: float, until_s: float, missing_s: float, usual_s: float
) -> tuple[list[tuple[float, float]], float]:
    """Return pauses of `missing_s` in all, in the longest gaps of a lap's points, and what finds no gap."""
    edges_s = np.concatenate([points_s[points_s < until_s], [until_s]])
    if edges_s.size < 2:
        return [], missing_s
    # Between two points of a lap lies a beat that was run; where the lap begins, or ends, it may stop at any time.
    gaps_s = np.diff(edges_s)
    at_edge = (edges_s[:-1] <= from_s) | (edges_s[1:] == until_s)
    beats_s = np.where(at_edge & (gaps_s > PLAIN_GAP_BEATS * usual_s), 0.0, usual_s)
    rooms_s = np.minimum(gaps_s - beats_s, edges_s[1:] - from_s)
    pauses = []
    for k in np.argsort(-rooms_s, kind="stable").tolist():
        length_s = min(float(rooms_s[k]), missing_s)
        if length_s < SHORTEST_PAUSE_S:
            break
        pauses.append((float(edges_s[k + 1]) - length_s, float(edges_s[k + 1])))
        missing_s -= length_s
    return pauses, missing_s


def _with_cadence(samples: dict[str, FloatArray], sport: str | None) -> dict[str, FloatArray]:
    """Return the samples with one cadence, in steps a minute; RunCadence goes before Cadence."""
    run = samples.pop("run_cadence", None)
    other = samples.get("cadence_spm")
    if run is not None:
        samples["cadence_spm"] = run if other is None else np.where(np.isfinite(run), run, other)
    if "cadence_spm" in samples:
        samples["cadence_spm"] = both_feet(samples["cadence_spm"], sport)
    return samples


def _number(text: str | None) -> float:
    try:
        return float((text or "nan").replace(",", "."))
    except ValueError:
        return float("nan")


def _words(laps: list[dict[str, str]], key: str, words: dict[str, str]) -> NDArray[Any]:
    found = [lap.get(key, "").strip().lower() for lap in laps]
    return np.array([words.get(word, word or None) for word in found], dtype=object)


class _Handler:
    """Receives the events; a point is a dict that its descendants fill."""

    anchors: Mapping[str, Sequence[str]] = {
        name: _WITHIN[:depth] for depth, name in enumerate((*_WITHIN, "Trackpoint")) if depth > 1
    }

    def __init__(self, limits: Limits) -> None:
        self.texts: list[str] = []
        self.activities: list[_Activity] = []
        self.other: str | None = None
        self._limits = limits
        self._depth = 0
        self._point: dict[str, str] | None = None
        self._in_heart = False
        self._in_creator = False
        self._activity: _Activity | None = None
        self._lap: dict[str, str] | None = None
        self._lap_depth = 0
        self._structure: dict[str, str | None] = {}
        self._fields: dict[str, str | None] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > self._limits.xml_depth:
            raise too_deep(self._limits)
        self.texts.clear()
        kind = self._structure[name] if name in self._structure else self._learn(name)
        if kind is None:
            return
        activity = self._activity
        if kind == _POINT:
            if activity is not None:
                self._point = {}
        elif kind == _HEART:
            self._in_heart = True
        elif kind == _TRACK and activity is not None:
            starts, row = activity.track_starts, len(activity.columns)
            if not starts or starts[-1] != row:
                starts.append(row)
        elif kind == _LAP and activity is not None:
            self._lap = {"start": attributes.get("StartTime", "")}
            self._lap_depth = self._depth
            activity.laps.append(self._lap)
            activity.lap_rows.append(len(activity.columns))
            if len(activity.laps) > self._limits.points:
                raise LimitError(f"has more than {self._limits.points} laps")
        elif kind == _ACTIVITY:
            self._begin_activity(attributes.get("Sport"))
        elif kind == "creator":
            self._in_creator = True
        elif kind in _OTHERS:
            self.other = self.other or _OTHERS[kind]

    def end(self, name: str) -> None:
        self._depth -= 1
        point = self._point
        if point is not None:
            field = self._fields[name]
            if field is not None:
                if self.texts:
                    point.setdefault(field, self.texts[0] if len(self.texts) == 1 else "".join(self.texts))
                return
            kind = self._structure[name]
            if kind == _POINT and self._activity is not None:
                self._activity.columns.add(point)
                self._point = None
            elif kind == _HEART:
                self._in_heart = False
            elif self._in_heart and self.texts and local(name) == "value":
                point.setdefault("heart_rate", "".join(self.texts))
            return
        kind = self._structure[name]
        if kind is None:
            return
        if kind in _LAP_TEXTS:
            if self._lap is not None and self._depth == self._lap_depth:
                self._lap.setdefault(kind, "".join(self.texts).strip())
        elif kind == _LAP:
            self._lap = None
        elif kind == _HEART:
            self._in_heart = False
        elif kind == "creator":
            self._in_creator = False
        elif kind == "name" and self._in_creator and self._activity is not None:
            self._activity.device = " ".join("".join(self.texts).split())[:80] or None
        elif kind == "id" and self._activity is not None:
            self._activity.date = self._activity.date or "".join(self.texts)
        elif kind == _ACTIVITY:
            self._activity = None

    def resume(self, anchor: str, parents: Sequence[str]) -> None:
        """Get ready for an anchor after damage; the point before it is lost."""
        for name in parents:
            self._learn(name)
        self.texts.clear()
        self._point = None
        self._in_heart = self._in_creator = False
        self._depth = len(parents)
        if anchor == "Activity":
            self._activity = None
        elif self._activity is None:
            self._begin_activity(None)
        if anchor in ("Activity", "Lap"):
            self._lap = None
        self._lap_depth = len(self.anchors["Lap"]) + 1

    def target(self) -> Columns | None:
        """Return the columns a point met now belongs to."""
        return self._activity.columns if self._activity is not None and self._point is None else None

    def _begin_activity(self, sport: str | None) -> None:
        self._activity = _Activity(sport, self._limits)
        self.activities.append(self._activity)
        if len(self.activities) > self._limits.recordings:
            raise LimitError(f"holds more than {self._limits.recordings} activities")

    def _learn(self, name: str) -> str | None:
        """Return what a tag means, met for the first time."""
        plain = local(name)
        self._fields[name] = FIELDS.get(plain)
        self._structure[name] = plain if plain in _STRUCTURE else None
        return self._structure[name]
