"""What is no ordinary file, or has no end, is refused at every door through which a file of the user's is read."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import kastor_analysis as ka
from kastor_analysis.athlete import load_athletes
from kastor_analysis.evaluation.truth import load_truth
from kastor_analysis.files.reading import TEXT_BYTES, read_at_most, read_file, read_text
from kastor_analysis.readers.fit import message_counts
from kastor_analysis.scorer.hand_times import read_splits
from kastor_analysis.words.escapes import shown

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes, devices and sockets have names on POSIX only")


DOORS: dict[str, Callable[[Path], Any]] = {
    "load": ka.load,
    "load_all": lambda path: list(ka.load_all(path)),
    "analyze": ka.analyze,
    "plan": ka.Plan.load,
    "athletes": load_athletes,
    "splits": read_splits,
    "truth": load_truth,
    "messages": message_counts,
}


@pytest.fixture(autouse=True)
def soon() -> Iterator[None]:
    """End a test that waits for a pipe."""

    def late(*_: object) -> None:
        raise AssertionError("it waits")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "run.toml")
    return folder / "run.toml"


def listening(folder: Path) -> Path:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "run.toml"))
    return folder / "run.toml"


def linked_to_a_pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe")
    (folder / "run.toml").symlink_to("pipe")
    return folder / "run.toml"


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (pipe, "is no ordinary file but a pipe"),
        (linked_to_a_pipe, "is no ordinary file but a pipe"),
        (listening, "is no ordinary file but a socket"),
        (lambda _: Path("/dev/zero"), "is no ordinary file but a device"),
        (lambda _: Path("/dev/null"), "is no ordinary file but a device"),
        (lambda folder: folder / "nowhere.toml", "there is no such file"),
        (lambda folder: folder / "a\0b.toml", "cannot be read: .*embedded null (byte|character)"),
    ],
    ids=["pipe", "link to a pipe", "socket", "zero", "null", "missing", "NUL"],
)
def test_what_is_no_ordinary_file_is_refused(
    door: str, make: Callable[[Path], Path], said: str, tmp_path: Path
) -> None:
    path = make(tmp_path)
    with pytest.raises(ka.KastorError, match=said) as caught:
        DOORS[door](path)
    assert shown(path.name) in str(caught.value)


@pytest.mark.parametrize("door", [name for name in DOORS if name not in ("load_all",)])
def test_a_folder_is_refused(door: str, tmp_path: Path) -> None:
    with pytest.raises(ka.KastorError, match="is a folder"):
        DOORS[door](tmp_path)


def test_a_file_without_end_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    for door in DOORS.values():
        with pytest.raises(ka.KastorError, match="large"):
            door(path)


def test_a_folder_of_such_files_and_a_recording_gives_the_recording(tmp_path: Path) -> None:
    pipe(tmp_path).rename(tmp_path / "pipe.fit")
    (tmp_path / "device.gpx").symlink_to("/dev/zero")
    (tmp_path / "run.gpx").write_bytes(
        b'<gpx><trk><trkseg><trkpt lat="1" lon="2"><time>2026-05-01T06:00:00Z</time></trkpt></trkseg></trk></gpx>'
    )
    ((name, item),) = ka.load_all(tmp_path)
    assert name == "run.gpx"
    assert isinstance(item, ka.Activity)
    with ka.Season(tmp_path / "season.db") as season:
        assert len(season.add(tmp_path, progress=False).not_sessions) == 1
        failed = season.add([tmp_path / "pipe.fit", tmp_path / "device.gpx"], progress=False).failed
    assert ["a pipe" in str(failed[0].reason), "a device" in str(failed[1].reason)] == [True, True]


def test_a_size_is_a_claim() -> None:
    """Files of /proc say that they are empty."""
    assert read_file("/proc/self/status", 1 << 20).startswith(b"Name:")
    with pytest.raises(ka.LimitError, match="is more than 10 bytes large"):
        read_file("/proc/self/status", 10)


def test_a_text_is_utf_8_with_or_without_a_mark_and_short(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    for data in ("reps = 8 # é".encode(), b"\xef\xbb\xbfreps = 8 # \xc3\xa9"):
        path.write_bytes(data)
        assert read_text(path, error=ka.PlanError, what="a recipe") == "reps = 8 # é"
    path.write_bytes(b"reps = \xff")
    with pytest.raises(ka.PlanError, match=r"a recipe is not text in UTF-8 \(at byte 7\)"):
        read_text(path, error=ka.PlanError, what="a recipe")
    path.write_bytes(b"#" * (TEXT_BYTES + 1))
    with pytest.raises(ka.PlanError, match="is more than 1 MiB large: that is not a recipe"):
        read_text(path, error=ka.PlanError, what="a recipe")


def test_short_reads_are_completed() -> None:
    class Slow:
        def __init__(self, data: bytes) -> None:
            self.left = data

        def read(self, count: int) -> bytes:
            piece, self.left = self.left[: min(count, 3)], self.left[min(count, 3) :]
            return piece

    assert read_at_most(Slow(b"abcdefgh"), 100) == b"abcdefgh"  # type: ignore[arg-type]
    assert read_at_most(Slow(b"abcdefgh"), 5) == b"abcde"  # type: ignore[arg-type]
