"""The FIT decoder against fitdecode and fitparse: every field of every record and lap of every real file.

Each difference is either none or explained: `FAULTS` names what the other decoder does wrong, as a rule that tells
exactly which values it concerns, and a rule that concerns nothing fails.
"""

from __future__ import annotations

import math
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import fitdecode
import fitparse
import numpy as np
import pytest
from fitparse import records as fitparse_records
from fitparse.profile import MESSAGE_TYPES

from kastor_analysis.readers.fit import decode
from kastor_analysis.readers.fit.container import read_files
from kastor_analysis.readers.fit.frames import message_columns
from kastor_analysis.readers.fit.profile import ENUMS, MESSAGES
from kastor_analysis.readers.fit.reference import decode_fitparse

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


Difference = tuple[str, str, Any, list[Any]]
"""(message, field, our value, the other's values: several where it gives one field several times)."""


def differences(data: bytes, theirs: dict[str, list[Row]]) -> Iterator[Difference]:
    """Yield wherever the two differ, in either direction."""
    for name, rows in theirs.items():
        tables = [columns for columns in mine_of(data)[name] if columns]
        mine = [
            {field: column[i] for field, column in columns.items()}
            for columns in tables
            for i in range(len(next(iter(columns.values()))))
        ]
        if len(mine) != len(rows):
            yield name, "number of messages", len(mine), [len(rows)]
            continue
        for ours, row in zip(mine, rows, strict=True):
            for field in ours.keys() | row.keys():
                value, told = plain(ours.get(field)), [plain(v) for v in row.get(field, [])]
                if not any(same(value, v) for v in told or [None]):
                    yield name, field, value, told


def mine_of(data: bytes) -> dict[str, list[dict[str, np.ndarray[Any, Any]]]]:
    parts = read_files(data)
    return {name: [message_columns(part, number)[0] for part in parts] for name, number in KINDS.items()}


FIELDS = {
    name: {entry[0]: (num, entry) for num, entry in MESSAGES[number][1].items()} for name, number in KINDS.items()
}
SUBFIELDS = {name: {s[0]: e[0] for e in MESSAGES[n][1].values() for s in e[6]} for name, n in KINDS.items()}


def relative_time(message: str, field: str, ours: Any, theirs: list[Any]) -> bool:
    """Seconds since the watch was switched on are handed on as they are, as if they were no instants."""
    return field in ("timestamp", "start_time") and bool(theirs) and 0 < theirs[0] < 0x10000000


def old_profile(message: str, field: str, ours: Any, theirs: list[Any]) -> bool:
    """fitparse's profile (2021) lacks newer fields, subfields and enum values: unscaled unknown numbers, or nothing."""
    known = MESSAGE_TYPES[KINDS[message]].fields
    if field.startswith("unknown_"):
        num = int(field.removeprefix("unknown_"))
        return ours is None and num in MESSAGES[KINDS[message]][1] and num not in known
    if field in SUBFIELDS[message]:
        parent = FIELDS[message][SUBFIELDS[message][field]][0]
        return not theirs and field not in {s.name for s in known[parent].subfields or ()}
    if field not in FIELDS[message]:
        return False
    num, entry = FIELDS[message][field]
    if num not in known:
        return not theirs
    return bool(theirs) and isinstance(theirs[0], float) and ENUMS.get(entry[1], {}).get(int(theirs[0])) == ours


def subfield_for_parent(message: str, field: str, ours: Any, theirs: list[Any]) -> bool:
    """No fault: a subfield stands in its parent's place there, beside it here."""
    return not theirs and field in SUBFIELDS[message].values()


Fault = Callable[[str, str, Any, list[Any]], bool]

FAULTS: dict[str, tuple[Fault, ...]] = {
    "fitdecode": (relative_time, subfield_for_parent),
    "fitparse": (relative_time, subfield_for_parent, old_profile),
}

REFUSED = {
    "fitparse": "Invalid field size|Mismatch|EOF|Tried to read|Invalid .FIT|invalid local message|No such",
    "fitdecode": "not a FIT file|expected . bytes|not defined|AssertionError",
}
"""What the other decoder cannot read: layouts whose sizes fit no type (Coros), anything damaged or cut off."""

READERS = {"fitdecode": by_fitdecode, "fitparse": by_fitparse}

ALWAYS = frozenset(
    [
        *("activity_multisport", "activity_poolswim", "compressed-speed-distance", "2015-10-13-08-43-15"),
        *("garmin-fenix-5-walk", "elemnt-bolt-no-application-id-inside-developer-data-id", "6471559601_ACTIVITY"),
        *("activity-unexpected-eof", "run-26", "run-30", "run-31", "track-15", "track-16"),
    ]
)
"""A file of each kind: several sessions, packed fields and relative times, developer fields, damage, several makers."""


def files() -> list[Any]:
    folder = Path(__file__).resolve().parents[3] / "shared" / "real"
    found = sorted(folder.glob("**/*.fit"))
    return [pytest.param(p, id=p.stem, marks=[] if p.stem in ALWAYS else [pytest.mark.full]) for p in found]


def explain(decoder: str, data: bytes) -> tuple[Counter[str], list[Difference], str]:
    """Return (how often each fault explains a difference, what none explains, the other's refusal)."""
    try:
        theirs = READERS[decoder](data)
    except Exception as error:
        return Counter(), [], str(error) or type(error).__name__
    explained: Counter[str] = Counter()
    rest = []
    for difference in differences(data, theirs):
        for fault in FAULTS[decoder]:
            if fault(*difference):
                explained[fault.__name__] += 1
                break
        else:
            rest.append(difference)
    return explained, rest, ""


@pytest.mark.parametrize("decoder", READERS)
@pytest.mark.parametrize("path", files())
def test_every_value_of_records_and_laps_is_equal(path: Path, decoder: str, real: Path) -> None:
    _, rest, refusal = explain(decoder, path.read_bytes())
    assert not rest
    assert not refusal or re.search(REFUSED[decoder], refusal), refusal


def test_each_named_fault_is_met(real: Path) -> None:
    for decoder, faults in FAULTS.items():
        met: Counter[str] = Counter()
        for name in ("python-fitparse/compressed-speed-distance.fit", "fit/activity_poolswim.fit"):
            met += explain(decoder, (real / "formats" / name).read_bytes())[0]
        assert set(met) == {fault.__name__ for fault in faults}


def test_an_invalid_packed_distance_wipes_fitparses_and_not_ours(real: Path) -> None:
    data = (real / "formats" / "python-fitparse" / "null_compressed_speed_dist.fit").read_bytes()
    theirs = [message.get_values()["distance"] for message in fitparse.FitFile(data).get_messages("record")]
    assert set(theirs) == {None}
    (recording,) = decode(data)
    assert len(theirs) == len(recording.samples["distance_m"])
    assert np.isfinite(recording.samples["distance_m"]).all()


def test_reading_by_fitparse_gives_the_same_recordings(real: Path) -> None:
    for name in ("sessions/track-15.fit", "formats/fit/activity_multisport.fit", "runs/run-57.fit"):
        data = (real / name).read_bytes()
        fitparse_records.DEV_TYPES.clear()
        for mine, theirs in zip(decode(data), decode_fitparse(data), strict=True):
            for told in ("label", "device", "sport", "sub_sport", "utc_offset_s", "timer_start_s"):
                assert getattr(mine, told) == getattr(theirs, told)
            assert repr(mine.workout) == repr(theirs.workout)
            np.testing.assert_array_equal(mine.pauses, theirs.pauses)
            for columns, others in ((mine.samples, theirs.samples), (mine.laps, theirs.laps)):
                for column, values in columns.items():
                    if values.dtype == object or column in others or np.isfinite(values).any():
                        np.testing.assert_array_equal(values, others[column], err_msg=f"{name} {column}")


if __name__ == "__main__":
    import sys

    for name in sys.argv[1:]:
        for decoder in READERS:
            explained, rest, refusal = explain(decoder, Path(name).read_bytes())
            print(
                Path(name).name, decoder, dict(explained), "UNEXPLAINED" if rest else "", rest[:4], refusal, flush=True
            )
