"""Laps given back: a copy holds the segments as laps, all else as it was, for us and for every other decoder."""

from __future__ import annotations

import io
import random
import re
import shutil
import struct
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import fitdecode
import fitparse
import numpy as np
import pytest
from garmin_fit_sdk import Decoder, Stream

import kastor_analysis as ka
from kastor_analysis.errors import FitError, ProtectedError, ReadError, WriteError
from kastor_analysis.readers.fit.crc import crc16
from kastor_analysis.writers.fit_laps import fit_with_laps
from kastor_analysis.writers.laps import SegmentLap, laps_of, timer_of
from tests.scorer.made import make_session

ADDED = {105, 206, 207}
LAP, SESSION, RECORD = 19, 18, 20


def by_fitdecode(data: bytes) -> list[tuple[int, tuple[tuple[str, str], ...]]]:
    with fitdecode.FitReader(io.BytesIO(data)) as frames:
        return [
            (frame.global_mesg_num, tuple((field.name, repr(field.raw_value)) for field in frame.fields))
            for frame in frames
            if isinstance(frame, fitdecode.FitDataMessage)
        ]


def by_fitparse(data: bytes) -> list[tuple[int, tuple[tuple[str, str], ...]]]:
    return [
        (message.mesg_num, tuple((field.name, repr(field.raw_value)) for field in message.fields))
        for message in fitparse.FitFile(io.BytesIO(data)).messages
        if message.type == "data"
    ]


def by_maker(data: bytes) -> dict[str, list[dict[object, object]]]:
    messages, errors = Decoder(Stream.from_byte_array(bytearray(data))).read(
        apply_scale_and_offset=False,
        convert_types_to_strings=False,
        convert_datetimes_to_dates=False,
        merge_heart_rates=False,
        expand_components=False,
        expand_sub_fields=False,
    )
    assert errors == []
    return messages


def check(
    data: bytes, activity: ka.Activity, session: ka.Session, *, decoders: bool = True, maker: bool = True
) -> bytes:
    """Write the laps of a session into a FIT file and hold the copy against it, as each decoder reads it."""
    laps = laps_of(session)
    copy = fit_with_laps(data, laps, activity)
    again = ka.load(copy)
    assert again.start_time == activity.start_time
    for name in activity.sample_table:
        np.testing.assert_array_equal(again.column(name), activity.column(name))
    written = np.column_stack([again.lap_table["start_s"], again.lap_table["end_s"]]).ravel()
    np.testing.assert_allclose(written[:-1], np.ravel([(lap.start_s, lap.end_s) for lap in laps])[:-1], atol=0.0021)
    reps, found = ka.segment(again).reps, session.reps
    assert len(reps) == len(found)
    for ours, theirs in zip(reps, found, strict=True):
        assert (ours.start_s, ours.end_s) == pytest.approx((theirs.start_s, theirs.end_s), abs=0.05)
    if decoders:
        for read in (by_fitdecode, by_fitparse):
            before, after = read(data), read(copy)
            spared = {LAP, SESSION, *ADDED}
            assert [m for m in after if m[0] not in spared] == [m for m in before if m[0] not in spared]
            assert sum(m[0] == LAP for m in after) == len(laps)
    if decoders and maker:
        messages = by_maker(copy)
        sums = messages["session_mesgs"][0]
        assert sums["num_laps"] == len(laps)
        for name in ("total_elapsed_time", "total_timer_time", "total_distance"):
            total = sum(lap[name] for lap in messages["lap_mesgs"])
            assert total == pytest.approx(sums[name], abs=len(laps) + 2)
        for lap in messages["lap_mesgs"]:
            assert lap["total_timer_time"] <= lap["total_elapsed_time"]
            assert lap["timestamp"] >= lap["start_time"]
    return copy


@pytest.mark.parametrize("name", ["kastor-good.fit", "kastor-flawed.fit"])
def test_a_copy_is_the_recording_with_other_laps(sample_data: Path, tmp_path: Path, name: str) -> None:
    path = Path(shutil.copy(sample_data / name, tmp_path / "run.fit"))
    data = path.read_bytes()
    activity = ka.load(path)
    found = ka.segment(activity)
    check(data, activity, found)
    corrected = found.corrected(drop=[3], split=[5], add=["5:10-5:40"], move=["7 end +1.2"])
    copy = check(data, activity, corrected)
    corrected.write_laps(tmp_path / "copy.fit")
    assert (tmp_path / "copy.fit").read_bytes() == copy
    assert path.read_bytes() == data
    assert {rep.source for rep in ka.segment(ka.load(copy)).reps} == {"lap"}
    # The laps of the copy are laps as any other where they are not to count.
    assert len(ka.segment(ka.load(copy), use_laps=False).reps) == len(ka.segment(activity, use_laps=False).reps)
    # Again into the copy: the same; never onto the recording.
    corrected.write_laps(tmp_path / "copy.fit")
    with pytest.raises(ProtectedError):
        corrected.write_laps(path)
    assert len(laps_of(ka.segment(ka.load(copy)))) == len(laps_of(corrected))


def test_tcx_keeps_every_point_and_gpx_becomes_tcx(sample_data: Path, tmp_path: Path) -> None:
    session = ka.segment(ka.load(sample_data / "kastor-good.gpx"))
    with pytest.raises(WriteError, match="GPX has no laps"):
        session.write_laps(tmp_path / "run.gpx")
    session.write_laps(tmp_path / "run.tcx")
    first = ka.load(tmp_path / "run.tcx")
    corrected = ka.segment(first).corrected(drop=[2], move=["7 end +1.2"])
    copy = corrected.with_laps()
    points = re.compile(rb"<Trackpoint>.*?</Trackpoint>", re.DOTALL)
    assert points.findall(copy) == points.findall((tmp_path / "run.tcx").read_bytes())
    again = ka.segment(ka.load(copy))
    for ours, theirs in zip(again.reps, corrected.reps, strict=True):
        assert (ours.start_s, ours.end_s) == pytest.approx((theirs.start_s, theirs.end_s), abs=0.001)
    assert copy.count(b"<Lap ") == len(laps_of(corrected))


def test_what_cannot_be_written_into_is_told(sample_data: Path, tmp_path: Path) -> None:
    data = (sample_data / "kastor-good.fit").read_bytes()
    (tmp_path / "cut.fit").write_bytes(data[:-5000])
    session = ka.segment(ka.load(tmp_path / "cut.fit"))
    with pytest.raises(FitError, match=r"is damaged.*Write it as TCX"):
        session.write_laps(tmp_path / "laps.fit")
    session.write_laps(tmp_path / "laps.tcx")
    with pytest.raises(ReadError, match="Name the recording"):
        ka.segment(ka.load(data)).with_laps()
    assert (
        ka.segment(ka.load(data)).with_laps(source=data)
        == ka.segment(ka.load(sample_data / "kastor-good.fit")).with_laps()
    )
    other = ka.load(sample_data / "kastor-flawed.fit")
    with pytest.raises(ReadError, match="does not hold this recording"):
        ka.segment(other).with_laps(source=data)


def test_a_copy_without_reps_has_none(sample_data: Path) -> None:
    session = ka.segment(ka.load(sample_data / "kastor-good.fit"))
    none = session.corrected(drop=range(1, 17))
    assert none.reps == ()
    again = ka.segment(ka.load(none.with_laps()))
    assert again.reps == ()


def test_laps_cover_the_recording_and_sum_up_what_is_in_it() -> None:
    session = make_session([96.0] * 4, pauses=((300.0, 310.0),))
    laps = laps_of(session)
    assert laps[0].start_s == 0.0
    assert laps[-1].end_s == session.rows[-1].end_s
    assert all(a.end_s == b.start_s for a, b in pairwise(laps))
    assert sum(lap.timer_s for lap in laps) == pytest.approx(laps[-1].end_s - 10.0)
    reps = [lap for lap in laps if lap.kind == "rep"]
    assert [lap.distance_m for lap in reps] == pytest.approx([405.0] * 4, abs=0.5)
    assert [lap.intensity for lap in laps[:3]] == ["warmup", "active", "recovery"]
    assert all(150 < lap.heart_rate_avg_bpm < lap.heart_rate_max_bpm < 190 for lap in reps)
    assert reps[0].cadence_avg_spm == pytest.approx(184.0, abs=1.0)
    timer = timer_of(session.activity)
    assert timer(305.0) == pytest.approx(300.0)


# -- files that bend the format


def fit_file(messages: bytes) -> bytes:
    head = struct.pack("<BBHI4s", 14, 0x20, 2132, len(messages), b".FIT")
    head += struct.pack("<H", crc16(head))
    return head + messages + struct.pack("<H", crc16(head + messages))


def bent_file(seed: int, *, locals_in_use: int, packed: bool, big_endian: bool, start: int = 1_000_000_000) -> bytes:
    """A run of 5 reps: laps between compressed timestamps, gaps over 32 s, developer fields, unknown messages."""
    draw = random.Random(seed)
    order = ">" if big_endian else "<"
    flag = 1 if big_endian else 0

    def define(local: int, number: int, *fields: tuple[int, int, int], developer: bytes = b"") -> bytes:
        body = b"".join(bytes(field) for field in fields)
        head = 0x60 if developer else 0x40
        return bytes((head | local, 0, flag)) + struct.pack(order + "HB", number, len(fields)) + body + developer

    out = define(0, 0, (0, 1, 0), (1, 2, 0x84), (4, 4, 0x86)) + struct.pack(order + "BBHI", 0, 4, 1, start)
    out += define(1, 207, (1, 16, 0x0D), (3, 1, 2)) + b"\x01" + bytes(range(16)) + b"\x03"
    out += define(1, 206, (0, 1, 2), (1, 1, 2), (2, 1, 2), (3, 4, 7)) + b"\x01\x03\x00\x84odd\0"
    for local in range(3, locals_in_use):
        out += define(local, 0xFF00 + local, (0, 2, 0x84)) + struct.pack(order + "BH", local, draw.randrange(65535))
    record = [(5, 4, 0x86), (3, 1, 2)] if packed else [(253, 4, 0x86), (5, 4, 0x86), (3, 1, 2)]
    record_layout = define(0, RECORD, *record, developer=bytes((1, 0, 2, 3)))
    lap_layout = define(2, LAP, (254, 2, 0x84), (253, 4, 0x86), (2, 4, 0x86), (7, 4, 0x86), (8, 4, 0x86), (9, 4, 0x86))
    out += define(1, 21, (253, 4, 0x86), (0, 1, 0), (1, 1, 0)) + struct.pack(order + "BIBB", 1, start, 0, 0)
    out += record_layout + lap_layout
    now, metres, lap, lap_start, lap_metres = start, 0.0, 0, start, 0.0
    for mps, seconds in [(2.8, 300), *[(4.4, 91), (1.2, 90)] * 5, (2.6, 300)]:
        for second in range(seconds):
            metres += mps
            now += 1
            values = struct.pack(order + "IBH", round(metres * 100), 150, draw.randrange(1000))
            out += bytes((0x80 | (now & 31),)) + values if packed else b"\0" + struct.pack(order + "I", now) + values
            if mps < 1.5 and second == 40:
                # A gap that only the lap's own timestamp tells of.
                now += 37
                out += struct.pack(order + "BHIIIII", 2, lap, now, lap_start, (now - lap_start) * 1000,
                                   (now - lap_start) * 1000, round((metres - lap_metres) * 100))  # fmt: skip
                lap, lap_start, lap_metres = lap + 1, now, metres
        if draw.random() < 0.5:
            # The layouts once more, as watches write them again and again.
            out += lap_layout + record_layout
    out += struct.pack(order + "BHIIIII", 2, lap, now, lap_start, (now - lap_start) * 1000, (now - lap_start) * 1000,
                       round((metres - lap_metres) * 100))  # fmt: skip
    out += define(2, SESSION, (253, 4, 0x86), (2, 4, 0x86), (7, 4, 0x86), (8, 4, 0x86), (9, 4, 0x86), (25, 2, 0x84),
                  (26, 2, 0x84), (5, 1, 0))  # fmt: skip
    out += struct.pack(order + "BIIIIIHHB", 2, now, start, (now - start) * 1000, (now - start) * 1000,
                       round(metres * 100), 0, lap + 1, 1)  # fmt: skip
    return fit_file(out)


@pytest.mark.parametrize(
    ("packed", "big_endian", "locals_in_use"), [(False, False, 3), (True, True, 16), (True, False, 3)]
)
def test_no_byte_of_another_message_changes(packed: bool, big_endian: bool, locals_in_use: int) -> None:
    data = bent_file(7, locals_in_use=locals_in_use, packed=packed, big_endian=big_endian)
    activity = ka.load(data)
    session = ka.segment(activity)
    assert len(session.reps) >= 5
    # The maker's own decoder reads no compressed timestamps.
    check(data, activity, session.corrected(drop=[2]), maker=not packed)


def test_a_file_chained_with_others_keeps_them() -> None:
    first = bent_file(1, locals_in_use=4, packed=True, big_endian=False)
    second = bent_file(2, locals_in_use=4, packed=False, big_endian=True, start=1_000_100_000)
    chained = first + second
    for part, (before, after) in enumerate(((b"", second), (first, b""))):
        activity = ka.load(chained, part=part)
        copy = fit_with_laps(chained, laps_of(ka.segment(activity)), activity)
        assert copy.startswith(before)
        assert copy.endswith(after)
        again = ka.load(copy, part=part)
        assert again.lap_table.n_rows == len(laps_of(ka.segment(activity)))
        np.testing.assert_array_equal(again.column("time_s"), activity.column("time_s"))
        ours = copy[len(before) : len(copy) - len(after)]
        assert crc16(ours) == 0


def test_laps_of_another_session_stay() -> None:
    """Two sessions in one file: only the laps of the one that is named are exchanged, and indices stay unique."""
    one = bent_file(3, locals_in_use=4, packed=False, big_endian=False)
    two = bent_file(4, locals_in_use=4, packed=False, big_endian=False, start=1_000_100_000)
    both = fit_file(one[14:-2] + two[14:-2])
    parts = [ka.load(both, part=part) for part in (0, 1)]
    laps = [laps_of(ka.segment(activity)) for activity in parts]
    for part in (0, 1):
        copy = fit_with_laps(both, laps[part], parts[part])
        other = ka.load(copy, part=1 - part)
        assert other.lap_table.n_rows == parts[1 - part].lap_table.n_rows
        assert ka.load(copy, part=part).lap_table.n_rows == len(laps[part])
        messages = by_maker(copy)
        sessions = messages["session_mesgs"]
        assert sum(session["num_laps"] for session in sessions) == len(messages["lap_mesgs"])


def test_a_lap_without_any_distance_or_heart_rate_is_written_without() -> None:
    data = bent_file(5, locals_in_use=3, packed=False, big_endian=False)
    activity = ka.load(data)
    lap = SegmentLap(kind="other", start_s=0.0, end_s=activity.duration_s, timer_s=100.0, distance_m=float("nan"))
    (written,) = by_maker(fit_with_laps(data, [lap], activity))["lap_mesgs"]
    assert "total_distance" not in written
    assert "avg_heart_rate" not in written


REAL = ("session-06", "track-02")


@pytest.mark.parametrize("name", REAL)
def test_real_recordings(real: Path, name: str) -> None:
    path = real / "sessions" / f"{name}.fit"
    activity = ka.load(path)
    check(path.read_bytes(), activity, ka.segment(activity), decoders=name == "track-02")


def given_back(path: Path) -> None:
    """Give a recording its own laps back and hold the copy against it: points, reps."""
    activity = ka.load(path)
    session = ka.segment(activity)
    if activity.format == "fit":
        check(path.read_bytes(), activity, session, decoders=False)
        return
    copy = session.with_laps()
    points = re.compile(rb"<(?:\w+:)?Trackpoint.*?(?:</(?:\w+:)?Trackpoint>|/>)", re.DOTALL)
    assert points.findall(copy) == points.findall(path.read_bytes())
    again = ka.segment(ka.load(copy)).reps
    assert len(again) == len(session.reps)
    for ours, theirs in zip(again, session.reps, strict=True):
        assert (ours.start_s, ours.end_s) == pytest.approx((theirs.start_s, theirs.end_s), abs=0.05)


def test_a_tcx_without_laps_in_its_rests(real: Path) -> None:
    given_back(real / "more" / "sessions" / "session-259.tcx")


@pytest.mark.full
@pytest.mark.parametrize("folder", ["sessions", "runs", "more/sessions", "more/runs", "formats"])
def test_every_real_recording(real: Path, folder: str) -> None:
    told = 0
    for path in sorted((real / folder).rglob("*")):
        if path.suffix.lower() in (".fit", ".tcx"):
            with suppress(FitError, WriteError, ka.LimitError, ka.MultipleRecordingsError, ka.NoSamplesError,
                          ka.SegmentError, ka.UnsupportedFormatError, ka.XmlError):  # fmt: skip
                given_back(path)
                told += 1
    assert told
