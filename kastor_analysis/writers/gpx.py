"""`to_gpx`: an `Activity` as GPX 1.1, heart rate and cadence in Garmin's TrackPointExtension.

Conventions: a point needs a position, so samples without one are left out; times are UTC, to the millisecond where
the samples are finer than a second. GPX carries neither laps nor speed, nor the watch's distance.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from xml.sax.saxutils import escape

import numpy as np

from ..activity import Activity

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="{creator}" xmlns="http://www.topografix.com/GPX/1/1" \
xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">
<metadata><time>{start}</time></metadata>
<trk><type>{sport}</type>
"""
COLUMNS = ("altitude_m", "heart_rate_bpm", "cadence_spm")


def to_gpx(activity: Activity, columns: Sequence[str] = COLUMNS, *, split_at_pauses: bool = True) -> bytes:
    """Return `activity` as a GPX file.

    Parameters
    ----------
    activity : Activity
        With positions.
    columns : sequence of str
        Which of `COLUMNS` go with position and time.
    split_at_pauses : bool
        Whether a pause starts a new track segment; many exports do not tell.

    Returns
    -------
    bytes
        UTF-8; a track without points where the activity has no position.

    Raises
    ------
    ValueError
        For a column GPX cannot carry.
    """
    if unknown := sorted(set(columns) - set(COLUMNS)):
        raise ValueError(f"GPX carries {', '.join(COLUMNS)}, not {', '.join(unknown)}")
    time_s = activity.column("time_s")
    lat, lon = activity.column("lat_deg"), activity.column("lon_deg")
    has_position = np.isfinite(lat) & np.isfinite(lon)
    spec = "milliseconds" if np.any(time_s % 1.0) or activity.start_time.microsecond else "seconds"
    data = {name: activity.column(name) for name in columns}
    resumes = activity.pause_table["end_s"] if split_at_pauses else np.empty(0)
    part = np.searchsorted(np.sort(resumes), time_s, side="right")

    def stamp(at_s: float) -> str:
        moment = activity.start_time + timedelta(milliseconds=round(at_s * 1000.0))
        return moment.replace(tzinfo=None).isoformat(timespec=spec) + "Z"

    head = _HEAD.format(
        creator=escape(activity.device or "kastor_analysis", {'"': "&quot;"}),
        start=stamp(0.0),
        sport=escape(activity.sport or "running"),
    )
    lines = [head, "<trkseg>\n"]
    previous = -1
    for i in np.flatnonzero(has_position):
        if previous >= 0 and part[i] != part[previous]:
            lines.append("</trkseg>\n<trkseg>\n")
        previous = int(i)
        values = {name: float(column[i]) for name, column in data.items() if np.isfinite(column[i])}
        elevation = f"<ele>{values['altitude_m']:.1f}</ele>" if "altitude_m" in values else ""
        extension = ""
        if "heart_rate_bpm" in values:
            extension += f"<gpxtpx:hr>{values['heart_rate_bpm']:.0f}</gpxtpx:hr>"
        if "cadence_spm" in values:
            extension += f"<gpxtpx:cad>{values['cadence_spm'] / 2.0:.0f}</gpxtpx:cad>"
        if extension:
            extension = f"<extensions><gpxtpx:TrackPointExtension>{extension}</gpxtpx:TrackPointExtension></extensions>"
        place = f'lat="{lat[i]:.7f}" lon="{lon[i]:.7f}"'
        lines.append(f"<trkpt {place}>{elevation}<time>{stamp(time_s[i])}</time>{extension}</trkpt>\n")
    lines.append("</trkseg></trk></gpx>\n")
    return "".join(lines).encode("utf-8")
