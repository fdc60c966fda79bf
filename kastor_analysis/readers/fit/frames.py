"""Any message of a file as columns under their names: what `messages` makes DataFrames of.

Conventions: numbers are scaled float64, NaN where invalid; arrays of numbers are objects, one float64 array a row;
enums are their names (an unknown value its number), byte arrays `bytes`, texts `str`, None where missing; instants are
``datetime64[ms]`` (UTC; local ones as the clock on the wall showed); positions degrees. A field unknown to the profile
is ``unknown_<number>``; a developer field bears the name its description gives it. Packed fields are also unpacked
into the fields they stand for, where those are not in the message themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .components import continued, unpack
from .container import FitFile
from .groups import FloatArray, Group, numbers, text
from .heart import HR, event_times
from .profile import ENUMS, MESSAGES, Component, Field
from .wire import BASE_TYPES, BYTE, FIT_EPOCH_S, STRING, TIMESTAMP, FieldLayout

Column = NDArray[Any]

_MISSING = np.datetime64("NaT", "ms")


def message_name(global_num: int) -> str:
    """Return a message's name in the profile, or ``unknown_<number>``."""
    return MESSAGES[global_num][0] if global_num in MESSAGES else f"unknown_{global_num}"


def message_number(name: str) -> int | None:
    """Return the global number of a message by its name, ``unknown_<number>`` included; None where there is none."""
    for number, (known, _) in MESSAGES.items():
        if known == name:
            return number
    prefix, _, digits = name.rpartition("_")
    return int(digits) if prefix == "unknown" and digits.isdecimal() else None


def message_columns(part: FitFile, global_num: int) -> tuple[dict[str, Column], dict[str, str]]:
    """Return (columns, units) of all messages of one kind, in the order of the file."""
    groups = part.groups.get(global_num, [])
    n = sum(len(group) for group in groups)
    order = np.argsort(np.concatenate([group.positions for group in groups]), kind="stable") if groups else slice(0)
    pieces: dict[str, list[tuple[int, Column]]] = {}
    packed: dict[str, tuple[Component, list[tuple[int, FloatArray]]]] = {}
    units: dict[str, str] = {}
    first = 0
    for group in groups:
        for name, column, unit in _group_columns(part, global_num, group):
            found = pieces.setdefault(name, [])
            if not found or found[-1][0] != first:
                found.append((first, column))
                units.setdefault(name, unit)
        for component, values in _unpacked(global_num, group):
            packed.setdefault(component[1], (component, []))[1].append((first, values))
        first += len(group)
    columns = {name: _merged(parts, n)[order] for name, parts in pieces.items()}
    for name, (component, found) in packed.items():
        _, _, n_bits, _, scale, offset, accumulated = component
        merged = _merged(found, n)[order]
        values = (continued(merged, n_bits) if accumulated else merged) / scale - offset
        given = columns.get(name)
        columns[name] = values if given is None or given.dtype == object else np.where(np.isnan(given), values, given)
        if global_num in MESSAGES and component[0] in MESSAGES[global_num][1]:
            units.setdefault(name, MESSAGES[global_num][1][component[0]][4])
    if global_num == HR and groups:
        columns["event_timestamp"] = _objects(event_times(part))
        units["event_timestamp"] = "s"
    return columns, {name: unit for name, unit in units.items() if unit}


def _group_columns(part: FitFile, global_num: int, group: Group) -> Iterator[tuple[str, Column, str]]:
    profile = MESSAGES[global_num][1] if global_num in MESSAGES else {}
    taken: set[str] = set()
    if group.compressed and group.definition.field(TIMESTAMP) is None:
        yield "timestamp", _instants(part.clock.times(group)), ""
    for field in group.definition.fields:
        if not field.size:
            continue
        if field.developer is not None:
            told = part.developer.describe(group, field)
            name = told.name if told else f"developer_{field.developer}_{field.num}"
            name = name if name not in taken else f"{name}_{field.developer}"
            typed = told.layout(field) if told else field
            scale, offset = (told.scale, told.offset) if told else (1.0, 0.0)
            yield name, _values(group, typed, scale, offset), told.units if told else ""
        elif field.num == TIMESTAMP and field.size == 4:
            name = "timestamp"
            yield name, _instants(part.clock.times(group)), ""
        elif (entry := profile.get(field.num)) is not None:
            name = entry[0]
            yield from _profiled(part, group, field, entry)
        else:
            name = f"unknown_{field.num}"
            yield name, _values(group, field, 1, 0), ""
        taken.add(name)


def _profiled(part: FitFile, group: Group, field: FieldLayout, entry: Field) -> Iterator[tuple[str, Column, str]]:
    name, kind, scale, offset, unit, _, subfields = entry
    yield _typed(part, group, field, name, kind, scale, offset, unit)
    for sub_name, sub_kind, sub_scale, sub_offset, sub_unit, conditions in subfields:
        holds = np.zeros(len(group), dtype=bool)
        for other_num, value in conditions:
            other = group.definition.field(other_num)
            if other is not None and other.size == other.base.size:
                holds |= group.raw(other) == value
        if holds.any():
            named, column, told = _typed(part, group, field, sub_name, sub_kind, sub_scale, sub_offset, sub_unit)
            column = column.copy()
            column[~holds] = _blank(column.dtype)
            yield named, column, told


def _typed(
    part: FitFile, group: Group, field: FieldLayout, name: str, kind: str, scale: float, offset: float, unit: str
) -> tuple[str, Column, str]:
    scalar = field.size == field.base.size and field.base is not BASE_TYPES[STRING]
    if scalar and kind in ("date_time", "local_date_time"):
        seconds = numbers(group.raw(field), field, 1, 0)
        return name, _instants(part.clock.absolute(seconds) if kind == "date_time" else seconds + FIT_EPOCH_S), ""
    if scalar and (names := ENUMS.get(kind)) is not None:
        values = numbers(group.raw(field), field, 1, 0)
        return name, _named(values, names), ""
    column = _values(group, field, scale, offset)
    if unit == "semicircles" and column.dtype != object:
        return name, column * (180 / 2**31), "deg"
    return name, column, unit


def _values(group: Group, field: FieldLayout, scale: float, offset: float) -> Column:
    raw = group.raw(field)
    if field.base is BASE_TYPES[STRING]:
        return _objects(text(raw))
    if field.size % field.base.size or (field.base is BASE_TYPES[BYTE] and field.size > 1):
        rows = [row.tobytes() for row in raw.reshape(len(raw), -1)]
        return _objects([row if row.strip(b"\xff") else None for row in rows])
    values = numbers(raw, field, scale, offset)
    return values if values.ndim == 1 else _objects(list(values))


def _unpacked(global_num: int, group: Group) -> Iterator[tuple[Component, FloatArray]]:
    if global_num not in MESSAGES or global_num == HR:
        return
    profile = MESSAGES[global_num][1]
    for field in group.definition.fields:
        entry = profile.get(field.num) if field.developer is None and field.size else None
        for component in entry[5] if entry is not None else ():
            target = group.definition.field(component[0])
            values = unpack(group.raw(field), field, component) if target is None or target.size % 4 else None
            if values is not None:
                yield component, values


def _instants(unix_s: FloatArray) -> NDArray[np.datetime64]:
    out = np.full(unix_s.shape, _MISSING)
    told = np.isfinite(unix_s)
    out[told] = np.round(unix_s[told] * 1000).astype(np.int64).astype("datetime64[ms]")
    return out


def _named(values: FloatArray, names: dict[int, str]) -> NDArray[np.object_]:
    return _objects([names.get(int(v), int(v)) if np.isfinite(v) else None for v in values.tolist()])


def _objects(values: list[Any]) -> NDArray[np.object_]:
    out = np.empty(len(values), dtype=object)
    for i, value in enumerate(values):
        out[i] = value
    return out


def _blank(dtype: np.dtype[Any]) -> Any:
    return {"f": np.nan, "M": _MISSING}.get(dtype.kind)


def _merged(parts: list[tuple[int, Column]], n: int) -> Column:
    """Return pieces, each with its first row, as one column of `n` rows; of mixed types as objects."""
    dtypes = {column.dtype for _, column in parts}
    dtype = dtypes.pop() if len(dtypes) == 1 else np.dtype(object)
    out = np.full(n, _blank(dtype), dtype=dtype)
    for first, column in parts:
        out[first : first + column.size] = column
    return out
