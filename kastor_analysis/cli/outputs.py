"""The files that ``analyze`` writes beside what it prints: pages, pictures, a table of reps.

Conventions: with one recording ``--html`` and ``--plot`` name a file; with several a folder, into which each recording
puts one of its own name, and ``--html`` an ``index.html`` that lists them. Whatever cannot be written is refused
before anything is read, where its name is known by then. What was written is said, and only then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..files.saving import PAGE, PICTURE, Saver, table_of
from .running import quiet_pictures, say

if TYPE_CHECKING:
    from ..quantities.lengths import Units
    from ..report import Report

INDEX = "index.html"


class Outputs:
    """Where the reports of one command go.

    Raises
    ------
    click.UsageError
        If a file is named where a folder is needed.
    WriteError
        If a file cannot be written, or must not be replaced.
    """

    def __init__(
        self, *, html: str | None, plot: str | None, csv: str | None, units: Units, several: bool, saver: Saver
    ) -> None:
        self._html = Path(html) if html else None
        self._plot = Path(plot) if plot else None
        self._csv = Path(csv) if csv else None
        self._units: Units = units
        self._several = several
        self._stems: list[str] = []
        self._saver = saver
        for option, path, kind in (("--html", self._html, PAGE), ("--plot", self._plot, PICTURE)):
            if path is None:
                continue
            if not several:
                saver.check(path, kind)
            elif path.suffix.lower() in kind.endings:
                raise click.UsageError(f"with several recordings {option} names a folder: {option} {path.stem}")
            else:
                saver.check_folder(path)
                if kind is PAGE and path.is_dir():
                    saver.check(path / INDEX, PAGE)
        if self._csv:
            from ..render.data import reps_columns

            saver.check(self._csv, table_of(reps_columns()))

    def write(self, report: Report) -> list[Path]:
        """Write the page and the picture of one report; return what was written."""
        stem = self._free_stem(report)
        written = []
        if self._html:
            page = self._place(self._html, f"{stem}.html")
            written.append(self._saver.save(page, report.to_html(units=self._units), PAGE))
        if self._plot:
            quiet_pictures()
            from ..charts import plot_session
            from ..charts.style import drawn

            picture = self._place(self._plot, f"{stem}.png")
            written.append(self._saver.save(picture, drawn(plot_session(report, units=self._units), picture), PICTURE))
        self._stems.append(stem)
        return written

    def finish(self, reports: Sequence[Report]) -> None:
        """Write what speaks of all reports together: the table of reps, and the list of pages."""
        if not reports:
            return
        if self._csv:
            from ..render.data import reps_columns, reps_csv

            self._saver.save(self._csv, reps_csv(reports), table_of(reps_columns()))
            say(f"written: {self._csv}")
        if self._html and self._several:
            from ..render.overview import overview_page

            index = self._html / INDEX
            pages = [f"{stem}.html" for stem in self._stems]
            self._saver.save(index, overview_page(reports, pages, units=self._units), PAGE)
            say(f"written: {index} and a page of each recording")
        if self._plot and self._several:
            say(f"written: {self._plot}, a picture of each recording")

    def _place(self, path: Path, name: str) -> Path:
        return self._saver.folder(path) / name if self._several else path

    def _free_stem(self, report: Report) -> str:
        """Return the name of a recording as one of a file, different from all before it."""
        from ..shown.numbers import file_name

        name = file_name(report.session.activity.source)
        stem = re.sub(r"(\.(fit|gpx|tcx))?(\.(gz|zip))?\Z", "", name, flags=re.IGNORECASE)
        return unique_stem(stem, [*self._stems, Path(INDEX).stem])


def unique_stem(text: str, taken: Iterable[str]) -> str:
    """Return text as the name of a file, without its ending, that is none of those taken."""
    stem = re.sub(r"[^\w.-]+", "-", text).strip(".-") or "recording"
    known = {other.casefold() for other in taken}
    unique, number = stem, 1
    while unique.casefold() in known:
        number += 1
        unique = f"{stem}-{number}"
    return unique
