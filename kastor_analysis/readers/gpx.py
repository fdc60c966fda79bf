"""GPX 1.0 and 1.1 -> `RawRecording`, one for each track.

Conventions: as in `RawRecording`. Extensions are known by their local names, whatever the namespace or its absence:
Garmin's TrackPointExtension v1 and v2, Cluetrust's gpxdata, Strava, Suunto, Coros, Huawei and Apple exports. The first
of two elements of one meaning counts. Between two segments of a track the watch stood still: a pause.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import LimitError, NoSamplesError
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
    "ele": "altitude",
    "speed": "speed",
    "hr": "heart_rate",
    "heartrate": "heart_rate",
    "heart_rate": "heart_rate",
    "heartratebpm": "heart_rate",
    "cad": "cadence",
    "cadence": "cadence",
    "runcadence": "cadence",
    "run_cadence": "cadence",
    "power": "power",
    "watts": "power",
    "powerinwatts": "power",
    "atemp": "temperature",
    "temp": "temperature",
    "temperature": "temperature",
    "distance": "distance",
    "hacc": "accuracy",
    "horizontalaccuracy": "accuracy",
}
"""Local names of elements within a point, and the key of the point they fill."""

COLUMNS = {
    "time": "timestamp_s",
    "lat": "lat_deg",
    "lon": "lon_deg",
    "altitude": "altitude_m",
    "distance": "distance_m",
    "speed": "speed_mps",
    "heart_rate": "heart_rate_bpm",
    "cadence": "cadence_spm",
    "power": "power_w",
    "temperature": "temperature_c",
    "accuracy": "position_accuracy_m",
}

_POINT, _SEGMENT, _TRACK, _ROOT, _ROUTE, _LABEL = "trkpt", "trkseg", "trk", "gpx", "rte", ("name", "type")
_DATE = "time"
_STRUCTURE = frozenset({_POINT, _SEGMENT, _TRACK, _ROOT, _ROUTE, _DATE, *_LABEL})


def decode(
    data: bytes,
    *,
    file: str | None = None,
    strict: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    lift: bool | None = None,
) -> list[RawRecording]:
    """Return the recordings in a GPX file, one for each track that has points.

    `lift`: read plain points by the faster way of `lifting`, with the same result; by default where that pays.

    Raises
    ------
    XmlError, LimitError, NoSamplesError
        If it is not to be read, too large, or holds no track.
    """
    lifter = _lifter if worthwhile(data, lift) else None
    handler, warnings = parse(data, lambda: _Handler(limits), strict=strict, limits=limits, new_lifter=lifter)
    tracks = [track for track in handler.tracks if len(track.columns)]
    if not tracks:
        what = "holds a route, not a recording" if handler.n_routes else "holds no track"
        raise NoSamplesError(what, file=file, hint="Export the activity itself, with its times")
    return [track.recording(handler.creator, handler.date, warnings) for track in tracks]


def _lifter() -> Lifter:
    return Lifter(_POINT, {name: name for name in COLUMNS}, lambda path: FIELDS.get(path[-1]))


class _Track:
    """One <trk> in the making."""

    def __init__(self, limits: Limits) -> None:
        self.instants = Instants()
        self.columns = Columns(COLUMNS, self.instants, limits)
        self.segment_starts: list[int] = []
        self.name: str | None = None
        self.kind: str | None = None

    def recording(self, creator: str | None, date: str | None, warnings: list[str]) -> RawRecording:
        instants = self.instants
        samples = self.columns.arrays()
        times_s = samples.setdefault("timestamp_s", np.full(self.columns.n_points, np.nan))
        sport = sport_of(self.kind, creator)
        if "cadence_spm" in samples:
            samples["cadence_spm"] = both_feet(samples["cadence_spm"], sport)
        return RawRecording(
            format="gpx",
            label=described(sport, times_s, self.name),
            samples=samples,
            pauses=between_segments(times_s, self.segment_starts),
            device=creator,
            sport=sport,
            utc_offset_s=instants.utc_offset_s,
            dated_s=Instants().read_one(date),
            is_zoneless=instants.n_without_zone > 0,
            warnings=(*warnings, *self.columns.doubts()),
        )


class _Handler:
    """Receives the events; the attributes of <trkpt> become the point that its children fill."""

    anchors: Mapping[str, Sequence[str]] = {
        _TRACK: (_ROOT,),
        _SEGMENT: (_ROOT, _TRACK),
        _POINT: (_ROOT, _TRACK, _SEGMENT),
    }

    def __init__(self, limits: Limits) -> None:
        self.texts: list[str] = []
        self.tracks: list[_Track] = []
        self.n_routes = 0
        self.creator: str | None = None
        self.date: str | None = None
        self._limits = limits
        self._depth = 0
        self._track_depth = 0
        self._point: dict[str, str] | None = None
        self._track: _Track | None = None
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
        if kind == _POINT:
            if self._track is not None:
                self._point = attributes
        elif kind == _TRACK:
            self._begin_track()
            self._track_depth = self._depth
        elif kind == _SEGMENT and self._track is not None:
            starts, row = self._track.segment_starts, len(self._track.columns)
            if not starts or starts[-1] != row:
                starts.append(row)
        elif kind == _ROUTE:
            self.n_routes += 1
        elif kind == _ROOT and self.creator is None:
            self.creator = attributes.get("creator") or None

    def end(self, name: str) -> None:
        self._depth -= 1
        point = self._point
        if point is not None:
            field = self._fields[name]
            if field is not None:
                if self.texts:
                    text = self.texts[0] if len(self.texts) == 1 else "".join(self.texts)
                    point.setdefault(field, text)
            elif self._structure[name] == _POINT and self._track is not None:
                self._track.columns.add(point)
                self._point = None
            return
        kind = self._structure[name]
        if kind == _DATE and self._track is None and self.date is None:
            self.date = "".join(self.texts)  # of the metadata, or GPX 1.0's own
        if kind is None or self._track is None:
            return
        if kind == _TRACK:
            self._track = None
        elif kind in _LABEL and self._depth == self._track_depth:
            label = " ".join("".join(self.texts).split())[:80] or None
            if kind == "type":
                self._track.kind = self._track.kind or label
            else:
                self._track.name = self._track.name or label

    def resume(self, anchor: str, parents: Sequence[str]) -> None:
        """Get ready for an anchor after damage; the point before it is lost."""
        for name in parents:
            self._learn(name)
        self.texts.clear()
        self._point = None
        self._depth = len(parents)
        if anchor == _TRACK:
            self._track = None
        elif self._track is None:
            self._begin_track()
        self._track_depth = len(self.anchors[_TRACK]) + 1

    def target(self) -> Columns | None:
        """Return the columns a point met now belongs to."""
        return self._track.columns if self._track is not None and self._point is None else None

    def _begin_track(self) -> None:
        self._track = _Track(self._limits)
        self.tracks.append(self._track)
        if len(self.tracks) > self._limits.recordings:
            raise LimitError(f"holds more than {self._limits.recordings} tracks")

    def _learn(self, name: str) -> str | None:
        """Return what a tag means, met for the first time."""
        plain = local(name)
        self._fields[name] = FIELDS.get(plain)
        self._structure[name] = plain if plain in _STRUCTURE else None
        return self._structure[name]
