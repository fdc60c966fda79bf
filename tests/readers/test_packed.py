"""What is packed: bounded whatever packs it, and kept as far as it is whole."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
import zlib
from contextlib import suppress

import pytest

import kastor_analysis as ka
from kastor_analysis.readers import Limits
from kastor_analysis.readers.gzipped import DAMAGE, gunzip
from kastor_analysis.readers.limits import DEFAULT_LIMITS, MIB

METHODS = {
    "stored": zipfile.ZIP_STORED,
    "deflate": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
}
N_POINTS = 4000


def point(i: int) -> bytes:
    return b'<trkpt lat="50.%05d" lon="8"><ele>%d</ele><time>2026-05-01T%02d:%02d:%02dZ</time></trkpt>\n' % (
        i,
        i * i % 997,
        i // 3600,
        i // 60 % 60,
        i % 60,
    )


POINTS = [point(i) for i in range(N_POINTS)]
RUN = b"<gpx><trk><trkseg>" + b"".join(POINTS) + b"</trkseg></trk></gpx>"


def zipped(content: bytes, method: int) -> bytearray:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr("run.gpx", content)
    return bytearray(target.getvalue())


@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_read_and_a_bomb_by_it_refused(method: str) -> None:
    assert ka.load(bytes(zipped(RUN, METHODS[method]))).warnings == ka.load(RUN).warnings
    if method != "stored":
        with pytest.raises(ka.LimitError, match="swells to more than 250 times"):
            ka.load(bytes(zipped(b"<gpx>" + bytes(40 * MIB), METHODS[method])))
    with pytest.raises(ka.LimitError, match="holds more than 0 MiB"):
        ka.load(bytes(zipped(RUN, METHODS[method])), limits=Limits(expanded_bytes=100_000))


@pytest.mark.parametrize("method", ["stored", "deflate", "lzma"])
def test_a_zip_with_a_wrong_bit_keeps_what_comes_before_it(method: str) -> None:
    data = zipped(RUN, METHODS[method])
    at = int(0.9 * data.index(b"PK\x01\x02"))
    data[at] ^= 0x10
    activity = ka.load(bytes(data))
    assert activity.column("time_s").size >= 0.7 * N_POINTS
    assert "It is damaged in the archive; what it still held was read." in activity.warnings
    with pytest.raises(ka.ReadError, match="is not whole"):
        ka.load(bytes(data), strict=True)


def test_members_of_any_size_are_one_file() -> None:
    for level in (0, 6):
        for size in (1, 1000, 1 << 14, (1 << 18) - 7, 1 << 18, 300_000):
            pieces = [RUN[i : i + size] for i in range(0, 40 if size == 1 else len(RUN), size)]
            packed = b"".join(gzip.compress(piece, level) for piece in pieces)
            for padded in (packed, packed + bytes(511)):
                found = gunzip(padded, DEFAULT_LIMITS)
                assert found.data == b"".join(pieces)
                assert found.damage is None


def test_a_damaged_member_costs_only_itself() -> None:
    parts = [POINTS[:1500], POINTS[1500:3000], POINTS[3000:]]
    members = [bytearray(gzip.compress(b"".join(part))) for part in parts]
    members[1][len(members[1]) // 2] ^= 0xFF
    members[1][len(members[1]) // 2 + 9] ^= 0xFF
    found = gunzip(b"".join(members), DEFAULT_LIMITS)
    assert found.damage == DAMAGE
    assert found.data.startswith(b"".join(parts[0]))
    assert found.data.endswith(b"".join(parts[2]))


def test_after_damage_reading_goes_on_where_the_packer_started_afresh() -> None:
    squeeze = zlib.compressobj(6, wbits=31)
    packed, ends = b"", []
    for i in range(0, N_POINTS, 500):
        packed += squeeze.compress(b"".join(POINTS[i : i + 500])) + squeeze.flush(zlib.Z_FULL_FLUSH)
        ends.append(len(packed))
    packed += squeeze.flush()
    data = bytearray(packed)
    data[ends[2] + 900 : ends[2] + 908] = b"\xff" * 8
    found = gunzip(bytes(data), DEFAULT_LIMITS)
    assert found.damage == DAMAGE
    assert found.data.startswith(b"".join(POINTS[:1500]))
    assert found.data.endswith(b"".join(POINTS[2000:]))


def test_whatever_bit_is_wrong_no_byte_before_it_is_lost() -> None:
    sound = gzip.compress(RUN, mtime=0)
    for seed in range(60):
        chance = random.Random(seed)
        data = bytearray(sound)
        data[at := chance.randrange(11, len(data) - 8)] ^= 1 << chance.randrange(8)
        inflate = zlib.decompressobj(wbits=31)
        before = inflate.decompress(bytes(data[:at]))
        found = gunzip(bytes(data), DEFAULT_LIMITS)
        assert found.damage == DAMAGE
        assert found.data.startswith(before)


def test_wrong_bytes_in_zips_raise_nothing_foreign() -> None:
    for seed in range(160):
        chance = random.Random(seed)
        data = zipped(RUN[:9000], list(METHODS.values())[seed % 4])
        for _ in range(chance.choice((1, 2, 8, 30))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        for read in (ka.load, lambda source: list(ka.load_all(source))):
            with suppress(ka.KastorError):
                read(bytes(data))


def test_a_directory_that_swells_is_not_opened() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("run.gpx", RUN)
    data = bytearray(target.getvalue())
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    swollen = data[:start] + data[start:end] * 300 + data[end:]
    at = swollen.rindex(b"PK\x05\x06")
    swollen[at + 12 : at + 16] = ((end - start) * 300).to_bytes(4, "little")
    with pytest.raises(ka.LimitError, match="holds more than 200 files"):
        ka.load(bytes(swollen), limits=Limits(archive_entries=200))


def test_many_small_bombs_are_one() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for i in range(8):
            archive.writestr(f"{i}.gpx", b"<gpx>" + bytes(7 * MIB))
    read = iter(ka.load_all(target.getvalue()))
    with pytest.raises(ka.LimitError, match="swells"):
        list(read)
