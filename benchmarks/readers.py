"""FIT against fitparse and fitfast: total times in one run, interleaved, and where a file's time goes.

What is timed of ours is both the decoder alone and the whole of `kastor_analysis.load`, repairs included, with every
NumPy column, the laps and the pauses touched, so that laziness would win nothing. Of fitparse it is iterating the
messages alone, of fitfast the record columns alone. Times are those of the process, so that what else the machine does
counts less. GPX and TCX are in `benchmarks.readers_xml`.

    python -m benchmarks.readers [--real FOLDER] [--rounds N] [--hours N] [--skip-fitparse]
"""

from __future__ import annotations

import argparse
import io
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import numpy as np

import kastor_analysis as ka
from kastor_analysis.readers.assemble import assemble
from kastor_analysis.readers.fit import decode
from kastor_analysis.readers.fit.container import read_files
from kastor_analysis.readers.fit.crc import crc16
from kastor_analysis.readers.fit.groups import group_messages
from kastor_analysis.readers.fit.laps import read_laps, read_pauses
from kastor_analysis.readers.fit.parts import FitPart
from kastor_analysis.readers.fit.recording import read_recordings
from kastor_analysis.readers.fit.walk import Trail, walk
from kastor_analysis.writers import to_fit

Reader = Callable[[bytes], float]


def by_load(data: bytes) -> float:
    activity = ka.load(data)
    tables = (activity.sample_table, activity.lap_table, activity.pause_table)
    return float(sum(column[-1:].sum() for table in tables for column in table.values() if column.dtype == float))


def by_decode(data: bytes) -> float:
    total = 0.0
    for recording in decode(data):
        for columns in (recording.samples, recording.laps):
            total += sum(float(column[-1:].sum()) for column in columns.values() if column.dtype == float)
        total += float(recording.pauses[-1:].sum())
    return total


def by_fitparse(data: bytes) -> float:
    import fitparse

    return float(sum(1 for _ in fitparse.FitFile(io.BytesIO(data)).get_messages()))


def by_fitfast(data: bytes) -> float:
    import fitfast  # not among the extras: pip install fitfast

    return float(sum(column[-1:].sum() for column in fitfast.records(data).values()))


READERS: dict[str, Reader] = {"load": by_load, "decode": by_decode, "fitfast": by_fitfast, "fitparse": by_fitparse}


def seconds(reader: Reader, data: bytes) -> float:
    begun = time.process_time()
    reader(data)
    return time.process_time() - begun


def totals(contents: list[bytes], names: list[str], rounds: int) -> dict[str, object]:
    """Return the total of each reader's median times, over the contents that all of them read."""
    total = dict.fromkeys(names, 0.0)
    n = 0
    for data in contents:
        try:
            for name in names:
                if name != "fitparse":
                    READERS[name](data)
            # fitparse takes seconds: one round of it, which also tells whether it can read the file.
            taken = {name: [seconds(READERS[name], data)] for name in reversed(names)}
        except ImportError:
            raise
        except Exception:
            continue
        n += 1
        for _ in range(rounds - 1):
            for name in names:
                if name != "fitparse":
                    taken[name].append(seconds(READERS[name], data))
        for name in names:
            total[name] += median(taken[name])
    row: dict[str, object] = {"files": n, **{f"{name}_s": round(value, 4) for name, value in total.items()}}
    for other in ("fitparse", "fitfast"):
        if other in names:
            for mine in ("load", "decode"):
                row[f"{mine}_times_faster_than_{other}"] = round(total[other] / max(total[mine], 1e-9), 1)
    return row


def recording(hours: float) -> bytes:
    """Return a simulated recording at 1 s with every common column and a lap every kilometre."""
    n = int(hours * 3600)
    time_s = np.arange(n, dtype=np.float64)
    rng = np.random.default_rng(12)
    speed_mps = 3.3 + 0.3 * np.sin(time_s / 200) + rng.normal(0, 0.05, n)
    distance_m = np.cumsum(speed_mps)
    bearing = np.cumsum(rng.normal(0, 0.02, n))
    starts = np.searchsorted(distance_m, np.arange(0, distance_m[-1], 1000)).astype(float)
    activity = ka.Activity.from_columns(
        datetime(2026, 5, 1, 6, tzinfo=UTC),
        {
            "time_s": time_s,
            "lat_deg": 48 + np.cumsum(speed_mps * np.cos(bearing)) / 111_200,
            "lon_deg": 11 + np.cumsum(speed_mps * np.sin(bearing)) / 74_000,
            "altitude_m": 500 + 20 * np.sin(time_s / 900),
            "distance_m": distance_m,
            "speed_mps": speed_mps,
            "heart_rate_bpm": np.round(150 + 10 * np.sin(time_s / 300)),
            "cadence_spm": np.round(172 + rng.normal(0, 2, n)),
            "power_w": np.round(280 + rng.normal(0, 12, n)),
            "temperature_c": np.full(n, 18.0),
        },
        laps={"start_s": starts, "end_s": np.append(starts[1:], time_s[-1])},
        sport="running",
    )
    return to_fit(activity)


def stages(data: bytes, rounds: int) -> dict[str, float]:
    """Return the median milliseconds of each stage of reading one file, in the order in which they run."""
    (part,) = read_files(data)
    start, end = data[0], data[0] + int.from_bytes(data[4:8], "little")
    trail = Trail()
    walk(data, start, end, trail)
    recordings = decode(data)
    steps: dict[str, Callable[[], object]] = {
        "check sum": lambda: crc16(memoryview(data)[: end + 2]),
        "walk over the messages": lambda: walk(data, start, end, Trail()),
        "grouping by definition": lambda: group_messages(data, trail),
        "columns of samples, laps, events, devices": lambda: read_recordings(FitPart(part, [part])),
        "of which laps and pauses": lambda: (read_laps(FitPart(part, [part])), read_pauses(FitPart(part, [part]))),
        "decoder in all": lambda: decode(data),
        "repairs and the activity": lambda: assemble(recordings[0]),
        "load in all": lambda: ka.load(data),
    }
    found: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            begun = time.process_time()
            step()
            found[name].append(1e3 * (time.process_time() - begun))
    return {"messages": sum(len(g) for groups in part.groups.values() for g in groups), "bytes": len(data)} | {
        name: round(median(taken), 3) for name, taken in found.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--real", type=Path, default=Path("../shared/real"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--hours", type=float, default=12)
    parser.add_argument("--skip-fitparse", action="store_true")
    arguments = parser.parse_args()
    names = [name for name in READERS if name != "fitparse" or not arguments.skip_fitparse]
    sessions = sorted((arguments.real / "sessions").glob("*.fit"))
    result: dict[str, object] = {}
    if sessions:
        result["real sessions"] = totals([path.read_bytes() for path in sessions], names, arguments.rounds)
    fast = ["load", "decode", "fitfast"]
    for hours in (arguments.hours / 12, arguments.hours, arguments.hours * 10):
        row = totals([recording(hours)], fast, 5 * arguments.rounds)
        result[f"simulated, {hours:g} h at 1 s"] = row
    for path in sessions:
        if path.stem in ("session-35", "session-12", "session-13"):
            result[f"stages of {path.name}, ms"] = stages(path.read_bytes(), 15 * arguments.rounds)
    result["stages of the simulated hour, ms"] = stages(recording(1), 15 * arguments.rounds)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
