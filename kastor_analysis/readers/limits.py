"""`Limits`: what a reader accepts before it refuses, so that no file can hang or fill the machine.

The defaults leave room for a 48 h recording at one sample a second with every sensor (about 60 MiB of GPX); pass
``limits=`` to `load` or `load_all` where a sound file is larger still.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..files.reading import MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Caps on what is read; exceeding one raises `LimitError`.

    Attributes
    ----------
    file_bytes : int
        A recording as it lies on disk or in memory.
    expanded_bytes : int
        A recording once decompressed.
    expansion_ratio, expansion_free_bytes : float, int
        Decompressed over compressed size, looked at once more than `expansion_free_bytes` have come out. Recordings
        stay under 60; DEFLATE's worst is 1032.
    archive_entries : int
        Files in one archive.
    archive_nesting : int
        Archives within archives (account exports hold zips within a zip).
    nested_archive_bytes : int
        An archive within an archive; above 32 MiB it is held in an unnamed temporary file.
    xml_depth : int
        Elements within elements.
    xml_text_chars, xml_tag_bytes : int
        The text of one element; one tag, comment or other piece of markup.
    points, recordings : int
        Track points and recordings in one file.
    duration_s : float
        From the first sample to the last.
    """

    file_bytes: int = 256 * MIB
    expanded_bytes: int = 256 * MIB
    expansion_ratio: float = 250.0
    expansion_free_bytes: int = 8 * MIB
    archive_entries: int = 200_000
    archive_nesting: int = 2
    nested_archive_bytes: int = 1024 * MIB
    xml_depth: int = 64
    xml_text_chars: int = MIB
    xml_tag_bytes: int = MIB
    points: int = 2_000_000
    recordings: int = 10_000
    duration_s: float = 31 * 86_400.0


DEFAULT_LIMITS = Limits()
MORE = "In Python, load(..., limits=Limits(...)) takes more"
"""What to do where a sound recording is larger."""
