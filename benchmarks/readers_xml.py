"""GPX against gpxpy and TCX against tcxreader: total time and peak memory, in one run, interleaved.

Every NumPy column, the laps and the pauses are touched, so that laziness would win nothing. What is compared is the
whole of `kastor_analysis.load`, repairs included, with the other library's bare parse of the same bytes. Memory is the
growth of the process's peak, each reading in a process of its own.

    python -m benchmarks.readers_xml [--real FOLDER] [--rounds N] [--points N]
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import kastor_analysis as ka


def touched(activity: ka.Activity) -> float:
    """Return a sum over everything that was read."""
    tables = (activity.sample_table, activity.lap_table, activity.pause_table)
    return float(sum(column[-1:].sum() for table in tables for column in table.values() if column.dtype == float))


def by_kastor(data: bytes) -> int:
    activity = ka.load(data)
    touched(activity)
    return activity.sample_table.n_rows


def by_gpxpy(data: bytes) -> int:
    import gpxpy

    return sum(len(s.points) for track in gpxpy.parse(data).tracks for s in track.segments)


def by_tcxreader(data: bytes) -> int:
    from tcxreader.tcxreader import TCXReader

    path = Path(tempfile.gettempdir()) / f"kastor-benchmark-{os.getpid()}.tcx"
    path.write_bytes(data)
    try:
        return len(TCXReader().read(str(path)).trackpoints)
    finally:
        path.unlink()


READERS: dict[str, Callable[[bytes], int]] = {"kastor": by_kastor, "gpxpy": by_gpxpy, "tcxreader": by_tcxreader}


def synthetic_gpx(n: int) -> bytes:
    """Return a GPX as Garmin Connect writes it, `n` points with heart rate, cadence and temperature."""
    out = io.StringIO()
    out.write(
        '<?xml version="1.0" encoding="UTF-8"?>\n<gpx creator="Garmin Connect" version="1.1" '
        'xmlns:ns3="http://www.garmin.com/xmlschemas/TrackPointExtension/v1" '
        'xmlns="http://www.topografix.com/GPX/1/1"><trk><type>running</type><trkseg>\n'
    )
    for i in range(n):
        day, second = divmod(i, 86_400)
        out.write(
            f'      <trkpt lat="{50 + i * 2.7e-5:.15f}" lon="{8 + (i % 977) * 1e-6:.15f}">\n'
            f"        <ele>{100 + i % 37}.400000095367431640625</ele>\n"
            f"        <time>2026-05-{day + 1:02}T{second // 3600:02}:{second // 60 % 60:02}:"
            f"{second % 60:02}.000Z</time>\n"
            "        <extensions>\n          <ns3:TrackPointExtension>\n            <ns3:atemp>21.0</ns3:atemp>\n"
            f"            <ns3:hr>{120 + i % 60}</ns3:hr>\n            <ns3:cad>{80 + i % 12}</ns3:cad>\n"
            "          </ns3:TrackPointExtension>\n        </extensions>\n      </trkpt>\n"
        )
    out.write("</trkseg></trk></gpx>\n")
    return out.getvalue().encode()


def timed(names: tuple[str, str], files: list[Path], rounds: int) -> dict[str, object]:
    """Return the total of each reader's median times over the files that both can read."""
    totals = dict.fromkeys(names, 0.0)
    points = both = 0
    for path in files:
        data = path.read_bytes()
        try:
            points_read = [READERS[name](data) for name in names]
        except Exception:
            continue
        if not points_read[0] or not points_read[1]:
            continue
        both += 1
        points += points_read[0]
        seconds: dict[str, list[float]] = {name: [] for name in names}
        for _ in range(rounds):
            for name in names:
                re.purge()  # a point's layout is learned anew
                start = time.process_time()
                READERS[name](data)
                seconds[name].append(time.process_time() - start)
        for name in names:
            totals[name] += median(seconds[name])
    return {"files": both, "points": points, **{f"{n}_s": round(t, 4) for n, t in totals.items()}}


def peak_mib(name: str, path: Path) -> float:
    """Return by how much reading raises the peak memory of a fresh process that has warmed up on a small file."""
    code = (
        "import re, sys; from pathlib import Path; from benchmarks import readers_xml as b\n"
        # Not ru_maxrss: a process inherits that from the one that started it.
        "peak = lambda: int(re.search(r'VmHWM:\\s+(\\d+) kB', Path('/proc/self/status').read_text())[1])\n"
        f"b.READERS[{name!r}](b.synthetic_gpx(10)); data = Path(sys.argv[1]).read_bytes()\n"
        "before = peak()\n"
        f"b.READERS[{name!r}](data)\n"
        "print(peak() - before)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    return int(done.stdout) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--real", type=Path, default=Path("../shared/real"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--points", type=int, default=200_000)
    arguments = parser.parse_args()
    files = sorted(arguments.real.rglob("*")) if arguments.real.is_dir() else []
    result: dict[str, object] = {}
    for other, suffix in (("gpxpy", ".gpx"), ("tcxreader", ".tcx")):
        chosen = [path for path in files if path.suffix.lower() == suffix]
        row = timed(("kastor", other), chosen, arguments.rounds)
        row["times_faster"] = round(float(row[f"{other}_s"]) / max(float(row["kastor_s"]), 1e-9), 2)  # type: ignore[arg-type]
        result[f"real {suffix}"] = row
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.gpx"
        path.write_bytes(synthetic_gpx(arguments.points))
        row = timed(("kastor", "gpxpy"), [path], 1)
        row["times_faster"] = round(float(row["gpxpy_s"]) / float(row["kastor_s"]), 2)  # type: ignore[arg-type]
        for name in ("kastor", "gpxpy"):
            row[f"{name}_peak_mib"] = round(peak_mib(name, path), 1)
        row["memory_share"] = round(float(row["kastor_peak_mib"]) / float(row["gpxpy_peak_mib"]), 3)  # type: ignore[arg-type]
        result[f"synthetic GPX, {arguments.points} points"] = row
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
