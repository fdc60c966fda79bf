"""The table of readers: each knows its own content alone, and is imported only to read it."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

import kastor_analysis as ka
from kastor_analysis.files.sniff import sniff
from kastor_analysis.readers import DEFAULT_LIMITS, READERS
from kastor_analysis.readers.formats import FORMATS, Asked
from kastor_analysis.readers.sources import Content
from kastor_analysis.writers import to_tcx

from .test_archives import zipped

SAMPLES = Path(__file__).parents[2] / "sample_data"
FIT, GPX = ((SAMPLES / f"kastor-good.{ending}").read_bytes() for ending in ("fit", "gpx"))
TCX = to_tcx(ka.load(FIT))


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (SAMPLES, "export"),
        (zipped({"run.fit": FIT}), "zip"),
        (gzip.compress(FIT), "gzip"),
        (FIT, "FIT"),
        (GPX, "GPX"),
        (GPX.decode().encode("utf-16"), "GPX"),
        (TCX, "TCX"),
        (SAMPLES / "kastor-good.fit", "FIT"),
        (b"", None),
        (b"<kml/>", None),
        (SAMPLES / "there is no such file", None),
    ],
    ids=lambda value: "bytes" if isinstance(value, bytes) else str(value),
)
def test_content_is_known_by_one_reader_alone(source: Path | bytes, name: str | None) -> None:
    content = Content(source, DEFAULT_LIMITS)
    assert [reader.name for reader in READERS if reader.sniff(content)] == ([name] if name else [])
    if not content.is_folder and name:
        assert sniff(content.head) == name.lower()


@pytest.mark.parametrize("reader", FORMATS, ids=lambda reader: reader.name)
def test_a_format_reads_what_it_knows(reader: ka.readers.Reader) -> None:
    content = Content({"FIT": FIT, "GPX": GPX, "TCX": TCX}[reader.name], DEFAULT_LIMITS)
    for read in (reader.read, *reader.instead.values()):
        (recording,) = read(content, Asked(content.name, strict=True))
        assert len(recording.samples["timestamp_s"]) > 3000


@pytest.mark.parametrize(
    ("data", "left_out"),
    [
        (FIT, {"expat", "gpx", "tcx", "lifting", "gzipped", "archives", "packed"}),
        (GPX, {"fit", "tcx", "gzipped", "archives", "packed"}),
        (TCX, {"fit", "gpx", "gzipped", "archives", "packed"}),
    ],
    ids=["FIT", "GPX", "TCX"],
)
def test_other_readers_are_not_imported(data: bytes, left_out: set[str]) -> None:
    code = "import sys, kastor_analysis as ka; ka.load(sys.stdin.buffer); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)
    loaded = set(done.stdout.decode().split())
    assert not {f"kastor_analysis.readers.{name}" for name in left_out} & loaded
    assert not {"zipfile", "lzma", "tempfile"} & loaded
