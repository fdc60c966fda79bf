"""What cannot be analysed ends in one line that says what to do, never in a traceback."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from kastor_analysis import Activity
from kastor_analysis.writers import to_fit

from .conftest import Outcome

Run = Callable[..., Outcome]
START = datetime(2026, 5, 1, 6, 30, tzinfo=UTC)
GPX = '<?xml version="1.0"?>\n{dtd}<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{points}'
POINT = '<trkpt lat="52.0" lon="{lon:.6f}">{time}</trkpt>'


def gpx(*, dtd: str = "", times: bool = True) -> bytes:
    stamp = "<time>2026-05-01T06:{:02d}:{:02d}Z</time>"
    points = [POINT.format(lon=4 + i * 4e-5, time=stamp.format(*divmod(i, 60)) if times else "") for i in range(300)]
    return (GPX.format(dtd=dtd, points="".join(points)) + "</trkseg></trk></gpx>").encode()


def fit(**columns: object) -> bytes:
    return to_fit(Activity.from_columns(START, columns, sport="running"))


def refused(outcome: Outcome, *said: str) -> None:
    assert outcome.code == 1
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1
    assert "Traceback" not in outcome.err
    assert "a mistake in kastor_analysis" not in outcome.err
    for words in said:
        assert words in outcome.err


def test_missing_file(run_command: Run) -> None:
    refused(run_command("analyze", "nowhere/run.fit"), "run.fit")


def test_folder(run_command: Run, tmp_path: Path) -> None:
    code, out, err = run_command("analyze", tmp_path)
    assert code == 1
    assert out == f"\n0 analysed, 1 failed ({tmp_path}: is a folder without recordings)\n"
    assert err.count("\n") == 1
    refused(run_command("analyze", tmp_path, "--join"), tmp_path.name, "is a folder. Name the parts in it")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.fit", b"", "empty"),
        ("notes.fit", b"Dear diary, today I ran 16 x 400.\n" * 20, "notes.fit"),
        ("notes.gpx", b"Dear diary, today I ran 16 x 400.\n" * 20, "notes.gpx"),
        ("zeros.fit", bytes(5000), "zeros.fit"),
        ("bomb.gpx", gpx(dtd='<!DOCTYPE gpx [<!ENTITY a "aaaa">]>\n'), "DTD"),
        ("route.gpx", gpx(times=False), "time"),
        ("cut.gpx", gpx()[:700], "cut.gpx"),
        ("nothing.zip", b"PK\x05\x06" + bytes(18), "nothing.zip"),
    ],
)
def test_files_that_are_no_recording(run_command: Run, tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    outcome = run_command("analyze", tmp_path / name)
    if name == "cut.gpx" and outcome.code == 0:
        # What was recorded before the cut may be shown, where it is said that the rest is lost.
        assert "About this recording" in outcome.out
    else:
        refused(outcome, name, said)


def test_truncated_fit_is_read_as_far_as_it_goes_and_says_so(
    run_command: Run, tmp_path: Path, sample_data: Path
) -> None:
    whole = (sample_data / "kastor-good.fit").read_bytes()
    path = tmp_path / "cut.fit"
    path.write_bytes(whole[: len(whole) * 2 // 3])
    code, out, err = run_command("analyze", path, "--goal", "5k 20:00")
    assert "Traceback" not in err
    assert code == 0
    assert "About this recording" in out
    refused_or_read = run_command("analyze", path, "--strict")
    refused(refused_or_read, "cut.fit")


def test_bad_crc_is_a_warning(run_command: Run, tmp_path: Path, sample_data: Path) -> None:
    content = bytearray((sample_data / "kastor-good.fit").read_bytes())
    content[-1] ^= 0xFF
    path = tmp_path / "crc.fit"
    path.write_bytes(bytes(content))
    code, out, _ = run_command("analyze", path, "--goal", "5k 20:00")
    assert code == 0
    assert "The check sum is wrong" in out


def test_nothing_that_tells_of_motion(run_command: Run, tmp_path: Path) -> None:
    path = tmp_path / "pulse.fit"
    time_s = np.arange(0.0, 600.0)
    path.write_bytes(fit(time_s=time_s, heart_rate_bpm=np.full(600, 120.0)))
    code, out, err = run_command("analyze", path)
    assert "Traceback" not in err
    assert "a mistake" not in err
    assert code == 1 or "nothing to score" in out


def test_standing_still_is_no_session(run_command: Run, tmp_path: Path) -> None:
    path = tmp_path / "desk.fit"
    time_s = np.arange(0.0, 900.0)
    still = {"lat_deg": np.full(900, 52.0), "lon_deg": np.full(900, 4.0), "distance_m": np.zeros(900)}
    path.write_bytes(fit(time_s=time_s, speed_mps=np.zeros(900), **still))
    code, out, _ = run_command("analyze", path)
    assert code == 0
    assert "nothing to score" in " ".join(out.split())


def test_several_files_each_get_their_report_and_the_last_line_counts(
    run_command: Run, tmp_path: Path, sample_data: Path
) -> None:
    (tmp_path / "empty.fit").write_bytes(b"")
    good = sample_data / "kastor-good.fit"
    code, out, err = run_command("analyze", good, tmp_path / "empty.fit", "nowhere.fit", good, "--goal", "5k 20:00")
    assert code == 1
    assert out.count("kastor-good.fit\n") == 2
    last = out.splitlines()[-1]
    assert last == "2 analysed, 2 failed (empty.fit: is empty; nowhere.fit: there is no such file)"
    assert err.count("\n") == 2
