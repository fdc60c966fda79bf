"""Developer fields: those that apps on the watch add, described inside the file.

A field's description says what it holds and whether it overrides a field of the profile (``native_field_num``): a
power meter's app writes its power so. Fields whose size is no multiple of their type's hold nothing that can be read;
what follows them stands where the sizes say all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import NamedTuple

import numpy as np

from .groups import Columns, FloatArray, Group, numbers
from .wire import BASE_TYPES, STRING, FieldLayout, base_type

FIELD_DESCRIPTION, _RECORD = 206, 20  # messages of the FIT profile

_OVERRIDES: dict[int, tuple[str, dict[str, float]]] = {
    2: ("altitude_m", {"m": 1, "meters": 1}),
    3: ("heart_rate_bpm", {"bpm": 1}),
    4: ("cadence_spm", {"rpm": 1, "strides/min": 1, "spm": 0.5, "steps/min": 0.5}),
    5: ("distance_m", {"m": 1, "meters": 1}),
    6: ("speed_mps", {"m/s": 1}),
    7: ("power_w", {"watts": 1, "watt": 1, "w": 1}),
    13: ("temperature_c", {"c": 1, "°c": 1}),
    39: ("vertical_oscillation_m", {"mm": 1e-3, "millimeters": 1e-3, "cm": 1e-2, "centimeters": 1e-2}),
    41: ("ground_contact_s", {"ms": 1e-3, "milliseconds": 1e-3}),
    73: ("speed_mps", {"m/s": 1}),
    78: ("altitude_m", {"m": 1, "meters": 1}),
}
"""Field of the record message that can be overridden: sample column, and the factor from each unit it may be told in.
Cadence stays in strides a minute here, as the native field has it."""


class Description(NamedTuple):
    """What a developer field holds, as told at byte `pos`."""

    pos: int
    name: str
    units: str
    base_code: int
    scale: float
    offset: float
    native_message: int | None
    native_field: int | None

    def layout(self, field: FieldLayout) -> FieldLayout:
        """Return the field's layout with its type."""
        return field._replace(base=base_type(self.base_code))

    def values(self, group: Group, field: FieldLayout) -> FloatArray | None:
        """Return the field as float64, shape (n,), the first value of an array; None where it holds no number."""
        typed = self.layout(field)
        if not typed.size or typed.size % typed.base.size or typed.base is BASE_TYPES[STRING]:
            return None
        raw = group.raw(typed)
        return numbers(raw if raw.ndim == 1 else raw[:, 0], typed, self.scale, self.offset)


def override_factor(native_field: int | None, units: str) -> tuple[str, float | None]:
    """Return the sample column that an override of `native_field` stands for, and its factor; None where none."""
    name, factors = _OVERRIDES.get(-1 if native_field is None else native_field, ("", {}))
    return name, factors.get(units.strip().lower())


class DeveloperFields:
    """The descriptions of a file's developer fields."""

    __slots__ = ("_found",)

    def __init__(self, groups: list[Group]) -> None:
        self._found: dict[tuple[int, int], list[Description]] = {}
        if groups:
            self._read(Columns(FIELD_DESCRIPTION, groups))

    def _read(self, columns: Columns) -> None:
        positions = columns.positions()
        table = np.column_stack(
            [
                columns.number(name)
                for name in (
                    *("developer_data_index", "field_definition_number", "fit_base_type_id"),
                    *("scale", "offset", "native_mesg_num", "native_field_num"),
                )
            ]
        )
        texts = zip(columns.strings("field_name"), columns.strings("units"), strict=True)
        for pos, row, (name, units) in zip(positions.tolist(), table.tolist(), texts, strict=True):
            index, num, code, scale, offset, message, native = row
            if not (isfinite(index) and isfinite(num) and isfinite(code)):
                continue
            self._found.setdefault((int(index), int(num)), []).append(
                Description(
                    pos=pos,
                    name=name or f"developer_{int(index)}_{int(num)}",
                    units=units or "",
                    base_code=int(code),
                    scale=scale if isfinite(scale) and scale else 1.0,
                    offset=offset if isfinite(offset) else 0.0,
                    native_message=int(message) if isfinite(message) else None,
                    native_field=int(native) if isfinite(native) else None,
                )
            )

    def describe(self, group: Group, field: FieldLayout) -> Description | None:
        """Return what a group's developer field holds: the last description before it, else the first after it."""
        found = self._found.get((field.developer if field.developer is not None else -1, field.num), [])
        begun = int(group.positions[0])
        before = [description for description in found if description.pos < begun]
        return before[-1] if before else found[0] if found else None

    def named(self, columns: Columns, name: str) -> FloatArray:
        """Return a developer field by its name, shape (n,); NaN where a message has none."""
        if not self._found:
            return np.full(columns.n, np.nan)
        parts = []
        for group in columns.groups:
            part = np.full(len(group), np.nan)
            for field in group.definition.fields:
                told = self.describe(group, field) if field.developer is not None else None
                if told is not None and told.name == name and (values := told.values(group, field)) is not None:
                    part = values
            parts.append(part)
        return columns.ordered(parts)

    def overrides(self, records: Columns) -> Iterator[tuple[str, FloatArray]]:
        """Yield (sample column, values) of the developer fields that override a native field of the records."""
        if not self._found:
            return
        columns: dict[str, list[FloatArray]] = {}
        for i, group in enumerate(records.groups):
            for field in group.definition.fields:
                if field.developer is None or (told := self.describe(group, field)) is None:
                    continue
                name, factor = override_factor(told.native_field, told.units)
                if factor is None or told.native_message not in (None, _RECORD):
                    continue
                if (values := told.values(group, field)) is not None:
                    parts = columns.setdefault(name, [np.full(len(g), np.nan) for g in records.groups])
                    parts[i] = values * factor
        for name, parts in columns.items():
            yield name, records.ordered(parts)
