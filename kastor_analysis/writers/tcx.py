"""`to_tcx`: an `Activity` as Garmin's Training Center XML (v2), with laps, speed and cadence.

Conventions: a lap holds the samples of [start_s, end_s); where laps overlap or leave a gap the sample goes to the lap
that started last. Pauses show as new tracks within a lap. Cadence is strides (one foot) a minute, as in FIT.
"""

from __future__ import annotations

from datetime import timedelta
from xml.sax.saxutils import escape

import numpy as np

from ..activity import Activity

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2" \
xmlns:ns3="http://www.garmin.com/xmlschemas/ActivityExtension/v2" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<Activities><Activity Sport="{sport}"><Id>{start}</Id>
"""
_SPORTS = {"running": "Running", "cycling": "Biking"}
_RESTS = frozenset({"rest", "recovery"})
_TRIGGERS = {"distance": "Distance", "position": "Location", "time": "Time"}


def to_tcx(activity: Activity) -> bytes:
    """Return `activity` as a TCX file (UTF-8), one lap where it has none."""
    time_s = activity.column("time_s")
    laps = activity.lap_table
    starts = laps["start_s"] if laps.n_rows else np.array([0.0])
    ends = laps["end_s"] if laps.n_rows else np.array([activity.duration_s])
    lap_of = np.clip(np.searchsorted(starts, time_s, side="right") - 1, 0, None)
    part = np.searchsorted(np.sort(activity.pause_table["end_s"]), time_s, side="right")
    fine = bool(np.any(time_s % 1.0) or np.any(starts % 1.0) or activity.start_time.microsecond)

    def stamp(at_s: float) -> str:
        moment = activity.start_time + timedelta(milliseconds=round(at_s * 1000.0))
        return moment.replace(tzinfo=None).isoformat(timespec="milliseconds" if fine else "seconds") + "Z"

    lines = [_HEAD.format(sport=_SPORTS.get(activity.sport or "", "Other"), start=stamp(0.0))]
    for k, (start, end) in enumerate(zip(starts, ends, strict=True)):
        timer = laps["timer_s"][k] if laps.n_rows else np.nan
        metres = laps["distance_m"][k] if laps.n_rows else np.nan
        intensity = laps["intensity"][k] if laps.n_rows else None
        trigger = laps["trigger"][k] if laps.n_rows else None
        lines.append(
            f'<Lap StartTime="{stamp(float(start))}">'
            f"<TotalTimeSeconds>{timer if np.isfinite(timer) else end - start:.3f}</TotalTimeSeconds>"
            f"<DistanceMeters>{metres if np.isfinite(metres) else 0.0:.2f}</DistanceMeters><Calories>0</Calories>"
            f"<Intensity>{'Resting' if intensity in _RESTS else 'Active'}</Intensity>"
            f"<TriggerMethod>{_TRIGGERS.get(trigger or '', 'Manual')}</TriggerMethod>\n"
        )
        previous = -1
        for i in np.flatnonzero(lap_of == k):
            if previous < 0:
                lines.append("<Track>\n")
            elif part[i] != part[previous]:
                lines.append("</Track>\n<Track>\n")
            previous = int(i)
            lines.append(_point(activity, int(i), stamp(time_s[i])))
        lines.append("</Lap>\n" if previous < 0 else "</Track></Lap>\n")
    device = escape(activity.device or "kastor_analysis")
    lines.append(f'<Creator xsi:type="Device_t"><Name>{device}</Name></Creator>')
    lines.append("</Activity></Activities></TrainingCenterDatabase>\n")
    return "".join(lines).encode("utf-8")


def _point(activity: Activity, i: int, time: str) -> str:
    def value(name: str) -> float:
        return float(activity.column(name)[i])

    text = f"<Trackpoint><Time>{time}</Time>"
    lat, lon = value("lat_deg"), value("lon_deg")
    if np.isfinite(lat) and np.isfinite(lon):
        text += (
            f"<Position><LatitudeDegrees>{lat:.7f}</LatitudeDegrees>"
            f"<LongitudeDegrees>{lon:.7f}</LongitudeDegrees></Position>"
        )
    if np.isfinite(value("altitude_m")):
        text += f"<AltitudeMeters>{value('altitude_m'):.1f}</AltitudeMeters>"
    if np.isfinite(value("distance_m")):
        text += f"<DistanceMeters>{value('distance_m'):.2f}</DistanceMeters>"
    if np.isfinite(value("heart_rate_bpm")):
        text += f"<HeartRateBpm><Value>{value('heart_rate_bpm'):.0f}</Value></HeartRateBpm>"
    extension = ""
    if np.isfinite(value("speed_mps")):
        extension += f"<ns3:Speed>{value('speed_mps'):.3f}</ns3:Speed>"
    if np.isfinite(value("cadence_spm")):
        extension += f"<ns3:RunCadence>{value('cadence_spm') / 2.0:.0f}</ns3:RunCadence>"
    if np.isfinite(value("power_w")):
        extension += f"<ns3:Watts>{value('power_w'):.0f}</ns3:Watts>"
    if extension:
        text += f"<Extensions><ns3:TPX>{extension}</ns3:TPX></Extensions>"
    return text + "</Trackpoint>\n"
