"""The workout that was loaded on the watch, as the recording tells it."""

from __future__ import annotations

from math import isfinite, nan

import numpy as np

from ...activity import WorkoutStep
from .parts import Part
from .profile import ENUMS

WORKOUT_STEP = 27  # a message of the FIT profile; what follows are values of its enums
_TIME, _DISTANCE, _REPEAT_STEPS, _REPETITION_TIME = 0, 1, 6, 28  # how a step ends
_SPEED = 0  # what it aims at


def read_workout(part: Part) -> tuple[WorkoutStep, ...]:
    """Return the steps, at the index by which laps refer to them; a repeat of steps is a step of its own."""
    steps = part.columns(WORKOUT_STEP)
    if not len(steps):
        return ()
    index = steps.number("message_index")
    kinds = steps.number("duration_type")
    values = steps.number("duration_value")
    targets = steps.number("target_value")
    by_speed = steps.number("target_type") == _SPEED
    # In millimetres a second; 0 where the watch had a zone of its own instead.
    lows, highs = (
        np.where(by_speed & (ends > 0), ends / 1000.0, nan)
        for ends in (steps.number("custom_target_value_low"), steps.number("custom_target_value_high"))
    )
    intensities = steps.number("intensity")
    texts = zip(steps.strings("wkt_step_name"), steps.strings("notes"), strict=True)
    rows = np.column_stack([index, kinds, values, targets, intensities, lows, highs]).tolist()
    found: dict[int, WorkoutStep] = {}
    for i, ((number, kind, value, target, intensity, low, high), (name, notes)) in enumerate(
        zip(rows, texts, strict=True)
    ):
        at = int(number) & 0x0FFF if isfinite(number) else i
        repeats = kind == _REPEAT_STEPS
        found[at] = WorkoutStep(
            name=name or notes,
            intensity=ENUMS["intensity"].get(int(intensity)) if isfinite(intensity) and not repeats else None,
            duration_s=value / 1000 if kind in (_TIME, _REPETITION_TIME) else nan,
            distance_m=value / 100 if kind == _DISTANCE else nan,
            speed_low_mps=low,
            speed_high_mps=high,
            repeat_from=int(value) if repeats and isfinite(value) else None,
            repeat_count=int(target) if repeats and isfinite(target) else None,
        )
    blank = WorkoutStep(name=None, intensity=None, duration_s=nan, distance_m=nan)
    if max(found) >= 1000:
        return tuple(found[at] for at in sorted(found))
    return tuple(found.get(at, blank) for at in range(max(found) + 1))
