"""Drafts: a session as it would stand in a file, to be spoiled and then written as FIT, GPX or TCX.

Conventions: everything in a draft is as the file will say it: Unix seconds, metres, whole numbers where the format has
them; a lap has its own start, stamp, elapsed time, timer time and distance, so that each may be made wrong alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from kastor_analysis.quantities.geodesy import local_degrees
from kastor_analysis.writers.fit_encoding import EPOCH, FitEncoder, stored

T0 = datetime(2026, 5, 4, 17, 0, tzinfo=UTC).timestamp()


@dataclass(frozen=True)
class Shape:
    """A session: warm-up, reps of one distance with walked rests, cool-down."""

    reps: int
    rep_s: float
    rep_m: float
    rest_s: float
    warmup_s: float = 600.0
    easy_mps: float = 3.0
    walk_mps: float = 1.2
    cooldown_s: float = 600.0

    @property
    def pieces(self) -> list[tuple[str, float, float]]:
        """Name, seconds and metres of each piece."""
        rep, rest = ("rep", self.rep_s, self.rep_m), ("rest", self.rest_s, self.walk_mps * self.rest_s)
        middle = [piece for _ in range(self.reps) for piece in (rep, rest)]
        ends = [("warmup", self.warmup_s, self.easy_mps * self.warmup_s)]
        if self.cooldown_s:
            return [*ends, *middle, ("cooldown", self.cooldown_s, self.easy_mps * self.cooldown_s)]
        return [*ends, *middle[:-1]]

    @property
    def duration_s(self) -> float:
        """All of it."""
        return sum(piece[1] for piece in self.pieces)

    @property
    def total_m(self) -> float:
        """All of it."""
        return sum(piece[2] for piece in self.pieces)

    def rep_start_s(self, rep: int) -> float:
        """When a rep starts, counted from 1."""
        return self.warmup_s + (rep - 1) * (self.rep_s + self.rest_s)


SHAPES = {
    "8 x 200": Shape(8, 36.0, 200.0, 60.0),
    "5 x 1000": Shape(5, 215.0, 1000.0, 120.0, warmup_s=720.0),
    "3 x 2000": Shape(3, 470.0, 2000.0, 180.0, warmup_s=900.0, cooldown_s=480.0),
    "12 x 400": Shape(12, 96.0, 400.0, 75.0, easy_mps=2.7),
}


@dataclass
class Lap:
    """One lap as the file states it."""

    start_s: float
    stamp_s: float
    elapsed_s: float
    timer_s: float
    distance_m: float
    trigger: str = "manual"
    intensity: str = "active"


@dataclass
class Draft:
    """What is going to be written."""

    columns: dict[str, np.ndarray]
    """``time_s distance_m speed_mps lat_deg lon_deg``, one value a point; NaN is left out."""
    laps: list[Lap]
    stops: list[tuple[float, float]] = field(default_factory=list)
    """Stop and start of the timer."""
    breaks: list[int] = field(default_factory=list)
    """Points before which a new segment of the track begins."""
    date: float = T0
    zone: str = "Z"
    sport: str = "running"
    comma: bool = False

    @property
    def whole_lap(self) -> Lap:
        """The one lap that a recording without presses has."""
        first, last = self.laps[0], self.laps[-1]
        return Lap(
            first.start_s,
            last.stamp_s,
            last.stamp_s - first.start_s,
            sum(lap.timer_s for lap in self.laps),
            sum(lap.distance_m for lap in self.laps),
        )

    def with_columns(self, **columns: np.ndarray) -> Draft:
        """Return the draft with other columns."""
        return replace(self, columns={**self.columns, **columns})

    def without(self, *names: str) -> Draft:
        """Return the draft with columns that have no values."""
        return self.with_columns(**{name: np.full(self.columns["time_s"].size, np.nan) for name in names})

    def taken(self, rows: np.ndarray) -> Draft:
        """Return the draft with some of its points, or all in another order."""
        return replace(self, columns={name: values[rows] for name, values in self.columns.items()})


def draft(shape: Shape, *, stop: tuple[float, float] | None = None, stands: bool = False) -> Draft:
    """Return a sound recording of a session, a point a second, on a road that turns back in the first rep.

    `stop` is where on the way (seconds run) and for how long the watch was stopped; with `stands` the watch went on.
    """
    pieces = shape.pieces
    edges_s = np.concatenate([[0.0], np.cumsum([piece[1] for piece in pieces])])
    edges_m = np.concatenate([[0.0], np.cumsum([piece[2] for piece in pieces])])
    run_s = np.arange(0.0, edges_s[-1] + 0.5)
    run_m = np.interp(run_s, edges_s, edges_m)
    time_s = run_s.copy()
    at_s, for_s = stop or (np.inf, 0.0)
    time_s[run_s > at_s] += for_s
    if stands and stop:
        standing_s = at_s + np.arange(1.0, for_s + 1.0)
        time_s = np.concatenate([time_s, standing_s])
        run_m = np.concatenate([run_m, np.full(standing_s.size, np.interp(at_s, edges_s, edges_m))])
        order = np.argsort(time_s, kind="stable")
        time_s, run_m = time_s[order], run_m[order]
    road_m = edges_m[1] + 0.5 * shape.rep_m
    lat, lon = local_degrees(np.zeros(run_m.size), road_m - np.abs(road_m - run_m % (2.0 * road_m)), 47.0, 8.0)
    speed = np.gradient(run_m, time_s)
    laps = []
    for (name, lasts_s, metres), start_s in zip(pieces, edges_s[:-1], strict=True):
        held_s = for_s if start_s <= at_s < start_s + lasts_s else 0.0
        start = T0 + start_s + (for_s if start_s > at_s else 0.0)
        timer_s = lasts_s + (held_s if stands else 0.0)
        intensity = {"rep": "active", "rest": "rest"}.get(name, name)
        laps.append(Lap(start, start + lasts_s + held_s, lasts_s + held_s, timer_s, metres, intensity=intensity))
    stops = [(T0 + at_s, T0 + at_s + for_s)] if stop and not stands else []
    columns = {"time_s": T0 + time_s, "distance_m": run_m, "speed_mps": speed, "lat_deg": lat, "lon_deg": lon}
    return Draft(columns, laps, stops)


def to_fit(made: Draft) -> bytes:
    """Return a draft as a FIT file."""
    epoch = EPOCH.timestamp()
    encoder = FitEncoder()
    encoder.define(0, 0, [(0, "enum"), (1, "uint16"), (4, "uint32")])
    encoder.write(0, 4, 294, int(made.date - epoch))
    encoder.define(2, 21, [(253, "uint32"), (0, "enum"), (1, "enum")])
    columns = made.columns
    first, last = (int(edge - epoch) for edge in (columns["time_s"][0], columns["time_s"][-1]))
    encoder.write(2, first, 0, 0)
    for stopped_s, started_s in made.stops:
        encoder.write(2, int(stopped_s - epoch), 0, 4)
        encoder.write(2, int(started_s - epoch), 0, 0)
    known = {name: np.isfinite(values).any() for name, values in columns.items()}
    fields = [(253, "uint32")]
    stored_columns: list[Any] = [stored(columns["time_s"] - epoch, "uint32")]
    for name, number, base, scale in (
        ("lat_deg", 0, "sint32", 2**31 / 180.0),
        ("lon_deg", 1, "sint32", 2**31 / 180.0),
        ("distance_m", 5, "uint32", 100.0),
        ("speed_mps", 6, "uint16", 1000.0),
    ):
        if known[name]:
            fields.append((number, base))
            stored_columns.append(stored(columns[name], base, scale=scale))
    encoder.define(1, 20, fields)
    encoder.write(1, *stored_columns)
    encoder.define(
        3,
        19,
        [(253, "uint32"), (2, "uint32"), (7, "uint32"), (8, "uint32"), (9, "uint32"), (23, "enum"), (24, "enum")],
    )
    for lap in made.laps:
        encoder.write(
            3,
            int(lap.stamp_s - epoch),
            int(lap.start_s - epoch),
            stored(lap.elapsed_s, "uint32", scale=1000.0),
            stored(lap.timer_s, "uint32", scale=1000.0),
            stored(lap.distance_m, "uint32", scale=100.0),
            {"active": 0, "rest": 1, "warmup": 2, "cooldown": 3}[lap.intensity],
            {"manual": 0, "distance": 2, "session_end": 7}[lap.trigger],
        )
    encoder.define(4, 18, [(253, "uint32"), (2, "uint32"), (7, "uint32"), (5, "enum")])
    start = int(min(made.laps[0].start_s if made.laps else columns["time_s"][0], columns["time_s"][0]) - epoch)
    encoder.write(
        4, last, start, stored(last - start, "uint32", scale=1000.0), {"running": 1, "cycling": 2}[made.sport]
    )
    return encoder.finish()


def to_gpx(made: Draft) -> bytes:
    """Return a draft as a GPX file: positions and times alone."""
    head = f'<gpx version="1.1" creator="x"><metadata><time>{_stamp(made.date, made)}</time></metadata><trk><trkseg>'
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', head]
    columns = made.columns
    for i, (at_s, lat, lon) in enumerate(zip(columns["time_s"], columns["lat_deg"], columns["lon_deg"], strict=True)):
        if i in made.breaks:
            lines.append("</trkseg><trkseg>")
        time = f"<time>{_stamp(at_s, made)}</time>" if np.isfinite(at_s) else ""
        lines.append(f'<trkpt lat="{lat:.7f}" lon="{lon:.7f}">{time}</trkpt>')
    return "\n".join([*lines, "</trkseg></trk></gpx>"]).encode()


def to_tcx(made: Draft) -> bytes:
    """Return a draft as a TCX file; a point goes to every lap that holds it."""

    def number(value: float, digits: int) -> str:
        return f"{value:.{digits}f}".replace(".", "," if made.comma else ".")

    sport = {"running": "Running", "cycling": "Biking"}[made.sport]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?><TrainingCenterDatabase>',
        f'<Activities><Activity Sport="{sport}"><Id>{_stamp(made.date, made)}</Id>',
    ]
    columns = made.columns
    for k, lap in enumerate(made.laps):
        trigger, intensity = lap.trigger.capitalize(), "Resting" if lap.intensity == "rest" else "Active"
        lines.append(
            f'<Lap StartTime="{_stamp(lap.start_s, made)}">'
            f"<TotalTimeSeconds>{number(lap.timer_s, 2)}</TotalTimeSeconds>"
            f"<DistanceMeters>{number(lap.distance_m, 2)}</DistanceMeters><Intensity>{intensity}</Intensity>"
            f"<TriggerMethod>{trigger}</TriggerMethod><Track>"
        )
        begins_s = lap.stamp_s - lap.elapsed_s
        inside = (columns["time_s"] >= begins_s) & (columns["time_s"] < lap.stamp_s)
        if k == len(made.laps) - 1:
            inside |= columns["time_s"] == lap.stamp_s
        for i in np.flatnonzero(inside):
            text = f"<Trackpoint><Time>{_stamp(columns['time_s'][i], made)}</Time>"
            if np.isfinite(columns["lat_deg"][i]):
                lat, lon = (number(columns[name][i], 7) for name in ("lat_deg", "lon_deg"))
                text += f"<Position><LatitudeDegrees>{lat}</LatitudeDegrees>"
                text += f"<LongitudeDegrees>{lon}</LongitudeDegrees></Position>"
            if np.isfinite(columns["distance_m"][i]):
                text += f"<DistanceMeters>{number(columns['distance_m'][i], 4)}</DistanceMeters>"
            if np.isfinite(columns["speed_mps"][i]):
                speed = number(columns["speed_mps"][i], 3)
                text += f"<Extensions><TPX><Speed>{speed}</Speed></TPX></Extensions>"
            lines.append(text + "</Trackpoint>")
        lines.append("</Track></Lap>")
    return "\n".join([*lines, "</Activity></Activities></TrainingCenterDatabase>"]).encode()


def _stamp(at_s: float, made: Draft) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%S") + made.zone


WRITERS = {"fit": to_fit, "gpx": to_gpx, "tcx": to_tcx}
