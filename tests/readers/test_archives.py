"""Compressed recordings, archives and folders."""

from __future__ import annotations

import gzip
import io
import struct
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import kastor_analysis as ka
from kastor_analysis.readers import Limits

from .test_loading import GPX

RIDE = GPX.replace(b"T06:", b"T09:").replace(b"running", b"cycling")


def zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def test_gzip_of_one_member_and_of_several() -> None:
    assert ka.load(gzip.compress(GPX)).column("time_s").size == 2
    halves = gzip.compress(GPX[:200]) + gzip.compress(GPX[200:])
    assert ka.load(halves).warnings == ()
    assert ka.load(gzip.compress(gzip.compress(GPX))).column("time_s").size == 2


def test_a_cut_off_gzip_keeps_what_it_held_and_strict_refuses() -> None:
    points = b"".join(
        b'<trkpt lat="50.%05d" lon="8"><time>2026-05-01T%02d:%02d:%02dZ</time></trkpt>'
        % (i, i // 3600, i // 60 % 60, i % 60)
        for i in range(5000)
    )
    data = gzip.compress(b"<gpx><trk><trkseg>" + points + b"</trkseg></trk></gpx>")
    activity = ka.load(data[: len(data) // 2])
    assert 1000 < activity.column("time_s").size < 4000
    assert "The gzip file is cut off or damaged; what it still held was read." in activity.warnings
    assert any("breaks off at line 1" in warning for warning in activity.warnings)
    with pytest.raises(ka.ReadError, match="cut off or damaged"):
        ka.load(data[: len(data) // 2], strict=True)
    with pytest.raises(ka.ReadError, match="is a damaged gzip file"):
        ka.load(b"\x1f\x8b not gzip at all")


def test_a_zip_with_one_recording_is_that_recording() -> None:
    data = zipped({"readme.txt": b"hello", "__MACOSX/._run.gpx": b"\0", "a/run.gpx": GPX})
    activity = ka.load(data)
    assert activity.source == "bytes/a/run.gpx"
    assert ka.load(zipped({"run.fit": gzip.compress(GPX)})).format == "gpx"  # names do not count


def test_a_zip_with_several_names_them() -> None:
    two_runs = zipped({"run.gpx": GPX, "again.gpx": GPX})
    with pytest.raises(ka.MultipleRecordingsError, match="--join") as caught:
        ka.load(two_runs)
    assert caught.value.parts == ("run.gpx", "again.gpx")
    data = zipped({"ride.gpx": RIDE, "run.gpx": GPX})
    assert ka.load(data).sport == "running"  # the only run
    assert ka.load(data, part=0).sport == "cycling"
    with pytest.raises(ka.ReadError, match="no part 2"):
        ka.load(data, part=2)
    with pytest.raises(ka.UnsupportedFormatError, match="holds no FIT, GPX or TCX recording"):
        ka.load(zipped({"notes.txt": b"nothing"}))


def test_an_account_export_is_read_one_by_one(tmp_path: Path) -> None:
    two = GPX.replace(b"</gpx>", RIDE[RIDE.index(b"<trk>") :])
    inner = zipped({"uploads/1.gpx": GPX, "uploads/bad.fit": b"not FIT"})
    export = zipped(
        {
            "profile.csv": b"id,name",
            "activities/1.gpx.gz": gzip.compress(GPX),
            "activities/2.gpx": two,
            "photos/1.jpg": b"\xff\xd8\xff\xe0",
            "DI/UploadedFiles_0-_Part1.zip": inner,
            "activities/empty.fit": b"",
        }
    )
    path = tmp_path / "export.zip"
    path.write_bytes(export)
    expected = [
        ("activities/1.gpx.gz", "running"),
        ("activities/2.gpx#0", "running"),
        ("activities/2.gpx#1", "cycling"),
        ("DI/UploadedFiles_0-_Part1.zip/uploads/1.gpx", "running"),
        ("DI/UploadedFiles_0-_Part1.zip/uploads/bad.fit", "is a text file, not a FIT recording"),
        ("activities/empty.fit", "is empty"),
    ]
    for source in (path, str(path), export, io.BytesIO(export)):
        items = list(ka.load_all(source))
        told = [(n, i.sport if isinstance(i, ka.Activity) else i.what) for n, i in items]
        assert told == expected
    assert str(items[-1][1]).startswith("activities/empty.fit: is empty")

    folder = tmp_path / "export"
    with zipfile.ZipFile(io.BytesIO(export)) as archive:
        archive.extractall(folder)
    (folder / ".hidden.gpx").write_bytes(GPX)
    assert sorted(name for name, _ in ka.load_all(folder)) == sorted(name for name, _ in expected)


def test_a_zip_larger_than_a_recording_may_be_is_opened_in_place(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(zipped({f"{i}.gpx": GPX for i in range(60)}))
    with pytest.raises(ka.ReadError, match=r"holds more than 50 recordings\. load_all reads them"):
        ka.load(path, limits=Limits(file_bytes=2000))
    assert len(list(ka.load_all(path, limits=Limits(file_bytes=2000)))) == 60


def test_load_all_of_one_file_and_of_none(tmp_path: Path) -> None:
    path = tmp_path / "run.gpx"
    path.write_bytes(GPX)
    ((name, item),) = ka.load_all(path)
    assert name == "run.gpx"
    assert isinstance(item, ka.Activity)
    with pytest.raises(ka.ReadError, match="there is no such file"):
        ka.load_all(tmp_path / "missing.zip")
    with pytest.raises(ka.ReadError, match="is a damaged zip file"):
        list(ka.load_all(b"PK\x03\x04" + bytes(100)))


def test_entries_are_streamed_not_gathered(tmp_path: Path) -> None:
    """The first recording arrives before a damaged one behind it is met."""
    data = bytearray(zipped({"1.gpx": GPX, "2.gpx": RIDE}))
    second = data.index(b"2.gpx") + len(b"2.gpx")
    data[second + 20 : second + 60] = bytes(40)
    items = list(ka.load_all(bytes(data)))
    assert isinstance(items[0][1], ka.Activity)
    assert str(items[1][1]) == "2.gpx: is damaged in the archive. Download the archive again"


def test_names_that_climb_are_only_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    absolute = tmp_path.as_posix() + "/run.gpx"
    data = zipped({"../../../etc/run.gpx": GPX, absolute: GPX, "C:\\x\\run.gpx": GPX})
    names = [name for name, item in ka.load_all(data) if isinstance(item, ka.Activity)]
    assert names == ["../../../etc/run.gpx", absolute, "C:/x/run.gpx"]
    assert list(tmp_path.iterdir()) == []


def overlapping(members: int, size: int) -> bytes:
    """Return a zip whose directory names one packed file many times over."""
    body = bytes(size)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed, crc = packer.compress(body) + packer.flush(), zlib.crc32(body)
    sizes = (crc, len(packed), size, 5)
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, *sizes, 0) + b"a.fit" + packed
    entry = struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, 0, 8, 0, 0, *sizes, 0, 0, 0, 0, 0, 0) + b"a.fit"
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, members, members, members * len(entry), len(local), 0)
    return local + members * entry + end


def test_files_that_lie_over_each_other_are_not_unpacked() -> None:
    started = time.process_time()
    items = [item for _, item in ka.load_all(overlapping(2000, 20 << 20))]
    assert len(items) == 2000
    assert all(isinstance(item, ka.ReadError) and "lies over another file" in str(item) for item in items)
    assert time.process_time() - started < 3.0


def test_files_that_lie_side_by_side_are_not_taken_for_ones_that_overlap(tmp_path: Path) -> None:
    path = tmp_path / "runs.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.mkdir("runs")
        archive.writestr("runs/empty.txt", b"")
        archive.writestr("runs/also empty.txt", b"")
        archive.writestr("runs/a.gpx", GPX)
        archive.writestr("runs/b.gpx", RIDE)
    assert all(isinstance(item, ka.Activity) for _, item in ka.load_all(path))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("runs/c.gpx", GPX)
    assert sum(isinstance(item, ka.Activity) for _, item in ka.load_all(path)) == 3


def test_a_file_without_a_name_is_an_error_of_ours(tmp_path: Path) -> None:
    data = zipped({"x": GPX, "b.gpx": RIDE})
    at = data.find(b"PK\1\2")
    nameless = data[: at + 28] + b"\0\0\1\0" + data[at + 32 :]  # its one letter becomes a field of its own
    items = [item for _, item in ka.load_all(nameless)]
    assert sum(isinstance(item, ka.Activity) for item in items) == 1
    assert all(isinstance(item, ka.Activity | ka.KastorError) for item in items)
    (tmp_path / "x.zip").write_bytes(nameless)
    with ka.Season(tmp_path / "season.db") as season:
        assert len(season.add(tmp_path / "x.zip", progress=False).failed) <= 1


def test_many_bombs_in_one_zip_end_it_early_and_errors_that_are_kept_hold_no_bytes() -> None:
    data = zipped({f"{i}.fit": bytes([i]) * (10 << 20) for i in range(40)})
    entries = ka.load_all(data)
    items: list[object] = []
    with pytest.raises(ka.LimitError, match="swells to more than 250 times"):
        _drain(entries, items)
    limits = Limits()
    most = limits.expansion_ratio * len(data) / limits.expansion_free_bytes
    assert len(items) <= most < 40, "what came out of members that were given up counts too"
    for item in items:
        assert isinstance(item, ka.LimitError)
        assert item.__traceback__ is None


def _drain(entries: Iterator[tuple[str, object]], into: list[object]) -> None:
    for _, item in entries:
        into.append(item)


def test_a_file_that_swells_alone_in_a_zip_is_told_once() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("run.gpx", b"<gpx>" + bytes(200 << 20))
    told = [(name, str(item)) for name, item in ka.load_all(out.getvalue())]
    assert len(told) == 1
    assert told[0][0].endswith("run.gpx")
    assert "swells to more than" in told[0][1]
