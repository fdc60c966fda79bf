"""Files made to hurt: each is refused, within a second, without a byte written or fetched."""

from __future__ import annotations

import gzip
import io
import random
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache

import numpy as np
import pytest

import kastor_analysis as ka
from kastor_analysis.readers import Limits, lapping

from .fit_bytes import run

MOST_S = 1.0
POINT = b'<trkpt lat="1" lon="2"><time>2026-05-01T06:00:00Z</time></trkpt>'


def refused(data: bytes, kind: type[ka.KastorError], message: str, limits: Limits | None = None) -> None:
    started = time.process_time()
    with pytest.raises(kind, match=message) as caught:
        ka.load(data, limits=limits) if limits else ka.load(data)
    assert time.process_time() - started < MOST_S
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "declaration",
    [
        b'<!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE gpx SYSTEM "http://127.0.0.1:9/x.dtd">',
        b'<!DOCTYPE gpx [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>',
        b"<!DOCTYPE gpx ["
        + b'<!ENTITY a0 "ha">'
        + b"".join(b'<!ENTITY a%d "%s">' % (i, b"&a%d;" % (i - 1) * 10) for i in range(1, 12))
        + b"]>",
        b'<!DOCTYPE gpx [<!ENTITY q "' + b"q" * 200_000 + b'">]>',
    ],
    ids=["XXE", "external DTD", "parameter entity", "billion laughs", "quadratic blow-up"],
)
@pytest.mark.parametrize("strict", [False, True])
def test_document_types_and_entities(declaration: bytes, strict: bool) -> None:
    name = b"&a11;" if b"a11" in declaration else b"&q;" * 50_000 if b"ENTITY q" in declaration else b"&x;"
    data = b'<?xml version="1.0"?>' + declaration + b"<gpx><trk><name>" + name + b"</name></trk></gpx>"
    started = time.process_time()
    with pytest.raises(ka.XmlError, match=r"declares a document type \(DTD\)"):
        ka.load(data, strict=strict)
    with pytest.raises(ka.XmlError, match="declares a document type"):
        ka.load(data, decoder="gpxpy")
    assert time.process_time() - started < MOST_S


@pytest.mark.parametrize("tag", [b"a", b"ele", b"trkpt", b"trk"])
def test_nesting(tag: bytes) -> None:
    refused(b"<gpx><trk><trkseg>" + b"<%s>" % tag * 200_000, ka.LimitError, "nests elements more than 64 deep")
    refused(b"<TrainingCenterDatabase><Activities>" + b"<%s>" % tag * 200_000, ka.LimitError, "more than 64 deep")


def test_a_text_of_20_mb() -> None:
    refused(b"<gpx><trk><name>" + b"n" * 20_000_000 + b"</name></trk></gpx>", ka.LimitError, "a text of more than")


@pytest.mark.parametrize(("start", "end"), [(b'<a b="', b'"/>'), (b"<!--", b"-->"), (b"<?pi ", b"?>"), (b"<", b">")])
def test_markup_of_20_mb(start: bytes, end: bytes) -> None:
    data = b"<gpx><trk>" + start + b"n" * 20_000_000 + end + b"</trk></gpx>"
    refused(data, ka.LimitError, "a tag or comment of more than")


def test_a_point_of_20_mb_is_not_lifted() -> None:
    data = b"<gpx><trk><trkseg>" + POINT + b'<trkpt lat="1" lon="2"><ele>' + b"1" * 20_000_000
    refused(data, ka.LimitError, "a text of more than")


def test_points_and_tracks_without_end() -> None:
    limits = Limits(points=1000, recordings=100)
    refused(b"<gpx><trk><trkseg>" + POINT * 3000, ka.LimitError, "has more than 1000 points", limits)
    refused(b"<gpx>" + b"<trk></trk>" * 101, ka.LimitError, "holds more than 100 tracks", limits)
    refused(b"<TrainingCenterDatabase><Activities>" + b"<Activity/>" * 101, ka.LimitError, "more than 100 act", limits)


def test_a_file_too_large() -> None:
    refused(b"x" * 2000, ka.LimitError, "is more than 1000 bytes large. In Python, load", Limits(file_bytes=1000))
    with pytest.raises(ka.LimitError, match="large"):
        ka.load(io.BytesIO(b"x" * 2000), limits=Limits(file_bytes=1000))


@cache
def gzip_bomb() -> bytes:
    squeeze = zlib.compressobj(9, wbits=31)
    zeros = bytes(1 << 20)
    return b"".join(squeeze.compress(zeros) for _ in range(40)) + squeeze.flush()


@cache
def zip_bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.gpx", b"<gpx>" + bytes(40 << 20))
    return target.getvalue()


def lying_zip() -> bytes:
    """Return a zip that states a small size for what it holds."""
    data = bytearray(zip_bomb())
    size = struct.pack("<I", 5 + (40 << 20))
    while (at := data.find(size)) >= 0:
        data[at : at + 4] = struct.pack("<I", 1000)
    return bytes(data)


def nested_zip(deep: int) -> bytes:
    content = b"<gpx><trk><trkseg>" + POINT + b"</trkseg></trk></gpx>"
    name = "run.gpx"
    for _ in range(deep):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr(name, content)
        content, name = target.getvalue(), "inner.zip"
    return content


@pytest.mark.parametrize("bomb", [gzip_bomb, lambda: gzip.compress(gzip_bomb()), zip_bomb], ids=["gz", "gz.gz", "zip"])
def test_bombs(bomb: Callable[[], bytes]) -> None:
    refused(bomb(), ka.LimitError, "swells to more than 250 times its size, as an attack would")


def test_a_zip_that_lies_about_its_sizes() -> None:
    refused(lying_zip(), ka.KastorError, "is damaged|swells|text file|not a GPX|not well-formed|holds no track")


def test_archives_within_archives() -> None:
    assert ka.load(nested_zip(3)).column("time_s").size == 1
    refused(nested_zip(4), ka.LimitError, "is an archive too deep within others")


def test_a_zip_of_very_many_files() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for i in range(300):
            archive.writestr(f"{i}.txt", b"")
    refused(target.getvalue(), ka.LimitError, "holds more than 200 files", Limits(archive_entries=200))


def test_an_encrypted_zip_is_told() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("run.gpx", POINT)
    data = bytearray(target.getvalue())
    data[6] |= 1  # the flag of the local header, and that of the directory
    data[data.index(b"PK\x01\x02") + 8] |= 1
    refused(bytes(data), ka.ReadError, "run.gpx: is encrypted. Unpack the archive with its password first")


def test_times_that_span_ages() -> None:
    points = b"".join(
        b'<trkpt lat="1" lon="2"><time>20%02d-%02d-%02dT00:00:00Z</time></trkpt>' % (y, m, d)
        for y in range(26, 30)
        for m in range(1, 13)
        for d in range(1, 26)
    )
    data = b"<gpx><trk><trkseg>" + points + b"</trkseg></trk></gpx>"
    activity = ka.load(data)  # a clock not set: the longest unbroken piece stays
    assert activity.duration_s == 24 * 86_400
    refused(data, ka.LimitError, r"lasts \d+ days", Limits(duration_s=86_400))


def test_positions_all_over_the_place_take_no_time() -> None:
    chance = random.Random(1)
    points = b"".join(
        b'<trkpt lat="%.5f" lon="%.5f"><time>2026-05-01T%02d:%02d:%02dZ</time></trkpt>'
        % (chance.uniform(-80, 80), chance.uniform(-180, 180), i // 3600, i // 60 % 60, i % 60)
        for i in range(30_000)
    )
    started = time.process_time()
    activity = ka.load(b"<gpx><trk><trkseg>" + points + b"<trkseg/>" * 100_000 + b"</trkseg></trk></gpx>")
    assert time.process_time() - started < 2 * MOST_S
    assert any(", the largest of 29" in warning for warning in activity.warnings)
    assert np.isfinite(activity.column("lat_deg")).all()


def test_distance_up_and_down_takes_no_time() -> None:
    points = b"".join(
        b"<Trackpoint><Time>2026-05-01T%02d:%02d:%02dZ</Time><DistanceMeters>%d</DistanceMeters></Trackpoint>"
        % (i // 3600, i // 60 % 60, i % 60, 1000 * (i % 2))
        for i in range(30_000)
    )
    started = time.process_time()
    data = b"<TrainingCenterDatabase><Activities><Activity><Lap><Track>" + points
    activity = ka.load(data + b"</Track></Lap></Activity></Activities></TrainingCenterDatabase>")
    assert time.process_time() - started < 2 * MOST_S
    distance_m = activity.column("distance_m")
    assert (np.diff(distance_m[np.isfinite(distance_m)]) >= 0).all()


def test_what_looks_like_definitions_takes_no_time() -> None:
    """A damaged file is looked through for definitions: a megabyte of their beginnings, of many fields each."""
    sound = run(60).file()
    numbers = bytes(range(255))
    for token in (
        b"\x40\0\0\x14\0\xff",
        b"\x40\0\0\x14\0\xff" + b"".join(bytes((n, 4, 0x86)) for n in numbers[:80]),
        b"\x40\0\0\x14\0\x01\xfd\x04\x85",
        b"\x60\0\0\x14\0\x02\xfd\x04\x86\x03\x01\x02\xff",
    ):
        body = sound[14:300] + b"\x3f" + token * (1_000_000 // len(token)) + sound[300:-2]
        started = time.process_time()
        with suppress(ka.KastorError):
            ka.load(sound[:4] + struct.pack("<I", len(body)) + b".FIT\0\0" + body + b"\0\0")
        assert time.process_time() - started < 2 * MOST_S, token[:12]


def test_laps_without_number_take_no_table_of_laps_by_instants() -> None:
    chance = np.random.default_rng(3)
    for n in (400, 50_000):
        start_s = chance.uniform(0.0, 20.0 * n, n)
        end_s = start_s + chance.uniform(-5.0, 60.0, n)
        started = time.process_time()
        share = lapping._overlapping(start_s, end_s)
        laps, said = lapping.one_chain({"start_s": np.zeros(n), "end_s": np.full(n, 60.0)})
        assert time.process_time() - started < 2 * MOST_S
        if n > lapping.MOST_CHAINED:
            assert said is None
            assert len(laps["start_s"]) == n
        else:
            edges_s = np.unique(np.concatenate([start_s, end_s]))
            middles_s, widths_s = 0.5 * (edges_s[1:] + edges_s[:-1]), np.diff(edges_s)
            held = ((start_s[:, None] <= middles_s) & (end_s[:, None] > middles_s)).sum(axis=0)
            twice = (held > 1) & (widths_s > lapping.FITS_S)
            assert share == pytest.approx(widths_s[twice].sum() / widths_s[held > 0].sum())
