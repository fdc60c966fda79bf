"""The door: what goes in, what comes out, and what is said to a runner when it cannot."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

import kastor_analysis as ka

ROOT = Path(__file__).resolve().parents[2]

GPX = b"""<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Watch" xmlns="http://www.topografix.com/GPX/1/1"><trk><type>running</type><trkseg>
<trkpt lat="50" lon="8"><ele>100</ele><time>2026-05-01T06:30:00Z</time></trkpt>
<trkpt lat="50.0001" lon="8"><ele>101</ele><time>2026-05-01T06:30:03.5Z</time></trkpt>
</trkseg></trk></gpx>"""


def test_a_path_bytes_and_a_file_are_the_same_recording(tmp_path: Path) -> None:
    path = tmp_path / "no extension at all"
    path.write_bytes(GPX)
    activities = [ka.load(GPX), ka.load(path), ka.load(str(path)), ka.load(io.BytesIO(GPX)), ka.load(path.open("rb"))]
    for activity in activities:
        assert activity.start_time == datetime(2026, 5, 1, 6, 30, tzinfo=UTC)
        assert activity.column("time_s").tolist() == [0, 3.5]
        assert activity.column("distance_m") == pytest.approx([0, 11.123], abs=1e-3)
        assert activity.derived == ("distance_m",)
        assert (activity.sport, activity.device, activity.format) == ("running", "Watch", "gpx")
        assert np.isnan(activity.column("heart_rate_bpm")).all()
    assert [activity.source for activity in activities] == ["bytes", str(path), str(path), "file", str(path)]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "run.fit",
            b"Dear diary, I ran.",
            "is a text file, not a FIT recording. Export the activity itself as FIT, TCX or GPX",
        ),
        (
            "run.gpx",
            b"<!DOCTYPE html><html><body>Log in</body></html>",
            "is a web page, not a GPX recording. Export the",
        ),
        ("run", b"\x89PNG\r\n\x1a\n....", "is a picture, not a FIT, GPX or TCX recording. Export the activity"),
        ("run.tcx", b'{"laps": []}', "is JSON data, not a TCX recording. Export the activity"),
        ("run.gpx", b"<kml><Document/></kml>", "is a KML map, not a GPX recording"),
        ("run.gpx", b"", "is empty. Copy it from the watch or download it again"),
        ("run.fit", b"\x00" * 4096, "holds nothing but zeros. Copy it from the watch again"),
        ("run.gpx", b"<gpx><trk/></gpx>", "holds no track. Export the activity itself, with its times"),
        (
            "run.gpx",
            b"<gpx><rte><rtept lat='1' lon='2'/></rte></gpx>",
            "holds a route, not a recording. Export the activity",
        ),
        (
            "run.gpx",
            b"<gpx><trk><trkseg><trkpt lat='1' lon='2'/></trkseg></trk></gpx>",
            "none of its 1 point has a time. It is a route or a course; export the activity itself",
        ),
    ],
)
def test_what_is_no_recording_is_told_in_a_runners_words(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ka.ReadError) as caught:
        ka.load(path)
    assert str(caught.value).startswith(f"{path}: {message}")
    assert "\n" not in str(caught.value)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(ka.ReadError, match=r"nowhere\.fit: there is no such file\. Check the name"):
        ka.load(tmp_path / "nowhere.fit")
    with pytest.raises(ka.ReadError, match=r"is a folder\. load_all reads every recording in it"):
        ka.load(tmp_path)


def test_several_tracks_are_named_and_chosen() -> None:
    track = GPX[GPX.index(b"<trk>") : GPX.index(b"</gpx>")]
    later = track.replace(b"T06:", b"T08:")
    two = GPX.replace(b"</gpx>", later + b"</gpx>")
    with pytest.raises(ka.MultipleRecordingsError) as caught:
        ka.load(two)
    assert caught.value.parts == ("running 2026-05-01 06:30 UTC, 0 min", "running 2026-05-01 08:30 UTC, 0 min")
    assert ka.load(two, part=1).start_time.hour == 8
    with pytest.raises(ka.ReadError, match=r"has no part 2\. Its parts are 0 to 1"):
        ka.load(two, part=2)
    ride = GPX.replace(b"</gpx>", later.replace(b"running", b"cycling") + b"</gpx>")
    run = ka.load(ride)
    assert run.start_time.hour == 6
    assert run.warnings == ("The file holds 2 recordings; number 0, the only run, was read.",)


def test_reference_decoders_read_the_same_and_only_what_they_can() -> None:
    ours, theirs = ka.load(GPX), ka.load(GPX, decoder="gpxpy")
    for name in ours.sample_table:
        np.testing.assert_array_equal(ours.column(name), theirs.column(name))
    with pytest.raises(ka.ReadError, match=r"is GPX, which fitparse does not read. Leave decoder= out"):
        ka.load(GPX, decoder="fitparse")
    with pytest.raises(ka.ReadError, match=r"there is no decoder 'magic'\. Choose fitparse or gpxpy"):
        ka.load(GPX, decoder="magic")


def test_reading_a_plain_recording_imports_no_archiver() -> None:
    code = (
        f"import sys, kastor_analysis as ka; ka.load({GPX!r});"
        "print({'zipfile', 'tempfile', 'pandas', 'gpxpy', 'fitparse'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "set()\n"


def test_text_files_and_unreadable_ones(tmp_path: Path) -> None:
    path = tmp_path / "run.gpx"
    path.write_bytes(GPX)
    with path.open() as file, pytest.raises(ka.ReadError, match=r'is open as text\. Open it with mode "rb"'):
        ka.load(file)  # type: ignore[arg-type]
    with pytest.raises(ka.ReadError, match="cannot be read"):
        ka.load("a\0b.fit")
