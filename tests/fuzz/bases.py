"""The sound files that mutants are made of: small, so that many can be read, and between them of every construct.

Conventions: of a kind the first files are the smallest and are taken most; the last have the size of a short run.
"""

from __future__ import annotations

import bz2
import gzip
import io
import zipfile
from functools import cache
from pathlib import Path

import numpy as np

import kastor_analysis as ka

from ..kinds.drafts import Shape, draft, to_fit, to_gpx, to_tcx
from ..readers import test_gpx, test_tcx
from ..readers.fit_bytes import T0, Fit, run

_SESSION = Shape(4, 20.0, 100.0, 25.0, warmup_s=60.0, cooldown_s=40.0)
_GARMIN = "http://www.garmin.com/xmlschemas/TrackPointExtension/v1"

CORRECTIONS = b"""start = 2026-05-04T17:00:00Z

[[correction]]
do = "add"
from = "1:00"
to = "1:20"

[[correction]]
do = "distance"
from = "2:00"
to = "2:20"
distance_m = 100

[[correction]]
do = "note"
text = "rain"
"""
ATHLETES = b"""[ann]
name = "Ann"
max_heart_rate_bpm = 188
goal = "5k 20:00"
best_400_s = "1:08"
goals = [{ since = 2026-02-01, goal = "10k 42:00" }]
"""
SPLITS = b"1,1:20.1\n2,1:19.8\n3,79\n4,1:18.95\n"
NOTATION = (b"16x400", b"3x(4x400 r60) r4:00", b"5x(1000@3:50/km r2:00) + 4x200 r=1:1", b"3 x 2 km r 3:00, 8x30s r=30s")


@cache
def bases(kind: str) -> tuple[bytes, ...]:
    """Return the sound files of a kind."""
    match kind:
        case "fit":
            return rich().file(), run(12).file() + run(8, big=True).file(), run(90).file()
        case "gpx":
            return _gpx(8), _gpx(6).decode().encode("utf-16"), _gpx(40)
        case "tcx":
            return _tcx(4), _tcx(16)
        case "gz":
            gpx, parts = _gpx(12), gzip.compress(_gpx(12)[:900]) + gzip.compress(_gpx(12)[900:])
            return gzip.compress(rich().file()), gzip.compress(gpx), gzip.compress(gzip.compress(_tcx(8))), parts
        case "zip":
            methods = (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
            fit, tcx = rich().file(), _tcx(3)
            nested = _zipped({"inner.zip": _zipped({"a.fit": fit}, methods[0])}, methods[0])
            files = {"a.gpx": _gpx(6), "b.fit.gz": gzip.compress(fit), "c.txt": b"x", "d.bz2": bz2.compress(tcx)}
            return (nested, *(_zipped(files, method) for method in methods))
        case "plan":
            folder = Path(ka.__file__).parent / "plans" / "recipes"
            return tuple(path.read_bytes() for path in sorted(folder.glob("*.toml")))
        case "hand":
            return CORRECTIONS, ATHLETES, SPLITS, *NOTATION
        case "session":
            made = draft(_SESSION)
            thin = made.taken(np.arange(0, made.columns["time_s"].size, 3))
            return to_fit(made), to_fit(made.without("lat_deg", "lon_deg")), to_tcx(thin), to_gpx(thin)
    raise KeyError(kind)


def rich() -> Fit:
    """Return a FIT file with a little of everything that the format knows."""
    fit = Fit()
    fit.define(0, 0, [(0, "enum"), (1, "uint16"), (2, "uint16"), (4, "uint32"), (8, "string", 9)])
    fit.data(0, 4, 1, 3992, T0, b"Forerunn\0")
    fit.define(1, 207, [(1, "byte", 16), (3, "uint8"), (4, "uint32")]).data(1, bytes(range(16)), 0, 7)
    fit.define(1, 206, [(0, "uint8"), (1, "uint8"), (2, "uint8"), (3, "string", 6), (8, "string", 4)])
    fit.data(1, 0, 0, 0x88, b"Power\0", b"W\0\0\0")
    fit.define(1, 26, [(8, "string", 6), (6, "uint16")]).data(1, b"4x100\0", 2)
    fit.define(1, 27, [(254, "uint16"), (1, "enum"), (2, "uint32"), (3, "enum"), (7, "enum")])
    fit.data(1, 0, 1, 10_000, 0, 0).data(1, 1, 0, 60_000, 0, 1)
    fit.define(1, 21, [(253, "uint32"), (0, "enum"), (1, "enum"), (3, "uint32")]).data(1, T0, 0, 0, 0)
    columns = [(253, "uint32"), (0, "sint32"), (1, "sint32"), (5, "uint32"), (73, "uint32"), (78, "uint32")]
    fit.define(2, 20, [*columns, (3, "uint8"), (4, "uint8"), (8, "byte", 3)], developer=[(0, 4, 0, "float32")])
    fit.define(3, 20, [(3, "uint8"), (6, "uint16"), (2, "uint16")], big=True)
    for i in range(10):
        fit.data(2, T0 + 2 * i, 10**8 + 400 * i, 10**8, 800 * i, 4000, 2600, 150, 85, b"\1\2\3", 210.0 + i)
        fit.data(3, 151, 4000, 2600, compressed=(T0 + 2 * i + 1) & 31)
    fit.data(1, T0 + 20, 0, 4, 0).data(1, T0 + 60, 0, 0, 0)
    fit.define(4, 78, [(0, "uint16", 5)]).data(4, (400, 410, 405, 0xFFFF, 0xFFFF))
    fit.define(4, 132, [(253, "uint32"), (0, "uint16"), (6, "uint8", 2), (10, "byte", 3)])
    fit.data(4, T0 + 20, 5, (150, 151), b"\x10\x20\x30")
    fit.define(5, 20, [(253, "uint32"), (5, "uint32"), (6, "float64"), (30, "sint64")], big=True)
    for i in range(4):
        fit.data(5, T0 + 61 + i, 8400 + 400 * i, 4.0, -(2**40))
    fit.define(6, 19, [(253, "uint32"), (2, "uint32"), (7, "uint32"), (8, "uint32"), (9, "uint32"), (24, "enum")])
    fit.data(6, T0 + 20, T0, 20_000, 20_000, 8000, 0).data(6, T0 + 65, T0 + 20, 45_000, 5000, 1600, 7)
    fit.define(7, 18, [(253, "uint32"), (2, "uint32"), (7, "uint32"), (5, "enum"), (6, "enum")])
    fit.data(7, T0 + 65, T0, 65_000, 1, 4)
    return fit.define(7, 34, [(253, "uint32"), (5, "uint32")]).data(7, T0 + 65, T0 + 7265)


def _gpx(n: int) -> bytes:
    def point(i: int) -> str:
        beat = f'<g:TrackPointExtension xmlns:g="{_GARMIN}"><g:hr>14{i % 10}</g:hr><g:cad>88</g:cad>'
        inner = f"<extensions>{beat}</g:TrackPointExtension></extensions>" if i % 3 == 0 else f"<hr>14{i % 10}</hr>"
        return test_gpx.point(i, f"<ele>{i}</ele>{inner}", 50 + i * 3e-5)

    points = [point(i) for i in range(n)]
    points.insert(n // 2, "</trkseg><!-- a stop --><trkseg>")
    return test_gpx.document("\n".join(points))


def _tcx(n: int) -> bytes:
    inner = "<HeartRateBpm><Value>150</Value></HeartRateBpm><Extensions><TPX><Speed>3.1</Speed></TPX></Extensions>"
    return test_tcx.document(
        test_tcx.lap(0, n + 0.3, [[test_tcx.trackpoint(s, s * 3.0, inner) for s in range(n + 1)]]),
        test_tcx.lap(n, 10, [[test_tcx.trackpoint(s, s * 3.0, inner) for s in range(n + 1, n + 4)]]),
    )


def _zipped(files: dict[str, bytes], method: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()
