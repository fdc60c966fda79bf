"""FIT by fitparse, the reference decoder: slow, and held against the NumPy decoder in the tests.

Conventions: the rules by which messages become a recording are those of `recording`; what differs lies in the
decoding. fitparse does not salvage, knows no ``hr`` messages without their timestamps, and keeps the developer fields
of one file for the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np

from ...errors import FitError
from ..raw import RawRecording
from .developer import override_factor
from .groups import FloatArray
from .parts import RECORD
from .profile import ENUMS, MESSAGES
from .recording import no_samples, read_recordings
from .wire import FIT_EPOCH_S

_FILE_ID = 0  # by the FIT profile
_AS_WRITTEN = frozenset({*ENUMS, "date_time", "local_date_time"})
"""Types of which fitparse makes names and datetimes; the raw number is wanted."""


def decode_fitparse(data: bytes, *, file: str | None = None, strict: bool = False) -> list[RawRecording]:
    """Return the recordings in the content of a FIT file as fitparse reads it; see `decode`.

    Raises
    ------
    FitError
        If fitparse refuses the file: it does not salvage, whether `strict` or not.
    NoSamplesError
        If the file is no recording over time.
    """
    import fitparse

    try:
        found = list(fitparse.FitFile(BytesIO(data)).messages)
    except Exception as error:  # a library that fails in its own ways, KeyError and struct.error among them
        raise FitError(f"fitparse cannot read it: {error}", file=file, hint="Leave decoder= out") from error
    files: list[list[Any]] = [[]]
    for message in found:
        if message.mesg_num == _FILE_ID and files[-1]:
            files.append([])
        if message.type == "data":
            files[-1].append(message)
    parts = [FitparsePart(part) for part in files]
    recordings = [recording for part in parts for recording in read_recordings(part)]
    if not recordings:
        raise no_samples(parts, file)
    return recordings


class FitparseColumns:
    """Messages of one kind, as fitparse read them; see `parts.MessageColumns`."""

    def __init__(self, global_num: int, messages: list[Any]) -> None:
        self._rows = messages
        self._kinds = {entry[0]: entry[1] for entry in MESSAGES[global_num][1].values()}

    def __len__(self) -> int:
        return len(self._rows)

    def has(self, name: str) -> bool:
        """Tell whether any of them holds a field."""
        return any(field.name == name for message in self._rows for field in message.fields)

    def number(self, name: str) -> FloatArray:
        """Return a field; of several of one name (components are fields to fitparse) the last that has a value."""
        raw = self._kinds.get(name) in _AS_WRITTEN
        out = np.full(len(self._rows), np.nan)
        for i, message in enumerate(self._rows):
            for field in message.fields:
                # A subfield stands in its parent's place; its own scale is not the parent's.
                parent = field.parent_field is not None and field.parent_field.name == name
                if field.name == name or parent:
                    value = field.raw_value if raw or parent else field.value
                    value = value[0] if isinstance(value, tuple) else value
                    if isinstance(value, int | float):
                        out[i] = value
        return out

    def strings(self, name: str) -> list[str | None]:
        """Return a text field."""
        values = [message.get_value(name) for message in self._rows]
        return [(value.strip() or None) if isinstance(value, str) else None for value in values]

    def times(self) -> FloatArray:
        """Return the messages' own instants, Unix seconds; relative ones as they are written."""
        values = [message.get_raw_value("timestamp") for message in self._rows]
        return np.array([np.nan if value is None else float(value) for value in values]) + FIT_EPOCH_S

    def instants(self, name: str) -> FloatArray:
        """Return a field that holds instants, Unix seconds; relative ones as they are written."""
        return self.number(name) + FIT_EPOCH_S


class FitparsePart:
    """One file's messages, as fitparse read them; see `parts.Part`."""

    def __init__(self, messages: list[Any]) -> None:
        self._by_number: dict[int, list[Any]] = {}
        for message in messages:
            self._by_number.setdefault(message.mesg_num, []).append(message)

    def columns(self, global_num: int) -> FitparseColumns:
        """Return the messages of one kind."""
        return FitparseColumns(global_num, self._by_number.get(global_num, []))

    def warnings(self) -> list[str]:
        """Return nothing: fitparse either reads a file or refuses it."""
        return []

    def speed_distance(self) -> None:
        """Return None: fitparse puts the packed values among the fields themselves."""
        return

    def overrides(self) -> Iterator[tuple[str, FloatArray]]:
        """Yield (sample column, values) of developer fields that override a native one."""
        columns: dict[str, FloatArray] = {}
        rows = self._by_number.get(RECORD, [])
        for i, message in enumerate(rows):
            for field in message.fields:
                native = getattr(field.field, "native_field_num", None)
                name, factor = override_factor(native, field.units or "")
                if factor is not None and isinstance(field.value, int | float):
                    columns.setdefault(name, np.full(len(rows), np.nan))[i] = field.value * factor
        yield from columns.items()

    def developer_field(self, global_num: int, name: str) -> FloatArray:
        """Return a developer field of the messages of one kind by its name."""
        values = [message.get_raw_value(name) for message in self._by_number.get(global_num, [])]
        return np.array([float(value) if isinstance(value, int | float) else np.nan for value in values])

    def stored_heart_rate(self, timestamp_s: FloatArray) -> FloatArray:
        """Return NaN throughout."""
        return np.full(timestamp_s.shape, np.nan)
