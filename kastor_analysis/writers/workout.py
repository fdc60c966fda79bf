"""`to_workout`: a `Plan` as a FIT workout for the watch.

Conventions: equal reps that follow each other are one repeat block; hammer reps are steps of their own, named, so
that nobody has to count rounds. A rest is a step of its time or distance. Where that depends on how the rep is run
(after a hammer, or without a goal) or is left open, it ends by a lap press, as do warm-up and cool-down; the time it
comes to stands in its name. The watch makes a lap of every step: the best evidence there is when the session is
analysed, and the plan it is held against (`workouts`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from math import isfinite, nan

from ..files.saving import MADE_BY, Kind
from ..plan import Plan
from ..steps import Step
from .fit_encoding import DEVELOPMENT, FitEncoder, fit_seconds, stored

_FILE_ID, _WORKOUT, _STEP = range(3)
_WORKOUT_FILE = 5  # a type of file, by the FIT profile
_RUNNING = 1
_BY_TIME, _BY_DISTANCE, _BY_LAP, _REPEAT = 0, 1, 5, 6
_SPEED, _OPEN = 0, 2
_ACTIVE, _REST, _WARMUP, _COOLDOWN = 0, 1, 2, 3
"""Enums of the FIT profile."""
_NAME_BYTES, _TITLE_BYTES = 16, 40
_MAKER = f"{MADE_BY} workout".encode()
WORKOUT = Kind("a workout", (".fit",), lambda content: _MAKER in content[:128], is_strict=True)
"""Own workouts name their maker at the head of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One step of the file before it is encoded."""

    name: str
    duration: int
    value: float = nan
    """Seconds, metres, or the step to go back to."""
    times: int = 0
    intensity: int = _ACTIVE
    speed_mps: tuple[float, float] | None = None


def to_workout(
    plan: Plan, *, lap_press: bool = False, pace_alerts: bool = False, created: datetime | None = None
) -> bytes:
    """Return `plan` as a FIT workout file.

    Parameters
    ----------
    plan : Plan
        With a goal, rests have a time and steps are named by their target.
    lap_press : bool
        Whether a rep ends when the runner presses lap at the line, instead of when the watch has counted its metres:
        right on a track for a watch without a track mode, which ends a 400 m some ten metres off.
    pace_alerts : bool
        Whether the watch is to beep outside the band. Off, because on a track the speed of a watch is off by more than
        the band is wide.
    created : datetime, optional
        Aware; the file's date. Default: now.

    Returns
    -------
    bytes
        A FIT 2.0 workout file.
    """
    lines = _lines(plan, lap_press, pace_alerts)
    moment = int(fit_seconds(created or datetime.now(UTC)))
    encoder = FitEncoder()
    encoder.define(
        _FILE_ID,
        0,
        [(0, "enum"), (1, "uint16"), (2, "uint16"), (3, "uint32z"), (4, "uint32"), (8, "string")],
        text_sizes=[len(_MAKER) + 1],
    )
    encoder.write(_FILE_ID, _WORKOUT_FILE, DEVELOPMENT, 0, moment % 0xFFFFFFFF or 1, moment, _MAKER)
    encoder.define(_WORKOUT, 26, [(4, "enum"), (6, "uint16"), (8, "string")], text_sizes=[_TITLE_BYTES])
    encoder.write(_WORKOUT, _RUNNING, len(lines), _text(plan.title, _TITLE_BYTES))
    encoder.define(
        _STEP,
        27,
        [
            (254, "uint16"), (0, "string"), (1, "enum"), (2, "uint32"), (3, "enum"), (4, "uint32"),
            (5, "uint32"), (6, "uint32"), (7, "enum"),
        ],
        text_sizes=[_NAME_BYTES],
    )  # fmt: skip
    for index, line in enumerate(lines):
        _write_step(encoder, index, line)
    return encoder.finish()


def _lines(plan: Plan, lap_press: bool, pace_alerts: bool) -> list[_Line]:
    lines = [_Line(name="Warm-up", duration=_BY_LAP, intensity=_WARMUP)]
    # Steps are equal where they ask for the same rep and the same rest; the last one is followed by none.
    for _, group in groupby(plan.steps, key=lambda step: (_shape(step), step.planned_rep == len(plan.steps))):
        steps = list(group)
        first = len(lines)
        lines.append(_rep(steps[0], plan, lap_press, pace_alerts))
        if steps[0].planned_rep < len(plan.steps):
            lines.append(_rest(steps[0], plan))
        if len(steps) > 1:
            lines.append(_Line(name="", duration=_REPEAT, value=float(first), times=len(steps)))
    lines.append(_Line(name="Cool-down", duration=_BY_LAP, intensity=_COOLDOWN))
    return lines


def _shape(step: Step) -> str:
    """Return what makes two steps alike; a hammer is like no other, for it bears its number."""
    # By its text: NaN fields keep equal steps from being equal.
    return repr(replace(step, planned_rep=step.planned_rep if step.is_hammer else 0, set_number=0))


def _rep(step: Step, plan: Plan, lap_press: bool, pace_alerts: bool) -> _Line:
    by_distance = isfinite(step.distance_m)
    if step.is_hammer:
        name = f"Hammer {step.planned_rep}"
    elif isfinite(step.target_s):
        name = f"{step.distance_m:.0f} m {_clock(step.target_s)}"
    else:
        name = f"{step.distance_m:.0f} m" if by_distance else _clock(step.duration_s)
    speed = None
    if pace_alerts and isfinite(step.target_pace_s_per_km) and not step.is_hammer:
        target_mps = 1000.0 / step.target_pace_s_per_km
        low, high = plan.band_of(step)
        speed = (target_mps / high, target_mps / low)
    if by_distance and lap_press:
        return _Line(name=name, duration=_BY_LAP, speed_mps=speed)
    return _Line(
        name=name,
        duration=_BY_DISTANCE if by_distance else _BY_TIME,
        value=step.distance_m if by_distance else step.duration_s,
        speed_mps=speed,
    )


def _rest(step: Step, plan: Plan) -> _Line:
    rest = plan.rest_after(step)
    if isfinite(rest.ratio):
        times = "" if rest.ratio == 1.0 else f"{rest.ratio:g} x "
        name = f"Rest={times}rep {_clock(rest.seconds)}" if isfinite(rest.seconds) else f"Rest = {times}rep"
        return _Line(name=name, duration=_BY_LAP, intensity=_REST)
    if isfinite(rest.metres):
        return _Line(name=f"Rest {rest.metres:.0f} m", duration=_BY_DISTANCE, value=rest.metres, intensity=_REST)
    if rest.seconds >= 1.0:
        return _Line(
            name=f"Rest {_clock(rest.seconds)}", duration=_BY_TIME, value=float(round(rest.seconds)), intensity=_REST
        )
    return _Line(name="Rest", duration=_BY_LAP, intensity=_REST)


def _write_step(encoder: FitEncoder, index: int, line: _Line) -> None:
    scale = {_BY_TIME: 1000.0, _BY_DISTANCE: 100.0}.get(line.duration, 1.0)
    low, high = line.speed_mps or (nan, nan)
    target: object = _SPEED if line.speed_mps else _OPEN
    target_value: object = 0
    intensity: object = line.intensity
    if line.duration == _REPEAT:
        # The field of the target holds how often to repeat; kind and intensity mean nothing here.
        target, target_value, intensity = stored(nan, "enum"), line.times, stored(nan, "enum")
    encoder.write(
        _STEP,
        index,
        _text(line.name, _NAME_BYTES),
        line.duration,
        stored(line.value, "uint32", scale=scale),
        target,
        target_value,
        stored(low, "uint32", scale=1000.0),
        stored(high, "uint32", scale=1000.0),
        intensity,
    )


def _text(text: str, size: int) -> bytes:
    """Return text as UTF-8 that leaves room for the closing zero, never cut inside a character."""
    return text.encode("utf-8")[: size - 1].decode("utf-8", "ignore").encode("utf-8")


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
