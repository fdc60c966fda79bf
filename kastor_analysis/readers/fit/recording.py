"""From a FIT file's messages to `RawRecording`: one for each session that holds samples.

Conventions: nothing is repaired here: samples stay in the order of the file, also where time or distance run
backward. Where a file writes one quantity twice the finer one is used where it is valid (``enhanced_speed`` before
``speed``). A developer field that declares itself the override of a native one fills in where that has no value;
power it replaces.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from math import inf, isfinite, nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...errors import FitError, LimitError, NoSamplesError, ReadError
from ...quantities.ordered import median
from ..raw import RawRecording
from .devices import device_name
from .groups import FloatArray
from .laps import read_laps, read_pauses
from .parts import RECORD, MessageColumns, Part
from .profile import ENUMS
from .wire import FIT_EPOCH_S
from .workout import read_workout

FILE_ID, SPORT, SESSION, DEVICE_INFO, ACTIVITY = 0, 12, 18, 23, 34  # messages of the FIT profile

MAX_RECORDS = 1_000_000
"""More samples than this are refused: eleven days at one a second."""

_DEG_PER_SEMICIRCLE = 180 / 2**31  # by the FIT protocol
_ON_FOOT = frozenset({"running", "walking", "hiking"})
_MOST_STRIDES_PER_MIN = 120.0
"""A median cadence above this counts steps of both feet already: no runner takes 240 steps a minute."""

_SINGLE = (
    ("heart_rate_bpm", "heart_rate", 1.0),
    ("power_w", "power", 1.0),
    ("temperature_c", "temperature", 1.0),
    ("lat_deg", "position_lat", _DEG_PER_SEMICIRCLE),
    ("lon_deg", "position_long", _DEG_PER_SEMICIRCLE),
    ("distance_m", "distance", 1.0),
    ("gps_accuracy_m", "gps_accuracy", 1.0),
    ("vertical_oscillation_m", "vertical_oscillation", 1e-3),
    ("ground_contact_s", "stance_time", 1e-3),
    ("step_length_m", "step_length", 1e-3),
)
"""Sample column, field of the record message, factor to SI."""

_ALWAYS = 6
"""So many of `_SINGLE` are columns of every activity; the others only where a recording has them."""


def read_recordings(part: Part) -> list[RawRecording]:
    """Return the recordings of one FIT file, in order; empty where it has no samples."""
    records = part.columns(RECORD)
    if not len(records):
        return []
    if len(records) > MAX_RECORDS:
        raise LimitError(f"holds more than {MAX_RECORDS} samples", hint="This is no recording of a run")
    timestamp_s = records.times()
    if not np.isfinite(timestamp_s).any():
        return []
    samples = _samples(records, part, timestamp_s)
    laps = read_laps(part)
    pauses, timer_start_s = read_pauses(part)
    workout, device, offset_s = read_workout(part), _device(part), _utc_offset(part)
    created_s = part.columns(FILE_ID).instants("time_created")[:1]
    # Garmin dates presses late: by its middle a lap falls into its session all the same.
    lap_middle_s = (laps["start_s"] + laps["end_s"]) / 2
    out = []
    for session in _sessions(part):
        rows = session.holds(timestamp_s)
        time_s = timestamp_s[rows]
        if not time_s.size:
            continue
        lap_rows = session.holds(lap_middle_s)
        warnings = part.warnings()
        chosen = {name: column if rows.all() else column[rows] for name, column in samples.items()}
        _to_steps(chosen, session.sport, warnings)
        out.append(
            RawRecording(
                format="fit",
                label=_label(session.sport, session.sub_sport, time_s),
                samples={"timestamp_s": time_s, **chosen},
                laps={name: column[lap_rows] for name, column in laps.items()},
                timer_start_s=session.start_s if isfinite(session.start_s) else timer_start_s,
                pauses=pauses[session.holds(pauses[:, 0])],
                workout=workout,
                device=device,
                sport=session.sport,
                sub_sport=session.sub_sport,
                utc_offset_s=offset_s,
                dated_s=float(created_s[0]) if created_s.size else nan,
                warnings=tuple(warnings),
            )
        )
    return out


class _Session(NamedTuple):
    """A session's span [start_s, end_s), open at the ends of the file, and its sport."""

    start_s: float
    end_s: float
    sport: str | None
    sub_sport: str | None

    def holds(self, instants_s: FloatArray) -> NDArray[np.bool_]:
        """Tell which instants lie in the session; NaN lies in none."""
        return (instants_s >= self.start_s) & (instants_s < self.end_s)


def _sessions(part: Part) -> list[_Session]:
    """Return the file's sessions, in order of time; one over all of it where there is none."""
    messages = part.columns(SESSION)
    sports = _enum(messages.number("sport"), "sport")
    sub_sports = _enum(messages.number("sub_sport"), "sub_sport")
    starts_s = messages.instants("start_time")
    order = [int(i) for i in np.argsort(starts_s, kind="stable") if isfinite(starts_s[i])]
    if not order:
        first = (sports[0], sub_sports[0]) if sports else (_sport_message(part), None)
        return [_Session(-inf, inf, *first)]
    cuts = [-inf, *(float(starts_s[i]) for i in order[1:]), inf]
    return [_Session(lo, hi, sports[i], sub_sports[i]) for i, (lo, hi) in zip(order, pairwise(cuts), strict=True)]


def no_samples(parts: Sequence[Part], file: str | None) -> ReadError:
    """Return the error for content without samples: what kind of file it is, or how it is damaged."""
    if lost := [warning for part in parts for warning in part.warnings()]:
        return FitError(
            f"is damaged, and no sample of it could be read: {lost[0]}",
            file=file,
            hint="Export it again from the watch",
        )
    kinds = [kind for part in parts for kind in _enum(part.columns(FILE_ID).number("type"), "file") if kind]
    what = f"is a {kinds[0].replace('_', ' ')} file" if kinds and kinds[0] != "activity" else "holds an activity"
    return NoSamplesError(
        f"{what} without samples over time", file=file, hint="Export the activity itself from the watch or its site"
    )


def _samples(records: MessageColumns, part: Part, timestamp_s: FloatArray) -> dict[str, FloatArray]:
    out: dict[str, FloatArray] = {}
    for i, (name, field, factor) in enumerate(_SINGLE):
        if i >= _ALWAYS and not records.has(field):
            continue
        column = records.number(field)
        out[name] = column * factor if factor != 1 else column
    if (packed := part.speed_distance()) is not None:
        speed_mps, distance_m = packed
        out["distance_m"] = np.where(np.isnan(out["distance_m"]), distance_m, out["distance_m"])
        out["speed_mps"] = speed_mps
    if np.isnan(out["heart_rate_bpm"]).all():
        out["heart_rate_bpm"] = part.stored_heart_rate(timestamp_s)
    out["altitude_m"] = _finer(records, "enhanced_altitude", "altitude")
    finer_mps = _finer(records, "enhanced_speed", "speed")
    out["speed_mps"] = np.where(np.isnan(finer_mps), out["speed_mps"], finer_mps) if "speed_mps" in out else finer_mps
    cadence = records.number("cadence")
    if records.has("fractional_cadence"):
        cadence = cadence + np.nan_to_num(records.number("fractional_cadence"))
    out["cadence_spm"] = cadence
    for name, values in part.overrides():
        native = out.get(name, values)
        # A foot pod's power is why it is worn; its speed and distance are coarser than the watch's.
        kept = np.isnan(values) if name == "power_w" else np.isfinite(native)
        out[name] = np.where(kept, native, values)
    return out


def _finer(records: MessageColumns, fine: str, coarse: str) -> FloatArray:
    if not records.has(fine):
        return records.number(coarse)
    values = records.number(fine)
    if records.has(coarse):
        missing = np.isnan(values)
        if missing.any():
            values[missing] = records.number(coarse)[missing]
    return values


def _to_steps(samples: dict[str, FloatArray], sport: str | None, warnings: list[str]) -> None:
    """Turn strides a minute into steps of both feet, for sports on foot."""
    if sport is not None and sport not in _ON_FOOT:
        return
    cadence = samples["cadence_spm"]
    moving = cadence[cadence > 0]
    if not moving.size:
        return
    if float(median(moving)) > _MOST_STRIDES_PER_MIN:
        warnings.append("the cadence counts steps of both feet, not strides as FIT has it: it was not doubled")
        return
    samples["cadence_spm"] = cadence * 2


def _enum(values: FloatArray, kind: str) -> list[str | None]:
    names = ENUMS[kind]
    return [None if np.isnan(value) else names.get(int(value), str(int(value))) for value in values]


def _sport_message(part: Part) -> str | None:
    found = _enum(part.columns(SPORT).number("sport"), "sport")
    return found[0] if found else None


def _integer(values: FloatArray) -> int | None:
    return int(values[0]) if values.size and isfinite(values[0]) else None


def _device(part: Part) -> str | None:
    file_id = part.columns(FILE_ID)
    manufacturer = _integer(file_id.number("manufacturer"))
    product = _integer(file_id.number("product"))
    name = next(iter(file_id.strings("product_name")), None)
    if name is None:
        infos = part.columns(DEVICE_INFO)
        for index, text in zip(infos.number("device_index"), infos.strings("product_name"), strict=True):
            if index == 0 and text:
                name = text
                break
    return device_name(manufacturer, product, name)


def _utc_offset(part: Part) -> float | None:
    activity = part.columns(ACTIVITY)
    if not len(activity):
        return None
    local = activity.number("local_timestamp")[0] + FIT_EPOCH_S
    offset_s = float(local - activity.times()[0])
    if not isfinite(offset_s) or abs(offset_s) > 15 * 3600:
        return None
    # Offsets are whole quarters of an hour; the two clocks are read a moment apart.
    return round(offset_s / 900) * 900.0


def _label(sport: str | None, sub_sport: str | None, time_s: FloatArray) -> str:
    first, last = float(np.nanmin(time_s)), float(np.nanmax(time_s))
    kind = (sport or "activity").replace("_", " ")
    if sub_sport and sub_sport != "generic":
        kind = f"{kind} ({sub_sport.replace('_', ' ')})"
    return f"{kind} {datetime.fromtimestamp(first, UTC):%Y-%m-%d %H:%M} UTC, {(last - first) / 60:.0f} min"
