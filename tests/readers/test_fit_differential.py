"""The FIT decoder against fitdecode and fitparse: every field of every record and lap of every real file.

Each difference is either none or explained: `FAULTS` names what the other decoder does wrong, as a rule that tells
exactly which values it concerns, and a rule that concerns nothing fails.
"""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import fitdecode
import fitparse
import numpy as np
from fitparse import records as fitparse_records

from kastor_analysis.readers.fit.container import read_files
from kastor_analysis.readers.fit.frames import message_columns

RECORD, LAP = 20, 19
KINDS = {"record": RECORD, "lap": LAP}

Row = dict[str, list[Any]]


def by_fitdecode(data: bytes) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {name: [] for name in KINDS}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader = fitdecode.FitReader(
            BytesIO(data), check_crc=fitdecode.CrcCheck.DISABLED, error_handling=fitdecode.ErrorHandling.IGNORE
        )
        for frame in reader:
            if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.name in KINDS:
                found[frame.name].append(_row(frame.fields))
    return found


def by_fitparse(data: bytes) -> dict[str, list[Row]]:
    fitparse_records.DEV_TYPES.clear()  # kept from file to file otherwise
    found: dict[str, list[Row]] = {name: [] for name in KINDS}
    for message in fitparse.FitFile(BytesIO(data), check_crc=False).get_messages(list(KINDS)):
        found[message.name].append(_row(message.fields))
    return found


def _row(fields: Any) -> Row:
    row: Row = {}
    for field in fields:
        value = field.value
        if field.units == "semicircles" and value is not None:
            value = value * 180 / 2**31
        row.setdefault(field.name, []).append(value)
    return row


def ours(data: bytes) -> dict[str, list[dict[str, np.ndarray[Any, Any]]]]:
    parts = read_files(data)
    return {name: [message_columns(part, number)[0] for part in parts] for name, number in KINDS.items()}


def plain(value: Any) -> Any:
    """A value of any of the three decoders as one that can be compared."""
    if isinstance(value, datetime):
        value = value.replace(tzinfo=UTC) if value.tzinfo is None else value
        return value.timestamp()
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else value.astype("datetime64[ms]").astype(np.int64) / 1000
    if isinstance(value, bytes):
        value = tuple(value)
    if isinstance(value, np.ndarray):
        value = tuple(value.tolist())
    if isinstance(value, tuple):
        items = tuple(plain(item) for item in value)
        return None if all(item is None for item in items) else items
    if isinstance(value, float | np.floating):
        return None if not math.isfinite(value) else float(value)
    if isinstance(value, bool | int | np.integer):
        return float(value)
    return (value.strip() or None) if isinstance(value, str) else value


def same(mine: Any, theirs: Any) -> bool:
    if isinstance(mine, float) and isinstance(theirs, float):
        return math.isclose(mine, theirs, rel_tol=1e-12, abs_tol=1e-9)
    if isinstance(mine, tuple) and isinstance(theirs, tuple):
        return len(mine) == len(theirs) and all(map(same, mine, theirs))
    return bool(mine == theirs)


def differences(data: bytes, theirs: dict[str, list[Row]]) -> Iterator[tuple[str, str, int, Any, list[Any]]]:
    """Yield (message, field, row, our value, their values) wherever they differ."""
    mine = ours(data)
    for name, rows in theirs.items():
        n_mine = sum(len(next(iter(columns.values()))) for columns in mine[name] if columns)
        if n_mine != len(rows):
            yield name, "number of messages", 0, n_mine, [len(rows)]
            continue
        first = 0
        for columns in mine[name]:
            n = len(next(iter(columns.values()))) if columns else 0
            for i, row in enumerate(rows[first : first + n]):
                for field, values in row.items():
                    value = plain(columns[field][i]) if field in columns else None
                    told = [plain(v) for v in values]
                    if not any(same(value, v) for v in told):
                        yield name, field, i, value, told
            first += n


if __name__ == "__main__":
    import sys
    import time

    for path in sys.argv[1:]:
        data = Path(path).read_bytes()
        for reader in (by_fitdecode, by_fitparse):
            begun = time.perf_counter()
            try:
                counted: Counter[Any] = Counter()
                example: dict[Any, Any] = {}
                for name, field, i, value, told in differences(data, reader(data)):
                    counted[name, field] += 1
                    example.setdefault((name, field), (i, value, told))
                for key, n in counted.items():
                    print(Path(path).name, reader.__name__, key, n, str(example[key])[:150])
            except Exception as error:
                print(Path(path).name, reader.__name__, "REFUSED", repr(error)[:150])
            took = time.perf_counter() - begun
            if took > 3:
                print(Path(path).name, reader.__name__, f"{took:.1f} s")
