"""GPX by gpxpy, the reference decoder: slow, and held against `gpx` in the tests.

Conventions: as in `gpx`; the cadence is normalised and pauses are found by the same rules, so that whatever differs
lies in the reading itself.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any

import numpy as np

from ..errors import NoSamplesError, XmlError
from .cadence import both_feet
from .columns import between_segments
from .expat import document_type, local
from .gpx import COLUMNS, FIELDS
from .instants import described
from .raw import RawRecording
from .sports import sport_of


def decode_gpxpy(data: bytes, *, file: str | None = None, strict: bool = False) -> list[RawRecording]:
    """Return the recordings in a GPX file as gpxpy reads it; see `gpx.decode`.

    Raises
    ------
    XmlError
        If gpxpy refuses the file: it does not salvage, whether `strict` or not.
    NoSamplesError
        If it holds no track.
    """
    import gpxpy
    from gpxpy.gpx import GPXException

    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise document_type(file)
    try:
        document = gpxpy.parse(data)
    except (GPXException, ValueError, LookupError) as error:
        raise XmlError(f"gpxpy cannot read it: {error}", file=file, hint="Leave decoder= out") from error
    recordings = [
        _recording(track, document.creator) for track in document.tracks if any(len(s.points) for s in track.segments)
    ]
    if not recordings:
        what = "holds a route, not a recording" if document.routes else "holds no track"
        raise NoSamplesError(what, file=file, hint="Export the activity itself, with its times")
    return recordings


def _recording(track: Any, creator: str | None) -> RawRecording:
    rows: list[dict[str, float]] = []
    starts = []
    for segment in track.segments:
        starts.append(len(rows))
        rows.extend(_row(point) for point in segment.points)
    samples = {
        column: np.array([row.get(column, np.nan) for row in rows])
        for column in COLUMNS.values()
        if column == "timestamp_s" or any(column in row for row in rows)
    }
    sport = sport_of(track.type, creator)
    if "cadence_spm" in samples:
        samples["cadence_spm"] = both_feet(samples["cadence_spm"], sport)
    times_s = samples["timestamp_s"]
    return RawRecording(
        format="gpx",
        label=described(sport, times_s, track.name),
        samples=samples,
        pauses=between_segments(times_s, starts),
        device=creator,
        sport=sport,
    )


def _row(point: Any) -> dict[str, float]:
    row = {"lat_deg": point.latitude, "lon_deg": point.longitude}
    if point.time is not None:
        moment = point.time if point.time.tzinfo else point.time.replace(tzinfo=UTC)
        row["timestamp_s"] = moment.timestamp()
    if point.elevation is not None:
        row["altitude_m"] = point.elevation
    if point.speed is not None:
        row["speed_mps"] = point.speed
    for extension in point.extensions:
        for element in extension.iter():
            key = FIELDS.get(local(element.tag.rpartition("}")[2]))
            if key is None or element.text is None:
                continue
            try:
                row.setdefault(COLUMNS[key], float(element.text.replace(",", ".")))
            except ValueError:
                continue
    return row
