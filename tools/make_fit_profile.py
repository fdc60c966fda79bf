"""Make `kastor_analysis/readers/fit/profile.py`: the names, types, scales and enums of the FIT messages we use.

Run ``python tools/make_fit_profile.py`` after ``pip install fitdecode`` (MIT licence), whose table of the public FIT
profile is the source of these facts, and commit what it writes. The decoder does not depend on fitdecode.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import fitdecode
from fitdecode import profile as source

TARGET = Path(__file__).parents[1] / "kastor_analysis" / "readers" / "fit" / "profile.py"

_USED = """
    file_id file_creator software device_info device_settings user_profile activity session lap length record
    event hr hrv sport workout workout_step split split_summary segment_lap developer_data_id
    field_description timestamp_correlation gps_metadata zones_target hr_zone speed_zone power_zone
    time_in_zone training_file course course_point monitoring monitoring_info monitoring_hr_data stress_level
    weight_scale weather_conditions totals file_capabilities mesg_capabilities field_capabilities
    device_aux_battery_info jump set exercise_title climb_pro respiration_rate memo_glob schedule goal
    blood_pressure training_settings max_met_data beat_intervals
"""
MESSAGES = _USED.split()
"""Messages that a recording of a run, or a file beside it, may hold."""

HEADER = '''"""The FIT profile, as data: names, types, scales and enums of the messages we use.

Made by ``tools/make_fit_profile.py`` from the profile table of fitdecode {version} (MIT licence); do not edit.

`MESSAGES` maps a message's number to its name and fields; a field's number to (name, type, scale, offset, units,
components, subfields). A component is (field number, name, bits, bit offset, scale, offset, accumulate); a subfield
(name, type, scale, offset, units, conditions), each condition a (field number, raw value). A type is a base type or a
name in `ENUMS`; any other has no names for its values worth keeping.
"""

# fmt: off
# ruff: noqa: E501

from __future__ import annotations

Component = tuple[int, str, int, int, float, float, bool]
Subfield = tuple[str, str, float, float, str, tuple[tuple[int, int], ...]]
Field = tuple[str, str, float, float, str, tuple[Component, ...], tuple[Subfield, ...]]

'''


def type_name(kind: Any) -> str:
    """Return the name of a base type or an enum."""
    return str(kind.name)


def number(value: Any, default: float) -> float:
    """Return a scale or offset, which the table leaves out where it changes nothing."""
    return default if value is None else value


def components(field: Any) -> tuple[Any, ...]:
    """Return a field's components as plain tuples."""
    return tuple(
        (c.def_num, c.name, c.bits, c.bit_offset, number(c.scale, 1), number(c.offset, 0), bool(c.accumulate))
        for c in field.components or ()
    )


def subfields(field: Any) -> tuple[Any, ...]:
    """Return a field's subfields as plain tuples."""
    return tuple(
        (
            s.name,
            type_name(s.type),
            number(s.scale, 1),
            number(s.offset, 0),
            s.units or "",
            tuple((r.def_num, r.raw_value) for r in s.ref_fields),
        )
        for s in field.subfields or ()
        if not s.components
    )


def main() -> int:
    """Write the module; return the exit code."""
    by_name = {m.name: m for m in source.MESSAGE_TYPES.values()}
    if absent := [name for name in MESSAGES if name not in by_name]:
        print(f"not in the profile: {' '.join(absent)}", file=sys.stderr)
        return 1
    used: set[str] = set()
    lines = [HEADER.format(version=fitdecode.__version__), "MESSAGES: dict[int, tuple[str, dict[int, Field]]] = {\n"]
    for message in sorted((by_name[name] for name in MESSAGES), key=lambda m: m.mesg_num):
        lines.append(f'    {message.mesg_num}: ("{message.name}", {{\n')
        for num, field in sorted(message.fields.items()):
            entry = (
                field.name,
                type_name(field.type),
                number(field.scale, 1),
                number(field.offset, 0),
                field.units or "",
                components(field),
                subfields(field),
            )
            used.add(entry[1])
            used.update(s[1] for s in entry[6])
            lines.append(f"        {num}: {entry!r},\n")
        lines.append("    }),\n")
    lines.append("}\n\nENUMS: dict[str, dict[int, str]] = {\n")
    for name in sorted(used | {"garmin_product"}):
        kind = source.FIELD_TYPES.get(name)
        values = {k: v for k, v in ((kind and kind.enum) or {}).items() if isinstance(k, int)}
        if values and name not in ("date_time", "local_date_time", "message_index"):
            lines.append(f"    {name!r}: {values!r},\n")
    lines.append("}\n")
    TARGET.write_text("".join(lines), encoding="utf-8")
    print(f"{TARGET}: {len(MESSAGES)} messages, {len(used)} types")
    return 0


if __name__ == "__main__":
    sys.exit(main())
