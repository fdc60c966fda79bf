"""Damaged GPX, TCX and archives of them: an activity or a `KastorError`, and nothing else."""

from __future__ import annotations

import contextlib
import gzip
import random
import time
from collections.abc import Iterator

import numpy as np
import pytest

import kastor_analysis as ka
from kastor_analysis.readers import gpx, tcx

from . import test_gpx, test_tcx
from .test_archives import zipped

MOST_S = 2.0
TAGS = (
    b"<trkpt lat='1' lon='2'>", b"</trkpt>", b"<trkseg>", b"</trkseg>", b"</trk>", b"<trk>", b"<Lap StartTime='x'>",
    b"</Lap>", b"<Trackpoint>", b"</Trackpoint>", b"<Track>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?xml?>",
    b"&amp;", b"&", b"<", b">", b"\x00", b"\xff", b"1e308", b"-1", b"nan", b"inf", b"2026-05-01T06:30:00Z",
    b"9999-12-31T23:59:59Z", b"0001-01-01T00:00:00Z", b"<!DOCTYPE gpx>", b"\xef\xbb\xbf", b'encoding="utf-16"',
    b'encoding="punycode"', b"1" * 400,
)  # fmt: skip


def seeds() -> list[bytes]:
    """Return sound files in which most of what readers know occurs."""
    sensors = "<x:TPX><x:hr>14{0}</x:hr><x:cad>8{0}</x:cad></x:TPX><power>20{0}</power>"
    extra = f"<ele>10{{0}}</ele><extensions>{sensors}</extensions>"
    points = "\n".join(test_gpx.point(i, extra.format(i % 10), 50 + i * 3e-5) for i in range(30))
    second = f"</trkseg><trkseg>{test_gpx.point(50)}<!-- c -->{test_gpx.point(51, '<ele>é</ele>')}"
    one = test_gpx.document(points + second)
    tracks = one.replace(b"</gpx>", one[one.index(b"<trk>") :].replace(b"T06", b"T09"))
    inner = (
        "<Position><LatitudeDegrees>50.{0:05}</LatitudeDegrees><LongitudeDegrees>8</LongitudeDegrees></Position>"
        "<HeartRateBpm><Value>150</Value></HeartRateBpm><Extensions><TPX><Speed>3.1</Speed></TPX></Extensions>"
    )

    def piece(start: int, stop: int) -> list[str]:
        return [test_tcx.trackpoint(s, s * 3.0, inner.format(s * 3)) for s in range(start, stop)]

    laps = test_tcx.document(
        test_tcx.lap(0, 20.3, [piece(0, 21)]),
        test_tcx.lap(20, 10, [piece(21, 25), piece(60, 66)], intensity="Resting"),
        test_tcx.lap(65, 10, [piece(66, 76)]),
    )
    return [one, tracks, laps, laps, gzip.compress(one), zipped({"a.gpx": one, "b.txt": b"x"}), zipped({"a.tcx": laps})]


def mutant(seed: bytes, chance: random.Random) -> bytes:
    """Return a file with one to four damages."""
    data = bytearray(seed)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(7):
            case 0 if data:
                data[at % len(data)] ^= 1 << chance.randrange(8)
            case 1:
                data[at : at + chance.randrange(1, 200)] = b""
            case 2:
                data[at:at] = chance.choice(TAGS)
            case 3:
                data[at:at] = data[(b := chance.randrange(len(data) + 1)) : b + chance.randrange(1, 400)]
            case 4:
                del data[at:]
            case 5:
                data[at : at + 1] = chance.randbytes(chance.randrange(1, 8))
            case _:
                old, new = chance.sample(TAGS, 2)
                data = data.replace(old, new, 1)
    return bytes(data)


def mutants(number: int) -> Iterator[tuple[int, bytes]]:
    corpus = seeds()
    for i in range(number):
        yield i, mutant(corpus[i % len(corpus)], random.Random(i))


def outcome(data: bytes, *, strict: bool) -> str:
    """Return the warnings or the error's message, on one line."""
    try:
        return " ".join(ka.load(data, strict=strict).warnings) or "sound"
    except ka.KastorError as error:
        return f"error: {error}"


def check(number: int) -> None:
    read = 0
    for i, data in mutants(number):
        started = time.process_time()
        try:
            said = outcome(data, strict=i % 5 == 0)
            with contextlib.suppress(ka.KastorError):
                list(ka.load_all(data))
        except Exception as error:
            pytest.fail(f"mutant {i}: {error!r}")
        read += not said.startswith("error")
        assert "\n" not in said, i
        assert time.process_time() - started < MOST_S, i
    assert read > number / 4  # or the mutants test little


def test_mutants() -> None:
    check(1_000)


@pytest.mark.full
def test_many_mutants() -> None:
    check(20_000)


def test_mutants_are_lifted_as_expat_alone_would_read_them() -> None:
    for i, data in mutants(600):
        for module in (gpx, tcx):
            results = []
            for lift in (True, False):
                try:
                    results.append(module.decode(data, lift=lift))
                except ka.KastorError as error:
                    results.append(str(error))
            lifted, plain = results
            if isinstance(plain, str) or isinstance(lifted, str):
                assert lifted == plain, i
                continue
            assert len(lifted) == len(plain), i
            for one, other in zip(lifted, plain, strict=True):
                assert (one.label, one.warnings) == (other.label, other.warnings), i
                assert one.samples.keys() == other.samples.keys(), i
                for name in other.samples:
                    np.testing.assert_array_equal(one.samples[name], other.samples[name], str(i))
