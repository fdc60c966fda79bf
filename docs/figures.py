"""The tables of measured figures in the README, made from what the benchmarks print.

Nothing is typed by hand. Measure on a quiet machine, then rewrite the tables::

    python benchmarks/segmenter.py --real --runs --baselines > benchmarks/out/segmenter.txt
    python -m benchmarks.readers > benchmarks/out/readers.json
    python -m benchmarks.readers_xml > benchmarks/out/readers_xml.json
    python -m benchmarks.season > benchmarks/out/season.json
    python benchmarks/startup.py > benchmarks/out/startup.txt
    python docs/figures.py benchmarks/out
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Row(NamedTuple):
    """One line of the segmenter's benchmark."""

    group: str
    condition: str
    method: str
    sessions: int
    reps: int
    recall: float
    precision: float
    exact: float
    time_median_s: float
    time_90_s: float


_LINE = re.compile(
    r"^real (?P<group>pressed|odometer|timer|checked) +(?P<condition>laps|blinded|gpx) +(?P<method>\S+(?: \S+)?) +"
    r"(?P<sess>\d+) +(?P<fail>\d+) +(?P<reps>\d+) +(?P<recall>[\d.]+) +(?P<precision>[\d.]+) +(?P<exact>[\d.]+) \|"
    r"[^|]*\|[^|]*\| +\S+ +(?P<median>[\d.]+) +(?P<p90>[\d.]+)"
)
_INVENTED = re.compile(
    r"^real runs +(?P<condition>laps|blinded|gpx) +(?P<method>\S+(?: \S+)?) +(?P<runs>\d+) .*"
    r"invented (?P<reps>\d+) reps in (?P<files>\d+)"
)


def rows_of(text: str) -> tuple[list[Row], dict[tuple[str, str], tuple[int, int, int]]]:
    """Return the lines of real sessions, and by (condition, method) runs, invented reps and the runs they are in."""
    rows = [
        Row(
            m["group"], m["condition"], m["method"].strip(), int(m["sess"]), int(m["reps"]), float(m["recall"]),
            float(m["precision"]), float(m["exact"]), float(m["median"]), float(m["p90"]),
        )
        for line in text.splitlines() if (m := _LINE.match(line))
    ]  # fmt: skip
    invented = {
        (m["condition"], m["method"].strip()): (int(m["runs"]), int(m["reps"]), int(m["files"]))
        for line in text.splitlines()
        if (m := _INVENTED.match(line))
    }
    return rows, invented


def accuracy_table(text: str) -> str:
    """Return the table of found reps, from the output of ``benchmarks/segmenter.py``."""
    rows, invented = rows_of(text)
    found = {(row.condition, row.method): row for row in rows if row.group == "checked"}
    shown = [
        ("laps", "kastor", "**as recorded, with lap presses**"),
        ("blinded", "kastor", "**lap presses taken out**"),
        ("gpx", "kastor", "**bare GPX: positions and times alone**"),
        ("laps", "own laps", "the watch's own laps, taken for reps"),
        ("blinded", "threshold", "a speed threshold, lap presses taken out"),
        ("blinded", "ruptures", "change points (ruptures), lap presses taken out"),
    ]
    lines = [
        "| | reps found | found that are reps | sessions exact | rep time off by, median (90 %) | invented elsewhere |",
        "|---|---|---|---|---|---|",
    ]
    for condition, method, name in shown:
        if (condition, method) not in found:
            continue
        row = found[condition, method]
        time = "as pressed" if condition == "laps" else f"{row.time_median_s:.1f} s ({row.time_90_s:.1f} s)"
        runs, reps, files = invented[condition, method]
        where = f"{reps} reps in {files} of {runs} runs" if reps else f"none in {runs} runs"
        lines.append(
            f"| {name} | {row.recall * 100:.1f} % | {row.precision * 100:.1f} % | {row.exact * 100:.0f} % | {time} "
            f"| {where} |"
        )
    first = found["blinded", "kastor"]
    head = f"{first.sessions} real interval sessions with {first.reps} reps:"
    return "\n".join([head, "", *lines])


def structure_table(weights: Path) -> str:
    """Return how runners left out were told, from what ``tools/fit_structure.py`` wrote beside the weights."""
    left_out: dict[str, Any] = json.loads(weights.read_text(encoding="utf-8"))["left_out"]
    names = {
        "laps": "as recorded, with lap presses",
        "blinded": "lap presses taken out",
        "gpx": "bare GPX: positions and times alone",
    }
    lines = [
        "| runners left out | sessions told exactly | mean over runners | the right reading among the first three "
        "| other runs taken for a session |",
        "|---|---|---|---|---|",
    ]
    for condition, name in names.items():
        f = left_out[condition]
        lines.append(
            f"| {name} | {f['exact']} of {f['sessions']} ({100.0 * f['exact'] / f['sessions']:.0f} %) "
            f"| {100.0 * f['exact_by_runner']:.0f} % | {100.0 * f['right_among_three'] / f['sessions']:.0f} % "
            f"| {f['runs_taken']} of {f['runs']} |"
        )
    return "\n".join(lines)


def times_table(numbers: Path) -> str:
    """Return how runners left out were timed, from what ``tools/fit_times.py`` wrote beside the numbers."""
    left_out: dict[str, Any] = json.loads(numbers.read_text(encoding="utf-8"))["runners_left_out"]
    names = {"blinded": "lap presses taken out", "gpx": "bare GPX"}
    lines = [
        "| runners left out | reps | median | 90 % | bias | scatter within a session "
        "| within one stated sd (by thirds) |",
        "|---|---|---|---|---|---|---|",
    ]
    for key, f in left_out.items():
        condition, _, part = key.partition(", ")
        overall, *thirds = (f"{share:.2f}" for share in f["within_1sd"])
        what = names[condition] + (f", {part.upper() if part in ('fit', 'tcx') else part}" if part else "")
        lines.append(
            f"| {what if part else f'**{what}**'} | {f['reps']} | {f['median_s']:.2f} s | {f['p90_s']:.2f} s "
            f"| {f['bias_s']:+.2f} s | {f['scatter_s']:.2f} s | {overall} ({', '.join(thirds)}) |"
        )
    return "\n".join(lines)


def speed_table(folder: Path) -> str:
    """Return the table of speeds, from what lies in `folder`."""
    fit: dict[str, Any] = json.loads((folder / "readers.json").read_text())["real sessions"]
    xml: dict[str, Any] = json.loads((folder / "readers_xml.json").read_text())
    season: dict[str, Any] = json.loads((folder / "season.json").read_text())
    ratio = re.search(r"ratio, paired: ([\d.]+)", (folder / "startup.txt").read_text())
    if not ratio:
        raise SystemExit("startup.txt has no ratio")
    files, tables = season["recordings"]["files"], season["tables_of_5000_sessions"]
    gpx, long_gpx, tcx = xml["real .gpx"], xml["synthetic GPX, 200000 points"], xml["real .tcx"]
    rows = {
        "`analyze sample_data/kastor-good.fit`, the whole process": (
            f'{float(ratio[1]):.2f} of the time of `python -c "import pandas"`'
        ),
        f"reading FIT, {fit['files']} real sessions, everything repaired": (
            f"{fit['load_times_faster_than_fitparse']:.0f} times as fast as fitparse alone"
        ),
        f"reading GPX, {gpx['files']} real files": f"{gpx['times_faster']:.1f} times as fast as gpxpy alone",
        "reading GPX of 200,000 points": (
            f"{long_gpx['times_faster']:.0f} times as fast, with {long_gpx['memory_share'] * 100:.0f} % of the memory"
        ),
        f"reading TCX, {tcx['files']} real files": f"{tcx['times_faster']:.1f} times as fast as tcxreader alone",
        f"adding {files:,} recordings of an hour to a season": (
            f"{season['files_a_cpu_second'] / season['files_a_second_fitparse_alone']:.0f} times as fast as fitparse "
            "alone reads them"
        ),
        "`season.reps()` over 5,000 sessions": f"{tables['reps_cpu_seconds']:.1f} s of a core",
    }
    lines = ["| what | how fast |", "|---|---|", *(f"| {what} | {fast} |" for what, fast in rows.items())]
    return "\n".join(lines)


def put(page: Path, mark: str, text: str) -> None:
    """Replace what stands between ``<!-- mark -->`` and ``<!-- end of mark -->``."""
    old = page.read_text(encoding="utf-8")
    pattern = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- end of {mark} -->)", re.DOTALL)
    new, n = pattern.subn(lambda m: f"{m[1]}\n{text}\n\n{m[2]}", old)
    if n != 1:
        raise SystemExit(f"{page.name} has no place marked <!-- {mark} -->")
    page.write_text(new, encoding="utf-8")


def main() -> None:
    """Rewrite the tables."""
    parser = argparse.ArgumentParser(description="Rewrite the tables of measured figures.")
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    left_out = structure_table(ROOT / "kastor_analysis" / "segmenter" / "weights.json")
    put(ROOT / "README.md", "structure", left_out)
    put(ROOT / "docs" / "structure.md", "structure", left_out)
    put(ROOT / "docs" / "times.md", "times", times_table(ROOT / "kastor_analysis" / "segmenter" / "times.json"))
    if (folder / "segmenter.txt").exists():
        put(ROOT / "README.md", "accuracy", accuracy_table((folder / "segmenter.txt").read_text()))
    if (folder / "readers.json").exists():
        put(ROOT / "README.md", "speed", speed_table(folder))


if __name__ == "__main__":
    main()
