"""What the readers of samples, laps, pauses and workouts ask of a FIT file, whichever decoder read it.

Both decoders answer the same questions, so that the rules by which messages become a recording exist once and
whatever differs between the two lies in the decoding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from .components import COMPRESSED_SPEED_DISTANCE, unpack_speed_distance
from .container import FitFile
from .groups import Columns, FloatArray

RECORD = 20  # a message of the FIT profile


class MessageColumns(Protocol):
    """All messages of one kind, in the order of the file; see `groups.Columns`."""

    def __len__(self) -> int:
        """Return how many there are."""

    def has(self, name: str) -> bool:
        """Tell whether any of them may hold a field."""

    def number(self, name: str) -> FloatArray:
        """Return a field, scaled, NaN where missing; instants as FIT seconds, enums as numbers."""

    def strings(self, name: str) -> list[str | None]:
        """Return a text field."""

    def times(self) -> FloatArray:
        """Return the messages' own instants, Unix seconds."""

    def instants(self, name: str) -> FloatArray:
        """Return a field that holds instants, Unix seconds."""


class Part(Protocol):
    """One FIT file of the content."""

    def columns(self, global_num: int) -> MessageColumns:
        """Return the messages of one kind, of which there may be none."""

    def warnings(self) -> list[str]:
        """Return what was lost or is doubtful."""

    def speed_distance(self) -> tuple[FloatArray, FloatArray] | None:
        """Return (speed_mps, distance_m) of the records' packed field, None where they have none."""

    def overrides(self) -> Iterator[tuple[str, FloatArray]]:
        """Yield (sample column, values) of developer fields that override a native one."""

    def developer_field(self, global_num: int, name: str) -> FloatArray:
        """Return a developer field of the messages of one kind by its name; NaN where a message has none."""

    def stored_heart_rate(self, timestamp_s: FloatArray) -> FloatArray:
        """Return at given instants the heart rate that a strap stored by itself; NaN where there is none."""


class DatedColumns(Columns):
    """`Columns` that know the file's clock."""

    __slots__ = ("_file",)

    def __init__(self, global_num: int, file: FitFile) -> None:
        super().__init__(global_num, file.groups.get(global_num, []))
        self._file = file

    def times(self) -> FloatArray:
        """Return the messages' own instants, Unix seconds."""
        return self._file.times(self)

    def instants(self, name: str) -> FloatArray:
        """Return a field that holds instants, Unix seconds."""
        return self._file.clock.absolute(self.number(name))


class FitPart:
    """A `FitFile` as a `Part`.

    `files` are all of the content: what a strap stored by itself may be chained behind the recording.
    """

    def __init__(self, file: FitFile, files: Sequence[FitFile]) -> None:
        self._file = file
        self._files = files

    def columns(self, global_num: int) -> DatedColumns:
        """Return the messages of one kind."""
        return DatedColumns(global_num, self._file)

    def warnings(self) -> list[str]:
        """Return what was lost or is doubtful."""
        relative = self._file.clock.relative
        return [*self._file.warnings, relative] if relative else list(self._file.warnings)

    def speed_distance(self) -> tuple[FloatArray, FloatArray] | None:
        """Return (speed_mps, distance_m) of ``compressed_speed_distance``."""
        groups = self._file.groups.get(RECORD, [])
        if not any(group.definition.field(COMPRESSED_SPEED_DISTANCE) for group in groups):
            return None
        return unpack_speed_distance(Columns(RECORD, groups))

    def overrides(self) -> Iterator[tuple[str, FloatArray]]:
        """Yield (sample column, values) of developer fields that override a native one."""
        return self._file.developer.overrides(self._file.columns(RECORD))

    def developer_field(self, global_num: int, name: str) -> FloatArray:
        """Return a developer field of the messages of one kind by its name."""
        return self._file.developer.named(self._file.columns(global_num), name)

    def stored_heart_rate(self, timestamp_s: FloatArray) -> FloatArray:
        """Return at given instants the heart rate that a strap stored by itself."""
        from .heart import stored_heart_rate

        return stored_heart_rate(self._files, np.asarray(timestamp_s))
